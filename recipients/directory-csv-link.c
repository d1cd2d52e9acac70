/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names to ids: what makes a record of a table the same as one known, and which record a cell means. */
#include "recipients/directory-csv-reader.h"

#include "daemon/base/i18n.h"

static char *unit_identity(GHashTable *tags, gconstpointer record)
{
    (void)tags;
    return directory_key(((const DirectoryUnit *)record)->name);
}

static char *post_identity(GHashTable *tags, gconstpointer record)
{
    (void)tags;
    const DirectoryPost *post = record;
    g_autofree char *key = directory_key(post->name);
    return g_strdup_printf("%" G_GINT64_FORMAT "/%s", post->unit_id, key);
}

static char *person_identity(GHashTable *tags, gconstpointer record)
{
    const char *tag = g_hash_table_lookup(tags, record);
    return directory_key(tag != NULL ? tag : "");
}

static char *tenure_identity(GHashTable *tags, gconstpointer record)
{
    (void)tags;
    const DirectoryTenure *tenure = record;
    return g_strdup_printf("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "/%s", tenure->post_id,
                           tenure->person_id, tenure->from);
}

static char *group_identity(GHashTable *tags, gconstpointer record)
{
    (void)tags;
    return directory_key(((const DirectoryGroup *)record)->name);
}

static char *alias_identity(GHashTable *tags, gconstpointer record)
{
    (void)tags;
    const DirectoryAlias *alias = record;
    g_autofree char *text = directory_key(alias->text), *series = directory_key(alias->series);
    return g_strdup_printf("%s\t%s", series, text);
}

static char *mailbox_identity(GHashTable *tags, gconstpointer record)
{
    (void)tags;
    const DirectoryMailbox *mailbox = record;
    g_autofree char *address = g_ascii_strdown(mailbox->address, -1);
    return g_strdup_printf("%d/%" G_GINT64_FORMAT "/%s", (int)mailbox->owner_kind, mailbox->owner_id,
                           address);
}

/* In the order of directory_csv_table_list(). */
static char *(*const identities[])(GHashTable *tags, gconstpointer record) = {
    unit_identity,  post_identity,  person_identity, tenure_identity,
    group_identity, alias_identity, mailbox_identity};

enum { UNITS, POSTS, PERSONS, TENURES, GROUPS, ALIASES, MAILBOXES };

static gint64 *id_of(gpointer record)
{
    return record; /* every record begins with its id */
}

static GPtrArray *records_of(const Directory *directory, gsize which)
{
    gsize n;
    return G_STRUCT_MEMBER(GPtrArray *, directory, directory_csv_table_list(&n)[which].records);
}

