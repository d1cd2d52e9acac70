/* SPDX-License-Identifier: GPL-3.0-or-later
 * The table of record kinds. */
#include "daemon/store/directory-table.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/base/arena.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/audit.h"

const char *const directory_post_kinds[] = {
    [POST_CHIEF] = "chief", [POST_DEPUTY] = "deputy", [POST_MEMBER] = "member", NULL};
const char *const directory_channels[] = {
    "", [CHANNEL_EMAIL] = "email", [CHANNEL_PAPER] = "paper", [CHANNEL_BOTH] = "both", NULL};
static const char *const owners[] = {
    [OWNER_UNIT] = "unit", [OWNER_POST] = "post", [OWNER_PERSON] = "person", NULL};

static int place_in(const char *const *names, const char *name)
{
    int i = 0;
    while (names[i] != NULL && strcmp(names[i], name) != 0)
        i++;
    return i;
}

static gpointer add_unit(Directory *directory, const DbRows *row)
{
    DirectoryUnit *unit = directory_add_unit(directory);
    unit->id = db_column_int(row, 0);
    directory_set_text(directory, &unit->name, db_column_text(row, 1));
    directory_set_text(directory, &unit->kind, db_column_text(row, 2));
    unit->parent_id = db_column_int(row, 3);
    unit->order = (int)db_column_int(row, 4);
    return unit;
}

static gpointer add_post(Directory *directory, const DbRows *row)
{
    DirectoryPost *post = directory_add_post(directory);
    post->id = db_column_int(row, 0);
    post->unit_id = db_column_int(row, 1);
    directory_set_text(directory, &post->name, db_column_text(row, 2));
    post->kind = (PostKind)place_in(directory_post_kinds, db_column_text(row, 3));
    directory_set_text(directory, &post->rank, db_column_text(row, 4));
    post->order = (int)db_column_int(row, 5);
    return post;
}

static gpointer add_person(Directory *directory, const DbRows *row)
{
    DirectoryPerson *person = directory_add_person(directory);
    person->id = db_column_int(row, 0);
    directory_set_text(directory, &person->name, db_column_text(row, 1));
    directory_set_text(directory, &person->salutation, db_column_text(row, 2));
    return person;
}

static gpointer add_tenure(Directory *directory, const DbRows *row)
{
    DirectoryTenure *tenure = directory_add_tenure(directory);
    tenure->id = db_column_int(row, 0);
    tenure->post_id = db_column_int(row, 1);
    tenure->person_id = db_column_int(row, 2);
    directory_set_text(directory, &tenure->from, db_column_text(row, 3));
    directory_set_text(directory, &tenure->to, db_column_text(row, 4));
    return tenure;
}

static gpointer add_group(Directory *directory, const DbRows *row)
{
    DirectoryGroup *group = directory_add_group(directory);
    group->id = db_column_int(row, 0);
    directory_set_text(directory, &group->name, db_column_text(row, 1));
    return group;
}

static gpointer add_alias(Directory *directory, const DbRows *row)
{
    DirectoryAlias *alias = directory_add_alias(directory);
    alias->id = db_column_int(row, 0);
    directory_set_text(directory, &alias->text, db_column_text(row, 1));
    directory_set_text(directory, &alias->series, db_column_text(row, 2));
    return alias;
}

static gpointer add_mailbox(Directory *directory, const DbRows *row)
{
    DirectoryMailbox *mailbox = directory_add_mailbox(directory);
    mailbox->id = db_column_int(row, 0);
    for (int kind = OWNER_UNIT; kind <= OWNER_PERSON; kind++) {
        gint64 owner = db_column_int(row, kind + 1);
        if (owner != 0) {
            mailbox->owner_kind = (OwnerKind)kind;
            mailbox->owner_id = owner;
        }
    }
    directory_set_text(directory, &mailbox->address, db_column_text(row, 4));
    mailbox->channel = (Channel)place_in(directory_channels, db_column_text(row, 5));
    mailbox->copies = (int)db_column_int(row, 6);
    mailbox->suspended = db_column_int(row, 7) != 0;
    return mailbox;
}

static char ***list_of_unit(gpointer record)
{
    return &((DirectoryUnit *)record)->short_names;
}

static char ***list_of_group(gpointer record)
{
    return &((DirectoryGroup *)record)->members;
}

static char ***list_of_alias(gpointer record)
{
    return &((DirectoryAlias *)record)->targets;
}

static json_t *json_list(char *const *texts)
{
    json_t *list = json_array();
    for (; *texts != NULL; texts++)
        json_array_append_new(list, json_string(*texts));
    return list;
}

