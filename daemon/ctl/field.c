/* SPDX-License-Identifier: GPL-3.0-or-later
 * The types of fields of directory records. */
#include "daemon/ctl/field.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/args.h"

#define AT(type, field, record) ((type *)(void *)((char *)(record) + (field)->offset))
#define AT_CONST(type, field, record)                                                              \
    ((type const *)(const void *)((const char *)(record) + (field)->offset))

static gboolean refuse(const RecordField *field, const char *text, const char *wanted, GError **error)
{
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("%s“%s”不对：%s"), _(field->heading), text,
                wanted);
    return FALSE;
}

/* No such name: says which are near. */
static gboolean unknown(const RecordField *field, const Directory *directory, const char *text,
                        GError **error)
{
    g_auto(GStrv) names = directory_suggest(directory, text, 3);
    g_autofree char *near = g_strjoinv("、", names);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("名录里没有%s“%s”%s%s"), _(field->heading),
                text, *near != '\0' ? _("。相近的有：") : "", near);
    return FALSE;
}

static gboolean set_text(const RecordField *field, const Directory *directory, gpointer record,
                         const char *text, GError **error)
{
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
        if (g_unichar_iscntrl(g_utf8_get_char(p)))
            return refuse(field, text, _("里面有换行或控制字符，请去掉"), error);
    g_autofree char *bare = g_strstrip(g_strdup(text));
    directory_set_text((Directory *)directory, AT(const char *, field, record), bare);
    return TRUE;
}

static char *text_text(const RecordField *field, const Directory *directory, gconstpointer record,
                       gboolean for_program)
{
    (void)directory;
    (void)for_program;
    return g_strdup(*AT_CONST(char *, field, record));
}

static gboolean same_text(const RecordField *field, gconstpointer a, gconstpointer b)
{
    return g_strcmp0(*AT_CONST(char *, field, a), *AT_CONST(char *, field, b)) == 0;
}

static gboolean set_list(const RecordField *field, const Directory *directory, gpointer record,
                         const char *text, GError **error)
{
    (void)error;
    directory_set_list((Directory *)directory, AT(char **, field, record), text, ",");
    return TRUE;
}

static char *text_list(const RecordField *field, const Directory *directory, gconstpointer record,
                       gboolean for_program)
{
    (void)directory;
    (void)for_program;
    char **list = *AT_CONST(char **, field, record);
    return list != NULL ? g_strjoinv(",", list) : NULL;
}

static gboolean same_list(const RecordField *field, gconstpointer a, gconstpointer b)
{
    return g_strv_equal((const char *const *)*AT_CONST(char **, field, a),
                        (const char *const *)*AT_CONST(char **, field, b));
}

static gboolean set_number(const RecordField *field, const Directory *directory, gpointer record,
                           const char *text, GError **error)
{
    gint64 value;
    (void)directory;
    if (!g_ascii_string_to_signed(text, 10, 0, 999999, &value, NULL))
        return refuse(field, text, _("应是 0 到 999999 的整数"), error);
    *AT(int, field, record) = (int)value;
    return TRUE;
}

static char *text_number(const RecordField *field, const Directory *directory, gconstpointer record,
                         gboolean for_program)
{
    (void)directory;
    (void)for_program;
    return g_strdup_printf("%d", *AT_CONST(int, field, record));
}

static gboolean same_number(const RecordField *field, gconstpointer a, gconstpointer b)
{
    return *AT_CONST(int, field, a) == *AT_CONST(int, field, b);
}

static gboolean set_day(const RecordField *field, const Directory *directory, gpointer record,
                        const char *text, GError **error)
{
    if (strcmp(text, "-") == 0)
        text = "";
    if (*text != '\0' && !args_is_day(text))
        return refuse(field, text, _("请写成 2020-03-06 这样的日期，或写 - 表示不限"), error);
    return set_text(field, directory, record, text, error);
}

