/* SPDX-License-Identifier: GPL-3.0-or-later
 * What clerks stop: a recipient, in one issue or altogether, a relay, or the rows of an issue. Whole
 * issues are held and released by issues.h and deliveries.h. Each verb is all or nothing, with its line
 * in the audit log, and the daemon takes back what it has in memory. */
#ifndef SONGFA_STORE_STOPS_H
#define SONGFA_STORE_STOPS_H

#include "daemon/store/store.h"

/* Who does it and why; texts are lent. */
typedef struct {
    const char *who, *reason; /* reason may be NULL when resuming */
    gint64 now;
} StoreStop;

/* The one recipient (id) who is meant by an id, name or address, in one issue or (0) in any; NULL and
 * NOT_FOUND, or CONFLICT when it means several. Caller frees. */
char *store_stop_recipient(Store *store, gint64 issue_id, const char *word, GError **error);

/* issue_id 0 = all issues, later ones too. *n = rows that no longer wait, or wait again. */
gboolean store_stop_pause_recipient(Store *store, gint64 issue_id, const char *id, const StoreStop *stop,
                                    int *n, GError **error);
gboolean store_stop_resume_recipient(Store *store, gint64 issue_id, const char *id, const StoreStop *stop,
                                     int *n, GError **error);
/* Rows that wait or are planned, and when they come back untried those on their way. */
gboolean store_stop_cancel_recipient(Store *store, gint64 issue_id, const char *id, const StoreStop *stop,
                                     int *n, GError **error);
gboolean store_stop_cancel_issue(Store *store, gint64 issue_id, const StoreStop *stop, int *n, GError **error);

/* CONFLICT when it is paused already, or is not. */
gboolean store_stop_pause_relay(Store *store, const char *name, const StoreStop *stop, GError **error);
gboolean store_stop_resume_relay(Store *store, const char *name, const StoreStop *stop, GError **error);
/* Rows that wait after an attempt over this relay. */
gboolean store_stop_cancel_relay(Store *store, const char *name, const StoreStop *stop, int *n, GError **error);

/* A pause in force. */
typedef struct {
    char *scope, *key; /* "relay" and its name, "recipient" and its id */
    char *who, *reason;
    gint64 at;
} StorePause;

/* StorePause elements with free function. */
GPtrArray *store_stop_pauses(Store *store, GError **error);

/* A number that grows with each stop, those of whole issues too; -1 and error. */
gint64 store_stop_number(Store *store, GError **error);

#endif
