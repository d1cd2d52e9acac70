/* SPDX-License-Identifier: GPL-3.0-or-later
 * Directory records written: checked, stored, audited with what they were before and after. */
#include "daemon/store/directory.h"

#include "daemon/store/directory-check.h"
#include "daemon/store/directory-table.h"
#include "daemon/store/directory-words.h"

/* How one kind of record is put. write gives its id, 0 on error. */
typedef struct {
    const char *table;
    gboolean (*check)(Store *store, gconstpointer record, GError **error);
    gint64 (*write)(Store *store, gconstpointer record, GError **error);
} Putter;

/* Inserts without an id, updates with one; $1 is the id in both. */
static gint64 write_row(Store *store, gint64 id, const char *insert, const char *update,
                        const DbValue *params, gsize n, GError **error)
{
    if (id != 0)
        return db_run(store->db, update, params, n, NULL, error) ? id : 0;
    db_number(store->db, insert, params, n, &id, error);
    return id;
}

static gboolean clear_items(Store *store, const char *sql, gint64 id, GError **error)
{
    return db_run(store->db, sql, DB_PARAMS(db_int(id)), NULL, error);
}

/* $1 = owner, $2 = position, $3 = text. */
static gboolean write_items(Store *store, const char *clear, const char *insert, gint64 id,
                            char *const *texts, GError **error)
{
    if (!clear_items(store, clear, id, error))
        return FALSE;
    for (int i = 0; texts != NULL && texts[i] != NULL; i++)
        if (!db_run(store->db, insert, DB_PARAMS(db_int(id), db_int(i), db_string(texts[i])), NULL, error))
            return FALSE;
    return TRUE;
}

static gboolean write_name(Store *store, gint64 unit_id, int position, const char *name, GError **error)
{
    g_autofree char *key = directory_key(name);
    return db_run(store->db,
                  "INSERT INTO unit_name (unit_id, position, name, key) VALUES ($1, $2, $3, $4)"
                  " ON CONFLICT (key) DO NOTHING", /* its own, written twice: others were checked */
                  DB_PARAMS(db_int(unit_id), db_int(position), db_string(name), db_string(key)), NULL, error);
}

static gint64 write_unit(Store *store, gconstpointer record, GError **error)
{
    const DirectoryUnit *unit = record;
    gint64 id = write_row(store, unit->id,
                          "INSERT INTO unit (kind, parent_id, sort_order) VALUES ($2, $3, $4) RETURNING id",
                          "UPDATE unit SET kind = $2, parent_id = $3, sort_order = $4 WHERE id = $1",
                          DB_PARAMS(db_int(unit->id), db_string(unit->kind), db_int_or_null(unit->parent_id),
                                    db_int(unit->order)),
                          error);
    gboolean ok = id != 0 && clear_items(store, "DELETE FROM unit_name WHERE unit_id = $1", id, error) &&
                  write_name(store, id, 0, unit->name, error);
    for (int i = 0; ok && unit->short_names != NULL && unit->short_names[i] != NULL; i++)
        ok = write_name(store, id, i + 1, unit->short_names[i], error);
    return ok ? id : 0;
}

static gint64 write_post(Store *store, gconstpointer record, GError **error)
{
    const DirectoryPost *post = record;
    g_autofree char *key = directory_key(post->name);
    return write_row(store, post->id,
                     "INSERT INTO post (unit_id, name, key, kind, rank, sort_order)"
                     " VALUES ($2, $3, $4, $5, $6, $7) RETURNING id",
                     "UPDATE post SET unit_id = $2, name = $3, key = $4, kind = $5, rank = $6, sort_order = $7"
                     " WHERE id = $1",
                     DB_PARAMS(db_int(post->id), db_int(post->unit_id), db_string(post->name), db_string(key),
                               db_string(directory_post_kinds[post->kind]), db_string(post->rank),
                               db_int(post->order)),
                     error);
}

static gint64 write_person(Store *store, gconstpointer record, GError **error)
{
    const DirectoryPerson *person = record;
    g_autofree char *key = directory_key(person->name);
    return write_row(store, person->id,
                     "INSERT INTO person (name, key, salutation) VALUES ($2, $3, $4) RETURNING id",
                     "UPDATE person SET name = $2, key = $3, salutation = $4 WHERE id = $1",
                     DB_PARAMS(db_int(person->id), db_string(person->name), db_string(key),
                               db_string(person->salutation)),
                     error);
}

static gint64 write_tenure(Store *store, gconstpointer record, GError **error)
{
    const DirectoryTenure *tenure = record;
    return write_row(store, tenure->id,
                     "INSERT INTO tenure (post_id, person_id, from_date, to_date) VALUES ($2, $3, $4, $5)"
                     " RETURNING id",
                     "UPDATE tenure SET post_id = $2, person_id = $3, from_date = $4, to_date = $5 WHERE id = $1",
                     DB_PARAMS(db_int(tenure->id), db_int(tenure->post_id), db_int(tenure->person_id),
                               db_string(tenure->from), db_string(tenure->to)),
                     error);
}

