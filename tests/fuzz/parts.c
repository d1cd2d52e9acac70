/* SPDX-License-Identifier: GPL-3.0-or-later
 * A zip without compression (APPNOTE 4.3) is made here: libzip would refuse what a hostile one may have,
 * as two parts of one name. */
#include "tests/fuzz/parts.h"

#include <string.h>
#include <zlib.h>

#include "tests/fuzz/read-check.h"

enum { MARK = 0x1c, MOST_PARTS = 64 };

typedef struct {
    const guint8 *name, *data;
    gsize name_length, length, offset;
} Part;

/* ---- a zip of the parts ---- */

static void put(GByteArray *out, guint64 value, guint bytes)
{
    for (; bytes > 0; bytes--, value >>= 8)
        g_byte_array_append(out, &(guint8){(guint8)value}, 1);
}

/* What the local and the central header have in common. */
static void put_header(GByteArray *out, const Part *part)
{
    put(out, 20, 2);
    put(out, 0x0800, 2);
    put(out, 0, 2);
    put(out, 0x210000, 4);
    put(out, crc32(0, part->data, (uInt)part->length), 4);
    put(out, part->length, 4);
    put(out, part->length, 4);
    put(out, part->name_length, 2);
    put(out, 0, 2);
}

static void put_part(GByteArray *out, Part *part)
{
    part->offset = out->len;
    put(out, 0x04034b50, 4);
    put_header(out, part);
    g_byte_array_append(out, part->name, (guint)part->name_length);
    g_byte_array_append(out, part->data, (guint)part->length);
}

static void put_entry(GByteArray *out, const Part *part)
{
    put(out, 0x02014b50, 4);
    put(out, 20, 2);
    put_header(out, part);
    put(out, 0, 6);
    put(out, 0, 4);
    put(out, part->offset, 4);
    g_byte_array_append(out, part->name, (guint)part->name_length);
}

static void put_end(GByteArray *out, guint n, gsize directory)
{
    gsize size = out->len - directory;
    put(out, 0x06054b50, 4);
    put(out, 0, 4);
    put(out, n, 2);
    put(out, n, 2);
    put(out, size, 4);
    put(out, directory, 4);
    put(out, 0, 2);
}

static guint split(const guint8 *data, gsize size, Part *parts)
{
    const guint8 *end = data + size;
    guint n = 0;
    for (const guint8 *at = memchr(data, MARK, size), *next; at != NULL && n < MOST_PARTS; at = next) {
        at++;
        next = memchr(at, MARK, (gsize)(end - at));
        const guint8 *stop = next != NULL ? next : end, *newline = memchr(at, '\n', (gsize)(stop - at));
        if (newline == NULL)
            continue;
        parts[n].name = at;
        parts[n].name_length = MIN((gsize)(newline - at), G_MAXUINT16);
        parts[n].data = newline + 1;
        parts[n++].length = (gsize)(stop - newline - 1);
    }
    return n;
}

static GByteArray *pack(const guint8 *data, gsize size)
{
    Part parts[MOST_PARTS];
    GByteArray *out = g_byte_array_new();
    guint n = split(data, size, parts);
    for (guint i = 0; i < n; i++)
        put_part(out, &parts[i]);
    gsize directory = out->len;
    for (guint i = 0; i < n; i++)
        put_entry(out, &parts[i]);
    put_end(out, n, directory);
    return out;
}

/* ---- reading it ---- */

typedef struct {
    Package *package;
    PartsReader reader;
} Reading;

static gboolean read_package(gpointer data, Blocks *blocks, GError **error)
{
    Reading *reading = data;
    return reading->reader(reading->package, blocks, error);
}

void parts_read(const guint8 *data, gsize size, PartsReader reader)
{
    g_autoptr(GByteArray) zip = size > 0 ? pack(data, size) : NULL;
    g_autoptr(Package) package = zip != NULL ? package_open(zip->data, zip->len, NULL) : NULL;
    if (package != NULL)
        g_free(read_check(read_package, &(Reading){package, reader}));
}

/* ---- changing it ---- */

/* An element: from its "<" to behind its last ">"; its first tag ends behind open_end, its last one begins
 * at close (both at its end when it is empty). */
typedef struct {
    gsize begin, open_end, close, end;
} Element;

typedef struct {
    const char *text;
    gsize length;
    GRand *random;
} Source;

static gsize pick(const Source *source, gsize n)
{
    return n > 0 ? (gsize)(g_rand_double(source->random) * (double)n) : 0;
}

