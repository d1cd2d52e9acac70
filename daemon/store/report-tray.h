/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports as people look at them, and the tray: what no row was found for, until a clerk says which it is
 * or that it is nothing. */
#ifndef SONGFA_STORE_REPORT_TRAY_H
#define SONGFA_STORE_REPORT_TRAY_H

#include "daemon/store/store.h"

typedef struct {
    gint64 id;
    char *mailbox;
    gint64 uidvalidity, uid, at;
    char *kind;
    gint64 delivery_id; /* 0 = none */
    gboolean settled;
    int reply_code;
    char *enhanced_code, *text;
    char *facts;        /* JSON object of texts */
    char *tray;         /* why it is there: unmatched, forged, stranger, unreadable; NULL = it never was */
    gint64 closed_at;   /* 0 = open, when it is in the tray */
    char *closed_by, *closed_how, *closed_reason;
} StoreReportRow;

void store_report_row_free(StoreReportRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreReportRow, store_report_row_free)

/* Newest first: those open in the tray, or all; limit 0 = without. StoreReportRow elements. */
GPtrArray *store_report_list(Store *store, gboolean all, int limit, GError **error);

/* How many are open in the tray, -1 and error. */
gint64 store_report_open(Store *store, GError **error);

/* NOT_FOUND when there is none. */
StoreReportRow *store_report_get(Store *store, gint64 id, GError **error);

/* A clerk's word, audited: the report is about that delivery, and does to it what it would have done by
 * itself (a sign-off is then the clerk's); or it is nothing. Out of the tray it is CONFLICT, and so is a
 * delivery that is still sending. *changed = the delivery is another one now. */
gboolean store_report_match(Store *store, gint64 id, gint64 delivery_id, const char *who, const char *reason,
                            gint64 now, gboolean *changed, GError **error);
gboolean store_report_dismiss(Store *store, gint64 id, const char *who, const char *reason, gint64 now,
                              GError **error);

#endif
