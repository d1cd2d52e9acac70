/* SPDX-License-Identifier: GPL-3.0-or-later
 * The dialogue of one connection after EHLO and AUTH, as a pure machine: envelopes and reply bytes
 * go in, bytes to write and outcomes come out. Knows no socket, clock or store.
 * RFC 5321 §3.3, pipelining RFC 2920, SIZE RFC 1870. */
#ifndef SONGFA_DISPATCH_SMTP_H
#define SONGFA_DISPATCH_SMTP_H

#include <glib.h>
#include <sys/uio.h>

#include "daemon/dispatch/dsn.h"
#include "daemon/dispatch/outcome.h"

/* How much is written before answers are awaited. */
typedef enum {
    SMTP_PLAIN,     /* one command, one answer */
    SMTP_PIPELINED, /* MAIL, RCPT and DATA in one write */
    SMTP_STREAMED   /* also body, final dot and the next MAIL, RCPT and DATA in one write */
} SmtpPace;

/* What the relay said to EHLO. */
typedef struct {
    gboolean pipelining, size, dsn;
    gsize size_limit;    /* 0 = none said */
    gsize max_recipients; /* of one transaction, RFC 9422; 0 = none said */
} SmtpOffer;

/* From the lines of the EHLO reply without their codes, the greeting line first. */
SmtpOffer smtp_offer_parse(const GPtrArray *lines);

/* One transaction. Lent, texts and pieces too, until hooks->finished. */
typedef struct {
    const char *sender;
    const char *envelope_id;    /* for reports, where they are offered; NULL = none */
    DsnNotify notify;
    const char *const *recipients;
    gsize n_recipients;
    const struct iovec *pieces; /* CRLF ends, dot-stuffed, 7 bit, without the final dot */
    gsize n_pieces, size;
    gpointer tag;               /* the caller's own */
} SmtpEnvelope;

/* What became of one recipient. code 0 and text in Chinese when no reply decided it. */
typedef struct {
    Outcome outcome;
    OutcomeStage stage;
    gboolean untried; /* the relay said nothing about it: it may go out again at once */
    gboolean too_many; /* untried, since it took so many before it: in another transaction (RFC 5321 §4.5.3.1.10) */
    int code;
    const char *text; /* with the enhanced code in front; lent for the call */
} SmtpResult;

/* A command given out, or a whole reply. Lent for the call. */
typedef struct {
    const SmtpEnvelope *envelope; /* NULL = about the connection: RSET, QUIT, what nobody asked for */
    gssize recipient;             /* whose RCPT, -1 = none's */
    gboolean sent;
    int code;         /* of a reply, 0 = it had none */
    const char *text; /* behind the code */
    gsize length;
} SmtpLine;

typedef struct {
    /* The final dot may be written as soon as this returns. */
    void (*before_dot)(gpointer user, const SmtpEnvelope *envelope);
    /* Exactly once a recipient (index into envelope->recipients). */
    void (*settled)(gpointer user, const SmtpEnvelope *envelope, gsize recipient, const SmtpResult *result);
    /* All are settled and nothing of the envelope is needed any more. */
    void (*finished)(gpointer user, const SmtpEnvelope *envelope);
    /* Each line of the dialogue; a reply before what comes of it. */
    void (*spoke)(gpointer user, const SmtpLine *line);
} SmtpHooks;

typedef struct Smtp Smtp;

/* pace is cut to what the offer allows. The hooks are lent for life. */
Smtp *smtp_new(SmtpPace pace, const SmtpOffer *offer, const SmtpHooks *hooks, gpointer user);
/* All envelopes must be finished: call smtp_lost() first. */
void smtp_free(Smtp *smtp);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Smtp, smtp_free)

/* TRUE when one more envelope is of use now: idle, or streamed with the body before it allowed. */
gboolean smtp_wants(const Smtp *smtp);
/* May settle and finish it at once (too large, address that would break the line). */
void smtp_add(Smtp *smtp, const SmtpEnvelope *envelope);
/* Says goodbye; only when smtp_is_idle(). */
void smtp_quit(Smtp *smtp);

/* The next bytes to write, at most max pieces and about 256 KB; 0 = nothing. Calls before_dot. */
gsize smtp_output(Smtp *smtp, struct iovec *pieces, gsize max);
/* The first n of them were written. */
void smtp_sent(Smtp *smtp, gsize n);
/* Bytes the relay sent. */
void smtp_input(Smtp *smtp, const char *data, gsize n);

/* No transaction is open. */
gboolean smtp_is_idle(const Smtp *smtp);
/* Whole replies read so far: what tells progress from dripping bytes. */
guint smtp_n_replies(const Smtp *smtp);
/* An answer is due (idle connections owe none). */
gboolean smtp_awaits(const Smtp *smtp);
/* The dialogue has ended (QUIT answered, 421, nonsense): close the link; all is settled. */
gboolean smtp_is_over(const Smtp *smtp);

/* The link is gone or is given up: what is open is settled, unknown where the final dot may have
 * been written, untried where no answer had come. why: for the clerk, Chinese. */
void smtp_lost(Smtp *smtp, const char *why);

/* Nothing came for a while: when that smells of a relay that drops pipelined commands, the dialogue
 * ends, what was not answered is left untried, and the pace falls. */
void smtp_lull(Smtp *smtp);

/* The pace the relay has proved to bear: lower than asked for after a 503 or a lull. */
SmtpPace smtp_pace(const Smtp *smtp);

#endif
