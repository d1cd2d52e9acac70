/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports on deliveries that came back by mail: each mail is handled once, and settles a row at most. */
#ifndef SONGFA_STORE_REPORTS_H
#define SONGFA_STORE_REPORTS_H

#include "daemon/store/store.h"

/* Texts are lent for the call; NULL = absent. */
typedef struct {
    const char *mailbox;         /* which one, for good: "user@host/folder" */
    gint64 uidvalidity, uid, at; /* the mail in it */
    const char *kind;            /* a word of the table report */
    /* Tried in this order to find the row: token, envelope id, recipient with Message-ID, Message-ID
     * alone, issue label with recipient. */
    const char *token, *envelope_id, *recipient, *message_id, *issue_label;
    int reply_code;
    const char *enhanced_code, *text;
} StoreReport;

typedef enum {
    STORE_REPORT_SETTLED,   /* the row is now delivered or bounced */
    STORE_REPORT_NOTED,     /* the row was found and stays as it is */
    STORE_REPORT_UNMATCHED, /* no row is meant for sure */
    STORE_REPORT_REPEATED,  /* this mail was handled before: nothing changed */
    STORE_REPORT_EARLY      /* the row is still sending: nothing changed, come again */
} StoreReportResult;

const char *store_report_result_name(StoreReportResult result); /* "settled" … */

/* Records the mail and changes the row it is about, in one durable transaction. "failed" makes an
 * accepted, unknown or delivered row bounced, "delivered" an accepted or unknown one delivered; its
 * reply becomes the report's. *delivery_id 0 = none. */
gboolean store_report_take(Store *store, const StoreReport *report, StoreReportResult *result,
                           gint64 *delivery_id, GError **error);

/* The mail handled last; both 0 when there is none. */
gboolean store_report_last(Store *store, const char *mailbox, gint64 *uidvalidity, gint64 *uid,
                           GError **error);

#endif
