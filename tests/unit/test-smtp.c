/* SPDX-License-Identifier: GPL-3.0-or-later
 * The SMTP machine against scripts. A script line begins with + (an envelope is added), - (none is
 * wanted), > (exactly this is written, | for CRLF), < (the relay says this), ! lull, ! lost, ! quit,
 * ! half (one piece is written, then the link takes no more).
 * Each script runs twice: in whole writes, and byte by byte both ways. */
#include "daemon/dispatch/smtp.h"

#include <string.h>

#include "daemon/dispatch/smtp-reader.h"

typedef struct {
    Smtp *smtp;
    GString *written, *events;
    gboolean bytewise, stuck; /* stuck: no more can be written */
    int added;
    SmtpEnvelope envelopes[8];
    char *recipients[8][4];
    struct iovec pieces[8][2];
} Run;

static int number_of(const SmtpEnvelope *envelope)
{
    return GPOINTER_TO_INT(envelope->tag);
}

static void before_dot(gpointer user, const SmtpEnvelope *envelope)
{
    Run *run = user;
    g_string_append_printf(run->events, "dot%d ", number_of(envelope));
}

static void settled(gpointer user, const SmtpEnvelope *envelope, gsize recipient, const SmtpResult *result)
{
    static const char *const stages[] = {"connect", "mail", "rcpt", "data", "dot"};
    Run *run = user;
    g_string_append_printf(run->events, "%d", number_of(envelope));
    if (envelope->n_recipients > 1)
        g_string_append_printf(run->events, ".%d", (int)recipient);
    g_string_append_printf(run->events, "=%s@%s/%d%s ", outcome_name(result->outcome), stages[result->stage],
                           result->code, result->untried ? "/untried" : "");
}

static void finished(gpointer user, const SmtpEnvelope *envelope)
{
    Run *run = user;
    g_string_append_printf(run->events, "end%d ", number_of(envelope));
}

static void spoke(gpointer user G_GNUC_UNUSED, const SmtpLine *line G_GNUC_UNUSED)
{
}

static const SmtpHooks hooks = {before_dot, settled, finished, spoke};

/* The rest of a + line are the recipients; the message of envelope N is "SN" and a line "N". */
static void add_envelope(Run *run, const char *recipients)
{
    static char heads[8][8], bodies[8][8];
    int i = run->added++;
    g_auto(GStrv) words = g_strsplit(recipients, " ", 4);
    gsize n = 0;
    for (; words[n] != NULL; n++)
        run->recipients[i][n] = g_strdup(words[n]);
    g_snprintf(heads[i], 8, "S%d\r\n", i + 1);
    g_snprintf(bodies[i], 8, "%d\r\n", i + 1);
    run->pieces[i][0] = (struct iovec){heads[i], strlen(heads[i])};
    run->pieces[i][1] = (struct iovec){bodies[i], strlen(bodies[i])};
    run->envelopes[i] = (SmtpEnvelope){.sender = "s@x", .envelope_id = "t=1", .notify = i < 1 ? DSN_FAILURE : i < 2 ? DSN_SUCCESS : DSN_NONE,
                                       .recipients = (const char *const *)run->recipients[i],
                                       .n_recipients = n, .pieces = run->pieces[i], .n_pieces = 2, .size = 7,
                                       .tag = GINT_TO_POINTER(i + 1)};
    g_assert_true(smtp_wants(run->smtp));
    smtp_add(run->smtp, &run->envelopes[i]);
}

static void write_out(Run *run)
{
    struct iovec pieces[4];
    for (gsize n; (n = smtp_output(run->smtp, pieces, 4)) > 0;) {
        gsize length = 0;
        for (gsize i = 0; i < n && !(run->bytewise && length > 0); i++) {
            gsize part = run->bytewise ? MIN(pieces[i].iov_len, 1) : pieces[i].iov_len;
            g_string_append_len(run->written, pieces[i].iov_base, (gssize)part);
            length += part;
        }
        smtp_sent(run->smtp, length);
    }
}

