/* SPDX-License-Identifier: GPL-3.0-or-later
 * The audit log's chain: each row's hash covers its fields and the hash before it, and audit_head
 * holds the last, so that a row changed, taken out or taken off the end is found. */
#include "daemon/store/audit.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"
#include "daemon/store/store-private.h"

#define SELECT_AUDIT "SELECT id, at, who, action, subject, before, after FROM audit "

static void free_texts(StoreAudit *row)
{
    g_free(row->who);
    g_free(row->action);
    g_free(row->subject);
    g_free(row->before);
    g_free(row->after);
}

void store_audit_free(StoreAudit *row)
{
    if (row == NULL)
        return;
    free_texts(row);
    g_free(row);
}

static void free_row(gpointer row)
{
    store_audit_free(row);
}

static void read_fields(const DbRows *rows, StoreAudit *row)
{
    row->id = db_column_int(rows, 0);
    row->at = db_column_int(rows, 1);
    row->who = db_column_dup(rows, 2);
    row->action = db_column_dup(rows, 3);
    row->subject = db_column_dup(rows, 4);
    row->before = db_column_dup(rows, 5);
    row->after = db_column_dup(rows, 6);
}

static gpointer read_row(const DbRows *rows)
{
    StoreAudit *row = g_new0(StoreAudit, 1);
    read_fields(rows, row);
    return row;
}

static void add_number(GString *bytes, gint64 number, char mark)
{
    char digits[24];
    g_string_append_len(bytes, digits, g_snprintf(digits, sizeof digits, "%" G_GINT64_FORMAT "%c", number, mark));
}

/* Each text with its length in front, "-" for none: no two rows give the same bytes. */
static char *chain_hash(const char *previous, const StoreAudit *row)
{
    const char *texts[] = {previous, row->who, row->action, row->subject, row->before, row->after};
    g_autoptr(GString) bytes = g_string_sized_new(1024);
    add_number(bytes, row->id, ',');
    add_number(bytes, row->at, ',');
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        if (texts[i] != NULL) {
            add_number(bytes, (gint64)strlen(texts[i]), ':');
            g_string_append(bytes, texts[i]);
        }
        g_string_append(bytes, texts[i] != NULL ? "," : "-,");
    }
    return ident_sha256(bytes->str, bytes->len);
}

typedef struct {
    gint64 id;
    char *hash;
} Head;

static gpointer read_head(const DbRows *rows)
{
    Head *head = g_new0(Head, 1);
    head->id = db_column_int(rows, 0);
    head->hash = db_column_dup(rows, 1);
    return head;
}

static void head_free(Head *head)
{
    g_free(head->hash);
    g_free(head);
}
static gboolean broken(gint64 id, GError **error)
{
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_STORE,
                _("审计记录在第 %d 行处不连贯：该行被改动，或它前后有行被删；请保留数据库原件，与备份核对"), (int)id);
    return FALSE;
}

static Head *load_head(Store *store, GError **error)
{
    GError *failed = NULL;
    Head *head = db_one(store->db, "SELECT id, hash FROM audit_head WHERE one = 1", DB_NO_PARAMS, read_head,
                        &failed);
    if (head == NULL && failed == NULL)
        broken(0, &failed);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return head;
}

struct StoreAuditChain {
    Store *store;
    Head *head; /* of the last row that was added */
};

StoreAuditChain *store_audit_chain_open(Store *store, GError **error)
{
    Head *head = load_head(store, error);
    if (head == NULL)
        return NULL;
    StoreAuditChain *chain = g_new0(StoreAuditChain, 1);
    chain->store = store;
    chain->head = head;
    return chain;
}

void store_audit_chain_free(StoreAuditChain *chain)
{
    head_free(chain->head);
    g_free(chain);
}

static char *text_or_null(const char *text)
{
    return text != NULL && *text != '\0' ? (char *)text : NULL;
}