static json_t *unit_json(gconstpointer record)
{
    const DirectoryUnit *unit = record;
    return json_pack("{s:s, s:o, s:s, s:I, s:i}", "name", unit->name, "short_names",
                     json_list(unit->short_names), "kind", unit->kind, "parent_id",
                     (json_int_t)unit->parent_id, "order", unit->order);
}

static json_t *post_json(gconstpointer record)
{
    const DirectoryPost *post = record;
    return json_pack("{s:I, s:s, s:s, s:s, s:i}", "unit_id", (json_int_t)post->unit_id, "name", post->name,
                     "kind", directory_post_kinds[post->kind], "rank", post->rank, "order", post->order);
}

static json_t *person_json(gconstpointer record)
{
    const DirectoryPerson *person = record;
    return json_pack("{s:s, s:s}", "name", person->name, "salutation", person->salutation);
}

static json_t *tenure_json(gconstpointer record)
{
    const DirectoryTenure *tenure = record;
    return json_pack("{s:I, s:I, s:s, s:s}", "post_id", (json_int_t)tenure->post_id, "person_id",
                     (json_int_t)tenure->person_id, "from", tenure->from, "to", tenure->to);
}

static json_t *group_json(gconstpointer record)
{
    const DirectoryGroup *group = record;
    return json_pack("{s:s, s:o}", "name", group->name, "members", json_list(group->members));
}

static json_t *alias_json(gconstpointer record)
{
    const DirectoryAlias *alias = record;
    return json_pack("{s:s, s:s, s:o}", "text", alias->text, "series", alias->series, "targets",
                     json_list(alias->targets));
}

static json_t *mailbox_json(gconstpointer record)
{
    const DirectoryMailbox *mailbox = record;
    return json_pack("{s:s, s:I, s:s, s:s, s:i, s:b}", "owner_kind", owners[mailbox->owner_kind], "owner_id",
                     (json_int_t)mailbox->owner_id, "address", mailbox->address, "channel",
                     directory_channels[mailbox->channel], "copies", mailbox->copies, "suspended",
                     mailbox->suspended);
}

#define UNITS                                                                              \
    "SELECT u.id, n.name, u.kind, u.parent_id, u.sort_order FROM unit u JOIN unit_name n" \
    " ON n.unit_id = u.id AND n.position = 0"
#define POSTS "SELECT id, unit_id, name, kind, rank, sort_order FROM post"
#define PERSONS "SELECT id, name, salutation FROM person"
#define TENURES "SELECT id, post_id, person_id, from_date, to_date FROM tenure"
#define GROUPS "SELECT id, name FROM directory_group"
#define ALIASES "SELECT id, text, series FROM alias"
#define MAILBOXES "SELECT id, unit_id, post_id, person_id, address, channel, copies, suspended FROM mailbox"
#define SHORT_NAMES "SELECT unit_id, name FROM unit_name WHERE position > 0"
#define MEMBERS "SELECT group_id, member FROM group_member"
#define TARGETS "SELECT alias_id, target FROM alias_target"
#define NAME_OF_UNIT(unit) "(SELECT name FROM unit_name WHERE unit_id = " unit " AND position = 0)"

const DirectoryTable directory_tables[] = {
    {"unit", N_("单位"), "unit", UNITS " ORDER BY u.sort_order, u.id", UNITS " WHERE u.id = $1", add_unit,
     SHORT_NAMES " ORDER BY unit_id, position", SHORT_NAMES " AND unit_id = $1 ORDER BY position", list_of_unit,
     "SELECT name FROM unit_name WHERE unit_id = $1 AND position = 0", unit_json},
    {"post", N_("职务"), "post", POSTS " ORDER BY sort_order, id", POSTS " WHERE id = $1", add_post, NULL, NULL,
     NULL, "SELECT " NAME_OF_UNIT("p.unit_id") " || '/' || p.name FROM post p WHERE p.id = $1", post_json},
    {"person", N_("人员"), "person", PERSONS " ORDER BY id", PERSONS " WHERE id = $1", add_person, NULL, NULL,
     NULL, "SELECT name FROM person WHERE id = $1", person_json},
    {"tenure", N_("任职"), "tenure", TENURES " ORDER BY from_date, id", TENURES " WHERE id = $1", add_tenure,
     NULL, NULL, NULL,
     "SELECT " NAME_OF_UNIT("p.unit_id") " || '/' || p.name || ' ' || s.name FROM tenure t"
     " JOIN post p ON p.id = t.post_id JOIN person s ON s.id = t.person_id WHERE t.id = $1",
     tenure_json},
    {"group", N_("组"), "directory_group", GROUPS " ORDER BY id", GROUPS " WHERE id = $1", add_group,
     MEMBERS " ORDER BY group_id, position", MEMBERS " WHERE group_id = $1 ORDER BY position", list_of_group,
     "SELECT name FROM directory_group WHERE id = $1", group_json},
    {"alias", N_("别名"), "alias", ALIASES " ORDER BY id", ALIASES " WHERE id = $1", add_alias,
     TARGETS " ORDER BY alias_id, position", TARGETS " WHERE alias_id = $1 ORDER BY position", list_of_alias,
     "SELECT text FROM alias WHERE id = $1", alias_json},
    {"mailbox", N_("收件方式"), "mailbox", MAILBOXES " ORDER BY id", MAILBOXES " WHERE id = $1", add_mailbox,
     NULL, NULL, NULL,
     "SELECT coalesce(" NAME_OF_UNIT("m.unit_id") ", (SELECT " NAME_OF_UNIT("p.unit_id") " || '/' || p.name"
     " FROM post p WHERE p.id = m.post_id), (SELECT name FROM person WHERE id = m.person_id))"
     " || CASE WHEN m.address = '' THEN '' ELSE ' ' || m.address END FROM mailbox m WHERE m.id = $1",
     mailbox_json},
};

