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
    int sending_no;   /* 0 = first sending, 1, 2 … = sent again, by a clerk or the policy */
    char *reason;     /* of sending again; of a cancelled row of a correction: why it did not go there */
    char *follows;    /* Message-IDs of the void mails it takes the place of, oldest first, blanks between; or NULL */
    gboolean leader, urgent; /* leader: a leader receives it (resolve.h) */
    DeliveryState state;
    char *waits_for;  /* of a queued row whose time is to come: what for; else of no meaning */
    int attempts;
    gint64 first_queued, last_attempt, signed_at;
    gint64 next_attempt; /* of an unknown row: when the policy sends it again, 0 = a clerk says */
    gint64 held_for;  /* µs since first_queued that do not count for its deadline: holds, and a clock set back */
    char *settled_as, *settled_by, *settled_why; /* a clerk's word on an unknown row: "received" or "lost" */
    gint64 settled_at;
    char *signed_by;  /* "reply", or the clerk who recorded it; NULL = nobody signed */
    int reply_code;
    char *enhanced_code, *reply_text, *relay, *queue_id;
    gboolean is_block; /* the texts lie in its own memory */
} StoreDelivery;

void store_delivery_free(StoreDelivery *delivery);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreDelivery, store_delivery_free)

/* Inserts within the caller's transaction; unique in issue, recipient, channel, sending_no (rows of
 * a notice: in their mail). A cancelled row takes the new plan and keeps its attempts; any other is
 * SONGFA_ERROR_CONFLICT, after which the transaction goes on. A queued row without next_attempt is
 * due at once. */
gboolean store_delivery_insert(Store *store, const StoreDelivery *delivery, GError **error);

/* Takes back a plan: deletes the issue's rows that are planned and were never tried, and its mail of
 * kind "issue" when no row is left on it. Planned rows that were tried (and then paused) are
 * cancelled; those of a sending again stay. */
gboolean store_delivery_discard_planned(Store *store, gint64 issue_id, GError **error);

/* All mail rows of the issue from planned to queued (first_queued = next_attempt = now), but those to a
 * recipient who is paused; *n = how many. Paper rows stay planned: they are counted, not sent. */
gboolean store_delivery_queue_issue(Store *store, gint64 issue_id, gint64 now, int *n, GError **error);
/* queued and deferred rows of the issue back to planned; the time until they are queued again does not
 * count for their deadline. A row that is sending follows when it comes back untried or deferred. n
 * nullable. To cancel, see stops.h. */
gboolean store_delivery_pause_issue(Store *store, gint64 issue_id, gint64 now, int *n, GError **error);

/* Takes up to max due rows (queued or deferred with next_attempt <= now), urgent mails and then the
 * oldest, of those not urgent up to bulk; marks them sending with attempts + 1, durable on return.
 * StoreDelivery elements with what sending needs (DUE_COLUMNS); the rest is zero. */
GPtrArray *store_delivery_claim(Store *store, int max, int bulk, gint64 now, GError **error);

/* What became of an attempt; texts are lent for the call. */
typedef struct {
    gint64 delivery_id;
    DeliveryState state;  /* accepted, deferred, refused, unknown, or queued (never tried: with
                           * next_attempt it waits until then, reply_text says what for) */
    gint64 at, next_attempt;
    int reply_code;
    const char *enhanced_code, *reply_text, *relay, *queue_id;
    const char *timing;   /* what is kept in place of the dialogue (sql/017-dialogues.sql), NULL = none */
} DeliveryOutcome;

/* Stores all in one durable transaction; each also adds a row to the attempt log (but queued).
 * Only rows in state sending change; *changed (nullable) tells how many did. deferred and queued
 * become planned when the issue was held meanwhile. */
gboolean store_delivery_finish(Store *store, const DeliveryOutcome *outcomes, gsize n, int *changed,
                               GError **error);

/* Ids of the rows an earlier run left in sending. gint64 elements. */
GArray *store_delivery_in_doubt(Store *store, GError **error);

/* Earliest next_attempt of rows that wait, -1 when there is none; of those that are urgent. */
gint64 store_delivery_next_due(Store *store, GError **error);
gint64 store_delivery_next_urgent(Store *store, GError **error);
/* Released issues with rows that wait and are due. gint64 elements. */
GArray *store_delivery_waiting_issues(Store *store, gint64 now, GError **error);

/* Rows that were put off without a try are due again: limits may be other ones now, or the clock. */
gboolean store_delivery_hasten(Store *store, gint64 now, GError **error);

/* The clock was set back (µs; 0 = perhaps, while nobody looked): what waits does so no longer than it was to,
 * and at most longest (µs) from now; what was queued in the future was queued now, as far as its deadline
 * is concerned. The delays of issues (schedule.h) likewise. */
gboolean store_delivery_set_back(Store *store, gint64 back, gint64 longest, gint64 now, GError **error);

/* What a clerk sends again; texts are lent. */
typedef struct {
    const char *const *recipients; /* as in DeliveryFilter, NULL-terminated; NULL = all */
    guint states;                  /* bits 1 << DeliveryState: only rows in these; 0 = any, without
                                    * recipients those that are refused or unknown */
    const char *address;           /* checked by the caller: where it goes now, one row only; NULL = as before */
    const char *reason;
    gint64 now;
} StoreResend;

/* For each a new row with sending_no + 1, own token and Message-ID, queued; the old one stays as history.
 * The last row of each named recipient must have an end (refused, unknown, accepted, delivered, bounced,
 * cancelled), else CONFLICT or NOT_FOUND, and nothing is done. The issue must be released. *n = how many. */
gboolean store_delivery_resend(Store *store, gint64 issue_id, const StoreResend *resend, int *n, GError **error);

typedef struct {
    gint64 id, issue_id;   /* of the row, of its issue; 0 = all */
    const char *recipient; /* id, name, address, or person without post; NULL = all */
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

/* One line of the attempt log. */
typedef struct {
    int number;
    gint64 at;
    DeliveryState outcome; /* accepted, deferred, refused or unknown */
    int reply_code;
    char *enhanced_code, *reply_text, *relay, *queue_id, *timing; /* timing as in DeliveryOutcome */
} StoreAttempt;

void store_attempt_free(StoreAttempt *attempt);

/* All attempts of a delivery, oldest first. StoreAttempt elements with free function. */
GPtrArray *store_attempt_list(Store *store, gint64 delivery_id, GError **error);

#endif
