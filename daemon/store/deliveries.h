/* SPDX-License-Identifier: GPL-3.0-or-later
 * Deliveries in the store: one durable row per mail × recipient × channel × sending. The states and
 * who may change them: doc/STATES.md. */
#ifndef SONGFA_STORE_DELIVERIES_H
#define SONGFA_STORE_DELIVERIES_H

#include "daemon/store/store.h"

typedef enum {
    DELIVERY_PLANNED, DELIVERY_QUEUED, DELIVERY_SENDING, DELIVERY_ACCEPTED, DELIVERY_DEFERRED,
    DELIVERY_REFUSED, DELIVERY_UNKNOWN, DELIVERY_DELIVERED, DELIVERY_BOUNCED, DELIVERY_CANCELLED
} DeliveryState;

const char *delivery_state_name(DeliveryState state); /* "planned" … */
gboolean delivery_state_parse(const char *name, DeliveryState *state);

typedef struct {
    gint64 id, mail_id, issue_id;  /* mail_id 0 for paper */
    char *recipient;  /* stable id of resolve.h */
    char *name, *salutation, *unit;
    char *channel;    /* "email" or "paper" */
    char *address;
    int copies;
    char *because;    /* JSON array of texts */
    char *token, *message_id;
    int sending_no;   /* 0 = first sending, 1, 2 … = sent again by a clerk */
    char *reason;     /* of sending again */
    DeliveryState state;
    int attempts;
    gint64 first_queued, next_attempt, last_attempt, signed_at;
    int reply_code;
    char *enhanced_code, *reply_text, *relay, *queue_id;
} StoreDelivery;

void store_delivery_free(StoreDelivery *delivery);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreDelivery, store_delivery_free)

/* Inserts within the caller's transaction; unique in issue, recipient, channel, sending_no. */
gboolean store_delivery_insert(Store *store, const StoreDelivery *delivery, GError **error);

/* Takes back a plan that was never released: deletes the issue's rows that are planned and were
 * never tried, and its mail of kind "issue" when no row is left on it. */
gboolean store_delivery_discard_planned(Store *store, gint64 issue_id, GError **error);

/* All mail rows of the issue from planned to queued (first_queued = next_attempt = now); *n = how
 * many. Paper rows stay planned: they are counted, not sent. */
gboolean store_delivery_queue_issue(Store *store, gint64 issue_id, gint64 now, int *n, GError **error);
/* planned, queued and deferred rows of the issue to held (planned) or cancelled. */
gboolean store_delivery_pause_issue(Store *store, gint64 issue_id, int *n, GError **error);
gboolean store_delivery_cancel_issue(Store *store, gint64 issue_id, int *n, GError **error);

/* Takes up to max due rows (queued or deferred with next_attempt <= now, oldest and urgent mails
 * first), marks them sending with attempts + 1, durable on return. StoreDelivery elements. */
GPtrArray *store_delivery_claim(Store *store, int max, gint64 now, GError **error);

/* What became of an attempt; texts are lent for the call. */
typedef struct {
    gint64 delivery_id;
    DeliveryState state;  /* accepted, deferred, refused, unknown, or queued (never tried) */
    gint64 at, next_attempt;
    int reply_code;
    const char *enhanced_code, *reply_text, *relay, *queue_id;
} DeliveryOutcome;

/* Stores all in one durable transaction; each also adds a row to the attempt log (but queued).
 * Only rows in state sending change; *changed (nullable) tells how many did. */
gboolean store_delivery_finish(Store *store, const DeliveryOutcome *outcomes, gsize n, int *changed,
                               GError **error);

/* Ids of the rows an earlier run left in sending. gint64 elements. */
GArray *store_delivery_in_doubt(Store *store, GError **error);

/* Earliest next_attempt of queued and deferred rows, -1 when there is none. */
gint64 store_delivery_next_due(Store *store, GError **error);

/* A clerk's word on rows in unknown, refused or accepted: a new row with sending_no + 1, queued.
 * recipient NULL = all rows of the issue in unknown or refused. *n = how many. */
gboolean store_delivery_resend(Store *store, gint64 issue_id, const char *recipient, const char *reason,
                               gint64 now, int *n, GError **error);

typedef struct {
    gint64 issue_id;       /* 0 = all */
    const char *recipient; /* id, name or address, NULL = all */
    int state;             /* DeliveryState or -1 */
    gint64 since;          /* first_queued at or after; 0 = all */
    gboolean notices;      /* with notices to the clerk */
    int limit;             /* 0 = all */
} DeliveryFilter;

/* In the order of issue and protocol. StoreDelivery elements with free function. */
GPtrArray *store_delivery_list(Store *store, const DeliveryFilter *filter, GError **error);

/* Counts by state for one issue (mail only), or all with issue_id 0. counts has
 * DELIVERY_CANCELLED + 1 elements. */
gboolean store_delivery_counts(Store *store, gint64 issue_id, gint64 *counts, GError **error);

#endif
