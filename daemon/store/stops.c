/* SPDX-License-Identifier: GPL-3.0-or-later
 * Stops. A row's own mark holds while it is sending too: whatever brings it back untried or deferred
 * reads it (deliveries-send.c). */
#include "daemon/store/stops.h"

#include <jansson.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/audit.h"
#include "daemon/store/deliveries-private.h"

/* ---- who is meant ---- */

static gpointer read_text(const DbRows *row)
{
    return db_column_dup(row, 0);
}

static GPtrArray *recipients_named(Store *store, gint64 issue_id, const char *to, const char *word, GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT DISTINCT recipient FROM delivery WHERE notice_id = 0 AND %s AND ($1 = 0 OR issue_id = $1)"
                        " ORDER BY recipient LIMIT 10", to);
    return db_all(store->db, sql, DB_PARAMS(db_int(issue_id), db_text(word)), read_text, g_free, error);
}

char *store_stop_recipient(Store *store, gint64 issue_id, const char *word, GError **error)
{
    g_autoptr(GPtrArray) ids = recipients_named(store, issue_id, "recipient = $2", word, error);
    if (ids != NULL && ids->len == 0) {
        g_ptr_array_unref(ids);
        ids = recipients_named(store, issue_id, DELIVERY_TO, word, error);
    }
    if (ids != NULL && ids->len == 0) {
        g_ptr_array_unref(ids);
        ids = recipients_named(store, issue_id, DELIVERY_TO_PERSON, word, error);
    }
    if (ids == NULL)
        return NULL;
    if (ids->len == 1)
        return g_strdup(ids->pdata[0]);
    if (ids->len == 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                    _("登记里没有收件人“%s”；请用 songfactl log 查看名称、编号或地址"), word);
        return NULL;
    }
    g_ptr_array_add(ids, NULL);
    g_autofree char *list = g_strjoinv("、", (char **)ids->pdata);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT, _("“%s”对应几个收件人：%s；请用编号指明一个"), word, list);
    return NULL;
}

/* ---- the frame of a verb ---- */

typedef struct {
    const char *sql;  /* $1 issue (0 = all), $2 recipient or relay, $3 now */
    gboolean counted; /* its rows are the verb's number */
} Step;

typedef struct {
    const char *action, *subject_kind;
    const Step *steps;
    gsize n_steps;
} Verb;

static gboolean count_stop(Store *store, GError **error)
{
    return db_run(store->db, "UPDATE stop_count SET n = n + 1", DB_NO_PARAMS, NULL, error);
}

static gboolean audit(Store *store, const Verb *verb, gint64 issue_id, const char *key, const StoreStop *stop,
                      GError **error)
{
    g_autofree char *subject = key != NULL ? g_strdup_printf("%s:%s", verb->subject_kind, key)
                                           : g_strdup_printf("issue:%" G_GINT64_FORMAT, issue_id);
    json_t *word = json_pack("{s:I,s:s?}", "issue", (json_int_t)issue_id, "reason", stop->reason);
    char *after = json_dumps(word, JSON_COMPACT);
    json_decref(word);
    gboolean good = store_audit_add(store, stop->who, verb->action, subject, NULL, after, error);
    free(after);
    return good;
}

static gboolean run_steps(Store *store, const Verb *verb, gint64 issue_id, const char *key, const StoreStop *stop,
                          int *n, GError **error)
{
    *n = 0;
    for (gsize i = 0; i < verb->n_steps; i++) {
        gint64 changed = 0;
        if (!db_run(store->db, verb->steps[i].sql,
                    DB_PARAMS(db_int(issue_id), db_text(key), db_int(stop->now), db_text(stop->who),
                              db_string(stop->reason)),
                    &changed, error))
            return FALSE;
        *n += verb->steps[i].counted ? (int)changed : 0;
    }
    return count_stop(store, error) && audit(store, verb, issue_id, key, stop, error);
}

