/* SPDX-License-Identifier: GPL-3.0-or-later
 * Flags of mailboxes. */
#include "daemon/store/flags.h"

#include <jansson.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/audit.h"
#include "daemon/store/store-private.h"

static gpointer read_flag(const DbRows *row)
{
    StoreFlag *flag = g_new0(StoreFlag, 1);
    flag->address = db_column_dup(row, 0);
    flag->at = db_column_int(row, 1);
    flag->status = db_column_dup(row, 2);
    flag->text = db_column_dup(row, 3);
    flag->delivery_id = db_column_int(row, 4);
    return flag;
}

void store_flag_free(StoreFlag *flag)
{
    if (flag == NULL)
        return;
    g_free(flag->address);
    g_free(flag->status);
    g_free(flag->text);
    g_free(flag);
}

static void destroy_flag(gpointer flag)
{
    store_flag_free(flag);
}

GPtrArray *store_flag_list(Store *store, GError **error)
{
    return db_all(store->db, "SELECT address, at, status, text, delivery_id FROM mailbox_flag ORDER BY address",
                  DB_NO_PARAMS, read_flag, destroy_flag, error);
}

gboolean store_flag_set(Store *store, gint64 delivery_id, gint64 now, GError **error)
{
    return db_run(store->db,
                  "INSERT INTO mailbox_flag (address, at, status, text, delivery_id)"
                  " SELECT lower(address), $2, enhanced_code, reply_text, id FROM delivery WHERE id = $1"
                  " AND address IS NOT NULL ON CONFLICT (address) DO UPDATE SET at = excluded.at,"
                  " status = excluded.status, text = excluded.text, delivery_id = excluded.delivery_id",
                  DB_PARAMS(db_int(delivery_id), db_int(now)), NULL, error);
}

static gboolean clear(Store *store, const char *address, const char *who, const char *reason, GError **error)
{
    gint64 changed = 0;
    g_autofree char *lower = g_ascii_strdown(address, -1), *subject = g_strconcat("address:", lower, NULL);
    if (!db_run(store->db, "DELETE FROM mailbox_flag WHERE address = $1", DB_PARAMS(db_text(lower)), &changed, error))
        return FALSE;
    if (changed == 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND, _("邮箱 %s 没有被标记；songfactl reports flags 列出全部"),
                    address);
        return FALSE;
    }
    json_t *word = json_pack("{s:s}", "reason", reason);
    char *after = json_dumps(word, JSON_COMPACT);
    json_decref(word);
    gboolean good = store_audit_add(store, who, "mailbox.unflag", subject, NULL, after, error);
    free(after);
    return good;
}

gboolean store_flag_clear(Store *store, const char *address, const char *who, const char *reason, GError **error)
{
    StoreWork work;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, clear(store, address, who, reason, error), error);
}
