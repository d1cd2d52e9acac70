/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a mail that came back tells: a delivery status (RFC 3464, or a provider's own words), an
 * automatic reply (RFC 3834), or something for people. Pure; its input is hostile. */
#ifndef SONGFA_DISPATCH_REPORT_H
#define SONGFA_DISPATCH_REPORT_H

#include <glib.h>

typedef enum {
    REPORT_OTHER,     /* for people */
    REPORT_SIGNED,    /* a person says it was received */
    REPORT_AUTOMATIC, /* an automatic reply, such as out of office */
    REPORT_RELAYED,   /* handed to a system that reports no further, or spread over a list */
    REPORT_DELIVERED,
    REPORT_DELAYED,   /* still being tried: no failure */
    REPORT_FAILED
} ReportKind;

const char *report_kind_name(ReportKind kind); /* "other" … */
gboolean report_kind_parse(const char *name, ReportKind *kind);

/* What became of the mail for one of its recipients. Texts are UTF-8 of one line and bounded; NULL = not
 * found. */
typedef struct {
    ReportKind kind;
    int reply_code;  /* of SMTP, 0 = none */
    char *status;    /* enhanced status code, RFC 3463: "5.1.1" */
    char *text;      /* diagnostic; what a person says first */
    char *recipient; /* original, else final recipient */
} ReportOutcome;

/* Texts likewise. */
typedef struct {
    GPtrArray *outcomes; /* ReportOutcome; one at least, of several recipients each its own */
    char *from;          /* the address of its writer */
    char *subject;
    gint64 date;         /* as it says, µs since 1970; 0 = it does not */
    gboolean says_more;  /* a person's own words go on behind the first line */
    char *token;         /* X-Songfa-Delivery of the mail that is returned */
    char *envelope_id;   /* Original-Envelope-Id, RFC 3464 §2.2.1 */
    char *message_id;    /* of the mail that is returned or answered, with angle brackets */
    char *issue_label;   /* X-Songfa-Issue of it */
} Report;

/* Reads a raw message, which may be cut off anywhere. Never fails: rubbish is REPORT_OTHER. */
Report *report_parse(const char *data, gsize length);
void report_free(Report *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Report, report_free)

#endif