static GString *unbar(const char *text)
{
    GString *out = g_string_new(text);
    g_string_replace(out, "|", "\r\n", 0);
    return out;
}

static void say(Run *run, const char *text)
{
    g_autoptr(GString) bytes = unbar(text);
    g_string_append(bytes, "\r\n");
    if (!run->bytewise) {
        smtp_input(run->smtp, bytes->str, bytes->len);
        return;
    }
    for (gsize i = 0; i < bytes->len; i++) {
        smtp_input(run->smtp, bytes->str + i, 1);
        if (i + 1 < bytes->len && !run->stuck && !smtp_is_over(run->smtp))
            write_out(run);
    }
}

static void write_first_piece(Run *run)
{
    struct iovec piece;
    g_assert_cmpuint(smtp_output(run->smtp, &piece, 1), ==, 1);
    g_string_append_len(run->written, piece.iov_base, (gssize)piece.iov_len);
    smtp_sent(run->smtp, piece.iov_len);
    run->stuck = TRUE;
}

static void command(Run *run, const char *word)
{
    if (strcmp(word, "lull") == 0)
        smtp_lull(run->smtp);
    else if (strcmp(word, "lost") == 0)
        smtp_lost(run->smtp, "link lost");
    else if (strcmp(word, "quit") == 0)
        smtp_quit(run->smtp);
    else
        write_first_piece(run);
}

static void check_written(Run *run, const char *want)
{
    g_autoptr(GString) bytes = unbar(want);
    write_out(run);
    g_assert_cmpstr(run->written->str, ==, bytes->str);
    g_string_truncate(run->written, 0);
}

static void play(Run *run, const char *line)
{
    const char *rest = line + 2;
    switch (line[0]) {
    case '+': add_envelope(run, rest); break;
    case '-': g_assert_false(smtp_wants(run->smtp)); break;
    case '>': check_written(run, rest); break;
    case '<': say(run, rest); break;
    case '!': command(run, rest); break;
    default: g_assert_not_reached();
    }
}

typedef struct {
    const char *name;
    SmtpPace pace;
    const char *offer; /* EHLO lines, separated by , */
    const char *script, *want;
    SmtpPace pace_after;
    gboolean over;
} Row;

static void run_script(const Row *row, gboolean bytewise)
{
    g_test_message("%s%s", row->name, bytewise ? ", bytewise" : "");
    Run run = {.bytewise = bytewise, .written = g_string_new(NULL), .events = g_string_new(NULL)};
    g_autofree char *ehlo = g_strconcat("relay,", row->offer, NULL);
    g_auto(GStrv) lines = g_strsplit(ehlo, ",", -1);
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    for (gsize i = 0; lines[i] != NULL; i++)
        g_ptr_array_add(list, lines[i]);
    SmtpOffer offer = smtp_offer_parse(list);
    run.smtp = smtp_new(row->pace, &offer, &hooks, &run);
    g_auto(GStrv) script = g_strsplit(row->script, "\n", -1);
    for (gsize i = 0; script[i] != NULL; i++)
        play(&run, script[i]);
    g_strchomp(run.events->str);
    g_assert_cmpstr(run.events->str, ==, row->want);
    g_assert_cmpint(smtp_pace(run.smtp), ==, row->pace_after);
    g_assert_cmpint(smtp_is_over(run.smtp), ==, row->over);
    smtp_lost(run.smtp, "the script ends");
    smtp_free(run.smtp);
    for (int i = 0; i < run.added; i++)
        for (gsize n = 0; n < 4; n++)
            g_free(run.recipients[i][n]);
    g_string_free(run.written, TRUE);
    g_string_free(run.events, TRUE);
}

static void run_rows(const Row *rows, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        run_script(&rows[i], FALSE);
        run_script(&rows[i], TRUE);
    }
}

#define ENVELOPE(to) "MAIL FROM:<s@x>|RCPT TO:<" to ">|DATA|"
#define GO "< 250 ok|250 ok|354 go"

