/* SPDX-License-Identifier: GPL-3.0-or-later
 * Hand-ins as rows. */
#include "daemon/store/hand-ins.h"

#include "daemon/store/store-private.h"

#define SELECT_HAND_IN                                                                                     \
    "SELECT id, at, origin, file_name, digest, place, series, release, result, taken_at, issue_id, clerk," \
    " told_at FROM hand_in "
#define UNTOLD "clerk IS NOT NULL AND told_at IS NULL AND result IS NOT NULL"

static gpointer read_hand_in(const DbRows *row)
{
    StoreHandIn *hand_in = g_new0(StoreHandIn, 1);
    hand_in->id = db_column_int(row, 0);
    hand_in->at = db_column_int(row, 1);
    hand_in->origin = db_column_dup(row, 2);
    hand_in->file_name = db_column_dup(row, 3);
    hand_in->digest = db_column_dup(row, 4);
    hand_in->place = db_column_dup(row, 5);
    hand_in->series = db_column_dup(row, 6);
    hand_in->release = db_column_dup(row, 7);
    hand_in->result = db_column_dup(row, 8);
    hand_in->taken_at = db_column_int(row, 9);
    hand_in->issue_id = db_column_int(row, 10);
    hand_in->clerk = db_column_dup(row, 11);
    hand_in->told_at = db_column_int(row, 12);
    return hand_in;
}

#define TEXTS(row)                                                                                         \
    {&(row)->origin, &(row)->file_name, &(row)->digest, &(row)->place, &(row)->series, &(row)->release,    \
     &(row)->result, &(row)->clerk}

void store_hand_in_free(StoreHandIn *hand_in)
{
    if (hand_in == NULL)
        return;
    char **texts[] = TEXTS(hand_in);
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(*texts[i]);
    g_free(hand_in);
}

StoreHandIn *store_hand_in_copy(const StoreHandIn *hand_in)
{
    StoreHandIn *copy = g_memdup2(hand_in, sizeof *hand_in);
    char **texts[] = TEXTS(copy);
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = g_strdup(*texts[i]);
    return copy;
}

static void free_hand_in(gpointer data)
{
    store_hand_in_free(data);
}

#define HAND_IN_PARAMS(row)                                                                                \
    DB_PARAMS(db_int((row)->id), db_int((row)->at), db_string((row)->origin), db_string((row)->file_name), \
              db_string((row)->digest), db_text((row)->place), db_text((row)->series),                     \
              db_text((row)->release), db_text((row)->result), db_int_or_null((row)->taken_at),            \
              db_int_or_null((row)->issue_id), db_text((row)->clerk), db_int_or_null((row)->told_at))

gboolean store_hand_in_put(Store *store, StoreHandIn *hand_in, GError **error)
{
    if (hand_in->id != 0)
        return db_run(store->db,
                      "UPDATE hand_in SET at = $2, origin = $3, file_name = $4, digest = $5, place = $6,"
                      " series = $7, release = $8, result = $9, taken_at = $10, issue_id = $11, clerk = $12,"
                      " told_at = $13 WHERE id = $1",
                      HAND_IN_PARAMS(hand_in), NULL, error);
    return db_number(store->db,
                     "INSERT INTO hand_in (at, origin, file_name, digest, place, series, release, result,"
                     " taken_at, issue_id, clerk, told_at) VALUES ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
                     " $12, $13) RETURNING id",
                     HAND_IN_PARAMS(hand_in), &hand_in->id, error);
}

gboolean store_hand_in_drop(Store *store, gint64 id, GError **error)
{
    return db_run(store->db, "DELETE FROM hand_in WHERE id = $1 AND result IS NULL", DB_PARAMS(db_int(id)), NULL,
                  error);
}

StoreHandIn *store_hand_in_by_id(Store *store, gint64 id, GError **error)
{
    return db_one(store->db, SELECT_HAND_IN "WHERE id = $1", DB_PARAMS(db_int(id)), read_hand_in, error);
}

StoreHandIn *store_hand_in_waiting(Store *store, const char *place, const char *digest, GError **error)
{
    return db_one(store->db,
                  SELECT_HAND_IN "WHERE result IS NULL AND place = $1 AND digest = $2 ORDER BY id DESC LIMIT 1",
                  DB_PARAMS(db_string(place), db_string(digest)), read_hand_in, error);
}

StoreHandIn *store_hand_in_last(Store *store, gint64 issue_id, GError **error)
{
    return db_one(store->db, SELECT_HAND_IN "WHERE issue_id = $1 ORDER BY id DESC LIMIT 1",
                  DB_PARAMS(db_int(issue_id)), read_hand_in, error);
}

GPtrArray *store_hand_in_of_issue(Store *store, gint64 issue_id, GError **error)
{
    return db_all(store->db, SELECT_HAND_IN "WHERE issue_id = $1 ORDER BY id", DB_PARAMS(db_int(issue_id)),
                  read_hand_in, free_hand_in, error);
}

gboolean store_hand_in_mails_since(Store *store, const char *clerk, gint64 since, gint64 *n, GError **error)
{
    return db_number(store->db, "SELECT count(DISTINCT told_at) FROM hand_in WHERE clerk = $1 AND told_at > $2",
                     DB_PARAMS(db_string(clerk), db_int(since)), n, error);
}

static gpointer read_untold(const DbRows *row)
{
    StoreUntold *untold = g_new0(StoreUntold, 1);
    untold->clerk = db_column_dup(row, 0);
    untold->n = db_column_int(row, 1);
    return untold;
}

static void free_untold(gpointer data)
{
    StoreUntold *untold = data;
    g_free(untold->clerk);
    g_free(untold);
}

GPtrArray *store_hand_in_untold(Store *store, GError **error)
{
    return db_all(store->db, "SELECT clerk, count(*) FROM hand_in WHERE " UNTOLD " GROUP BY clerk ORDER BY clerk",
                  DB_NO_PARAMS, read_untold, free_untold, error);
}

GPtrArray *store_hand_in_untold_of(Store *store, const char *clerk, int limit, GError **error)
{
    return db_all(store->db, SELECT_HAND_IN "WHERE " UNTOLD " AND clerk = $1 ORDER BY id LIMIT $2",
                  DB_PARAMS(db_string(clerk), db_int(limit)), read_hand_in, free_hand_in, error);
}

gboolean store_hand_in_set_told(Store *store, const char *clerk, gint64 now, GError **error)
{
    return db_run(store->db, "UPDATE hand_in SET told_at = $2 WHERE " UNTOLD " AND clerk = $1",
                  DB_PARAMS(db_string(clerk), db_int(now)), NULL, error);
}
