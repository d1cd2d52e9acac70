/* SPDX-License-Identifier: GPL-3.0-or-later
 * Look-ups and whole-record checks of the CSV reader. */
#include "recipients/directory-csv-reader.h"

#include <string.h>

#include "daemon/base/address.h"
#include "daemon/base/i18n.h"
#include "recipients/directory-index.h"

enum { DEEPEST = 64 }; /* levels of units; more is a circle */

void directory_csv_error(CsvReader *reader, const CsvPlace *place, const char *column,
                         const char *value, char *message)
{
    DirectoryCsvError *error = g_new0(DirectoryCsvError, 1);
    error->file = g_strdup(place->file);
    error->line = place->line;
    error->column = g_strdup(column != NULL ? column : "");
    error->value = g_strdup(value != NULL ? value : "");
    error->message = message;
    g_ptr_array_add(reader->errors, error);
}

const DirectoryUnit *directory_csv_unit(const CsvReader *reader, const char *name)
{
    g_autofree char *key = directory_key(name);
    if (g_hash_table_contains(reader->directory->index->units, key))
        return directory_unit(reader->directory, name);
    return reader->known != NULL ? directory_unit(reader->known, name) : NULL;
}

const DirectoryPost *directory_csv_post(const CsvReader *reader, const char *name)
{
    const char *slash = strrchr(name, '/');
    if (slash == NULL)
        return NULL;
    g_autofree char *unit_name = g_strndup(name, (gsize)(slash - name));
    const DirectoryUnit *unit = directory_csv_unit(reader, unit_name);
    if (unit == NULL)
        return NULL;
    const DirectoryPost *post = directory_post(reader->directory, unit, slash + 1);
    return post != NULL || reader->known == NULL ? post
                                                 : directory_post(reader->known, unit, slash + 1);
}

const DirectoryPerson *directory_csv_person(const CsvReader *reader, const char *name)
{
    g_autofree char *key = directory_key(name);
    const DirectoryPerson *person = g_hash_table_lookup(reader->persons, key);
    return person != NULL ? person : g_hash_table_lookup(reader->known_persons, key);
}

static const CsvPlace *place_of(const CsvReader *reader, gconstpointer record)
{
    return g_hash_table_lookup(reader->places, record);
}

static const DirectoryUnit *parent_of(const CsvReader *reader, const DirectoryUnit *unit)
{
    const DirectoryUnit *parent = directory_unit_by_id(reader->directory, unit->parent_id);
    return parent != NULL || reader->known == NULL
               ? parent : directory_unit_by_id(reader->known, unit->parent_id);
}

static void check_parents(CsvReader *reader)
{
    for (guint i = 0; i < reader->directory->units->len; i++) {
        const DirectoryUnit *unit = reader->directory->units->pdata[i], *above = unit;
        guint level = 0;
        while (above != NULL && level++ <= DEEPEST)
            above = parent_of(reader, above);
        if (above != NULL)
            directory_csv_error(reader, place_of(reader, unit), "上级单位", unit->name,
                                g_strdup(_("上级单位成环：请改正其中一个的上级")));
    }
}

static void check_tenures(CsvReader *reader)
{
    for (guint i = 0; i < reader->directory->tenures->len; i++) {
        const DirectoryTenure *tenure = reader->directory->tenures->pdata[i];
        if (*tenure->to != '\0' && strcmp(tenure->from, tenure->to) > 0)
            directory_csv_error(reader, place_of(reader, tenure), "离任日期", tenure->to,
                                g_strdup(_("离任早于任职：请改正日期")));
    }
}

static void check_mailboxes(CsvReader *reader)
{
    for (guint i = 0; i < reader->directory->mailboxes->len; i++) {
        const DirectoryMailbox *mailbox = reader->directory->mailboxes->pdata[i];
        g_autoptr(GError) error = NULL;
        if (*mailbox->address != '\0' && !address_check(mailbox->address, &error))
            directory_csv_error(reader, place_of(reader, mailbox), "邮箱", mailbox->address,
                                g_strdup(error->message));
        else if (*mailbox->address == '\0' && (mailbox->channel & CHANNEL_EMAIL) != 0)
            directory_csv_error(reader, place_of(reader, mailbox), "邮箱", NULL,
                                g_strdup(_("以邮件送达却没有邮箱：请填邮箱，或把方式改为“纸质”")));
    }
}

static gboolean is_unit(const CsvReader *reader, const char *name)
{
    return directory_csv_unit(reader, name) != NULL;
}

static gboolean is_post(const CsvReader *reader, const char *name)
{
    return directory_csv_post(reader, name) != NULL;
}

static gboolean is_person(const CsvReader *reader, const char *name)
{
    return directory_csv_person(reader, name) != NULL;
}

static gboolean is_group(const CsvReader *reader, const char *name)
{
    return directory_group(reader->directory, name) != NULL ||
           (reader->known != NULL && directory_group(reader->known, name) != NULL);
}

static gboolean is_said(const CsvReader *reader, const char *name)
{
    (void)reader;
    return *name != '\0';
}

static gboolean is_member(const CsvReader *reader, const char *member)
{
    static const struct {
        const char *prefix;
        gboolean (*exists)(const CsvReader *reader, const char *name);
    } rows[] = {
        {"unit:", is_unit},  {"under:", is_unit},   {"posts:", is_unit}, {"post:", is_post},
        {"group:", is_group}, {"person:", is_person}, {"kind:", is_said},  {"rank:", is_said},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (g_str_has_prefix(member, rows[i].prefix))
            return rows[i].exists(reader, member + strlen(rows[i].prefix));
    return FALSE;
}

static void check_members(CsvReader *reader, gconstpointer record, const char *column, char **members)
{
    for (char **member = members; *member != NULL; member++)
        if (!is_member(reader, **member == '-' ? *member + 1 : *member))
            directory_csv_error(
                reader, place_of(reader, record), column, *member,
                g_strdup(_("查不到这个成员：写法为 unit:单位、post:单位/职务、person:姓名、group:群组、"
                           "kind:类别、rank:职级、under:单位、posts:单位，前加 - 表示除外")));
}

static void check_lists(CsvReader *reader)
{
    for (guint i = 0; i < reader->directory->groups->len; i++) {
        const DirectoryGroup *group = reader->directory->groups->pdata[i];
        check_members(reader, group, "成员", group->members);
    }
    for (guint i = 0; i < reader->directory->aliases->len; i++) {
        const DirectoryAlias *alias = reader->directory->aliases->pdata[i];
        check_members(reader, alias, "所指", alias->targets);
    }
}

void directory_csv_check(CsvReader *reader)
{
    check_parents(reader);
    check_tenures(reader);
    check_mailboxes(reader);
    check_lists(reader);
}