static void test_order(void)
{
    static const Row rows[] = {
        {"plain", SMTP_PLAIN, "SIZE",
         "+ a@x\n- \n> MAIL FROM:<s@x> SIZE=7|\n< 250 ok\n> RCPT TO:<a@x>|\n< 250 ok\n> DATA|\n< 354 go\n- \n"
         "> S1|1|.|\n< 250 2.0.0 taken\n+ b@x\n> MAIL FROM:<s@x> SIZE=7|\n< 250 ok\n> RCPT TO:<b@x>|\n< 251 ok\n"
         "> DATA|\n< 354 go\n> S2|2|.|\n< 250 ok\n! quit\n> QUIT|\n< 221 bye",
         "dot1 1=accepted@dot/250 end1 dot2 2=accepted@dot/250 end2", SMTP_PLAIN, TRUE},
        {"reports are asked for where they are offered", SMTP_PLAIN, "SIZE,DSN",
         "+ a+b@x\n> MAIL FROM:<s@x> SIZE=7 RET=HDRS ENVID=t+3D1|\n< 250 ok\n"
         "> RCPT TO:<a+b@x> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a+2Bb@x|\n< 550 no\n> RSET|\n< 250 ok\n"
         "+ c@x\n> MAIL FROM:<s@x> SIZE=7 RET=HDRS ENVID=t+3D1|\n< 250 ok\n"
         "> RCPT TO:<c@x> NOTIFY=FAILURE,DELAY,SUCCESS ORCPT=rfc822;c@x|\n< 550 no\n> RSET|\n< 250 ok\n"
         "+ d@x\n> MAIL FROM:<s@x> SIZE=7|\n< 250 ok\n> RCPT TO:<d@x>|\n! lost",
         "1=refused@rcpt/550 end1 2=refused@rcpt/550 end2 3=deferred@data/0 end3", SMTP_PLAIN, TRUE},
        {"not offered means plain", SMTP_STREAMED, "8BITMIME",
         "+ a@x\n> MAIL FROM:<s@x>|\n! lost", "1=deferred@mail/0/untried end1", SMTP_PLAIN, TRUE},
        {"in a transaction", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n" GO "\n- \n> S1|1|.|\n< 250 ok\n+ b@x\n> " ENVELOPE("b@x"),
         "dot1 1=accepted@dot/250 end1", SMTP_PIPELINED, FALSE},
        {"across transactions", SMTP_STREAMED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n- \n" GO "\n+ b@x\n- \n> S1|1|.|" ENVELOPE("b@x") "\n"
         "< 250 one|250 ok|250 ok|354 go\n+ c@x\n> S2|2|.|" ENVELOPE("c@x") "\n< 250 two|250 ok|250 ok|354 go\n> S3|3|.|\n"
         "< 250 three",
         "dot1 1=accepted@dot/250 end1 dot2 2=accepted@dot/250 end2 dot3 3=accepted@dot/250 end3", SMTP_STREAMED, FALSE},
        {"the next envelope may come after the dot", SMTP_STREAMED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n" GO "\n> S1|1|.|\n+ b@x\n> " ENVELOPE("b@x") "\n< 250 one|250 ok|250 ok\n< 354 go\n"
         "> S2|2|.|\n< 452 later",
         "dot1 1=accepted@dot/250 end1 dot2 2=deferred@dot/452 end2", SMTP_STREAMED, FALSE},
        {"several recipients", SMTP_PIPELINED, "PIPELINING",
         "+ a@x b@x c@x\n> MAIL FROM:<s@x>|RCPT TO:<a@x>|RCPT TO:<b@x>|RCPT TO:<c@x>|DATA|\n"
         "< 250 ok|250 ok|550 5.1.1 none|450 later|354 go\n> S1|1|.|\n< 250 ok",
         "1.1=refused@rcpt/550 1.2=deferred@rcpt/450 dot1 1.0=accepted@dot/250 end1", SMTP_PIPELINED, FALSE},
        {"too many recipients for one transaction", SMTP_PIPELINED, "PIPELINING",
         "+ a@x b@x c@x\n> MAIL FROM:<s@x>|RCPT TO:<a@x>|RCPT TO:<b@x>|RCPT TO:<c@x>|DATA|\n"
         "< 250 ok|250 ok|452 4.5.3 too many|552 too many|354 go\n> S1|1|.|\n< 250 ok",
         "1.1=deferred@rcpt/452/untried 1.2=deferred@rcpt/552/untried dot1 1.0=accepted@dot/250 end1", SMTP_PIPELINED, FALSE},
        {"452 that is not about their number", SMTP_PIPELINED, "PIPELINING",
         "+ a@x b@x c@x\n> MAIL FROM:<s@x>|RCPT TO:<a@x>|RCPT TO:<b@x>|RCPT TO:<c@x>|DATA|\n"
         "< 250 ok|452 first|250 ok|452 4.2.2 full|354 go\n> S1|1|.|\n< 250 ok",
         "1.0=deferred@rcpt/452 1.2=deferred@rcpt/452 dot1 1.1=accepted@dot/250 end1", SMTP_PIPELINED, FALSE},
        {"several recipients, DATA refused", SMTP_PIPELINED, "PIPELINING",
         "+ a@x b@x\n> MAIL FROM:<s@x>|RCPT TO:<a@x>|RCPT TO:<b@x>|DATA|\n< 250 ok|250 ok|550 none|451 no room\n> RSET|",
         "1.1=refused@rcpt/550 1.0=deferred@data/451 end1", SMTP_PIPELINED, FALSE},
        {"several recipients, lost behind the dot", SMTP_PIPELINED, "PIPELINING",
         "+ a@x b@x c@x\n> MAIL FROM:<s@x>|RCPT TO:<a@x>|RCPT TO:<b@x>|RCPT TO:<c@x>|DATA|\n"
         "< 250 ok|250 ok|450 later|250 ok|354 go\n> S1|1|.|\n! lost",
         "1.1=deferred@rcpt/450 dot1 1.0=unknown@dot/0 1.2=unknown@dot/0 end1", SMTP_PIPELINED, TRUE},
        {"several recipients, plain", SMTP_PLAIN, "SIZE 1000",
         "+ a@x b@x\n> MAIL FROM:<s@x> SIZE=7|\n< 250 ok\n> RCPT TO:<a@x>|\n< 550 no\n> RCPT TO:<b@x>|\n< 250 ok\n> DATA|\n"
         "< 354 go\n> S1|1|.|\n< 250 ok",
         "1.0=refused@rcpt/550 dot1 1.1=accepted@dot/250 end1", SMTP_PLAIN, FALSE},
    };
    run_rows(rows, G_N_ELEMENTS(rows));
}

