/* SPDX-License-Identifier: GPL-3.0-or-later
 * What was said to relays, kept beside the attempts (daemon/dispatch/dialogue.h has the form of the text). */
#ifndef SONGFA_STORE_DIALOGUES_H
#define SONGFA_STORE_DIALOGUES_H

#include "daemon/store/store.h"

typedef struct {
    gint64 id;
    gint64 at;    /* when it began (µs) */
    gint64 link;  /* the dialogue of its connection, 0 = it is one itself */
    char *relay, *text;
} StoreDialogue;

void store_dialogue_free(StoreDialogue *dialogue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreDialogue, store_dialogue_free)

/* The highest id there is, 0 = none; -1 and error. */
gint64 store_dialogue_last(Store *store, GError **error);
/* Under an id of the caller's; one that is there already stays as it is. */
gboolean store_dialogue_put(Store *store, const StoreDialogue *dialogue, GError **error);
/* It belongs to that attempt of the delivery; once more changes nothing. recipient: which of the
 * transaction's is the delivery's own, -1 = none is. */
gboolean store_dialogue_attach(Store *store, gint64 delivery_id, int number, gint64 dialogue_id, int recipient,
                               GError **error);

/* NULL without error when there is none of that id. */
StoreDialogue *store_dialogue_get(Store *store, gint64 id, GError **error);

typedef struct {
    int number; /* of the attempt */
    int recipient;
    gint64 dialogue_id;
} StoreAttemptDialogue;

/* Those of all attempts of a delivery in the order in which they began. StoreAttemptDialogue elements with free
 * function. */
GPtrArray *store_dialogue_list(Store *store, gint64 delivery_id, GError **error);

#endif
