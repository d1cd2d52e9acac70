/* SPDX-License-Identifier: GPL-3.0-or-later
 * What smtp.c (the dialogue) and smtp-write.c (its bytes on the way out) share. */
#ifndef SONGFA_DISPATCH_SMTP_PRIVATE_H
#define SONGFA_DISPATCH_SMTP_PRIVATE_H

#include "daemon/dispatch/smtp-reader.h"
#include "daemon/dispatch/smtp.h"

enum { MAX_OPEN = 2 };

typedef enum { RECIPIENT_OPEN, RECIPIENT_TAKEN, RECIPIENT_SETTLED } RecipientState;

typedef struct {
    SmtpEnvelope envelope;
    GByteArray *recipients;  /* a RecipientState each */
    gsize n_taken, n_settled;
    gboolean answered;       /* some reply concerned it */
    gboolean refused;        /* MAIL, or some RCPT, was answered with a refusal */
    gboolean mail_taken;
    gboolean body_begun, dot_exposed, dot_sent;
} Transaction;

typedef enum { STEP_MAIL, STEP_RCPT, STEP_DATA, STEP_DOT, STEP_EMPTY_DOT, STEP_RSET, STEP_QUIT } StepKind;

typedef struct {
    StepKind kind;
    gboolean first; /* nothing else was unanswered when it was written */
    Transaction *transaction;
    gsize recipient;
} Step;

struct Smtp {
    SmtpPace pace;
    SmtpOffer offer;
    const SmtpHooks *hooks;
    gpointer user;
    SmtpReader *reader;
    Transaction store[MAX_OPEN], *open[MAX_OPEN]; /* open: oldest first */
    gsize n_open;
    GArray *steps; /* Step; those before first_step are answered */
    gsize first_step;
    GString *head, *tail;      /* bytes to write before and after the body */
    gsize head_sent, tail_sent;
    Transaction *body;         /* whose pieces are being written, or NULL */
    gsize piece, piece_sent;   /* where in its pieces */
    gsize dot_length;          /* bytes of the tail that end the body */
    guint n_replies;
    gboolean quitting, over;
};

/* Whose line that step's command, or the reply to it, is. */
void smtp_name_step(SmtpLine *line, const Step *step);
/* Appends the command line of the last step: before the body, or after the dot of one that is being written.
 * Given in words, NULL at the end, put together as they are. */
void smtp_write_line(Smtp *smtp, ...) G_GNUC_NULL_TERMINATED;
/* The pieces of the transaction and its final dot come next; nothing else may wait to be written. */
void smtp_write_body(Smtp *smtp, Transaction *transaction);

#endif
