/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one row that says which store this is. */
#include "daemon/store/identity.h"

#include <jansson.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"
#include "daemon/store/audit.h"
#include "daemon/store/deliveries-private.h"

enum { ID_BYTES = 15 };

char *store_identity_id(Store *store, GError **error)
{
    g_autofree char *fresh = ident_token(ID_BYTES);
    if (!db_run(store->db, "UPDATE store_identity SET id = $1 WHERE id = ''", DB_PARAMS(db_text(fresh)), NULL, error))
        return NULL;
    return db_lookup(store->db, "SELECT id FROM store_identity", DB_NO_PARAMS, error);
}

gint64 store_identity_number(Store *store, GError **error)
{
    gint64 number = -1;
    return db_number(store->db, "SELECT stamp + (SELECT id FROM audit_head) FROM store_identity", DB_NO_PARAMS, &number,
                     error) ? number : -1;
}

gboolean store_identity_has_sent(Store *store, gboolean *sent, GError **error)
{
    gint64 stamp = 0;
    gboolean good = db_number(store->db, "SELECT stamp FROM store_identity", DB_NO_PARAMS, &stamp, error);
    *sent = stamp > 0;
    return good;
}

gboolean store_identity_hold(Store *store, const char *reason, GError **error)
{
    return db_run(store->db, "UPDATE store_identity SET held = $1", DB_PARAMS(db_text(reason)), NULL, error);
}

char *store_identity_held(Store *store, GError **error)
{
    return db_lookup(store->db, "SELECT held FROM store_identity WHERE held IS NOT NULL", DB_NO_PARAMS, error);
}

static gboolean note(Store *store, const char *who, const char *reason, gboolean in_doubt, GError **error)
{
    json_t *word = json_pack("{s:s,s:b}", "reason", reason, "in_doubt", in_doubt);
    char *after = json_dumps(word, JSON_COMPACT);
    json_decref(word);
    gboolean good = store_audit_add(store, who, "store.release", "store", NULL, after, error);
    free(after);
    return good;
}

static gboolean release(Store *store, const char *who, const char *reason, gboolean in_doubt, int *n, GError **error)
{
    gint64 released = 0, doubted = 0;
    if (!db_run(store->db, "UPDATE store_identity SET held = NULL WHERE held IS NOT NULL", DB_NO_PARAMS, &released, error))
        return FALSE;
    if (released == 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT, _("数据库没有被扣住，无需放行"));
        return FALSE;
    }
    if (in_doubt && !db_run(store->db,
                            "UPDATE delivery SET state = 'unknown', doubt = 'clerk', next_attempt = NULL, reply_text = $1"
                            " WHERE " DELIVERY_WAITS " AND notice_id = 0",
                            DB_PARAMS(db_text(_("数据库恢复或复制之前可能已送出"))), &doubted, error))
        return FALSE;
    *n = (int)doubted;
    return db_run(store->db, "UPDATE stop_count SET n = n + 1", DB_NO_PARAMS, NULL, error) &&
           note(store, who, reason, in_doubt, error);
}

gboolean store_identity_release(Store *store, const char *who, const char *reason, gboolean in_doubt, int *n,
                                GError **error)
{
    StoreWork work;
    *n = 0;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, release(store, who, reason, in_doubt, n, error), error);
}
