/* SPDX-License-Identifier: GPL-3.0-or-later
 * The SMTP dialogue as a pure machine. Commands that were written stand as steps in a queue; each
 * reply answers the first of them. Must not know sockets, curl, the clock or the store. */
#include "daemon/dispatch/smtp.h"

#include <string.h>

#include "daemon/base/decimal.h"
#include "daemon/base/i18n.h"
#include "daemon/dispatch/smtp-private.h"

Smtp *smtp_new(SmtpPace pace, const SmtpOffer *offer, const SmtpHooks *hooks, gpointer user)
{
    Smtp *smtp = g_new0(Smtp, 1);
    smtp->pace = offer->pipelining ? pace : SMTP_PLAIN;
    smtp->offer = *offer;
    smtp->hooks = hooks;
    smtp->user = user;
    smtp->reader = smtp_reader_new();
    smtp->steps = g_array_new(FALSE, FALSE, sizeof(Step));
    smtp->head = g_string_sized_new(512);
    smtp->tail = g_string_sized_new(512);
    for (gsize i = 0; i < MAX_OPEN; i++)
        smtp->store[i].recipients = g_byte_array_new();
    return smtp;
}

void smtp_free(Smtp *smtp)
{
    if (smtp == NULL)
        return;
    g_return_if_fail(smtp->n_open == 0);
    smtp_reader_free(smtp->reader);
    g_array_unref(smtp->steps);
    g_string_free(smtp->head, TRUE);
    g_string_free(smtp->tail, TRUE);
    for (gsize i = 0; i < MAX_OPEN; i++)
        g_byte_array_unref(smtp->store[i].recipients);
    g_free(smtp);
}

/* ---- transactions ---- */

static Transaction *open_transaction(Smtp *smtp, const SmtpEnvelope *envelope)
{
    gboolean first_is_free = smtp->n_open == 0 || smtp->open[0] != &smtp->store[0];
    Transaction *transaction = &smtp->store[first_is_free ? 0 : 1];
    GByteArray *recipients = transaction->recipients;
    *transaction = (Transaction){.envelope = *envelope, .recipients = recipients};
    g_byte_array_set_size(recipients, (guint)envelope->n_recipients);
    if (envelope->n_recipients > 0)
        memset(recipients->data, RECIPIENT_OPEN, envelope->n_recipients);
    smtp->open[smtp->n_open++] = transaction;
    return transaction;
}

static void finish(Smtp *smtp, Transaction *transaction)
{
    g_return_if_fail(transaction->n_settled == transaction->envelope.n_recipients);
    if (smtp->open[0] == transaction)
        smtp->open[0] = smtp->open[1];
    smtp->n_open--;
    smtp->hooks->finished(smtp->user, &transaction->envelope);
}

static void settle(Smtp *smtp, Transaction *transaction, gsize recipient, const SmtpResult *result)
{
    transaction->recipients->data[recipient] = RECIPIENT_SETTLED;
    transaction->n_settled++;
    smtp->hooks->settled(smtp->user, &transaction->envelope, recipient, result);
}

static void settle_rest(Smtp *smtp, Transaction *transaction, const SmtpResult *result)
{
    for (gsize i = 0; i < transaction->envelope.n_recipients; i++)
        if (transaction->recipients->data[i] != RECIPIENT_SETTLED)
            settle(smtp, transaction, i, result);
}

static SmtpResult result_of_reply(OutcomeStage stage, int code, const char *text)
{
    return (SmtpResult){.outcome = outcome_of_reply(stage, code, text), .stage = stage, .code = code, .text = text};
}

/* No reply will come any more for what is open. */
static void abandon(Smtp *smtp, const char *why, gboolean untried)
{
    smtp->over = TRUE;
    smtp->body = NULL;
    while (smtp->n_open > 0) {
        Transaction *transaction = smtp->open[0];
        OutcomeStage stage = transaction->dot_exposed ? OUTCOME_AT_DOT : transaction->answered ? OUTCOME_AT_DATA : OUTCOME_AT_MAIL;
        SmtpResult result = result_of_reply(stage, 0, why);
        result.untried = !transaction->dot_exposed && (untried || !transaction->answered);
        settle_rest(smtp, transaction, &result);
        finish(smtp, transaction);
    }
}

/* ---- commands ---- */