static gboolean run(Store *store, const Verb *verb, gint64 issue_id, const char *key, const StoreStop *stop, int *n,
                    GError **error)
{
    StoreWork work;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, run_steps(store, verb, issue_id, key, stop, n, error), error);
}

/* ---- recipients ---- */

#define OF_RECIPIENT " notice_id = 0 AND recipient = $2 AND ($1 = 0 OR issue_id = $1)"

static const Step pause_steps[] = {
    {"INSERT INTO pause (scope, key, who, at, reason) SELECT 'recipient', $2, $4, $3, $5 WHERE $1 = 0"
     " ON CONFLICT (scope, key) DO UPDATE SET who = excluded.who, at = excluded.at, reason = excluded.reason", FALSE},
    {"UPDATE delivery SET stopped = 'paused' WHERE state IN ('planned', 'sending') AND stopped IS NULL AND" OF_RECIPIENT, FALSE},
    {"UPDATE delivery SET stopped = 'paused', state = 'planned', next_attempt = NULL, held_at = $3"
     " WHERE state IN ('queued', 'deferred') AND" OF_RECIPIENT, TRUE},
};

/* A row waits again when its issue goes on. */
static const Step resume_steps[] = {
    {"DELETE FROM pause WHERE $1 = 0 AND scope = 'recipient' AND key = $2", FALSE},
    {"UPDATE delivery SET stopped = NULL, state = 'queued', next_attempt = $3,"
     " first_queued = coalesce(first_queued, $3), held_for = held_for + coalesce($3 - held_at, 0), held_at = NULL"
     " WHERE stopped = 'paused' AND state = 'planned' AND channel = 'email' AND" OF_RECIPIENT
     " AND EXISTS (SELECT 1 FROM issue i WHERE i.id = issue_id AND i.state = 'released')", TRUE},
    {"UPDATE delivery SET stopped = NULL WHERE stopped = 'paused' AND" OF_RECIPIENT, FALSE},
};

#define CANCEL_THOSE                                                                                       \
    "UPDATE delivery SET state = 'cancelled', stopped = NULL, next_attempt = NULL"                        \
    " WHERE state IN ('planned', 'queued', 'deferred') AND"

static const Step cancel_recipient_steps[] = {
    {CANCEL_THOSE OF_RECIPIENT, TRUE},
    {"UPDATE delivery SET stopped = 'cancelled' WHERE state = 'sending' AND" OF_RECIPIENT, FALSE},
};

gboolean store_stop_pause_recipient(Store *store, gint64 issue_id, const char *id, const StoreStop *stop, int *n,
                                    GError **error)
{
    static const Verb verb = {"recipient.pause", "recipient", pause_steps, G_N_ELEMENTS(pause_steps)};
    return run(store, &verb, issue_id, id, stop, n, error);
}

gboolean store_stop_resume_recipient(Store *store, gint64 issue_id, const char *id, const StoreStop *stop, int *n,
                                     GError **error)
{
    static const Verb verb = {"recipient.resume", "recipient", resume_steps, G_N_ELEMENTS(resume_steps)};
    return run(store, &verb, issue_id, id, stop, n, error);
}

gboolean store_stop_cancel_recipient(Store *store, gint64 issue_id, const char *id, const StoreStop *stop, int *n,
                                     GError **error)
{
    static const Verb verb = {"recipient.cancel", "recipient", cancel_recipient_steps,
                              G_N_ELEMENTS(cancel_recipient_steps)};
    return run(store, &verb, issue_id, id, stop, n, error);
}

/* ---- issues ---- */

static const Step cancel_issue_steps[] = {
    {CANCEL_THOSE " notice_id = 0 AND issue_id = $1", TRUE},
    {"UPDATE delivery SET stopped = 'cancelled' WHERE state = 'sending' AND notice_id = 0 AND issue_id = $1", FALSE},
    {"UPDATE issue SET reasons = '[]', changes = changes + 1 WHERE id = $1 AND state = 'planned'"
     " AND EXISTS (SELECT 1 FROM schedule s WHERE s.issue_id = $1)", FALSE},
    {"DELETE FROM schedule WHERE issue_id = $1", FALSE},
};

