/* SPDX-License-Identifier: GPL-3.0-or-later
 * The checks of each kind of directory record. */
#include "daemon/store/directory-check.h"

#include <string.h>

#include "daemon/base/address.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/directory-words.h"

static gboolean complain(GError **error, SongfaError code, const char *format, ...) G_GNUC_PRINTF(3, 4);

static gboolean complain(GError **error, SongfaError code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error_literal(error, SONGFA_ERROR, (int)code, message);
    return FALSE;
}

/* The key of a name, NULL and error when nothing of it is left. */
static char *key_of(const char *name, const char *word, GError **error)
{
    g_autofree char *key = directory_key(name);
    if (*key != '\0')
        return g_steal_pointer(&key);
    complain(error, SONGFA_ERROR_INPUT, _("%s的名称是空的，请填写"), word);
    return NULL;
}

/* The record that the query finds stands in the way. */
static gboolean is_free(Store *store, const char *sql, const DbValue *params, gsize n, const char *word,
                        const char *name, GError **error)
{
    GError *failed = NULL;
    gint64 other = 0;
    if (db_number(store->db, sql, params, n, &other, &failed))
        return complain(error, SONGFA_ERROR_CONFLICT,
                        _("%s“%s”已有登记（编号 %d）；请换一个名称（重名可加注单位以区分），或修改已有的那一条"),
                        word, name, (int)other);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}

static gboolean exists(Store *store, const char *table_name, gint64 id, GError **error)
{
    const DirectoryTable *table = directory_table(table_name);
    GError *failed = NULL;
    g_autofree char *label = directory_table_label(table, store, id, &failed);
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return FALSE;
    }
    return label != NULL || complain(error, SONGFA_ERROR_NOT_FOUND, _("名录中没有编号为 %d 的%s"), (int)id,
                                     _(table->word));
}

/* No form of the name may be a form of another unit's. */
static gboolean unit_name_is_free(Store *store, const char *name, gint64 id, GError **error)
{
    g_autofree char *key = key_of(name, _("单位"), error);
    GError *failed = NULL;
    if (key == NULL)
        return FALSE;
    g_autofree char *other = db_lookup(store->db,
                                       "SELECT c.name FROM unit_name n JOIN unit_name c"
                                       " ON c.unit_id = n.unit_id AND c.position = 0"
                                       " WHERE n.key = $1 AND n.unit_id <> $2",
                                       DB_PARAMS(db_string(key), db_int(id)), &failed);
    if (other != NULL)
        return complain(error, SONGFA_ERROR_CONFLICT,
                        _("“%s”已经是单位“%s”的名称或简称；请换一个，或先从那个单位去掉"), name, other);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}

/* Upwards from the parent: it must be there, and the unit itself must not be met. */
static gboolean parents_are_sound(Store *store, const DirectoryUnit *unit, GError **error)
{
    for (gint64 parent = unit->parent_id; parent != 0;) {
        if (parent == unit->id)
            return complain(error, SONGFA_ERROR_INPUT, _("单位“%s”的上级是它自己或它的下级；请另选上级"),
                            unit->name);
        if (!exists(store, "unit", parent, error))
            return FALSE;
        if (!db_number(store->db, "SELECT coalesce(parent_id, 0) FROM unit WHERE id = $1",
                       DB_PARAMS(db_int(parent)), &parent, error))
            return FALSE;
    }
    return TRUE;
}

gboolean directory_check_unit(Store *store, gconstpointer record, GError **error)
{
    const DirectoryUnit *unit = record;
    if (!unit_name_is_free(store, unit->name, unit->id, error))
        return FALSE;
    for (char **name = unit->short_names; name != NULL && *name != NULL; name++)
        if (!unit_name_is_free(store, *name, unit->id, error))
            return FALSE;
    return parents_are_sound(store, unit, error);
}

gboolean directory_check_post(Store *store, gconstpointer record, GError **error)
{
    const DirectoryPost *post = record;
    g_autofree char *key = key_of(post->name, _("职务"), error);
    return key != NULL && exists(store, "unit", post->unit_id, error) &&
           is_free(store, "SELECT id FROM post WHERE unit_id = $1 AND key = $2 AND id <> $3",
                   DB_PARAMS(db_int(post->unit_id), db_string(key), db_int(post->id)), _("职务"), post->name,
                   error);
}

gboolean directory_check_person(Store *store, gconstpointer record, GError **error)
{
    const DirectoryPerson *person = record;
    g_autofree char *key = key_of(person->name, _("人员"), error);
    return key != NULL && is_free(store, "SELECT id FROM person WHERE key = $1 AND id <> $2",
                                  DB_PARAMS(db_string(key), db_int(person->id)), _("人员"), person->name, error);
}

