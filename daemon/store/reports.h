/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports on deliveries that came back by mail: each mail is handled once, and what it says of a
 * recipient settles one row at most. What nobody can be found for waits in a tray, see report-tray.h. */
#ifndef SONGFA_STORE_REPORTS_H
#define SONGFA_STORE_REPORTS_H

#include "daemon/store/store.h"

/* What a mail says of one recipient. Texts are lent for the call; NULL = absent. */
typedef struct {
    const char *kind;      /* a word of the table report */
    const char *recipient; /* address */
    int reply_code;
    const char *enhanced_code, *text;
} StoreReportOutcome;

typedef struct {
    const char *mailbox;         /* which one, for good: "user@host/folder" */
    gint64 uidvalidity, uid, at; /* the mail in it */
    const char *facts;           /* JSON, for people who look into the tray; NULL = none */
    const char *from;            /* a sign-off counts from the recipient's own address alone */
    gint64 date;                 /* when it says it was written, 0 = it does not */
    /* Tried in this order to find the row: token, envelope id, recipient with Message-ID, Message-ID
     * alone, issue label with recipient. With a forged token nothing is tried. */
    const char *token, *envelope_id, *message_id, *issue_label;
    const StoreReportOutcome *outcomes;
    gsize n_outcomes;
} StoreReport;

typedef enum {
    STORE_REPORT_SETTLED,   /* the row is now delivered or bounced */
    STORE_REPORT_SIGNED,    /* the row is now signed for */
    STORE_REPORT_NOTED,     /* the row was found and stays as it is */
    STORE_REPORT_UNMATCHED, /* in the tray: no row is meant for sure, or the mail is not to be trusted */
    STORE_REPORT_REPEATED,  /* this mail was handled before: nothing changed */
    STORE_REPORT_EARLY      /* a row is still sending: nothing changed at all, come again */
} StoreReportResult;

const char *store_report_result_name(StoreReportResult result); /* "settled" … */

/* What became of an outcome; delivery_id 0 = no row. */
typedef struct {
    StoreReportResult result;
    gint64 delivery_id;
} StoreReportTaken;

/* Records the mail and changes the rows it is about, in one durable transaction. "failed" makes an
 * accepted, unknown or delivered row bounced, "delivered" an accepted or unknown one delivered; its
 * reply becomes the report's. "signed" sets the time of signature. taken has n_outcomes elements. */
gboolean store_report_take(Store *store, const StoreReport *report, StoreReportTaken *taken, GError **error);

/* The mail handled last; both 0 when there is none. */
gboolean store_report_last(Store *store, const char *mailbox, gint64 *uidvalidity, gint64 *uid,
                           GError **error);

/* Notes, durably, that the reader did not come back from this mail; *n = how often by now. */
gboolean store_report_trouble(Store *store, const char *mailbox, gint64 uidvalidity, gint64 uid, gint64 *n,
                              GError **error);

#endif
