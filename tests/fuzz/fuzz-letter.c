/* SPDX-License-Identifier: GPL-3.0-or-later
 * libFuzzer target: a mail that hands in. Whoever it says it is from can be written to, names of files are safe, sizes
 * keep their bounds, and nothing but our own server's word proves anything. */
#include <stdlib.h>
#include <string.h>

#include "daemon/base/address.h"
#include "daemon/intake/claim.h"
#include "daemon/intake/letter.h"

enum { MAX_FILE = 2000, MOST_NAME = 180 };

#define SERVER "mx.example.test"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check(gboolean good)
{
    if (!good)
        abort();
}

static void check_line(const char *text)
{
    check(text == NULL || (*text != '\0' && g_utf8_validate(text, -1, NULL) && strpbrk(text, "\r\n") == NULL));
}

static void check_files(const Letter *letter)
{
    check(letter->files->len <= LETTER_MOST_FILES);
    for (guint i = 0; i < letter->files->len; i++) {
        const LetterFile *file = g_ptr_array_index(letter->files, i);
        gsize length = g_bytes_get_size(file->bytes);
        check_line(file->name);
        check(file->name != NULL && strlen(file->name) <= MOST_NAME && strpbrk(file->name, "/\\") == NULL &&
              *file->name != '.' && !claim_is_temporary(file->name));
        check(length > 0 && length <= MAX_FILE);
    }
    for (guint i = 0; i < letter->left->len; i++) {
        const LetterLeft *left = g_ptr_array_index(letter->left, i);
        check_line(left->name);
        check(letter_why_name(left->why) != NULL && (left->with != NULL) == (left->why == LETTER_LEFT_SAME));
    }
}

static gboolean names_server(const guint8 *data, gsize size)
{
    g_autofree char *text = g_malloc(size + 1);
    for (gsize i = 0; i < size; i++)
        text[i] = data[i] == '\0' ? ' ' : g_ascii_tolower((char)data[i]);
    text[size] = '\0';
    return strstr(text, "mx.") != NULL;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    const LetterRules rules = {.authserv_id = SERVER, .max_file = MAX_FILE};
    g_autoptr(Letter) letter = letter_read((const char *)data, size, &rules);
    check_line(letter->from);
    check_line(letter->subject);
    check_line(letter->message_id);
    check_line(letter->references);
    check(letter->from == NULL || address_check(letter->from, NULL));
    check(letter->message_id == NULL || g_str_is_ascii(letter->message_id));
    check(letter->proof == NULL || (letter->from != NULL && names_server(data, size)));
    check_files(letter);
    return 0;
}