static gboolean has_steps(const Smtp *smtp)
{
    return smtp->first_step < smtp->steps->len;
}

static const Step *first_step(const Smtp *smtp)
{
    return &g_array_index(smtp->steps, Step, smtp->first_step);
}

static void expect(Smtp *smtp, StepKind kind, Transaction *transaction, gsize recipient)
{
    gboolean first = !has_steps(smtp);
    if (first) {
        g_array_set_size(smtp->steps, 0);
        smtp->first_step = 0;
    }
    Step step = {.kind = kind, .first = first, .transaction = transaction, .recipient = recipient};
    g_array_append_val(smtp->steps, step);
}

static gboolean asks_reports(const Smtp *smtp, const SmtpEnvelope *envelope)
{
    return smtp->offer.dsn && envelope->notify != DSN_NONE && envelope->envelope_id != NULL;
}

static void ask_mail(Smtp *smtp, Transaction *transaction)
{
    const SmtpEnvelope *envelope = &transaction->envelope;
    g_autofree char *reports = asks_reports(smtp, envelope) ? dsn_mail_parameters(envelope->envelope_id) : g_strdup("");
    expect(smtp, STEP_MAIL, transaction, 0);
    char size[DECIMAL_ROOM];
    decimal_put(size, (gint64)envelope->size);
    smtp_write_line(smtp, "MAIL FROM:<", envelope->sender, ">", smtp->offer.size ? " SIZE=" : "",
                    smtp->offer.size ? size : "", reports, NULL);
}

static void ask_recipient(Smtp *smtp, Transaction *transaction, gsize recipient)
{
    const SmtpEnvelope *envelope = &transaction->envelope;
    const char *address = envelope->recipients[recipient];
    g_autofree char *reports =
        asks_reports(smtp, envelope) ? dsn_recipient_parameters(address, envelope->notify) : g_strdup("");
    expect(smtp, STEP_RCPT, transaction, recipient);
    smtp_write_line(smtp, "RCPT TO:<", address, ">", reports, NULL);
}

static void ask_data(Smtp *smtp, Transaction *transaction)
{
    expect(smtp, STEP_DATA, transaction, 0);
    smtp_write_line(smtp, "DATA", NULL);
}

static void ask_reset(Smtp *smtp)
{
    expect(smtp, STEP_RSET, NULL, 0);
    smtp_write_line(smtp, "RSET", NULL);
}

/* The first recipient from index on that is still open, or n_recipients. */
static gsize next_open(const Transaction *transaction, gsize index)
{
    while (index < transaction->envelope.n_recipients && transaction->recipients->data[index] != RECIPIENT_OPEN)
        index++;
    return index;
}

static void ask_envelope(Smtp *smtp, Transaction *transaction)
{
    ask_mail(smtp, transaction);
    if (smtp->pace == SMTP_PLAIN)
        return;
    gsize n = transaction->envelope.n_recipients;
    for (gsize i = next_open(transaction, 0); i < n; i = next_open(transaction, i + 1))
        ask_recipient(smtp, transaction, i);
    ask_data(smtp, transaction);
}

/* The last guard against a line within the line: addresses were checked long before. */
static gboolean fits_in_path(const char *address)
{
    for (const char *p = address; *p != '\0'; p++)
        if (*p <= ' ' || *p > '~' || *p == '<' || *p == '>')
            return FALSE;
    return strlen(address) <= 254;
}

static void settle_too_large(Smtp *smtp, Transaction *transaction)
{
    g_autofree char *size = g_format_size(transaction->envelope.size);
    g_autofree char *limit = g_format_size(smtp->offer.size_limit);
    g_autofree char *text = g_strdup_printf(_("5.3.4 邮件大小 %s，超过中继允许的 %s，没有发送：请压缩附件或改发纸质件"), size, limit);
    SmtpResult result = {.outcome = OUTCOME_REFUSED, .stage = OUTCOME_AT_MAIL, .text = text};
    settle_rest(smtp, transaction, &result);
}

static void settle_bad_address(Smtp *smtp, Transaction *transaction, gsize recipient)
{
    SmtpResult result = {.outcome = OUTCOME_REFUSED, .stage = OUTCOME_AT_MAIL,
                         .text = _("5.1.3 地址含有不能写进信封的字符，没有发送：请改正名录，本期补发时用 --address 写明新地址")};
    settle(smtp, transaction, recipient, &result);
}

