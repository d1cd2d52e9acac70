/* SPDX-License-Identifier: GPL-3.0-or-later
 * How a delivery is read from its row, for the files of deliveries.h. */
#ifndef SONGFA_STORE_DELIVERIES_PRIVATE_H
#define SONGFA_STORE_DELIVERIES_PRIVATE_H

#include "daemon/store/deliveries.h"
#include "daemon/store/store-private.h"

/* In the order in which delivery_read() takes them. */
#define DELIVERY_COLUMNS                                                                              \
    "id, mail_id, issue_id, recipient, name, salutation, unit, channel, address, copies, because,"    \
    " token, message_id, sending_no, reason, state, attempts, first_queued, next_attempt,"            \
    " last_attempt, signed_at, reply_code, enhanced_code, reply_text, relay, queue_id, urgent,"\
    " waits_for, held_for, leader, settled_by, settled_at, settled_why, settled_as, signed_by, follows"

/* Whether the row's recipient is $2: id, name or address, which have indexes; or, when those find none,
 * the person alone in "区委书记 周明远". */
#define DELIVERY_TO "(recipient = $2 OR name = $2 OR address = $2)"
#define DELIVERY_TO_PERSON "substr(name, length(name) - length($2)) = ' ' || $2"

/* Rows that wait, and rows at rest, are found by an index each; the planner must read the index's own words
 * (sql/020-delivery-indexes.sql). */
#define DELIVERY_WAITS "(state = 'queued' OR state = 'deferred')"
#define DELIVERY_RESTS "state <> 'queued' AND state <> 'sending' AND state <> 'accepted'"

/* The last attempt stands in the row itself; before it is overwritten it goes into the log, once. */
gboolean delivery_keep_attempt(Store *store, gint64 id, GError **error);

/* Recipients who are paused altogether: nothing begins to wait for them. */
gboolean delivery_apply_pauses(Store *store, gint64 issue_id, gint64 now, GError **error);

/* The last sending to each recipient of the issue, mail only; to one of them, as in DeliveryFilter, or
 * (NULL) to all. StoreDelivery elements with free function. */
GPtrArray *delivery_last_sendings(Store *store, gint64 issue_id, const char *recipient, GError **error);

/* FALSE and CONFLICT when the word means several: what is said of one, a new address or that he has the
 * mail, must not be said of others who bear his name. */
gboolean delivery_is_one(const GPtrArray *rows, const char *recipient, GError **error);

/* FALSE and CONFLICT when the issue is not released: nothing of it is sent. */
gboolean delivery_may_send(Store *store, gint64 issue_id, GError **error);

/* A new row behind the old one, queued, and the old one at rest for good. message_id NULL: a message of
 * its own. address NULL: where it went before. Pauses are the caller's. */
gboolean delivery_send_again(Store *store, const StoreDelivery *old, const char *address, const char *message_id,
                             const char *reason, gint64 now, GError **error);

/* The row's recipient has the mail: what the policy queued for him meanwhile, and no attempt took up, is
 * cancelled. A clerk's sending again stands. */
gboolean delivery_call_back(Store *store, gint64 id, GError **error);

/* A DbReader; the record is freed with delivery_destroy(). */
gpointer delivery_read(const DbRows *row);
void delivery_destroy(gpointer delivery);

#endif
