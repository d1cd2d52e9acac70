/* SPDX-License-Identifier: GPL-3.0-or-later
 * The state of relays as rows. */
#include "daemon/store/relay-state.h"

#include "daemon/store/store-private.h"

void store_relay_state_free(StoreRelayState *state)
{
    if (state == NULL)
        return;
    g_free(state->name);
    g_free(state->problem);
    g_free(state);
}

static gboolean put_all(Store *store, const GPtrArray *states, GError **error)
{
    for (guint i = 0; i < states->len; i++) {
        const StoreRelayState *state = g_ptr_array_index(states, i);
        if (!db_run(store->db,
                    "INSERT INTO relay_state (name, at, state, until, problem, connections)"
                    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO UPDATE SET at = excluded.at,"
                    " state = excluded.state, until = excluded.until, problem = excluded.problem,"
                    " connections = excluded.connections",
                    DB_PARAMS(db_string(state->name), db_int(state->at), db_string(state->state),
                              db_int_or_null(state->until), db_text(state->problem), db_int(state->connections)),
                    NULL, error))
            return FALSE;
    }
    return TRUE;
}

gboolean store_relay_state_put(Store *store, const GPtrArray *states, GError **error)
{
    StoreWork work;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, put_all(store, states, error), error);
}

static gpointer read_state(const DbRows *row)
{
    StoreRelayState *state = g_new0(StoreRelayState, 1);
    state->name = db_column_dup(row, 0);
    state->at = db_column_int(row, 1);
    state->state = g_intern_string(db_column_text(row, 2));
    state->until = db_column_int(row, 3);
    state->problem = db_column_dup(row, 4);
    state->connections = (int)db_column_int(row, 5);
    return state;
}

GPtrArray *store_relay_state_list(Store *store, GError **error)
{
    return db_all(store->db, "SELECT name, at, state, until, problem, connections FROM relay_state ORDER BY name",
                  DB_NO_PARAMS, read_state, (GDestroyNotify)store_relay_state_free, error);
}
