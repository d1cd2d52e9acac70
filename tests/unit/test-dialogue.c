/* SPDX-License-Identifier: GPL-3.0-or-later
 * Dialogues recorded and read again. A script line is a time (µs), then > (a command), < (a reply with its
 * code), = (a line heard), # (bytes of a body) or ! (a note). */
#include "daemon/dispatch/dialogue.h"

#include <string.h>

static void play(Dialogue *dialogue, const char *line)
{
    char *rest;
    gint64 at = 1000 + g_ascii_strtoll(line, &rest, 10);
    char kind = rest[1];
    int recipient = g_ascii_isdigit(rest[2]) ? rest[2] - '0' : -1;
    const char *words = rest + (recipient >= 0 ? 4 : 3);
    if (kind == '<')
        dialogue_answer(dialogue, at, (int)g_ascii_strtoll(words, NULL, 10), strlen(words) > 4 ? words + 4 : "");
    else if (kind == '#')
        dialogue_add_body(dialogue, at, (gsize)g_ascii_strtoll(words, NULL, 10));
    else
        dialogue_add(dialogue, at, kind == '=' ? DIALOGUE_HEARD : (DialogueKind)kind, recipient, words, strlen(words));
}

static void play_all(Dialogue *dialogue, const char *script)
{
    g_auto(GStrv) lines = g_strsplit(script, "\n", -1);
    dialogue_begin(dialogue, 1000);
    for (gsize i = 0; lines[i] != NULL; i++)
        play(dialogue, lines[i]);
}

static void test_text(void)
{
    static const struct {
        const char *name, *script, *want;
    } rows[] = {
        {"one by one", "1 > MAIL\n5 < 250 ok\n6 > RCPT\n9 < 550 5.1.1 none",
         "1 > MAIL\n5 < 250 ok\n6 > RCPT\n9 < 550 5.1.1 none\n"},
        {"pipelined: each reply behind its command",
         "0 > MAIL\n0 >0 RCPT a\n0 >1 RCPT b\n0 > DATA\n7 < 250 ok\n8 < 250 a\n8 < 450 b\n9 < 354 go\n10 # 17\n10 > .\n20 < 250 done",
         "0 > MAIL\n7 < 250 ok\n0 >0 RCPT a\n8 <0 250 a\n0 >1 RCPT b\n8 <1 450 b\n0 > DATA\n9 < 354 go\n10 # 17\n10 > .\n"
         "20 < 250 done\n"},
        {"lost with replies owed", "0 > MAIL\n0 >0 RCPT a\n0 > DATA\n7 < 250 ok\n9 ! 断了",
         "0 > MAIL\n7 < 250 ok\n0 >0 RCPT a\n0 > DATA\n9 ! 断了\n"},
        {"answered before it was asked", "0 > DATA\n1 < 354 go\n2 < 552 too big\n3 ! end",
         "0 > DATA\n1 < 354 go\n2 < 552 too big\n3 ! end\n"},
        {"a reply that nobody asked for, then one that was", "1 < 421 bye\n2 > QUIT\n3 < 221 bye",
         "1 < 421 bye\n2 > QUIT\n3 < 221 bye\n"},
        {"no code", "0 > MAIL\n1 < 000 SSH-2.0", "0 > MAIL\n1 < SSH-2.0\n"},
        {"heard line by line", "1 = 220-one\n1 = 220 two", "1 < 220-one\n1 < 220 two\n"},
        {"what a terminal would obey", "0 > A\x1b[31m\n1 < 250 \x07\xc2\x9b\xe2\x80\xae" "b\r",
         "0 > A\\x1B[31m\n1 < 250 \\x07\\xC2\\x9B\\xE2\\x80\\xAE" "b\\x0D\n"},
        {"no UTF-8", "0 > A\n1 < 250 \xd6\xd0 中 \xe4\xb8", "0 > A\n1 < 250 \\xD6\\xD0 中 \\xE4\\xB8\n"},
        {"nothing", "0 ! x", "0 ! x\n"},
    };
    g_autoptr(Dialogue) dialogue = dialogue_new(100);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        play_all(dialogue, rows[i].script);
        g_autofree char *text = dialogue_text(dialogue);
        g_assert_cmpstr(text, ==, rows[i].want);
        g_assert_true(g_utf8_validate(text, -1, NULL));
    }
}

