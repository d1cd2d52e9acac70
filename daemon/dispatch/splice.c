/* SPDX-License-Identifier: GPL-3.0-or-later
 * Base64 with places for personal text. Line breaks are free in base64 (RFC 2045 §6.8), so every
 * shared run begins and ends with a line of its own and lines beside a place may be short. */
#include "songfa-build.h" /* memmem() */

#include "daemon/dispatch/splice.h"

#include <string.h>

#define LINE_LETTERS 76
#define SHORT_RUN 3 /* a fixed run up to this long is encoded each time */

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* A fixed run, or a place. Of a long run only its edges are kept as they are. */
typedef struct {
    int mark; /* the place's mark, or -1 for a run */
    gsize length;
    char head[SHORT_RUN], tail[2];
    gsize n_tail[3];   /* bytes behind the whole quanta, by phase */
    GString *ahead[3]; /* by bytes of it that complete a quantum begun before: the whole quanta behind
                        * them, encoded; NULL for short runs and phases that cannot be */
} Part;

struct Splice {
    GArray *parts; /* Part */
};

/* An encoder between parts: fewer than three bytes wait for their quantum. */
typedef struct {
    GString *out;
    guchar held[3];
    guint n_held;
    guint column;
} Encoder;

static void put_quantum(Encoder *encoder, const guchar *bytes)
{
    char quantum[] = {letters[bytes[0] >> 2], letters[(bytes[0] & 3) << 4 | bytes[1] >> 4],
                      letters[(bytes[1] & 15) << 2 | bytes[2] >> 6], letters[bytes[2] & 63]};
    g_string_append_len(encoder->out, quantum, sizeof quantum);
    encoder->column += (guint)sizeof quantum;
    if (encoder->column == LINE_LETTERS) {
        g_string_append(encoder->out, "\r\n");
        encoder->column = 0;
    }
}

static void feed(Encoder *encoder, const char *data, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        encoder->held[encoder->n_held++] = (guchar)data[i];
        if (encoder->n_held < sizeof encoder->held)
            continue;
        put_quantum(encoder, encoder->held);
        encoder->n_held = 0;
    }
}

static void break_line(Encoder *encoder)
{
    if (encoder->column > 0)
        g_string_append(encoder->out, "\r\n");
    encoder->column = 0;
}

static void pad_out(Encoder *encoder)
{
    guint n_pads = (3 - encoder->n_held) % 3;
    feed(encoder, "\0\0", n_pads);
    if (n_pads > 0) {
        gsize end = encoder->out->len - (encoder->column == 0 ? strlen("\r\n") : 0);
        memset(encoder->out->str + end - n_pads, '=', n_pads);
    }
    break_line(encoder);
}

/* With nothing behind it the run is encoded to its end. */
static void encode_ahead(Part *part, const char *data, gsize n_phases, gboolean is_last)
{
    for (gsize skip = 0; skip < n_phases; skip++) {
        part->n_tail[skip] = is_last ? 0 : (part->length - skip) % 3;
        gsize n = part->length - skip - part->n_tail[skip];
        Encoder encoder = {.out = g_string_sized_new(n / 3 * 4 + n / 57 * 2 + 7)};
        feed(&encoder, data + skip, n);
        pad_out(&encoder);
        part->ahead[skip] = encoder.out;
    }
}

static void part_clear(gpointer data)
{
    Part *part = data;
    for (gsize i = 0; i < G_N_ELEMENTS(part->ahead); i++)
        if (part->ahead[i] != NULL)
            g_string_free(part->ahead[i], TRUE);
}

static void add_run(Splice *splice, const char *data, gsize length, gboolean is_last)
{
    if (length == 0)
        return;
    Part part = {.mark = -1, .length = length};
    memcpy(part.head, data, MIN(length, sizeof part.head));
    if (length > SHORT_RUN) {
        memcpy(part.tail, data + length - sizeof part.tail, sizeof part.tail);
        encode_ahead(&part, data, splice->parts->len == 0 ? 1 : G_N_ELEMENTS(part.ahead), is_last);
    }
    g_array_append_val(splice->parts, part);
}

/* The first of the marks in data, or NULL; *which says which. */
static const char *find_mark(const char *data, gsize length, const char *const *marks, int *which)
{
    const char *first = NULL;
    for (int i = 0; marks[i] != NULL; i++) {
        const char *found = memmem(data, length, marks[i], strlen(marks[i]));
        if (found != NULL && (first == NULL || found < first)) {
            first = found;
            *which = i;
        }
    }
    return first;
}

Splice *splice_new(const char *data, gsize length, const char *const *marks)
{
    Splice *splice = g_new0(Splice, 1);
    splice->parts = g_array_new(FALSE, FALSE, sizeof(Part));
    g_array_set_clear_func(splice->parts, part_clear);
    const char *end = data + length, *found;
    Part place = {0};
    while ((found = find_mark(data, (gsize)(end - data), marks, &place.mark)) != NULL) {
        add_run(splice, data, (gsize)(found - data), FALSE);
        g_array_append_val(splice->parts, place);
        data = found + strlen(marks[place.mark]);
    }
    add_run(splice, data, (gsize)(end - data), TRUE);
    return splice;
}

void splice_free(Splice *splice)
{
    if (splice == NULL)
        return;
    g_array_unref(splice->parts);
    g_free(splice);
}

static void write_run(const Part *part, Encoder *encoder, SpliceOut *out)
{
    if (part->ahead[0] == NULL) {
        feed(encoder, part->head, part->length);
        return;
    }
    gsize skip = (3 - encoder->n_held) % 3, n_tail = part->n_tail[skip];
    feed(encoder, part->head, skip);
    break_line(encoder);
    splice_out_shared(out, part->ahead[skip]->str, part->ahead[skip]->len);
    feed(encoder, part->tail + sizeof part->tail - n_tail, n_tail);
}

void splice_write(const Splice *splice, const char *const *values, SpliceOut *out)
{
    Encoder encoder = {.out = out->personal};
    for (guint i = 0; i < splice->parts->len; i++) {
        const Part *part = &g_array_index(splice->parts, Part, i);
        if (part->mark < 0)
            write_run(part, &encoder, out);
        else
            feed(&encoder, values[part->mark], strlen(values[part->mark]));
    }
    pad_out(&encoder);
}

void splice_out_begin(SpliceOut *out)
{
    out->pieces = g_array_sized_new(FALSE, FALSE, sizeof(struct iovec), 16);
    out->personal = g_string_sized_new(1024);
    out->taken = 0;
}

static void take_personal(SpliceOut *out)
{
    struct iovec piece = {.iov_base = NULL, .iov_len = out->personal->len - out->taken};
    if (piece.iov_len > 0)
        g_array_append_val(out->pieces, piece);
    out->taken = out->personal->len;
}

void splice_out_shared(SpliceOut *out, gconstpointer data, gsize length)
{
    take_personal(out);
    struct iovec piece = {.iov_base = (gpointer)data, .iov_len = length};
    if (length > 0)
        g_array_append_val(out->pieces, piece);
}

void splice_out_end(SpliceOut *out)
{
    take_personal(out);
    char *next = out->personal->str;
    for (guint i = 0; i < out->pieces->len; i++) {
        struct iovec *piece = &g_array_index(out->pieces, struct iovec, i);
        if (piece->iov_base != NULL)
            continue;
        piece->iov_base = next;
        next += piece->iov_len;
    }
}
