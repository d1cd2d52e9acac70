/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one row that says what is traced. */
#include "daemon/store/tracing.h"

#include <jansson.h>

#include "daemon/store/audit.h"
#include "daemon/store/store-private.h"

char *store_tracing_get(Store *store, GError **error)
{
    return db_lookup(store->db, "SELECT subsystems FROM tracing", DB_NO_PARAMS, error);
}

static gboolean set(Store *store, const char *subsystems, const char *who, GError **error)
{
    json_t *word = json_pack("{s:s}", "subsystems", subsystems);
    char *after = json_dumps(word, JSON_COMPACT);
    json_decref(word);
    gboolean good = db_run(store->db, "UPDATE tracing SET subsystems = $1", DB_PARAMS(db_string(subsystems)), NULL, error) &&
                    store_audit_add(store, who, "daemon.trace", "daemon", NULL, after, error);
    free(after);
    return good;
}

gboolean store_tracing_set(Store *store, const char *subsystems, const char *who, GError **error)
{
    StoreWork work;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, set(store, subsystems, who, error), error);
}
