/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tray. */
#include "daemon/store/report-tray.h"

#include <inttypes.h>
#include <jansson.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/audit.h"
#include "daemon/store/reports-private.h"
#include "daemon/store/store-private.h"

#define COLUMNS                                                                                            \
    "id, mailbox, uidvalidity, uid, at, kind, delivery_id, settled, reply_code, enhanced_code, text,"      \
    " facts, tray, closed_at, closed_by, closed_how, closed_reason"
#define OPEN "tray IS NOT NULL AND closed_at IS NULL"

static gpointer read_row(const DbRows *rows)
{
    StoreReportRow *row = g_new0(StoreReportRow, 1);
    row->id = db_column_int(rows, 0);
    row->mailbox = db_column_dup(rows, 1);
    row->uidvalidity = db_column_int(rows, 2);
    row->uid = db_column_int(rows, 3);
    row->at = db_column_int(rows, 4);
    row->kind = db_column_dup(rows, 5);
    row->delivery_id = db_column_int(rows, 6);
    row->settled = db_column_int(rows, 7) != 0;
    row->reply_code = (int)db_column_int(rows, 8);
    row->enhanced_code = db_column_dup(rows, 9);
    row->text = db_column_dup(rows, 10);
    row->facts = db_column_dup(rows, 11);
    row->tray = db_column_dup(rows, 12);
    row->closed_at = db_column_int(rows, 13);
    row->closed_by = db_column_dup(rows, 14);
    row->closed_how = db_column_dup(rows, 15);
    row->closed_reason = db_column_dup(rows, 16);
    return row;
}

void store_report_row_free(StoreReportRow *row)
{
    if (row == NULL)
        return;
    char *texts[] = {row->mailbox, row->kind,      row->enhanced_code, row->text,         row->facts,
                     row->tray,    row->closed_by, row->closed_how,    row->closed_reason};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_free(row);
}

static void destroy_row(gpointer row)
{
    store_report_row_free(row);
}

GPtrArray *store_report_list(Store *store, gboolean all, int limit, GError **error)
{
    const char *sql = all ? "SELECT " COLUMNS " FROM report ORDER BY id DESC LIMIT $1"
                          : "SELECT " COLUMNS " FROM report WHERE " OPEN " ORDER BY id DESC LIMIT $1";
    return db_all(store->db, sql, DB_PARAMS(db_int(limit > 0 ? limit : G_MAXINT32)), read_row, destroy_row, error);
}

gint64 store_report_open(Store *store, GError **error)
{
    gint64 n = -1;
    return db_number(store->db, "SELECT count(*) FROM report WHERE " OPEN, DB_NO_PARAMS, &n, error) ? n : -1;
}

StoreReportRow *store_report_get(Store *store, gint64 id, GError **error)
{
    GError *failed = NULL;
    StoreReportRow *row =
        db_one(store->db, "SELECT " COLUMNS " FROM report WHERE id = $1", DB_PARAMS(db_int(id)), read_row, &failed);
    if (failed != NULL)
        g_propagate_error(error, failed);
    else if (row == NULL)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                    _("没有编号为 %" PRId64 " 的回报；songfactl reports --all 列出全部"), id);
    return row;
}

/* ---- a clerk's word ---- */

static StoreReportRow *open_row(Store *store, gint64 id, GError **error)
{
    g_autoptr(StoreReportRow) row = store_report_get(store, id, error);
    if (row == NULL)
        return NULL;
    if (row->tray != NULL && row->closed_at == 0)
        return g_steal_pointer(&row);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                row->tray == NULL ? _("回报 %" PRId64 " 已自动对上，不在待认领之列")
                                  : _("回报 %" PRId64 " 已经处理过了，见 songfactl reports show"), id);
    return NULL;
}

static gboolean close_row(Store *store, gint64 id, const char *how, const char *who, const char *reason, gint64 now,
                          GError **error)
{
    return db_run(store->db,
                  "UPDATE report SET closed_at = $2, closed_by = $3, closed_how = $4, closed_reason = $5 WHERE id = $1",
                  DB_PARAMS(db_int(id), db_int(now), db_text(who), db_text(how), db_text(reason)), NULL, error);
}

static gboolean audit(Store *store, const char *action, gint64 id, const char *who, json_t *word, GError **error)
{
    g_autofree char *subject = g_strdup_printf("report:%" PRId64, id);
    char *after = json_dumps(word, JSON_COMPACT);
    json_decref(word);
    gboolean good = store_audit_add(store, who, action, subject, NULL, after, error);
    free(after);
    return good;
}

static gboolean may_match(Store *store, const StoreReportRow *row, gint64 delivery_id, GError **error)
{
    gint64 found = 0;
    gboolean early = FALSE;
    GError *failed = NULL;
    gboolean there = db_number(store->db, "SELECT id FROM delivery WHERE id = $1 AND channel = 'email'",
                               DB_PARAMS(db_int(delivery_id)), &found, &failed);
    if (failed == NULL && there && report_is_early(store, row->kind, delivery_id, &early, &failed) && !early)
        return TRUE;
    if (failed != NULL)
        g_propagate_error(error, failed);
    else if (early)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT, _("这封邮件正在发送，请稍后再认领"));
    else
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                    _("登记里没有编号为 %" PRId64 " 的邮件；编号见 songfactl log --json 的 id"), delivery_id);
    return FALSE;
}

static gboolean match(Store *store, gint64 id, gint64 delivery_id, const char *who, const char *reason, gint64 now,
                      gboolean *changed, GError **error)
{
    g_autoptr(StoreReportRow) row = open_row(store, id, error);
    if (row == NULL || !may_match(store, row, delivery_id, error))
        return FALSE;
    StoreReportOutcome outcome = {.kind = row->kind, .reply_code = row->reply_code,
                                  .enhanced_code = row->enhanced_code, .text = row->text};
    StoreReportResult result;
    if (!report_apply(store, &outcome, delivery_id, row->at, who, &result, error) ||
        !db_run(store->db, "UPDATE report SET delivery_id = $2, settled = $3 WHERE id = $1",
                DB_PARAMS(db_int(id), db_int(delivery_id), db_int(result == STORE_REPORT_SETTLED)), NULL, error))
        return FALSE;
    *changed = result != STORE_REPORT_NOTED;
    json_t *word = json_pack("{s:I,s:s,s:s,s:s}", "delivery", (json_int_t)delivery_id, "kind", row->kind, "result",
                             store_report_result_name(result), "reason", reason);
    return close_row(store, id, "matched", who, reason, now, error) && audit(store, "report.match", id, who, word, error);
}

gboolean store_report_match(Store *store, gint64 id, gint64 delivery_id, const char *who, const char *reason,
                            gint64 now, gboolean *changed, GError **error)
{
    StoreWork work;
    *changed = FALSE;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, match(store, id, delivery_id, who, reason, now, changed, error), error);
}

static gboolean dismiss(Store *store, gint64 id, const char *who, const char *reason, gint64 now, GError **error)
{
    g_autoptr(StoreReportRow) row = open_row(store, id, error);
    return row != NULL && close_row(store, id, "dismissed", who, reason, now, error) &&
           audit(store, "report.dismiss", id, who, json_pack("{s:s,s:s}", "kind", row->kind, "reason", reason), error);
}

gboolean store_report_dismiss(Store *store, gint64 id, const char *who, const char *reason, gint64 now, GError **error)
{
    StoreWork work;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, dismiss(store, id, who, reason, now, error), error);
}