static gboolean set_word(const RecordField *field, const Directory *directory, gpointer record,
                         const char *text, GError **error)
{
    g_autoptr(GString) known = g_string_new(_("可以写 "));
    (void)directory;
    for (const FieldWord *word = field->words; word->name != NULL; word++) {
        if (strcmp(text, word->name) == 0 || strcmp(text, _(word->word)) == 0) {
            *AT(int, field, record) = word->value;
            return TRUE;
        }
        g_string_append_printf(known, "%s%s(%s)", word == field->words ? "" : "、", word->name,
                               _(word->word));
    }
    return refuse(field, text, known->str, error);
}

static char *text_word(const RecordField *field, const Directory *directory, gconstpointer record,
                       gboolean for_program)
{
    (void)directory;
    for (const FieldWord *word = field->words; word->name != NULL; word++)
        if (word->value == *AT_CONST(int, field, record))
            return g_strdup(for_program ? word->name : _(word->word));
    return NULL;
}

static gboolean same_id(const RecordField *field, gconstpointer a, gconstpointer b)
{
    return *AT_CONST(gint64, field, a) == *AT_CONST(gint64, field, b);
}

static gboolean set_unit(const RecordField *field, const Directory *directory, gpointer record,
                         const char *text, GError **error)
{
    const DirectoryUnit *unit = directory_unit(directory, text);
    gboolean none = *text == '\0' || strcmp(text, "-") == 0;
    if (unit == NULL && !none)
        return unknown(field, directory, text, error);
    *AT(gint64, field, record) = unit != NULL ? unit->id : 0;
    return TRUE;
}

static char *text_unit(const RecordField *field, const Directory *directory, gconstpointer record,
                       gboolean for_program)
{
    const DirectoryUnit *unit = directory_unit_by_id(directory, *AT_CONST(gint64, field, record));
    (void)for_program;
    return unit != NULL ? g_strdup(unit->name) : NULL;
}

/* The post of "UNIT/POST": the last slash parts them. */
static const DirectoryPost *find_post(const Directory *directory, const char *text)
{
    const char *slash = strrchr(text, '/');
    if (slash == NULL)
        return NULL;
    g_autofree char *unit_name = g_strndup(text, (gsize)(slash - text));
    const DirectoryUnit *unit = directory_unit(directory, unit_name);
    return unit != NULL ? directory_post(directory, unit, slash + 1) : NULL;
}

static char *post_name(const Directory *directory, gint64 id)
{
    const DirectoryPost *post = directory_post_by_id(directory, id);
    const DirectoryUnit *unit = post != NULL ? directory_unit_by_id(directory, post->unit_id) : NULL;
    return unit != NULL ? g_strdup_printf("%s/%s", unit->name, post->name) : NULL;
}

static gboolean set_post(const RecordField *field, const Directory *directory, gpointer record,
                         const char *text, GError **error)
{
    const DirectoryPost *post = find_post(directory, text);
    if (post == NULL && strchr(text, '/') == NULL)
        return refuse(field, text, _("请写成 单位/职务，如 区委/副书记"), error);
    if (post == NULL)
        return unknown(field, directory, text, error);
    *AT(gint64, field, record) = post->id;
    return TRUE;
}

static char *text_post(const RecordField *field, const Directory *directory, gconstpointer record,
                       gboolean for_program)
{
    (void)for_program;
    return post_name(directory, *AT_CONST(gint64, field, record));
}

static gboolean set_person(const RecordField *field, const Directory *directory, gpointer record,
                           const char *text, GError **error)
{
    const DirectoryPerson *person = directory_person(directory, text);
    if (person == NULL)
        return unknown(field, directory, text, error);
    *AT(gint64, field, record) = person->id;
    return TRUE;
}

static char *text_person(const RecordField *field, const Directory *directory, gconstpointer record,
                         gboolean for_program)
{
    const DirectoryPerson *person =
        directory_person_by_id(directory, *AT_CONST(gint64, field, record));
    (void)for_program;
    return person != NULL ? g_strdup(person->name) : NULL;
}