static void settle_bad_addresses(Smtp *smtp, Transaction *transaction)
{
    gboolean bad_sender = !fits_in_path(transaction->envelope.sender);
    for (gsize i = 0; i < transaction->envelope.n_recipients; i++)
        if (bad_sender || !fits_in_path(transaction->envelope.recipients[i]))
            settle_bad_address(smtp, transaction, i);
}

void smtp_add(Smtp *smtp, const SmtpEnvelope *envelope)
{
    g_return_if_fail(smtp_wants(smtp));
    Transaction *transaction = open_transaction(smtp, envelope);
    if (smtp->offer.size_limit > 0 && envelope->size > smtp->offer.size_limit)
        settle_too_large(smtp, transaction);
    else
        settle_bad_addresses(smtp, transaction);
    if (transaction->n_settled == envelope->n_recipients)
        finish(smtp, transaction);
    else
        ask_envelope(smtp, transaction);
}

void smtp_quit(Smtp *smtp)
{
    g_return_if_fail(smtp_is_idle(smtp));
    smtp->quitting = TRUE;
    expect(smtp, STEP_QUIT, NULL, 0);
    smtp_write_line(smtp, "QUIT", NULL);
}

/* ---- answers ---- */

static void nonsense(Smtp *smtp, int code, const char *text)
{
    g_autofree char *why = g_strdup_printf(_("中继的答复不合 SMTP 规则，连接已断开：%d %s"), code, text);
    abandon(smtp, why, FALSE);
}

/* The relay does not bear the pace: what it has not answered for good may go out again, slower. */
static void fall_back(Smtp *smtp)
{
    if (smtp->pace > SMTP_PLAIN)
        smtp->pace--;
    abandon(smtp, _("中继不能正确处理流水线命令，改用较慢的方式重发"), TRUE);
}

/* A relay that forgot what was pipelined before complains of the sequence. */
static gboolean is_mishandled(const Smtp *smtp, const Step *step, int code)
{
    return code == 503 && smtp->pace > SMTP_PLAIN && !step->first && !step->transaction->refused;
}

/* Ends a transaction whose envelope the relay holds open without a body. */
static void drop(Smtp *smtp, Transaction *transaction)
{
    gboolean held_open = transaction->mail_taken;
    finish(smtp, transaction);
    if (held_open)
        ask_reset(smtp);
}

static void answer_mail(Smtp *smtp, const Step *step, int code, const char *text)
{
    Transaction *transaction = step->transaction;
    SmtpResult result = result_of_reply(OUTCOME_AT_MAIL, code, text);
    transaction->mail_taken = result.outcome == OUTCOME_ACCEPTED;
    if (!transaction->mail_taken) {
        transaction->refused = TRUE;
        settle_rest(smtp, transaction, &result);
    }
    if (smtp->pace == SMTP_PLAIN && transaction->mail_taken)
        ask_recipient(smtp, transaction, next_open(transaction, 0));
    else if (smtp->pace == SMTP_PLAIN)
        finish(smtp, transaction);
}

static void ask_next_plainly(Smtp *smtp, Transaction *transaction, gsize recipient)
{
    gsize next = next_open(transaction, recipient + 1);
    if (next < transaction->envelope.n_recipients)
        ask_recipient(smtp, transaction, next);
    else if (transaction->n_taken > 0)
        ask_data(smtp, transaction);
    else
        drop(smtp, transaction);
}

/* Not about this recipient, but about how many came before: 452, formerly 552. Other enhanced codes than
 * X.5.3 speak of the mailbox or the disk. */
static gboolean is_too_many(const Transaction *transaction, int code, const char *text)
{
    const char *words;
    g_autofree char *enhanced = outcome_enhanced_code(text, &words);
    return transaction->n_taken > 0 && (code == 452 || code == 552) &&
           (enhanced == NULL || g_str_has_suffix(enhanced, ".5.3"));
}

static void answer_recipient(Smtp *smtp, const Step *step, int code, const char *text)
{
    Transaction *transaction = step->transaction;
    SmtpResult result = result_of_reply(OUTCOME_AT_RCPT, code, text);
    if (transaction->mail_taken && result.outcome == OUTCOME_ACCEPTED) {
        transaction->recipients->data[step->recipient] = RECIPIENT_TAKEN;
        transaction->n_taken++;
    } else if (transaction->mail_taken) {
        transaction->refused = TRUE;
        result.untried = result.too_many = is_too_many(transaction, code, text);
        settle(smtp, transaction, step->recipient, &result);
    }
    if (smtp->pace == SMTP_PLAIN)
        ask_next_plainly(smtp, transaction, step->recipient);
}

