/* SPDX-License-Identifier: GPL-3.0-or-later
 * Hand-ins: each time that somebody brought a file, who it was and what came of it. An issue may have
 * several. Strings are UTF-8; "" or NULL is stored as NULL; times are µs, 0 = never. */
#ifndef SONGFA_STORE_HAND_INS_H
#define SONGFA_STORE_HAND_INS_H

#include "daemon/store/store.h"

typedef struct {
    gint64 id;       /* 0 = not stored yet */
    gint64 at;       /* when it was brought */
    char *origin;    /* by whom, by which way: "folder:/srv/songfa/in", "songfactl:zhang", "mail:a@example.test" */
    char *file_name; /* as it was brought */
    char *digest;    /* SHA-256 of the file */
    char *place;     /* its name in spool/incoming; NULL for watched folders */
    char *series, *release; /* what the way in asks for (config.h), NULL = nothing */
    char *result;    /* "released", "planned", "held", "refused", "duplicate"; NULL while it waits to be taken */
    gint64 taken_at;
    gint64 issue_id; /* 0 while it waits */
    char *clerk;     /* whom a mail answers, NULL = nobody */
    gint64 told_at;  /* when that mail was queued; 0 with a clerk: it is still to be */
} StoreHandIn;

void store_hand_in_free(StoreHandIn *hand_in);
StoreHandIn *store_hand_in_copy(const StoreHandIn *hand_in);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreHandIn, store_hand_in_free)

/* Inserts (id 0, then set) or writes all fields. */
gboolean store_hand_in_put(Store *store, StoreHandIn *hand_in, GError **error);

/* It came to nothing: the file could not be placed. One that was taken stays. */
gboolean store_hand_in_drop(Store *store, gint64 id, GError **error);

/* NULL without error when there is none. Waiting: the newest not taken yet by its place and digest; last:
 * the newest of an issue. */
StoreHandIn *store_hand_in_by_id(Store *store, gint64 id, GError **error);
StoreHandIn *store_hand_in_waiting(Store *store, const char *place, const char *digest, GError **error);
StoreHandIn *store_hand_in_last(Store *store, gint64 issue_id, GError **error);

/* Of an issue, oldest first; StoreHandIn elements with free function. */
GPtrArray *store_hand_in_of_issue(Store *store, gint64 issue_id, GError **error);

/* How many mails answered this clerk since then. */
gboolean store_hand_in_mails_since(Store *store, const char *clerk, gint64 since, gint64 *n, GError **error);

/* A clerk with answers that are still to be told. */
typedef struct {
    char *clerk;
    gint64 n;
} StoreUntold;

/* StoreUntold elements with free function; of one of them the hand-ins, oldest first, at most limit. */
GPtrArray *store_hand_in_untold(Store *store, GError **error);
GPtrArray *store_hand_in_untold_of(Store *store, const char *clerk, int limit, GError **error);
/* All of them are told now; within the transaction that queues the mail. */
gboolean store_hand_in_set_told(Store *store, const char *clerk, gint64 now, GError **error);

#endif
