/* SPDX-License-Identifier: GPL-3.0-or-later
 * Runs a reader outside of its cage, where sanitizers and the leak checker see it. */
#include "tests/fuzz/read-check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/issue/extracted.h"

enum { MOST_MESSAGE = 400 };

static void fault(const char *what)
{
    fprintf(stderr, "%s\n", what);
    abort();
}

/* It is shown to a clerk and stands in a mail. */
static void check_message(const GError *error)
{
    if (*error->message == '\0' || strlen(error->message) > MOST_MESSAGE)
        fault("a reason that is empty or endless");
    if (!g_utf8_validate(error->message, -1, NULL) || strpbrk(error->message, "\r\n\t") != NULL)
        fault("a reason that is not one line of UTF-8");
}

static void check_lines(const char *lines, gsize length, const Blocks *blocks)
{
    g_autofree char *whole = g_strdup_printf("%.*s{\"format\":\"x\"}\n", (int)length, lines);
    g_autoptr(Extract) extract = extract_read(whole, strlen(whole));
    if (extract == NULL || extract->text == NULL)
        fault("the daemon does not understand it");
    if (!g_utf8_validate(extract->text, -1, NULL) || !g_utf8_validate(extract->hidden, -1, NULL))
        fault("text that is not UTF-8");
    if (!blocks_are_empty(blocks) && *extract->text == '\0')
        fault("text that the daemon lost");
}

char *read_check(ReadFunc read, gpointer data)
{
    char *lines = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&lines, &length);
    g_autoptr(GError) error = NULL;
    g_autoptr(Blocks) blocks = blocks_new(out);
    gboolean ok = read(data, blocks, &error);
    fclose(out);
    if (ok != (error == NULL))
        fault("a failure without a reason, or a reason without a failure");
    if (error != NULL)
        check_message(error);
    else
        check_lines(lines, length, blocks);
    char *copy = g_strdup(lines);
    free(lines);
    return copy;
}