/* RFC 2920 §3.1: with no valid recipient left, a go-ahead is answered with the lone dot. */
static void send_empty_body(Smtp *smtp, Transaction *transaction)
{
    expect(smtp, STEP_EMPTY_DOT, transaction, 0);
    smtp_write_line(smtp, ".", NULL);
}

static void begin_body(Smtp *smtp, Transaction *transaction)
{
    expect(smtp, STEP_DOT, transaction, 0);
    smtp_write_body(smtp, transaction);
}

static void answer_data(Smtp *smtp, const Step *step, int code, const char *text)
{
    Transaction *transaction = step->transaction;
    gboolean asked = smtp->head->len == 0 && smtp->body == NULL;
    if (code / 100 == 2 || !asked) {
        nonsense(smtp, code, text);
    } else if (code / 100 == 3) {
        if (transaction->n_taken > 0)
            begin_body(smtp, transaction);
        else
            send_empty_body(smtp, transaction);
    } else {
        SmtpResult result = result_of_reply(OUTCOME_AT_DATA, code, text);
        settle_rest(smtp, transaction, &result);
        drop(smtp, transaction);
    }
}

static void answer_dot(Smtp *smtp, const Step *step, int code, const char *text)
{
    Transaction *transaction = step->transaction;
    gboolean early = !transaction->dot_sent;
    if (code / 100 == 3 || (early && code / 100 == 2)) {
        nonsense(smtp, code, text);
        return;
    }
    SmtpResult result = result_of_reply(OUTCOME_AT_DOT, code, text);
    settle_rest(smtp, transaction, &result);
    if (early)
        smtp->body = NULL;
    finish(smtp, transaction);
    if (early) /* refused while we were still writing: the two sides are out of step */
        abandon(smtp, text, TRUE);
}

static void answer_empty_dot(Smtp *smtp, const Step *step, int code G_GNUC_UNUSED, const char *text G_GNUC_UNUSED)
{
    finish(smtp, step->transaction);
}

static void answer_reset(Smtp *smtp, const Step *step G_GNUC_UNUSED, int code, const char *text)
{
    if (code / 100 != 2)
        nonsense(smtp, code, text);
}

static void answer_quit(Smtp *smtp, const Step *step G_GNUC_UNUSED, int code G_GNUC_UNUSED, const char *text G_GNUC_UNUSED)
{
    smtp->over = TRUE;
}

static const struct {
    void (*answer)(Smtp *smtp, const Step *step, int code, const char *text);
    OutcomeStage stage;
    gboolean go_ahead; /* 3yz has a meaning */
} step_kinds[] = {
    [STEP_MAIL] = {answer_mail, OUTCOME_AT_MAIL, FALSE},
    [STEP_RCPT] = {answer_recipient, OUTCOME_AT_RCPT, FALSE},
    [STEP_DATA] = {answer_data, OUTCOME_AT_DATA, TRUE},
    [STEP_DOT] = {answer_dot, OUTCOME_AT_DOT, FALSE},
    [STEP_EMPTY_DOT] = {answer_empty_dot, OUTCOME_AT_DATA, FALSE},
    [STEP_RSET] = {answer_reset, OUTCOME_AT_MAIL, FALSE},
    [STEP_QUIT] = {answer_quit, OUTCOME_AT_MAIL, FALSE},
};

/* 421: the relay closes; it concerns the transaction whose turn it is (RFC 5321 §3.8). */
static void answer_closing(Smtp *smtp, const Step *step, int code, const char *text)
{
    Transaction *transaction = step->transaction;
    if (transaction != NULL) {
        SmtpResult result = result_of_reply(step_kinds[step->kind].stage, code, text);
        settle_rest(smtp, transaction, &result);
    }
    abandon(smtp, text, TRUE);
}