/* The members are checked when the group is there, so that one that names itself is found. */
static gint64 write_group(Store *store, gconstpointer record, GError **error)
{
    const DirectoryGroup *group = record;
    g_autofree char *key = directory_key(group->name);
    gint64 id = write_row(store, group->id,
                          "INSERT INTO directory_group (name, key) VALUES ($2, $3) RETURNING id",
                          "UPDATE directory_group SET name = $2, key = $3 WHERE id = $1",
                          DB_PARAMS(db_int(group->id), db_string(group->name), db_string(key)), error);
    gboolean ok = id != 0 &&
                  write_items(store, "DELETE FROM group_member WHERE group_id = $1",
                              "INSERT INTO group_member (group_id, position, member) VALUES ($1, $2, $3)", id,
                              group->members, error) &&
                  directory_words_check(store, group->members, error) &&
                  directory_words_check_circle(store, id, error);
    return ok ? id : 0;
}

static gint64 write_alias(Store *store, gconstpointer record, GError **error)
{
    const DirectoryAlias *alias = record;
    g_autofree char *key = directory_key(alias->text);
    gint64 id = write_row(store, alias->id,
                          "INSERT INTO alias (text, key, series) VALUES ($2, $3, $4) RETURNING id",
                          "UPDATE alias SET text = $2, key = $3, series = $4 WHERE id = $1",
                          DB_PARAMS(db_int(alias->id), db_string(alias->text), db_string(key),
                                    db_string(alias->series)),
                          error);
    gboolean ok = id != 0 &&
                  write_items(store, "DELETE FROM alias_target WHERE alias_id = $1",
                              "INSERT INTO alias_target (alias_id, position, target) VALUES ($1, $2, $3)", id,
                              alias->targets, error);
    return ok ? id : 0;
}

static DbValue owner_if(const DirectoryMailbox *mailbox, OwnerKind kind)
{
    return db_int_or_null(mailbox->owner_kind == kind ? mailbox->owner_id : 0);
}

static gint64 write_mailbox(Store *store, gconstpointer record, GError **error)
{
    const DirectoryMailbox *mailbox = record;
    return write_row(store, mailbox->id,
                     "INSERT INTO mailbox (unit_id, post_id, person_id, address, channel, copies, suspended)"
                     " VALUES ($2, $3, $4, $5, $6, $7, $8) RETURNING id",
                     "UPDATE mailbox SET unit_id = $2, post_id = $3, person_id = $4, address = $5, channel = $6,"
                     " copies = $7, suspended = $8 WHERE id = $1",
                     DB_PARAMS(db_int(mailbox->id), owner_if(mailbox, OWNER_UNIT), owner_if(mailbox, OWNER_POST),
                               owner_if(mailbox, OWNER_PERSON), db_string(mailbox->address),
                               db_string(directory_channels[mailbox->channel]), db_int(MAX(mailbox->copies, 0)),
                               db_int(mailbox->suspended ? 1 : 0)),
                     error);
}

/* ---- the way all of them take ---- */

/* TRUE when words of groups and aliases may have named the record by what it was. */
static gboolean is_renamed(const json_t *before, const json_t *after)
{
    static const char *const named_by[] = {"name", "short_names", "kind", "rank", "unit_id"};
    for (gsize i = 0; i < G_N_ELEMENTS(named_by); i++)
        if (json_object_get(before, named_by[i]) != NULL &&
            !json_equal(json_object_get(before, named_by[i]), json_object_get(after, named_by[i])))
            return TRUE;
    return FALSE;
}

/* What is stored as it was before leaves no trace. */
static gboolean record_change(Store *store, const DirectoryTable *table, gint64 id, const json_t *before,
                              const char *who, GError **error)
{
    json_t *after = directory_table_json(table, store, id, error);
    g_autofree char *label = after != NULL ? directory_table_label(table, store, id, error) : NULL;
    gboolean ok = label != NULL;
    if (ok && before != NULL && is_renamed(before, after))
        ok = directory_words_check_all(store, error);
    if (ok && !json_equal(before, after))
        ok = directory_table_audit(table, store, before != NULL ? "set" : "add", label, before, after, who, error);
    json_decref(after);
    return ok;
}

static gint64 put_record(Store *store, const Putter *putter, gint64 id, gconstpointer record, const char *who,
                         GError **error)
{
    const DirectoryTable *table = directory_table(putter->table);
    json_t *before = id != 0 ? directory_table_json(table, store, id, error) : NULL;
    gboolean ok = (id == 0 || before != NULL) && putter->check(store, record, error);
    if (ok)
        id = putter->write(store, record, error);
    ok = ok && id != 0 && record_change(store, table, id, before, who, error);
    json_decref(before);
    return ok ? id : 0;
}

static gint64 put(Store *store, const Putter *putter, gint64 id, gconstpointer record, const char *who,
                  GError **error)
{
    StoreWork work;
    if (!store_work_begin(store, &work, error))
        return 0;
    id = put_record(store, putter, id, record, who, error);
    return store_work_end(store, &work, id != 0, error) ? id : 0;
}

#define DEFINE_PUT(kind, Type)                                                                       \
    gint64 store_##kind##_put(Store *store, const Directory##Type *record, const char *who,          \
                              GError **error)                                                        \
    {                                                                                                \
        static const Putter putter = {#kind, directory_check_##kind, write_##kind};                  \
        return put(store, &putter, record->id, record, who, error);                                  \
    }
DEFINE_PUT(unit, Unit)
DEFINE_PUT(post, Post)
DEFINE_PUT(person, Person)
DEFINE_PUT(tenure, Tenure)
DEFINE_PUT(group, Group)
DEFINE_PUT(alias, Alias)
DEFINE_PUT(mailbox, Mailbox)