/* "" or a day of the calendar as YYYY-MM-DD. */
static gboolean is_date(const char *text, GError **error)
{
    if (*text == '\0')
        return TRUE;
    gboolean shaped = strlen(text) == 10 && text[4] == '-' && text[7] == '-';
    for (int i = 0; shaped && i < 10; i++)
        shaped = i == 4 || i == 7 || g_ascii_isdigit(text[i]);
    if (shaped && g_date_valid_dmy((GDateDay)g_ascii_strtoull(text + 8, NULL, 10),
                                   (GDateMonth)g_ascii_strtoull(text + 5, NULL, 10),
                                   (GDateYear)g_ascii_strtoull(text, NULL, 10)))
        return TRUE;
    return complain(error, SONGFA_ERROR_INPUT, _("“%s”不是日期；请写成 2020-03-06，不限则留空"), text);
}

gboolean directory_check_tenure(Store *store, gconstpointer record, GError **error)
{
    const DirectoryTenure *tenure = record;
    if (!exists(store, "post", tenure->post_id, error) || !exists(store, "person", tenure->person_id, error) ||
        !is_date(tenure->from, error) || !is_date(tenure->to, error))
        return FALSE;
    if (*tenure->from != '\0' && *tenure->to != '\0' && strcmp(tenure->from, tenure->to) > 0)
        return complain(error, SONGFA_ERROR_INPUT, _("任职的起日 %s 晚于止日 %s；请改正"), tenure->from, tenure->to);
    return is_free(store,
                   "SELECT id FROM tenure WHERE post_id = $1 AND person_id = $2 AND from_date = $3 AND id <> $4",
                   DB_PARAMS(db_int(tenure->post_id), db_int(tenure->person_id), db_string(tenure->from),
                             db_int(tenure->id)),
                   _("任职"), tenure->from, error);
}

gboolean directory_check_group(Store *store, gconstpointer record, GError **error)
{
    const DirectoryGroup *group = record;
    g_autofree char *key = key_of(group->name, _("组"), error);
    return key != NULL &&
           is_free(store, "SELECT id FROM directory_group WHERE key = $1 AND id <> $2",
                   DB_PARAMS(db_string(key), db_int(group->id)), _("组"), group->name, error);
}

gboolean directory_check_alias(Store *store, gconstpointer record, GError **error)
{
    const DirectoryAlias *alias = record;
    g_autofree char *key = key_of(alias->text, _("别名"), error);
    return key != NULL &&
           is_free(store, "SELECT id FROM alias WHERE series = $1 AND key = $2 AND id <> $3",
                   DB_PARAMS(db_string(alias->series), db_string(key), db_int(alias->id)), _("别名"),
                   alias->text, error) &&
           directory_words_check(store, alias->targets, error);
}

/* By kind of owner: another mailbox of the same owner and address, and the table it is in. */
static const char *const same_owner[] = {
    [OWNER_UNIT] = "SELECT id FROM mailbox WHERE unit_id = $1 AND address = $2 AND id <> $3",
    [OWNER_POST] = "SELECT id FROM mailbox WHERE post_id = $1 AND address = $2 AND id <> $3",
    [OWNER_PERSON] = "SELECT id FROM mailbox WHERE person_id = $1 AND address = $2 AND id <> $3",
};
static const char *const owner_tables[] = {
    [OWNER_UNIT] = "unit", [OWNER_POST] = "post", [OWNER_PERSON] = "person"};

gboolean directory_check_mailbox(Store *store, gconstpointer record, GError **error)
{
    const DirectoryMailbox *mailbox = record;
    g_return_val_if_fail(mailbox->owner_kind <= OWNER_PERSON, FALSE);
    g_return_val_if_fail(mailbox->channel >= CHANNEL_EMAIL && mailbox->channel <= CHANNEL_BOTH, FALSE);
    if (!exists(store, owner_tables[mailbox->owner_kind], mailbox->owner_id, error))
        return FALSE;
    if (((mailbox->channel & CHANNEL_EMAIL) != 0 || *mailbox->address != '\0') &&
        !address_check(mailbox->address, error))
        return FALSE;
    if ((mailbox->channel & CHANNEL_PAPER) != 0 && mailbox->copies < 1)
        return complain(error, SONGFA_ERROR_INPUT, _("纸质件的份数是 %d；请至少填 1"), mailbox->copies);
    return is_free(store, same_owner[mailbox->owner_kind],
                   DB_PARAMS(db_int(mailbox->owner_id), db_string(mailbox->address), db_int(mailbox->id)),
                   _("收件方式"), mailbox->address, error);
}