gboolean store_stop_cancel_issue(Store *store, gint64 issue_id, const StoreStop *stop, int *n, GError **error)
{
    static const Verb verb = {"issue.cancel", NULL, cancel_issue_steps, G_N_ELEMENTS(cancel_issue_steps)};
    return run(store, &verb, issue_id, NULL, stop, n, error);
}

/* ---- relays ---- */

static const Step pause_relay_steps[] = {
    {"INSERT INTO pause (scope, key, who, at, reason) VALUES ('relay', $2, $4, $3, $5)"
     " ON CONFLICT (scope, key) DO NOTHING", TRUE},
};
static const Step resume_relay_steps[] = {
    {"DELETE FROM pause WHERE scope = 'relay' AND key = $2", TRUE},
};
static const Step cancel_relay_steps[] = {
    {"UPDATE delivery SET state = 'cancelled', next_attempt = NULL"
     " WHERE state = 'deferred' AND notice_id = 0 AND relay = $2", TRUE},
};

/* A relay that is in that state already: nothing changes, and who asked is told. */
static gboolean switch_relay(Store *store, const Verb *verb, const char *name, const StoreStop *stop,
                             gboolean pausing, GError **error)
{
    int n = 0;
    StoreWork work;
    if (!store_work_begin(store, &work, error))
        return FALSE;
    gboolean good = run_steps(store, verb, 0, name, stop, &n, error);
    if (good && n == 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                    pausing ? _("中继“%s”已经停用") : _("中继“%s”没有停用"), name);
        good = FALSE;
    }
    return store_work_end(store, &work, good, error);
}

gboolean store_stop_pause_relay(Store *store, const char *name, const StoreStop *stop, GError **error)
{
    static const Verb verb = {"relay.pause", "relay", pause_relay_steps, G_N_ELEMENTS(pause_relay_steps)};
    return switch_relay(store, &verb, name, stop, TRUE, error);
}

gboolean store_stop_resume_relay(Store *store, const char *name, const StoreStop *stop, GError **error)
{
    static const Verb verb = {"relay.resume", "relay", resume_relay_steps, G_N_ELEMENTS(resume_relay_steps)};
    return switch_relay(store, &verb, name, stop, FALSE, error);
}

gboolean store_stop_cancel_relay(Store *store, const char *name, const StoreStop *stop, int *n, GError **error)
{
    static const Verb verb = {"relay.cancel", "relay", cancel_relay_steps, G_N_ELEMENTS(cancel_relay_steps)};
    return run(store, &verb, 0, name, stop, n, error);
}

/* ---- what is in force ---- */

static gpointer read_pause(const DbRows *row)
{
    StorePause *pause = g_new0(StorePause, 1);
    pause->scope = db_column_dup(row, 0);
    pause->key = db_column_dup(row, 1);
    pause->who = db_column_dup(row, 2);
    pause->at = db_column_int(row, 3);
    pause->reason = db_column_dup(row, 4);
    return pause;
}

static void free_pause(gpointer data)
{
    StorePause *pause = data;
    g_free(pause->scope);
    g_free(pause->key);
    g_free(pause->who);
    g_free(pause->reason);
    g_free(pause);
}

GPtrArray *store_stop_pauses(Store *store, GError **error)
{
    return db_all(store->db, "SELECT scope, key, who, at, reason FROM pause ORDER BY scope DESC, key", DB_NO_PARAMS,
                  read_pause, free_pause, error);
}

gint64 store_stop_number(Store *store, GError **error)
{
    gint64 n = -1;
    return db_number(store->db, "SELECT n FROM stop_count", DB_NO_PARAMS, &n, error) ? n : -1;
}