static void test_refusals(void)
{
    static const Row rows[] = {
        {"size over the limit", SMTP_PIPELINED, "PIPELINING,SIZE 6",
         "+ a@x\n> ", "1=refused@mail/0 end1", SMTP_PIPELINED, FALSE},
        {"size at the limit", SMTP_PIPELINED, "PIPELINING,SIZE 7",
         "+ a@x\n> MAIL FROM:<s@x> SIZE=7|RCPT TO:<a@x>|DATA|\n! lost", "1=deferred@mail/0/untried end1", SMTP_PIPELINED, TRUE},
        {"address that breaks the line", SMTP_PIPELINED, "PIPELINING",
         "+ a@x>\rDATA b@x\n> " ENVELOPE("b@x") "\n! lost",
         "1.0=refused@mail/0 1.1=deferred@mail/0/untried end1", SMTP_PIPELINED, TRUE},
        {"refused sender, pipelined", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n< 553 5.7.1 not you|503 MAIL first|503 MAIL first\n+ b@x\n> " ENVELOPE("b@x"),
         "1=refused@mail/553 end1", SMTP_PIPELINED, FALSE},
        {"refused sender, plain", SMTP_PLAIN, "SIZE",
         "+ a@x\n> MAIL FROM:<s@x> SIZE=7|\n< 451 later\n+ b@x\n> MAIL FROM:<s@x> SIZE=7|", "1=deferred@mail/451 end1", SMTP_PLAIN, FALSE},
        {"refused recipient, then RSET", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n< 250 ok|550 5.1.1 none|503 no recipients\n+ b@x\n> RSET|" ENVELOPE("b@x") "\n"
         "< 250 flushed|250 ok|250 ok|354 go\n> S2|2|.|\n< 250 ok",
         "1=refused@rcpt/550 end1 dot2 2=accepted@dot/250 end2", SMTP_PIPELINED, FALSE},
        {"refused recipient, plain waits for RSET", SMTP_PLAIN, "SIZE",
         "+ a@x\n> MAIL FROM:<s@x> SIZE=7|\n< 250 ok\n> RCPT TO:<a@x>|\n< 550 none\n- \n> RSET|\n< 250 ok\n+ b@x\n"
         "> MAIL FROM:<s@x> SIZE=7|",
         "1=refused@rcpt/550 end1", SMTP_PLAIN, FALSE},
        {"go-ahead without recipient: lone dot", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n< 250 ok|550 none|354 go\n> .|\n< 554 no valid recipients\n+ b@x\n> " ENVELOPE("b@x"),
         "1=refused@rcpt/550 end1", SMTP_PIPELINED, FALSE},
        {"refused behind a dot", SMTP_STREAMED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n" GO "\n+ b@x\n> S1|1|.|" ENVELOPE("b@x") "\n< 554 spam|250 ok|550 none|554 none valid\n"
         "+ c@x\n> RSET|" ENVELOPE("c@x"),
         "dot1 1=refused@dot/554 end1 2=refused@rcpt/550 end2", SMTP_STREAMED, FALSE},
        {"refused DATA", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n< 250 ok|250 ok|451 no room\n> RSET|", "1=deferred@data/451 end1", SMTP_PIPELINED, FALSE},
        {"refused amid the body", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n" GO "\n! half\n< 552 5.3.4 too big", "1=refused@dot/552 end1", SMTP_PIPELINED, TRUE},
    };
    run_rows(rows, G_N_ELEMENTS(rows));
}

static void test_losses(void)
{
    static const Row rows[] = {
        {"lost before an answer", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n! lost", "1=deferred@mail/0/untried end1", SMTP_PIPELINED, TRUE},
        {"lost after an answer", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n< 250 ok\n! lost", "1=deferred@data/0 end1", SMTP_PIPELINED, TRUE},
        {"lost amid the body", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n" GO "\n! half\n! lost", "1=deferred@data/0 end1", SMTP_PIPELINED, TRUE},
        {"lost after the dot", SMTP_STREAMED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n" GO "\n+ b@x\n> S1|1|.|" ENVELOPE("b@x") "\n! lost",
         "dot1 1=unknown@dot/0 end1 2=deferred@mail/0/untried end2", SMTP_STREAMED, TRUE},
        {"421 to MAIL", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n< 421 4.3.2 closing", "1=deferred@mail/421 end1", SMTP_PIPELINED, TRUE},
        {"421 to the dot", SMTP_STREAMED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n" GO "\n+ b@x\n> S1|1|.|" ENVELOPE("b@x") "\n< 421 closing",
         "dot1 1=deferred@dot/421 end1 2=deferred@mail/0/untried end2", SMTP_STREAMED, TRUE},
        {"421 behind the dot", SMTP_STREAMED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n" GO "\n+ b@x\n> S1|1|.|" ENVELOPE("b@x") "\n< 250 ok|421 closing",
         "dot1 1=accepted@dot/250 end1 2=deferred@mail/421 end2", SMTP_STREAMED, TRUE},
        {"421 while idle", SMTP_PIPELINED, "PIPELINING", "< 421 idle too long", "", SMTP_PIPELINED, TRUE},
        {"nonsense before the dot", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n< HTTP/1.1 400", "1=deferred@mail/0/untried end1", SMTP_PIPELINED, TRUE},
        {"nonsense after the dot", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n" GO "\n> S1|1|.|\n< \x01\x02", "dot1 1=unknown@dot/0 end1", SMTP_PIPELINED, TRUE},
        {"3yz to the dot", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n" GO "\n> S1|1|.|\n< 354 more", "dot1 1=unknown@dot/0 end1", SMTP_PIPELINED, TRUE},
        {"2yz to DATA", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n< 250 ok|250 ok|250 ok", "1=deferred@data/0 end1", SMTP_PIPELINED, TRUE},
        {"taken before it was sent", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n" GO "\n! half\n< 250 ok", "1=deferred@data/0 end1", SMTP_PIPELINED, TRUE},
        {"more answers than questions", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n" GO "\n> S1|1|.|\n< 250 ok|250 ok", "dot1 1=accepted@dot/250 end1", SMTP_PIPELINED, TRUE},
    };
    run_rows(rows, G_N_ELEMENTS(rows));
}

static void test_lying_pipelining(void)
{
    static const Row rows[] = {
        {"503 behind a dot", SMTP_STREAMED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n" GO "\n+ b@x\n> S1|1|.|" ENVELOPE("b@x") "\n< 250 ok|503 bad sequence",
         "dot1 1=accepted@dot/250 end1 2=deferred@mail/0/untried end2", SMTP_PIPELINED, TRUE},
        {"silence behind a dot", SMTP_STREAMED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n" GO "\n+ b@x\n> S1|1|.|" ENVELOPE("b@x") "\n< 250 ok\n! lull",
         "dot1 1=accepted@dot/250 end1 2=deferred@mail/0/untried end2", SMTP_PIPELINED, TRUE},
        {"silence for the dot proves nothing", SMTP_STREAMED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n" GO "\n+ b@x\n> S1|1|.|" ENVELOPE("b@x") "\n! lull\n< 250 ok|250 ok|250 ok|354 go\n> S2|2|.|\n< 250 ok",
         "dot1 1=accepted@dot/250 end1 dot2 2=accepted@dot/250 end2", SMTP_STREAMED, FALSE},
        {"503 in a transaction", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n< 250 ok|503 bad sequence", "1=deferred@data/0/untried end1", SMTP_PLAIN, TRUE},
        {"silence in a transaction", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n< 250 ok\n! lull", "1=deferred@data/0/untried end1", SMTP_PLAIN, TRUE},
        {"503 after a refusal is no lie", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n< 250 ok|550 none|503 none", "1=refused@rcpt/550 end1", SMTP_PIPELINED, FALSE},
        {"silence to the first command proves nothing", SMTP_PIPELINED, "PIPELINING",
         "+ a@x\n> " ENVELOPE("a@x") "\n! lull\n! lost", "1=deferred@mail/0/untried end1", SMTP_PIPELINED, TRUE},
        {"503 in plain", SMTP_PLAIN, "SIZE",
         "+ a@x\n> MAIL FROM:<s@x> SIZE=7|\n< 503 EHLO first", "1=deferred@mail/503 end1", SMTP_PLAIN, FALSE},
    };
    run_rows(rows, G_N_ELEMENTS(rows));
}

/* ---- replies ---- */

static void test_replies(void)
{
    static const struct { const char *name, *bytes; SmtpRead want; int code; const char *text; } rows[] = {
        {"one line", "250 ok\r\n", SMTP_READ_REPLY, 250, "ok"},
        {"bare LF", "250 ok\n", SMTP_READ_REPLY, 250, "ok"},
        {"no text", "354\r\n", SMTP_READ_REPLY, 354, ""},
        {"lines joined, code once", "550-5.1.1 no\r\n550-5.1.1 such\r\n550 5.1.1 user\r\n", SMTP_READ_REPLY, 550, "5.1.1 no such user"},
        {"the last line decides", "250-ok\r\n550 no\r\n", SMTP_READ_REPLY, 550, "ok no"},
        {"GB18030, a short word at the end", "552 user \xc2\xfa\r\n", SMTP_READ_REPLY, 552, "user 满"},
        {"GB18030", "550 \xd3\xc3\xbb\xa7\xb2\xbb\xb4\xe6\xd4\xda\r\n", SMTP_READ_REPLY, 550, "用户不存在"},
        {"UTF-8", "550 用户不存在\r\n", SMTP_READ_REPLY, 550, "用户不存在"},
        {"control characters", "250 a\x01""b\tc\r\n", SMTP_READ_REPLY, 250, "a b c"},
        {"no code", "hello\r\n", SMTP_READ_NONSENSE, 0, ""},
        {"unknown class", "650 ok\r\n", SMTP_READ_NONSENSE, 0, ""},
        {"preliminary", "150 wait\r\n", SMTP_READ_NONSENSE, 0, ""},
        {"no blank", "250ok\r\n", SMTP_READ_NONSENSE, 0, ""},
        {"empty line", "\r\n", SMTP_READ_NONSENSE, 0, ""},
        {"unfinished", "250-ok\r\n25", SMTP_READ_MORE, 0, ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(SmtpReader) reader = smtp_reader_new();
        gsize used;
        g_assert_cmpint(smtp_reader_feed(reader, rows[i].bytes, strlen(rows[i].bytes), &used), ==, rows[i].want);
        g_assert_cmpuint(used, ==, strlen(rows[i].bytes));
        if (rows[i].want != SMTP_READ_REPLY)
            continue;
        g_assert_cmpint(smtp_reader_code(reader), ==, rows[i].code);
        g_assert_cmpstr(smtp_reader_text(reader), ==, rows[i].text);
    }
}

/* The first result that is not "more" for the same bytes over and over, or "more" after times. */
static SmtpRead feed_over_and_over(SmtpReader *reader, const char *bytes, int times)
{
    gsize used;
    SmtpRead read = SMTP_READ_MORE;
    for (int i = 0; i < times && read == SMTP_READ_MORE; i++)
        read = smtp_reader_feed(reader, bytes, strlen(bytes), &used);
    return read;
}

static void test_huge_replies(void)
{
    g_autoptr(SmtpReader) lines = smtp_reader_new();
    g_assert_cmpint(feed_over_and_over(lines, "250-more of the same\r\n", 50000), ==, SMTP_READ_MORE);
    g_assert_cmpint(feed_over_and_over(lines, "250 end\r\n", 1), ==, SMTP_READ_REPLY);
    g_assert_cmpuint(strlen(smtp_reader_text(lines)), <=, 2048);
    g_assert_true(g_str_has_prefix(smtp_reader_text(lines), "more of the same more of"));
    g_autoptr(SmtpReader) line = smtp_reader_new();
    g_assert_cmpint(feed_over_and_over(line, "250 ", 1), ==, SMTP_READ_MORE);
    g_assert_cmpint(feed_over_and_over(line, "上上上上上", 60000), ==, SMTP_READ_MORE);
    g_assert_cmpint(feed_over_and_over(line, "\r\n", 1), ==, SMTP_READ_REPLY);
    g_assert_cmpuint(strlen(smtp_reader_text(line)), <=, 2048);
    g_assert_true(g_str_has_prefix(smtp_reader_text(line), "上上上"));
    g_autoptr(SmtpReader) endless = smtp_reader_new();
    g_assert_cmpint(feed_over_and_over(endless, "250-x\r\n", 1000000), ==, SMTP_READ_NONSENSE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/smtp/order", test_order);
    g_test_add_func("/smtp/refusals", test_refusals);
    g_test_add_func("/smtp/losses", test_losses);
    g_test_add_func("/smtp/lying-pipelining", test_lying_pipelining);
    g_test_add_func("/smtp/replies", test_replies);
    g_test_add_func("/smtp/huge-replies", test_huge_replies);
    return g_test_run();
}