static gboolean set_owner(const RecordField *field, const Directory *directory, gpointer record,
                          const char *text, GError **error)
{
    DirectoryMailbox *mailbox = record;
    const char *colon = strchr(text, ':'), *name = colon != NULL ? colon + 1 : text;
    const DirectoryUnit *unit = NULL;
    const DirectoryPost *post = NULL;
    const DirectoryPerson *person = NULL;
    if (g_str_has_prefix(text, "unit:"))
        unit = directory_unit(directory, name);
    else if (g_str_has_prefix(text, "post:"))
        post = find_post(directory, name);
    else if (g_str_has_prefix(text, "person:"))
        person = directory_person(directory, name);
    else
        return refuse(field, text, _("请写成 unit:单位、post:单位/职务 或 person:姓名"), error);
    if (unit == NULL && post == NULL && person == NULL)
        return unknown(field, directory, name, error);
    mailbox->owner_kind = unit != NULL ? OWNER_UNIT : post != NULL ? OWNER_POST : OWNER_PERSON;
    mailbox->owner_id = unit != NULL ? unit->id : post != NULL ? post->id : person->id;
    return TRUE;
}

static char *text_owner(const RecordField *field, const Directory *directory, gconstpointer record,
                        gboolean for_program)
{
    const DirectoryMailbox *mailbox = record;
    (void)field;
    (void)for_program;
    if (mailbox->owner_kind == OWNER_POST) {
        g_autofree char *post = post_name(directory, mailbox->owner_id);
        return post != NULL ? g_strconcat("post:", post, NULL) : NULL;
    }
    if (mailbox->owner_kind == OWNER_PERSON) {
        const DirectoryPerson *person = directory_person_by_id(directory, mailbox->owner_id);
        return person != NULL ? g_strconcat("person:", person->name, NULL) : NULL;
    }
    const DirectoryUnit *unit = directory_unit_by_id(directory, mailbox->owner_id);
    return unit != NULL ? g_strconcat("unit:", unit->name, NULL) : NULL;
}

static gboolean same_owner(const RecordField *field, gconstpointer a, gconstpointer b)
{
    const DirectoryMailbox *one = a, *two = b;
    (void)field;
    return one->owner_kind == two->owner_kind && one->owner_id == two->owner_id;
}

static void refer_unit(const RecordField *field, gpointer record, FieldRenumber renumber,
                       gpointer data)
{
    gint64 *id = AT(gint64, field, record);
    *id = *id > 0 ? renumber(OWNER_UNIT, *id, data) : 0;
}

static void refer_post(const RecordField *field, gpointer record, FieldRenumber renumber,
                       gpointer data)
{
    gint64 *id = AT(gint64, field, record);
    *id = renumber(OWNER_POST, *id, data);
}

static void refer_person(const RecordField *field, gpointer record, FieldRenumber renumber,
                         gpointer data)
{
    gint64 *id = AT(gint64, field, record);
    *id = renumber(OWNER_PERSON, *id, data);
}

static void refer_owner(const RecordField *field, gpointer record, FieldRenumber renumber,
                        gpointer data)
{
    DirectoryMailbox *mailbox = record;
    (void)field;
    mailbox->owner_id = renumber(mailbox->owner_kind, mailbox->owner_id, data);
}

const FieldType field_text = {set_text, text_text, same_text, NULL};
const FieldType field_list = {set_list, text_list, same_list, NULL};
const FieldType field_number = {set_number, text_number, same_number, NULL};
const FieldType field_day = {set_day, text_text, same_text, NULL};
const FieldType field_word = {set_word, text_word, same_number, NULL};
const FieldType field_unit = {set_unit, text_unit, same_id, refer_unit};
const FieldType field_post = {set_post, text_post, same_id, refer_post};
const FieldType field_person = {set_person, text_person, same_id, refer_person};
const FieldType field_owner = {set_owner, text_owner, same_owner, refer_owner};

void field_cell(const RecordField *field, const Directory *directory, gconstpointer record,
                Table *table, TableFormat format)
{
    if (field->type == &field_number) {
        table_int(table, *AT_CONST(int, field, record));
        return;
    }
    g_autofree char *text = field->type->text(field, directory, record, format == TABLE_JSON);
    table_text(table, text != NULL && *text != '\0' ? text : NULL);
}
