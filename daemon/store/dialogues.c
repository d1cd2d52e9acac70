/* SPDX-License-Identifier: GPL-3.0-or-later
 * Dialogues as rows. */
#include "daemon/store/dialogues.h"

#include "daemon/store/store-private.h"

void store_dialogue_free(StoreDialogue *dialogue)
{
    if (dialogue == NULL)
        return;
    g_free(dialogue->relay);
    g_free(dialogue->text);
    g_free(dialogue);
}

gint64 store_dialogue_last(Store *store, GError **error)
{
    gint64 id = -1;
    return db_number(store->db, "SELECT coalesce(max(id), 0) FROM dialogue", DB_NO_PARAMS, &id, error) ? id : -1;
}

gboolean store_dialogue_put(Store *store, const StoreDialogue *dialogue, GError **error)
{
    return db_run(store->db,
                  "INSERT INTO dialogue (id, at, relay, link, text) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING",
                  DB_PARAMS(db_int(dialogue->id), db_int(dialogue->at), db_string(dialogue->relay),
                            db_int_or_null(dialogue->link), db_string(dialogue->text)),
                  NULL, error);
}

gboolean store_dialogue_attach(Store *store, gint64 delivery_id, int number, gint64 dialogue_id, int recipient,
                               GError **error)
{
    DbValue own = recipient >= 0 ? db_int(recipient) : db_int_or_null(0);
    return db_run(store->db,
                  "INSERT INTO attempt_dialogue (delivery_id, number, dialogue_id, recipient) VALUES ($1, $2, $3, $4)"
                  " ON CONFLICT (delivery_id, number, dialogue_id) DO NOTHING",
                  DB_PARAMS(db_int(delivery_id), db_int(number), db_int(dialogue_id), own), NULL, error);
}

static gpointer read_dialogue(const DbRows *row)
{
    StoreDialogue *dialogue = g_new0(StoreDialogue, 1);
    dialogue->id = db_column_int(row, 0);
    dialogue->at = db_column_int(row, 1);
    dialogue->relay = db_column_dup(row, 2);
    dialogue->link = db_column_int(row, 3);
    dialogue->text = db_column_dup(row, 4);
    return dialogue;
}

StoreDialogue *store_dialogue_get(Store *store, gint64 id, GError **error)
{
    return db_one(store->db, "SELECT id, at, relay, link, text FROM dialogue WHERE id = $1", DB_PARAMS(db_int(id)),
                  read_dialogue, error);
}

static gpointer read_attempt(const DbRows *row)
{
    StoreAttemptDialogue *attempt = g_new0(StoreAttemptDialogue, 1);
    attempt->number = (int)db_column_int(row, 0);
    attempt->dialogue_id = db_column_int(row, 1);
    attempt->recipient = (int)db_column_int(row, 2);
    return attempt;
}

GPtrArray *store_dialogue_list(Store *store, gint64 delivery_id, GError **error)
{
    return db_all(store->db,
                  "SELECT a.number, a.dialogue_id, coalesce(a.recipient, -1) FROM attempt_dialogue a JOIN dialogue d"
                  " ON d.id = a.dialogue_id WHERE a.delivery_id = $1 ORDER BY a.number, d.at, d.id",
                  DB_PARAMS(db_int(delivery_id)), read_attempt, g_free, error);
}