/* Behind the tag that begins there; 0 = none, or not in this part. */
static gsize tag_end(const Source *source, gsize at)
{
    const char *from = source->text + at, *end = memchr(from, '>', source->length - at);
    const char *mark = memchr(from, MARK, source->length - at);
    return end != NULL && (mark == NULL || end < mark) ? (gsize)(end - source->text) + 1 : 0;
}

static gboolean is_element(const Source *source, gsize at)
{
    return source->text[at] == '<' && at + 1 < source->length && g_ascii_isalpha(source->text[at + 1]);
}

static gboolean element_at(const Source *source, gsize begin, Element *element)
{
    guint depth = 0;
    element->begin = begin;
    element->open_end = 0;
    for (gsize at = begin, end; at < source->length; at = end) {
        const char *next = memchr(source->text + at, '<', source->length - at);
        at = next != NULL ? (gsize)(next - source->text) : source->length;
        end = at < source->length ? tag_end(source, at) : 0;
        if (end == 0)
            return FALSE;
        element->open_end = element->open_end > 0 ? element->open_end : end;
        element->close = at;
        element->end = end;
        gboolean empty = source->text[end - 2] == '/';
        if (source->text[at + 1] == '/')
            depth -= depth > 0;
        else if (is_element(source, at))
            depth += !empty;
        if (depth == 0) {
            element->close = element->open_end == end ? end : at;
            return TRUE;
        }
    }
    return FALSE;
}

/* One of the elements, by chance. */
static gboolean pick_element(const Source *source, Element *element)
{
    gsize from = pick(source, source->length);
    for (gsize i = 0; i < source->length; i++) {
        gsize at = (from + i) % source->length;
        if (is_element(source, at))
            return element_at(source, at, element);
    }
    return FALSE;
}

static void append(GString *out, const Source *source, gsize from, gsize to)
{
    g_string_append_len(out, source->text + from, (gssize)(to - from));
}

static gsize name_end(const Source *source, gsize begin)
{
    gsize at = begin + 1;
    while (at < source->length && strchr(" \t\r\n/>", source->text[at]) == NULL)
        at++;
    return at;
}

/* one, with the first tag of other in place of its own, or around it. */
static void retag(GString *out, const Source *source, const Element *one, const Element *other, gboolean around)
{
    gsize name = name_end(source, other->begin);
    gboolean was_empty = source->text[other->open_end - 2] == '/';
    append(out, source, 0, one->begin);
    append(out, source, other->begin, other->open_end - (was_empty ? 2 : 1));
    g_string_append_c(out, '>');
    if (around)
        append(out, source, one->begin, one->end);
    else if (one->close > one->open_end)
        append(out, source, one->open_end, one->close);
    g_string_append(out, "</");
    append(out, source, other->begin + 1, name);
    g_string_append_c(out, '>');
    append(out, source, one->end, source->length);
}

/* one again, before or in the place of the beginning of other; or other gone. */
static void move(GString *out, const Source *source, const Element *one, const Element *other, gboolean instead)
{
    append(out, source, 0, other->begin);
    append(out, source, one->begin, one->end);
    append(out, source, instead ? other->end : other->begin, source->length);
}

static void drop(GString *out, const Source *source, const Element *one)
{
    append(out, source, 0, one->begin);
    append(out, source, one->end, source->length);
}

static GString *mutate(const Source *source)
{
    Element one, other;
    if (!pick_element(source, &one) || !pick_element(source, &other))
        return NULL;
    GString *out = g_string_sized_new(source->length);
    switch (pick(source, 5)) {
    case 0: drop(out, source, &one); break;
    case 1: move(out, source, &one, &other, FALSE); break;
    case 2: move(out, source, &one, &other, TRUE); break;
    case 3: retag(out, source, &one, &other, FALSE); break;
    default: retag(out, source, &one, &other, TRUE); break;
    }
    return out;
}

/* Called by libFuzzer; LLVMFuzzerMutate() is its own way of changing bytes. */
gsize LLVMFuzzerMutate(guint8 *data, gsize size, gsize most);
gsize LLVMFuzzerCustomMutator(guint8 *data, gsize size, gsize most, guint seed);

gsize LLVMFuzzerCustomMutator(guint8 *data, gsize size, gsize most, guint seed)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(seed);
    const Source source = {(const char *)data, size, random};
    g_autoptr(GString) out = size > 0 && g_rand_boolean(random) ? mutate(&source) : NULL;
    if (out == NULL || out->len == 0 || out->len > most)
        return LLVMFuzzerMutate(data, size, most);
    memcpy(data, out->str, out->len);
    return out->len;
}