static void answer(Smtp *smtp, int code, const char *text)
{
    if (!has_steps(smtp)) { /* nothing was asked: 421 before an idle link is closed, or nonsense */
        abandon(smtp, text, TRUE);
        return;
    }
    Step step = *first_step(smtp);
    smtp->first_step++;
    if (step.transaction != NULL && is_mishandled(smtp, &step, code)) {
        fall_back(smtp);
        return;
    }
    if (step.transaction != NULL)
        step.transaction->answered = TRUE;
    if (code == 421 && step.kind != STEP_QUIT)
        answer_closing(smtp, &step, code, text);
    else if (code / 100 == 3 && !step_kinds[step.kind].go_ahead)
        nonsense(smtp, code, text);
    else
        step_kinds[step.kind].answer(smtp, &step, code, text);
}

static void tell_reply(const Smtp *smtp)
{
    SmtpLine line = {.recipient = -1, .code = smtp_reader_code(smtp->reader), .text = smtp_reader_text(smtp->reader)};
    line.length = strlen(line.text);
    if (has_steps(smtp))
        smtp_name_step(&line, first_step(smtp));
    smtp->hooks->spoke(smtp->user, &line);
}

void smtp_input(Smtp *smtp, const char *data, gsize n)
{
    while (n > 0 && !smtp->over) {
        gsize used;
        SmtpRead read = smtp_reader_feed(smtp->reader, data, n, &used);
        data += used;
        n -= used;
        if (read == SMTP_READ_MORE)
            continue;
        smtp->n_replies++;
        tell_reply(smtp);
        if (read == SMTP_READ_REPLY)
            answer(smtp, smtp_reader_code(smtp->reader), smtp_reader_text(smtp->reader));
        else
            nonsense(smtp, smtp_reader_code(smtp->reader), smtp_reader_text(smtp->reader));
    }
}

/* ---- state ---- */

gboolean smtp_wants(const Smtp *smtp)
{
    if (smtp->over || smtp->quitting)
        return FALSE;
    if (smtp->n_open == 0)
        return smtp->pace > SMTP_PLAIN || !has_steps(smtp);
    return smtp->pace == SMTP_STREAMED && smtp->n_open == 1 && smtp->open[0]->body_begun;
}

gboolean smtp_is_idle(const Smtp *smtp)
{
    return smtp->n_open == 0 && !has_steps(smtp) && !smtp->over;
}

guint smtp_n_replies(const Smtp *smtp)
{
    return smtp->n_replies;
}

gboolean smtp_awaits(const Smtp *smtp)
{
    return has_steps(smtp) && !smtp->over;
}

gboolean smtp_is_over(const Smtp *smtp)
{
    return smtp->over;
}

void smtp_lost(Smtp *smtp, const char *why)
{
    abandon(smtp, why, FALSE);
}

void smtp_lull(Smtp *smtp)
{
    gboolean all_written = smtp->head->len == 0 && smtp->body == NULL;
    if (smtp_awaits(smtp) && all_written && smtp->pace > SMTP_PLAIN && !first_step(smtp)->first)
        fall_back(smtp);
}

SmtpPace smtp_pace(const Smtp *smtp)
{
    return smtp->pace;
}

/* The number behind name among the words, 0 = none. */
static gsize limit_of(char **words, const char *name)
{
    for (; *words != NULL; words++)
        if (g_ascii_strncasecmp(*words, name, strlen(name)) == 0)
            return (gsize)g_ascii_strtoull(*words + strlen(name), NULL, 10);
    return 0;
}

SmtpOffer smtp_offer_parse(const GPtrArray *lines)
{
    SmtpOffer offer = {0};
    for (guint i = 1; i < lines->len; i++) {
        g_auto(GStrv) words = g_strsplit(g_ptr_array_index(lines, i), " ", -1);
        if (words[0] == NULL)
            continue;
        if (g_ascii_strcasecmp(words[0], "LIMITS") == 0)
            offer.max_recipients = limit_of(words + 1, "RCPTMAX=");
        if (g_ascii_strcasecmp(words[0], "PIPELINING") == 0)
            offer.pipelining = TRUE;
        if (g_ascii_strcasecmp(words[0], "DSN") == 0)
            offer.dsn = TRUE;
        if (g_ascii_strcasecmp(words[0], "SIZE") == 0) {
            offer.size = TRUE;
            offer.size_limit = words[1] != NULL ? (gsize)g_ascii_strtoull(words[1], NULL, 10) : 0;
        }
    }
    return offer;
}