gint64 store_audit_chain_add(StoreAuditChain *chain, const char *who, const char *action, const char *subject,
                             const char *before, const char *after, GError **error)
{
    StoreAudit row = {.id = chain->head->id + 1, /* texts lent */
                      .at = clock_now(),
                      .who = (char *)who,
                      .action = (char *)action,
                      .subject = (char *)subject,
                      .before = text_or_null(before),
                      .after = text_or_null(after)};
    char *hash = chain_hash(chain->head->hash, &row);
    g_free(chain->head->hash);
    chain->head->hash = hash;
    chain->head->id = row.id;
    gboolean added = db_run(chain->store->db,
                            "INSERT INTO audit (id, at, who, action, subject, before, after, hash)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                            DB_PARAMS(db_int(row.id), db_int(row.at), db_string(row.who), db_string(row.action),
                                      db_string(row.subject), db_text(row.before), db_text(row.after),
                                      db_string(hash)),
                            NULL, error);
    return added ? row.id : 0;
}

gboolean store_audit_chain_end(StoreAuditChain *chain, GError **error)
{
    return db_run(chain->store->db, "UPDATE audit_head SET id = $1, hash = $2 WHERE one = 1",
                  DB_PARAMS(db_int(chain->head->id), db_string(chain->head->hash)), NULL, error);
}

static gboolean add_one(Store *store, const char *who, const char *action, const char *subject,
                        const char *before, const char *after, GError **error)
{
    g_autoptr(StoreAuditChain) chain = store_audit_chain_open(store, error);
    return chain != NULL && store_audit_chain_add(chain, who, action, subject, before, after, error) != 0 &&
           store_audit_chain_end(chain, error);
}

gboolean store_audit_add(Store *store, const char *who, const char *action, const char *subject,
                         const char *before, const char *after, GError **error)
{
    g_return_val_if_fail(who != NULL && action != NULL && subject != NULL, FALSE);
    StoreWork work;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, add_one(store, who, action, subject, before, after, error), error);
}

GPtrArray *store_audit_list(Store *store, const char *subject, int limit, GError **error)
{
    const char *sql = subject == NULL ? SELECT_AUDIT "ORDER BY id DESC LIMIT $2"
                                      : SELECT_AUDIT "WHERE subject = $1 ORDER BY id DESC LIMIT $2";
    return db_all(store->db, sql, DB_PARAMS(db_text(subject), db_int(limit > 0 ? limit : G_MAXINT64)), read_row,
                  free_row, error);
}

/* One step along the chain: takes the row's hash over as the last one when it is right. */
static gboolean follows(const DbRows *rows, gint64 *n, char **last)
{
    StoreAudit row = {0};
    read_fields(rows, &row);
    g_autofree char *hash = chain_hash(*last, &row);
    gboolean ok = row.id == *n + 1 && g_strcmp0(hash, db_column_text(rows, 7)) == 0;
    free_texts(&row);
    if (!ok)
        return FALSE;
    g_free(*last);
    *last = g_steal_pointer(&hash);
    ++*n;
    return TRUE;
}

/* One statement, so that a row added meanwhile is not taken for a forged one. */
gboolean store_audit_verify(Store *store, gint64 *n, GError **error)
{
    *n = 0;
    g_autoptr(DbRows) rows =
        db_query(store->db,
                 "SELECT a.id, a.at, a.who, a.action, a.subject, a.before, a.after, a.hash, h.id, h.hash"
                 " FROM audit_head h LEFT JOIN audit a ON 1 = 1 ORDER BY a.id",
                 DB_NO_PARAMS, error);
    if (rows == NULL)
        return FALSE;
    gint64 head_id = -1;
    g_autofree char *last = g_strdup(""), *head_hash = NULL;
    GError *failed = NULL;
    while (db_next(rows, &failed)) {
        if (head_hash == NULL)
            head_hash = db_column_dup(rows, 9);
        head_id = db_column_int(rows, 8);
        gboolean empty = db_column_text(rows, 7) == NULL;
        if (!empty && !follows(rows, n, &last))
            return broken(*n + 1, error);
    }
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return FALSE;
    }
    return (head_id == *n && g_strcmp0(head_hash, last) == 0) || broken(*n + 1, error);
}