const gsize directory_tables_count = G_N_ELEMENTS(directory_tables);

const DirectoryTable *directory_table(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(directory_tables); i++)
        if (strcmp(directory_tables[i].name, name) == 0)
            return &directory_tables[i];
    return NULL;
}

char *directory_table_label(const DirectoryTable *table, Store *store, gint64 id, GError **error)
{
    return db_lookup(store->db, table->label, DB_PARAMS(db_int(id)), error);
}

/* Gives the texts gathered for one record to it; they begin anew. */
static void hand_over(const DirectoryTable *table, Directory *directory, gpointer record, GPtrArray **texts)
{
    char **list = arena_new0(directory->arena, char *, (*texts)->len + 1);
    for (guint i = 0; i < (*texts)->len; i++)
        list[i] = arena_text(directory->arena, (*texts)->pdata[i]);
    *table->list(record) = list;
    g_ptr_array_set_size(*texts, 0);
}

/* The lists come ordered by owner: each is gathered until the owner changes. */
static gboolean read_lists(const DirectoryTable *table, Store *store, gint64 id, Directory *directory,
                           GHashTable *records, GError **error)
{
    g_autoptr(DbRows) rows = db_query(store->db, id != 0 ? table->one_items : table->all_items,
                                      DB_PARAMS(db_int(id)), error);
    if (rows == NULL)
        return FALSE;
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    gpointer record = NULL;
    GError *failed = NULL;
    while (db_next(rows, &failed)) {
        gint64 owner = db_column_int(rows, 0);
        gpointer next = g_hash_table_lookup(records, &owner);
        if (record != NULL && next != record)
            hand_over(table, directory, record, &texts);
        record = next;
        g_ptr_array_add(texts, db_column_dup(rows, 1));
    }
    if (record != NULL)
        hand_over(table, directory, record, &texts);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}

gboolean directory_table_read(const DirectoryTable *table, Store *store, gint64 id, Directory *directory,
                              gpointer *record, GError **error)
{
    g_autoptr(DbRows) rows =
        db_query(store->db, id != 0 ? table->one : table->all, DB_PARAMS(db_int(id)), error);
    if (rows == NULL)
        return FALSE;
    g_autoptr(GHashTable) with_lists = g_hash_table_new(g_int64_hash, g_int64_equal);
    GError *failed = NULL;
    while (db_next(rows, &failed)) {
        gpointer added = table->add(directory, rows);
        if (table->list != NULL)
            g_hash_table_insert(with_lists, added, added); /* each record begins with its id */
        if (record != NULL)
            *record = added;
    }
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return FALSE;
    }
    return table->list == NULL || read_lists(table, store, id, directory, with_lists, error);
}

json_t *directory_table_json(const DirectoryTable *table, Store *store, gint64 id, GError **error)
{
    g_autoptr(Directory) alone = directory_new("");
    gpointer record = NULL;
    if (!directory_table_read(table, store, id, alone, &record, error))
        return NULL;
    if (record != NULL)
        return table->to_json(record);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND, _("名录中没有编号为 %d 的%s"), (int)id,
                _(table->word));
    return NULL;
}

static char *dump(const json_t *json)
{
    return json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
}

gboolean directory_table_audit(const DirectoryTable *table, Store *store, const char *verb, const char *label,
                               const json_t *before, const json_t *after, const char *who, GError **error)
{
    g_autofree char *action = g_strdup_printf("%s.%s", table->name, verb);
    g_autofree char *subject = g_strdup_printf("%s:%s", table->name, label);
    char *was = dump(before), *is = dump(after);
    gboolean ok = store_audit_add(store, who, action, subject, was, is, error);
    free(was); /* jansson's */
    free(is);
    return ok;
}
