/* SPDX-License-Identifier: GPL-3.0-or-later
 * Choices for unspecified terms, and approvals. */
#include "daemon/store/choices.h"

#include <jansson.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/audit.h"
#include "daemon/store/store-private.h"

#define SELECT_CHOICE "SELECT issue_id, series, term, field, members, who, at FROM choice "

void store_choice_free(StoreChoice *choice)
{
    if (choice == NULL)
        return;
    g_free(choice->series);
    g_free(choice->term);
    g_free(choice->field);
    g_strfreev(choice->members);
    g_free(choice->who);
    g_free(choice);
}

static void free_choice(gpointer data)
{
    store_choice_free(data);
}

static char *members_json(char *const *members)
{
    json_t *list = json_array();
    for (char *const *member = members; *member != NULL; member++)
        json_array_append_new(list, json_string(*member));
    char *text = json_dumps(list, JSON_COMPACT);
    json_decref(list);
    return text;
}

static char **members_of(const char *json)
{
    json_t *list = json_loads(json, 0, NULL), *member;
    gsize i, n = json_array_size(list);
    char **members = g_new0(char *, n + 1);
    json_array_foreach(list, i, member)
        members[i] = g_strdup(json_string_value(member));
    json_decref(list);
    return members;
}

static gpointer read_choice(const DbRows *row)
{
    StoreChoice *choice = g_new0(StoreChoice, 1);
    choice->issue_id = db_column_int(row, 0);
    choice->series = db_column_dup(row, 1);
    choice->term = db_column_dup(row, 2);
    choice->field = db_column_dup(row, 3);
    choice->members = members_of(db_column_text(row, 4));
    choice->who = db_column_dup(row, 5);
    choice->at = db_column_int(row, 6);
    return choice;
}

/* "issue:12", and for what is remembered "series:sjxx". */
static char *subject_of(gint64 issue_id, const char *series)
{
    return issue_id > 0 ? g_strdup_printf("issue:%" G_GINT64_FORMAT, issue_id)
                        : g_strconcat("series:", series, NULL);
}

static const char *field_of(const StoreChoice *key)
{
    return key->field != NULL ? key->field : "";
}

/* {"term":…,"field":…,"members":[…]}, without field for any; NULL without a choice; free(). */
static char *audit_json(const StoreChoice *key, const char *members)
{
    if (members == NULL)
        return NULL;
    const char *field = *field_of(key) != '\0' ? key->field : NULL;
    json_t *object = json_pack("{s:s,s:s*,s:o}", "term", key->term, "field", field, "members",
                               json_loads(members, 0, NULL));
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    return text;
}

/* The key of a choice: $1 = issue or NULL, $2 = series, $3 = term, $4 = field. */
#define CHOICE_KEY(key) \
    db_int_or_null((key)->issue_id), db_string((key)->series), db_string((key)->term), db_string(field_of(key))
#define WHERE_KEY \
    "WHERE term = $3 AND field = $4 AND (issue_id = $1 OR ($1 IS NULL AND issue_id IS NULL AND series = $2))"

/* Takes the choice out; *before is its members as JSON, NULL when there was none. */
static gboolean take_out(Store *store, const StoreChoice *key, char **before, GError **error)
{
    GError *failed = NULL;
    *before = db_lookup(store->db, "DELETE FROM choice " WHERE_KEY " RETURNING members",
                        DB_PARAMS(CHOICE_KEY(key)), &failed);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}

static gboolean audit(Store *store, const StoreChoice *key, const char *who, const char *action,
                      const char *before, const char *after, GError **error)
{
    g_autofree char *subject = subject_of(key->issue_id, key->series);
    g_autofree char *old = audit_json(key, before), *now = audit_json(key, after);
    return store_audit_add(store, who, action, subject, old, now, error);
}