static void test_elapsed(void)
{
    static const struct {
        const char *script;
        int n;
        gint64 want;
    } rows[] = {
        {"0 > MAIL\n0 >0 RCPT\n0 > DATA\n7 < 250\n8 < 250\n9 < 354\n10 # 17\n10 > .\n20 < 250", 0, 7},
        {"0 > MAIL\n0 >0 RCPT\n0 > DATA\n7 < 250\n8 < 250\n9 < 354\n10 # 17\n10 > .\n20 < 250", -1, 20},
        {"0 > MAIL\n0 >0 RCPT\n0 > DATA\n7 < 250\n8 < 250\n9 < 354\n10 # 17\n10 > .\n20 < 250", -3, 8},
        {"0 > MAIL", 0, -1},
        {"0 > MAIL\n7 < 250", -2, -1},
        {"0 ! lost", -1, -1},
    };
    g_autoptr(Dialogue) dialogue = dialogue_new(100);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        play_all(dialogue, rows[i].script);
        g_assert_cmpint(dialogue_elapsed(dialogue, rows[i].n), ==, rows[i].want);
    }
}

/* However much is said, what is kept is bounded, and the last reply is among it. */
static void test_bounds(void)
{
    enum { RECIPIENTS = 1000 };
    g_autoptr(Dialogue) dialogue = dialogue_new(RECIPIENTS + 10);
    g_autofree char *huge = g_strnfill(1 << 20, 'x');
    dialogue_begin(dialogue, 0);
    for (int i = 0; i < RECIPIENTS; i++)
        dialogue_add(dialogue, 0, DIALOGUE_SENT, i, "RCPT", 4);
    dialogue_add(dialogue, 0, DIALOGUE_SENT, -1, ".", 1);
    for (int i = 0; i < RECIPIENTS; i++)
        dialogue_answer(dialogue, 1, 550, huge);
    dialogue_answer(dialogue, 2, 250, "last");
    g_autofree char *text = dialogue_text(dialogue);
    g_assert_cmpuint(strlen(text), <, 2 * DIALOGUE_MOST + RECIPIENTS * (DIALOGUE_SHORT + 32));
    g_assert_true(g_str_has_suffix(text, "0 > .\n2 < 250 last\n"));
    dialogue_begin(dialogue, 0);
    for (int i = 0; i < 2 * RECIPIENTS; i++)
        dialogue_add(dialogue, 0, DIALOGUE_HEARD, -1, "220-", 4);
    g_autofree char *lines = dialogue_text(dialogue);
    g_assert_true(g_str_has_suffix(lines, "\n0 ! +990\n"));
}

static void test_reading(void)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"1 > MAIL\n5 <12 250 ok\n6 # 17\n7 ! 断了\n", "1>-1[MAIL] 5<12[250 ok] 6#-1[17] 7!-1[断了] "},
        {"1 > no end", "1>-1[no end] "},
        {"1 > \n2 < x\n", "1>-1[] 2<-1[x] "},
        {"rubbish\n\n3\n4 \n5 ?\n6 >\n7 >1\n8 > ok\n", "8>-1[ok] "},
        {"", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) got = g_string_new(NULL);
        const char *text = rows[i].text;
        for (DialogueLine line; dialogue_next(&text, &line);)
            g_string_append_printf(got, "%d%c%d[%.*s] ", (int)line.at, (char)line.kind, line.recipient, (int)line.length,
                                   line.words);
        g_assert_cmpstr(got->str, ==, rows[i].want);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dialogue/text", test_text);
    g_test_add_func("/dialogue/elapsed", test_elapsed);
    g_test_add_func("/dialogue/bounds", test_bounds);
    g_test_add_func("/dialogue/reading", test_reading);
    return g_test_run();
}
