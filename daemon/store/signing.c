/* SPDX-License-Identifier: GPL-3.0-or-later
 * Signatures in the register. */
#include "daemon/store/signing.h"

#include <inttypes.h>
#include <jansson.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/audit.h"
#include "daemon/store/stops.h"
#include "daemon/store/store-private.h"

/* Paper rows stay planned: the register does not see them go. */
#define HANDED_OUT                                                                                         \
    "notice_id = 0 AND issue_id = $1 AND ((channel = 'paper' AND state <> 'cancelled'"                     \
    " AND EXISTS (SELECT 1 FROM issue i WHERE i.id = $1 AND i.state = 'released'))"                          \
    " OR state IN ('accepted', 'unknown', 'delivered', 'bounced', 'refused'))"

/* Who signs for a mail in doubt has it. */
static const char sign_sql[] =
    "UPDATE delivery SET signed_at = $3, signed_by = $4, state = CASE WHEN state = 'unknown' THEN 'delivered' ELSE state END"
    " WHERE recipient = $2 AND signed_at IS NULL AND " HANDED_OUT;
static const char unsign_sql[] =
    "UPDATE delivery SET signed_at = NULL, signed_by = NULL"
    " WHERE recipient = $2 AND signed_at IS NOT NULL AND notice_id = 0 AND issue_id = $1";

/* What is signed on paper, counted anew. */
static const char count_sql[] =
    "UPDATE print_run SET signed_copies = (SELECT coalesce(sum(copies), 0) FROM delivery WHERE issue_id = $1"
    " AND notice_id = 0 AND channel = 'paper' AND signed_at IS NOT NULL) WHERE issue_id = $1";

static gboolean audit(Store *store, const char *action, gint64 issue_id, const char *recipient,
                      const StoreSignature *signature, GError **error)
{
    g_autofree char *subject = g_strdup_printf("recipient:%s", recipient);
    json_t *word = json_pack("{s:I,s:I,s:s?}", "issue", (json_int_t)issue_id, "at", (json_int_t)signature->at, "reason",
                             signature->reason);
    char *after = json_dumps(word, JSON_COMPACT);
    json_decref(word);
    gboolean good = store_audit_add(store, signature->who, action, subject, NULL, after, error);
    free(after);
    return good;
}

static gboolean change(Store *store, const char *sql, const char *action, gint64 issue_id, const char *word,
                       const StoreSignature *signature, int *n, GError **error)
{
    g_autofree char *recipient = store_stop_recipient(store, issue_id, word, error);
    gint64 changed = 0;
    const DbValue params[] = {db_int(issue_id), db_text(recipient), db_int(signature->at), db_text(signature->who)};
    if (recipient == NULL || !db_run(store->db, sql, params, sql == sign_sql ? 4 : 2, &changed, error))
        return FALSE;
    *n = (int)changed;
    if (changed > 0)
        return db_run(store->db, count_sql, DB_PARAMS(db_int(issue_id)), NULL, error) &&
               audit(store, action, issue_id, recipient, signature, error);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                sql == sign_sql ? _("“%s”这一期已签收，或还没有发出") : _("“%s”这一期没有签收记录"), word);
    return FALSE;
}

static gboolean run(Store *store, const char *sql, const char *action, gint64 issue_id, const char *word,
                    const StoreSignature *signature, int *n, GError **error)
{
    StoreWork work;
    *n = 0;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, change(store, sql, action, issue_id, word, signature, n, error), error);
}

gboolean store_sign(Store *store, gint64 issue_id, const char *recipient, const StoreSignature *signature, int *n,
                    GError **error)
{
    return run(store, sign_sql, "delivery.sign", issue_id, recipient, signature, n, error);
}

gboolean store_unsign(Store *store, gint64 issue_id, const char *recipient, const StoreSignature *signature, int *n,
                      GError **error)
{
    return run(store, unsign_sql, "delivery.unsign", issue_id, recipient, signature, n, error);
}

gboolean store_sign_counts(Store *store, gint64 issue_id, gint64 *signed_for, gint64 *of, GError **error)
{
    return db_number(store->db, "SELECT count(DISTINCT recipient) FROM delivery WHERE signed_at IS NOT NULL AND " HANDED_OUT,
                     DB_PARAMS(db_int(issue_id)), signed_for, error) &&
           db_number(store->db, "SELECT count(DISTINCT recipient) FROM delivery WHERE " HANDED_OUT,
                     DB_PARAMS(db_int(issue_id)), of, error);
}