static gboolean put(Store *store, const StoreChoice *choice, GError **error)
{
    g_autofree char *before = NULL, *members = members_json(choice->members);
    return take_out(store, choice, &before, error) &&
           db_run(store->db,
                  "INSERT INTO choice (issue_id, series, term, field, members, who, at)"
                  " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                  DB_PARAMS(CHOICE_KEY(choice),
                            db_string(members), db_string(choice->who), db_int(choice->at)),
                  NULL, error) &&
           audit(store, choice, choice->who, "choice.put", before, members, error);
}

gboolean store_choice_put(Store *store, const StoreChoice *choice, GError **error)
{
    StoreWork work;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, put(store, choice, error), error);
}

static gboolean forget(Store *store, const StoreChoice *key, const char *who, GError **error)
{
    g_autofree char *before = NULL;
    if (!take_out(store, key, &before, error))
        return FALSE;
    if (before != NULL)
        return audit(store, key, who, "choice.forget", before, NULL, error);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND, _("没有记着“%s”的选定"), key->term);
    return FALSE;
}

gboolean store_choice_forget(Store *store, gint64 issue_id, const char *series, const char *term,
                             const char *field, const char *who, GError **error)
{
    StoreChoice key = {.issue_id = issue_id, .series = (char *)series, .term = (char *)term, .field = (char *)field};
    StoreWork work;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, forget(store, &key, who, error), error);
}

GPtrArray *store_choice_list(Store *store, gint64 issue_id, const char *series, GError **error)
{
    return db_all(store->db,
                  SELECT_CHOICE "WHERE issue_id = $1 OR (issue_id IS NULL AND series = $2)"
                                " ORDER BY issue_id IS NULL, field = '', term, field",
                  DB_PARAMS(db_int(issue_id), db_string(series)), read_choice, free_choice, error);
}

void store_approval_free(StoreApproval *approval)
{
    if (approval == NULL)
        return;
    g_free(approval->who);
    g_free(approval);
}

static gpointer read_approval(const DbRows *row)
{
    StoreApproval *approval = g_new0(StoreApproval, 1);
    approval->who = db_column_dup(row, 0);
    approval->at = db_column_int(row, 1);
    return approval;
}

StoreApproval *store_approval_get(Store *store, gint64 issue_id, GError **error)
{
    return db_one(store->db, "SELECT who, at FROM approval WHERE issue_id = $1", DB_PARAMS(db_int(issue_id)),
                  read_approval, error);
}

static gboolean audit_approval(Store *store, gint64 issue_id, const char *who, const char *action,
                               const char *why, GError **error)
{
    g_autofree char *subject = subject_of(issue_id, NULL);
    json_t *object = why != NULL ? json_pack("{s:s}", "reason", why) : NULL;
    g_autofree char *after = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    return store_audit_add(store, who, action, subject, NULL, after, error);
}

gboolean store_approval_put(Store *store, gint64 issue_id, const char *who, gint64 at, const char *why,
                            GError **error)
{
    StoreWork work;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work,
                          db_run(store->db,
                                 "INSERT INTO approval (issue_id, who, at) VALUES ($1, $2, $3)"
                                 " ON CONFLICT (issue_id) DO UPDATE SET who = $2, at = $3",
                                 DB_PARAMS(db_int(issue_id), db_string(who), db_int(at)), NULL, error) &&
                              audit_approval(store, issue_id, who, "issue.approve", why, error),
                          error);
}

static gboolean drop(Store *store, gint64 issue_id, const char *who, const char *why, GError **error)
{
    gint64 changed = 0;
    return db_run(store->db, "DELETE FROM approval WHERE issue_id = $1", DB_PARAMS(db_int(issue_id)),
                  &changed, error) &&
           (changed == 0 || audit_approval(store, issue_id, who, "issue.disapprove", why, error));
}

gboolean store_approval_drop(Store *store, gint64 issue_id, const char *who, const char *why, GError **error)
{
    StoreWork work;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, drop(store, issue_id, who, why, error), error);
}
