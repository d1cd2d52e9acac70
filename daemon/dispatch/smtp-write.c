/* SPDX-License-Identifier: GPL-3.0-or-later
 * The way out of the SMTP machine: commands, the pieces of a body where they lie, its final dot, and
 * the commands written in its wake. Knows no replies. */
#include "daemon/dispatch/smtp-private.h"

#include <string.h>

#include "daemon/base/crashpoint.h"

enum { WRITE_WINDOW = 256 * 1024 };

void smtp_name_step(SmtpLine *line, const Step *step)
{
    line->envelope = step->transaction != NULL ? &step->transaction->envelope : NULL;
    line->recipient = step->kind == STEP_RCPT ? (gssize)step->recipient : -1;
}

void smtp_write_line(Smtp *smtp, ...)
{
    GString *out = smtp->body != NULL ? smtp->tail : smtp->head;
    gsize start = out->len;
    va_list words;
    va_start(words, smtp);
    for (const char *word; (word = va_arg(words, const char *)) != NULL;)
        g_string_append(out, word);
    va_end(words);
    SmtpLine line = {.sent = TRUE, .text = out->str + start, .length = out->len - start};
    smtp_name_step(&line, &g_array_index(smtp->steps, Step, smtp->steps->len - 1));
    smtp->hooks->spoke(smtp->user, &line);
    g_string_append_len(out, "\r\n", 2);
}

static gboolean ends_line(const SmtpEnvelope *envelope)
{
    if (envelope->n_pieces == 0)
        return TRUE;
    const struct iovec *last = &envelope->pieces[envelope->n_pieces - 1];
    return last->iov_len >= 2 && memcmp((const char *)last->iov_base + last->iov_len - 2, "\r\n", 2) == 0;
}

void smtp_write_body(Smtp *smtp, Transaction *transaction)
{
    transaction->body_begun = TRUE;
    smtp->body = transaction;
    smtp->piece = smtp->piece_sent = smtp->tail_sent = 0;
    g_string_assign(smtp->tail, ends_line(&transaction->envelope) ? ".\r\n" : "\r\n.\r\n");
    smtp->dot_length = smtp->tail->len;
}

static gsize output_text(const GString *text, gsize sent, struct iovec *pieces, gsize n)
{
    if (text->len == sent)
        return n;
    pieces[n].iov_base = text->str + sent;
    pieces[n].iov_len = text->len - sent;
    return n + 1;
}

/* Pieces of the body as far as max and the window allow; *whole tells that none is left out. */
static gsize output_body(const Smtp *smtp, struct iovec *pieces, gsize n, gsize max, gboolean *whole)
{
    const SmtpEnvelope *envelope = &smtp->body->envelope;
    gsize piece = smtp->piece, skip = smtp->piece_sent, room = WRITE_WINDOW;
    for (; piece < envelope->n_pieces && n < max && room > 0; piece++, skip = 0) {
        gsize left = envelope->pieces[piece].iov_len - skip;
        pieces[n].iov_base = (char *)envelope->pieces[piece].iov_base + skip;
        pieces[n].iov_len = MIN(left, room);
        if (left > room) {
            *whole = FALSE;
            return n + 1;
        }
        room -= left;
        n++;
    }
    *whole = piece == envelope->n_pieces;
    return n;
}

gsize smtp_output(Smtp *smtp, struct iovec *pieces, gsize max)
{
    gboolean whole = FALSE;
    gsize n = output_text(smtp->head, smtp->head_sent, pieces, 0);
    if (smtp->body != NULL)
        n = output_body(smtp, pieces, n, max, &whole);
    if (!whole || n == max)
        return n;
    if (!smtp->body->dot_exposed) {
        smtp->body->dot_exposed = TRUE;
        smtp->hooks->before_dot(smtp->user, &smtp->body->envelope);
    }
    return output_text(smtp->tail, smtp->tail_sent, pieces, n);
}

static gsize take_text(GString *text, gsize *sent, gsize n)
{
    gsize taken = MIN(text->len - *sent, n);
    *sent += taken;
    return taken;
}

static gsize take_body(Smtp *smtp, gsize n)
{
    const SmtpEnvelope *envelope = &smtp->body->envelope;
    gsize taken = 0;
    while (smtp->piece < envelope->n_pieces) {
        gsize left = envelope->pieces[smtp->piece].iov_len - smtp->piece_sent;
        if (left > n - taken) {
            smtp->piece_sent += n - taken;
            return n;
        }
        taken += left;
        smtp->piece++;
        smtp->piece_sent = 0;
    }
    return taken;
}

static void sent_tail(Smtp *smtp, gsize n)
{
    take_text(smtp->tail, &smtp->tail_sent, n);
    if (smtp->tail_sent >= smtp->dot_length && !smtp->body->dot_sent) {
        smtp->body->dot_sent = TRUE;
        crash_point(CRASH_DOT_SENT);
    }
    if (smtp->tail_sent == smtp->tail->len)
        smtp->body = NULL;
}

void smtp_sent(Smtp *smtp, gsize n)
{
    n -= take_text(smtp->head, &smtp->head_sent, n);
    if (smtp->head->len > 0 && smtp->head_sent == smtp->head->len) {
        g_string_truncate(smtp->head, 0);
        smtp->head_sent = 0;
        crash_point(CRASH_ENVELOPE_SENT);
    }
    if (smtp->body != NULL)
        n -= take_body(smtp, n);
    if (smtp->body != NULL && smtp->piece == smtp->body->envelope.n_pieces)
        sent_tail(smtp, n);
}
