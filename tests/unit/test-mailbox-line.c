/* SPDX-License-Identifier: GPL-3.0-or-later
 * A letter as the reader tells it, and what a reader may say that was taken over by a mail. */
#include "daemon/mailbox-line.h"

#include <string.h>

#define MORE ", \"uidvalidity\": 1, \"uid\": 2, \"automatic\": false, \"recipients\": [], \"left\": []}"
#define HEAD "{\"letter\": true, \"from\": \"clerk@example.test\"" MORE

/* "ok": all lines are taken and the last ends it; "more": none ends it; else the number of the line that is refused. */
static const struct {
    const char *name;
    const char *lines[6];
    const char *want;
} rows[] = {
    {"no files", {HEAD, "{\"end\": true}"}, "ok"},
    {"a file in two pieces",
     {HEAD, "{\"file\": \"a.txt\", \"size\": 3}", "{\"bytes\": \"YWI=\"}", "{\"bytes\": \"Yw==\"}", "{\"end\": true}"}, "ok"},
    {"not at its end", {HEAD, "{\"file\": \"a.txt\", \"size\": 3}"}, "more"},
    {"no head", {"{\"end\": true}"}, "0"},
    {"no uid", {"{\"letter\": true, \"uidvalidity\": 1, \"uid\": 0, \"automatic\": false, \"recipients\": [], \"left\": []}"}, "0"},
    {"an address with a line end", {"{\"letter\": true, \"from\": \"a@example.test\\nBcc: b@example.test\"" MORE}, "0"},
    {"a Message-ID with a line end", {"{\"letter\": true, \"message_id\": \"<a@b>\\r\\nBcc: b\"" MORE}, "0"},
    {"references that are none", {"{\"letter\": true, \"references\": \"<a@b> x\"" MORE}, "0"},
    {"references", {"{\"letter\": true, \"references\": \"<a@b> <c@d>\"" MORE, "{\"end\": true}"}, "ok"},
    {"an unknown reason",
     {"{\"letter\": true, \"uidvalidity\": 1, \"uid\": 2, \"automatic\": false, \"recipients\": [], \"left\": [{\"why\": \"x\"}]}"}, "0"},
    {"bytes of no file", {HEAD, "{\"bytes\": \"YWI=\"}"}, "1"},
    {"more bytes than announced", {HEAD, "{\"file\": \"a.txt\", \"size\": 1}", "{\"bytes\": \"YWI=\"}"}, "2"},
    {"fewer bytes than announced", {HEAD, "{\"file\": \"a.txt\", \"size\": 9}", "{\"bytes\": \"YWI=\"}", "{\"end\": true}"}, "3"},
    {"an empty file", {HEAD, "{\"file\": \"a.txt\", \"size\": 0}"}, "1"},
    {"a negative size", {HEAD, "{\"file\": \"a.txt\", \"size\": -1}"}, "1"},
    {"more than there is room for", {HEAD, "{\"file\": \"a.txt\", \"size\": 101}"}, "1"},
    {"more in several files",
     {HEAD, "{\"file\": \"a.txt\", \"size\": 98}", "{\"file\": \"b.txt\", \"size\": 3}"}, "2"},
    {"a name that is a temporary one", {HEAD, "{\"file\": \"a.part\", \"size\": 1}"}, "1"},
    {"no name", {HEAD, "{\"file\": \"../\", \"size\": 1}"}, "1"},
    {"another head", {HEAD, HEAD}, "1"},
    {"no object", {HEAD, "[]"}, "1"},
};

static char *outcome(const char *const *lines, MailboxLetter **letter)
{
    for (int i = 0; lines[i] != NULL; i++) {
        json_t *line = json_loads(lines[i], JSON_DECODE_ANY, NULL);
        g_assert_nonnull(line);
        MailboxLine said = MAILBOX_LINE_MORE;
        if (*letter == NULL)
            said = (*letter = mailbox_letter_new(line, 100)) != NULL ? MAILBOX_LINE_MORE : MAILBOX_LINE_NONSENSE;
        else
            said = mailbox_letter_take(*letter, line);
        json_decref(line);
        if (said == MAILBOX_LINE_NONSENSE)
            return g_strdup_printf("%d", i);
        if (said == MAILBOX_LINE_END)
            return g_strdup(lines[i + 1] == NULL ? "ok" : "early");
    }
    return g_strdup("more");
}

static void test_row(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(MailboxLetter) letter = NULL;
    g_autofree char *got = outcome(rows[i].lines, &letter);
    g_assert_cmpstr(got, ==, rows[i].want);
}

static void test_file(void)
{
    static const char *const lines[] = {HEAD, "{\"file\": \"/etc/..\\\\a.txt\", \"size\": 3}", "{\"bytes\": \"YWJj\"}", "{\"end\": true}", NULL};
    g_autoptr(MailboxLetter) letter = NULL;
    g_autofree char *got = outcome(lines, &letter);
    const MailboxFile *file = letter->files->pdata[0];
    g_assert_cmpstr(got, ==, "ok");
    g_assert_cmpstr(file->name, ==, "a.txt");
    g_assert_cmpuint(file->bytes->len, ==, 3);
    g_assert_true(memcmp(file->bytes->data, "abc", 3) == 0);
    g_assert_cmpstr(letter->claim.address, ==, "clerk@example.test");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/mailbox-line/", rows[i].name, NULL);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_row);
    }
    g_test_add_func("/mailbox-line/file", test_file);
    return g_test_run();
}