static GHashTable *by_identity(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

/* The known records of one table; *next is an id above all of theirs. */
static GHashTable *known_records(const CsvReader *reader, gsize which, gint64 *next)
{
    GHashTable *known = by_identity();
    *next = 1;
    if (reader->known == NULL)
        return known;
    GPtrArray *records = records_of(reader->known, which);
    for (guint i = 0; i < records->len; i++) {
        *next = MAX(*next, *id_of(records->pdata[i]) + 1);
        g_hash_table_insert(known, identities[which](reader->known_tags, records->pdata[i]),
                            records->pdata[i]);
    }
    return known;
}

/* A record with a name that was not found is the twin of nothing. */
static void report_twin(CsvReader *reader, gconstpointer record, gconstpointer twin)
{
    if (g_hash_table_contains(reader->broken, record) || g_hash_table_contains(reader->broken, twin))
        return;
    const CsvPlace *first = g_hash_table_lookup(reader->places, twin);
    directory_csv_error(reader, g_hash_table_lookup(reader->places, record), NULL, NULL,
                        g_strdup_printf(_("与 %s 第 %u 行重复：请删去一行（同名的人写成"
                                          "“姓名#1”“姓名#2”）"),
                                        first->file, first->line));
}

/* Gives the records of one table their ids: that of the same record among those known, else the next
 * one free. */
static void assign_ids(CsvReader *reader, gsize which)
{
    gint64 next;
    g_autoptr(GHashTable) known = known_records(reader, which, &next);
    g_autoptr(GHashTable) own = by_identity();
    GPtrArray *records = records_of(reader->directory, which);
    for (guint i = 0; i < records->len; i++) {
        char *identity = identities[which](reader->tags, records->pdata[i]);
        gpointer same = g_hash_table_lookup(known, identity);
        gpointer twin = g_hash_table_lookup(own, identity);
        *id_of(records->pdata[i]) = same != NULL ? *id_of(same) : next++;
        if (twin != NULL)
            report_twin(reader, records->pdata[i], twin);
        g_hash_table_insert(own, identity, records->pdata[i]);
    }
}

static gconstpointer find_referred(const CsvReader *reader, CellKind kind, const CsvReference *reference)
{
    static const CellKind of_owner[] = {
        [OWNER_UNIT] = CELL_UNIT, [OWNER_POST] = CELL_POST, [OWNER_PERSON] = CELL_PERSON};
    switch (kind) {
    case CELL_UNIT:
        return directory_csv_unit(reader, reference->name);
    case CELL_POST:
        return directory_csv_post(reader, reference->name);
    case CELL_PERSON:
        return directory_csv_person(reader, reference->name);
    default:
        break;
    }
    const DirectoryMailbox *mailbox = reference->record;
    return find_referred(reader, of_owner[mailbox->owner_kind], reference);
}

static void resolve_reference(CsvReader *reader, const CsvReference *reference)
{
    gconstpointer found = find_referred(reader, reference->column->kind, reference);
    if (found != NULL) {
        *(gint64 *)(gpointer)((char *)reference->record + reference->column->offset) =
            *(const gint64 *)found;
        return;
    }
    g_hash_table_add(reader->broken, reference->record);
    g_auto(GStrv) near = directory_suggest(reader->directory, reference->name, 3);
    g_autofree char *names = g_strjoinv("、", near);
    directory_csv_error(reader, g_hash_table_lookup(reader->places, reference->record),
                        reference->column->heading, reference->name,
                        *near != NULL
                            ? g_strdup_printf(_("查不到，或有重名；最接近的是：%s"), names)
                            : g_strdup(_("查不到，或有重名：请先在相应的表中登记（职务写成“单位/职务”）")));
}

static void resolve_references(CsvReader *reader, gboolean to_units)
{
    for (guint i = 0; i < reader->references->len; i++) {
        const CsvReference *reference = reader->references->pdata[i];
        if ((reference->column->kind == CELL_UNIT) == to_units)
            resolve_reference(reader, reference);
    }
}

static gint compare_places(gconstpointer a, gconstpointer b, gpointer directory)
{
    guint one = directory_place(directory, *(DirectoryUnit *const *)a);
    guint two = directory_place(directory, *(DirectoryUnit *const *)b);
    return (one > two) - (one < two);
}

/* What an empty cell means depends on its neighbours. */
static void complete_mailboxes(Directory *directory)
{
    for (guint i = 0; i < directory->mailboxes->len; i++) {
        DirectoryMailbox *mailbox = directory->mailboxes->pdata[i];
        if ((mailbox->channel & CHANNEL_PAPER) != 0 && mailbox->copies == 0)
            mailbox->copies = 1;
    }
}

/* Each step needs the ids of the one before: units, then posts and persons, then the rest. */
void directory_csv_link(CsvReader *reader)
{
    assign_ids(reader, UNITS);
    directory_index(reader->directory);
    resolve_references(reader, TRUE);
    assign_ids(reader, POSTS);
    assign_ids(reader, PERSONS);
    directory_index(reader->directory);
    resolve_references(reader, FALSE);
    assign_ids(reader, TENURES);
    assign_ids(reader, GROUPS);
    assign_ids(reader, ALIASES);
    assign_ids(reader, MAILBOXES);
    complete_mailboxes(reader->directory);
    directory_index(reader->directory);
    g_ptr_array_sort_with_data(reader->directory->units, compare_places, reader->directory);
    directory_csv_check(reader);
}
