/* SPDX-License-Identifier: GPL-3.0-or-later
 * One field of a directory record as a text. */
#include "recipients/directory-field.h"

#include <string.h>

#include "daemon/base/arena.h"
#include "daemon/base/error.h"
#include "daemon/base/han.h"
#include "daemon/base/i18n.h"

enum {
    LONGEST = 200,                  /* characters of a name or another text */
    LONGEST_ADDRESS = 254,          /* of an address: RFC 5321 §4.5.3.1.3 */
    LONGEST_MEMBER = 2 * LONGEST + 10, /* of a member: "-post:UNIT/POST" */
    QUOTED = 60                     /* columns of a text in a message */
};

#define PLACE(Type, field, record) \
    ((Type const *)(gconstpointer)((const char *)(record) + (field)->offset))

static const DirectoryWordOf flags[] = {{FALSE, "no", N_("否")}, {TRUE, "yes", N_("是")}, {0, NULL, NULL}};

gboolean directory_field_is_text(const DirectoryField *field)
{
    return field->type <= FIELD_DAY;
}

gboolean directory_field_is_list(const DirectoryField *field)
{
    return field->type == FIELD_LIST || field->type == FIELD_MEMBERS;
}

gboolean directory_field_is_reference(const DirectoryField *field)
{
    return field->type >= FIELD_UNIT;
}

const DirectoryKind *directory_field_refers_to(const DirectoryField *field, gconstpointer record)
{
    static const DirectoryKindId of_owner[] = {
        [OWNER_UNIT] = DIRECTORY_UNIT, [OWNER_POST] = DIRECTORY_POST, [OWNER_PERSON] = DIRECTORY_PERSON};
    static const DirectoryKindId of_type[] = {
        [FIELD_UNIT] = DIRECTORY_UNIT, [FIELD_POST] = DIRECTORY_POST, [FIELD_PERSON] = DIRECTORY_PERSON};
    return &directory_kinds[field->type == FIELD_OWNER
                                ? of_owner[((const DirectoryMailbox *)record)->owner_kind]
                                : of_type[field->type]];
}

gpointer directory_field_place(const DirectoryField *field, gpointer record)
{
    return (char *)record + field->offset;
}

/* ---- from text ---- */

static gboolean refuse(const DirectoryField *field, const char *text, const char *wanted, GError **error)
{
    g_autofree char *quoted = han_ellipsize(text, QUOTED);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("%s“%s”不对：%s"), _(field->heading), quoted, wanted);
    return FALSE;
}

/* No name of an office comes near to it; what does was pasted by mistake. */
static gboolean is_short(const DirectoryField *field, const char *text, GError **error)
{
    glong length = g_utf8_strlen(text, -1);
    glong most = field->type == FIELD_ADDRESS ? LONGEST_ADDRESS : field->type == FIELD_MEMBERS ? LONGEST_MEMBER : LONGEST;
    if (length <= most)
        return TRUE;
    g_autofree char *wanted = g_strdup_printf(_("有 %ld 个字，最多 %ld 个字，请改短"), length, most);
    return refuse(field, text, wanted, error);
}

static gboolean set_text(const DirectoryField *field, Directory *directory, gpointer record, const char *text,
                         GError **error)
{
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
        if (g_unichar_iscntrl(g_utf8_get_char(p)))
            return refuse(field, text, _("里面有换行或控制字符，请去掉"), error);
    if (!is_short(field, text, error))
        return FALSE;
    directory_set_text(directory, directory_field_place(field, record), text);
    return TRUE;
}

static gboolean set_list(const DirectoryField *field, Directory *directory, gpointer record, const char *text,
                         GError **error)
{
    char **parts = NULL;
    directory_set_list(directory, &parts, text, "|,");
    for (char **part = parts; *part != NULL; part++)
        if (!is_short(field, *part, error))
            return FALSE;
    *(char ***)directory_field_place(field, record) = parts;
    return TRUE;
}

gboolean directory_is_day(const char *text)
{
    if (*text == '\0')
        return TRUE;
    for (guint i = 0; i < 10; i++)
        if (i == 4 || i == 7 ? text[i] != '-' : !g_ascii_isdigit(text[i]))
            return FALSE;
    guint month = (guint)g_ascii_strtoull(text + 5, NULL, 10), day = (guint)g_ascii_strtoull(text + 8, NULL, 10);
    return text[10] == '\0' && month <= 12 && *text + text[1] + text[2] + text[3] > 4 * '0' &&
           g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)g_ascii_strtoull(text, NULL, 10));
}

/* The ways in which Excel and people write a day: year, month, day with one mark behind each. */
char *directory_day_read(const char *text)
{
    static const char *const marks[][3] = {{"-", "-", ""}, {"/", "/", ""}, {".", ".", ""}, {"年", "月", "日"}};
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        guint number[3] = {0};
        const char *p = text;
        gboolean good = TRUE;
        for (guint n = 0; good && n < 3; n++) {
            char *end;
            number[n] = (guint)MIN(g_ascii_strtoull(p, &end, 10), 9999);
            good = g_ascii_isdigit(*p) && g_str_has_prefix(end, marks[i][n]);
            p = end + (good ? strlen(marks[i][n]) : 0);
        }
        g_autofree char *day = g_strdup_printf("%04u-%02u-%02u", number[0], number[1], number[2]);
        if (good && *p == '\0' && directory_is_day(day))
            return g_steal_pointer(&day);
    }
    return NULL;
}

static gboolean set_day(const DirectoryField *field, Directory *directory, gpointer record, const char *text,
                        GError **error)
{
    g_autofree char *day = *text != '\0' ? directory_day_read(text) : g_strdup("");
    if (day == NULL)
        return refuse(field, text, _("请写成 2020-03-06 这样的日期，或写 - 表示不限"), error);
    directory_set_text(directory, directory_field_place(field, record), day);
    return TRUE;
}

static gboolean set_number(const DirectoryField *field, gpointer record, const char *text, GError **error)
{
    gint64 value = 0;
    if (*text != '\0' && !g_ascii_string_to_signed(text, 10, 0, 999999, &value, NULL))
        return refuse(field, text, _("应是 0 到 999999 的整数"), error);
    *(int *)directory_field_place(field, record) = (int)value;
    return TRUE;
}

static gboolean set_word(const DirectoryField *field, const DirectoryWordOf *words, gpointer record,
                         const char *text, GError **error)
{
    g_autoptr(GString) known = g_string_new(_("可以写 "));
    for (const DirectoryWordOf *word = words; word->code != NULL; word++) {
        if (g_ascii_strcasecmp(text, word->code) == 0 || strcmp(text, word->word) == 0 ||
            strcmp(text, _(word->word)) == 0) {
            *(int *)directory_field_place(field, record) = word->value;
            return TRUE;
        }
        g_string_append_printf(known, "%s%s(%s)", word == words ? "" : "、", word->code, _(word->word));
    }
    return refuse(field, text, known->str, error);
}

/* A code that nobody knows is a misprint; a word in Chinese is the office's own kind. */
static gboolean set_unit_kind(const DirectoryField *field, Directory *directory, gpointer record,
                              const char *text, GError **error)
{
    const char *code = directory_unit_kind_code(text);
    if (g_str_is_ascii(code) && *code != '\0' && strcmp(directory_unit_kind_word(code), code) == 0)
        return refuse(field, text,
                      _("可以写 党群机关(party)、领导机关(body)、政府部门(gov)、管委会(zone)、街道(street)、镇(town)、"
                        "乡(township)、上级机关(higher)、学校(school)、医院(hospital)、企业(company)、"
                        "议事机构(committee)，或本单位自定的中文类别"),
                      error);
    return set_text(field, directory, record, code, error);
}

static gconstpointer find_in(const Directory *names, DirectoryKindId kind, const char *text)
{
    if (kind == DIRECTORY_UNIT)
        return directory_unit(names, text);
    return kind == DIRECTORY_POST ? (gconstpointer)directory_post_at(names, text) : directory_person(names, text);
}

/* An owner may be of several kinds. */
static gboolean unknown(const DirectoryField *field, const Directory *names, const char *text, GError **error)
{
    const DirectoryKind *kind = field->type != FIELD_OWNER ? directory_field_refers_to(field, NULL) : NULL;
    g_auto(GStrv) found = directory_suggest_kind(names, kind, text, 3);
    g_autofree char *near = g_strjoinv("、", found), *quoted = han_ellipsize(text, QUOTED);
    if (*near != '\0')
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("名录里没有%s“%s”，相近的有：%s"),
                    _(field->heading), quoted, near);
    else
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                    _("名录里没有%s“%s”：请先登记，或核对写法（职务写成 单位/职务，如 区委/副书记）"),
                    _(field->heading), quoted);
    return FALSE;
}

static gboolean set_reference(const DirectoryField *field, gpointer record, const char *text,
                              const Directory *names, GError **error)
{
    const DirectoryRecord *found = NULL;
    if (*text == '\0' && field->required)
        return refuse(field, text, _("不能空着"), error);
    if (*text != '\0') {
        found = find_in(names, directory_field_refers_to(field, record)->id, text);
        if (found == NULL)
            return unknown(field, names, text, error);
    }
    *(gint64 *)directory_field_place(field, record) = found != NULL ? found->id : 0;
    return TRUE;
}

/* "unit:NAME", or a bare name: the first of unit, post and person that has it. */
static gboolean set_owner(const DirectoryField *field, gpointer record, const char *text,
                          const Directory *names, GError **error)
{
    static const struct { const char *prefix; DirectoryKindId kind; } rows[] = {
        [OWNER_UNIT] = {"unit:", DIRECTORY_UNIT}, [OWNER_POST] = {"post:", DIRECTORY_POST},
        [OWNER_PERSON] = {"person:", DIRECTORY_PERSON}};
    DirectoryMailbox *mailbox = record;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        gboolean named = g_str_has_prefix(text, rows[i].prefix);
        const char *name = named ? text + strlen(rows[i].prefix) : text;
        const DirectoryRecord *found = named || strchr(text, ':') == NULL ? find_in(names, rows[i].kind, name) : NULL;
        if (found == NULL)
            continue;
        mailbox->owner_kind = (OwnerKind)i;
        mailbox->owner_id = found->id;
        return TRUE;
    }
    return unknown(field, names, text, error);
}

gboolean directory_field_set(const DirectoryField *field, Directory *directory, gpointer record,
                             const char *text, const Directory *names, GError **error)
{
    g_autofree char *bare = g_strstrip(g_strdup(text));
    if (strcmp(bare, "-") == 0)
        *bare = '\0';
    if (*bare == '\0' && field->required && field->type == FIELD_TEXT)
        return refuse(field, bare, _("不能空着"), error);
    switch (field->type) {
    case FIELD_TEXT:
    case FIELD_ADDRESS: return set_text(field, directory, record, bare, error);
    case FIELD_UNIT_KIND: return set_unit_kind(field, directory, record, bare, error);
    case FIELD_DAY: return set_day(field, directory, record, bare, error);
    case FIELD_NUMBER: return set_number(field, record, bare, error);
    case FIELD_FLAG: return set_word(field, flags, record, *bare != '\0' ? bare : "no", error);
    case FIELD_CHOICE: return set_word(field, field->words, record, bare, error);
    case FIELD_OWNER: return set_owner(field, record, bare, names, error);
    case FIELD_LIST:
    case FIELD_MEMBERS: return set_list(field, directory, record, bare, error);
    case FIELD_UNIT:
    case FIELD_POST:
    case FIELD_PERSON: break;
    }
    return set_reference(field, record, bare, names, error);
}

/* ---- to text ---- */

static char *number_text(gint64 number)
{
    return g_strdup_printf("%" G_GINT64_FORMAT, number);
}

static char *unit_text(const Directory *names, gint64 id)
{
    const DirectoryUnit *unit = directory_unit_by_id(names, id);
    return unit != NULL ? g_strdup(unit->name) : number_text(id);
}

static char *post_text(const Directory *names, gint64 id)
{
    const DirectoryPost *post = directory_post_by_id(names, id);
    if (post == NULL)
        return number_text(id);
    g_autofree char *unit = unit_text(names, post->unit_id);
    return g_strconcat(unit, "/", post->name, NULL);
}

static char *reference_text(const DirectoryField *field, const Directory *names, gconstpointer record)
{
    gint64 id = *PLACE(gint64, field, record);
    DirectoryKindId kind = directory_field_refers_to(field, record)->id;
    if (id == 0)
        return g_strdup("");
    if (kind == DIRECTORY_UNIT)
        return unit_text(names, id);
    if (kind == DIRECTORY_POST)
        return post_text(names, id);
    const DirectoryPerson *person = directory_person_by_id(names, id);
    return person != NULL ? g_strdup(person->name) : number_text(id);
}

static const DirectoryWordOf *word_of(const DirectoryField *field, gconstpointer record)
{
    const DirectoryWordOf *word = field->type == FIELD_FLAG ? flags : field->words;
    while (word->code != NULL && word->value != *PLACE(int, field, record))
        word++;
    return word;
}

/* What people and programs read alike. */
static char *plain_text(const DirectoryField *field, const Directory *names, gconstpointer record)
{
    if (directory_field_is_list(field))
        return g_strjoinv("|", *PLACE(char **, field, record));
    if (field->type == FIELD_NUMBER)
        return number_text(*PLACE(int, field, record));
    if (directory_field_is_reference(field))
        return reference_text(field, names, record);
    return g_strdup(*PLACE(char *, field, record));
}

static gboolean has_word(const DirectoryField *field)
{
    return field->type == FIELD_FLAG || field->type == FIELD_CHOICE;
}

char *directory_field_cell(const DirectoryField *field, const Directory *names, gconstpointer record)
{
    if (field->type == FIELD_UNIT_KIND)
        return g_strdup(directory_unit_kind_word(*PLACE(char *, field, record)));
    if (!has_word(field))
        return plain_text(field, names, record);
    const char *word = word_of(field, record)->word;
    return g_strdup(word != NULL ? word : "");
}

char *directory_field_text(const DirectoryField *field, const Directory *names, gconstpointer record)
{
    g_autofree char *cell = directory_field_cell(field, names, record);
    return g_strdup(has_word(field) && *cell != '\0' ? _(cell) : cell);
}

char *directory_field_code(const DirectoryField *field, const Directory *names, gconstpointer record)
{
    if (has_word(field))
        return g_strdup(word_of(field, record)->code);
    char *text = plain_text(field, names, record);
    if (field->type != FIELD_OWNER)
        return text;
    char *owner = g_strconcat(directory_field_refers_to(field, record)->name, ":", text, NULL);
    g_free(text);
    return owner;
}

gboolean directory_field_same(const DirectoryField *field, gconstpointer a, gconstpointer b)
{
    if (directory_field_is_text(field))
        return strcmp(*PLACE(char *, field, a), *PLACE(char *, field, b)) == 0;
    if (directory_field_is_list(field))
        return g_strv_equal((const char *const *)*PLACE(char **, field, a),
                            (const char *const *)*PLACE(char **, field, b));
    if (directory_field_is_reference(field))
        return *PLACE(gint64, field, a) == *PLACE(gint64, field, b);
    return *PLACE(int, field, a) == *PLACE(int, field, b);
}

void directory_field_own(const DirectoryField *field, Directory *directory, gpointer record)
{
    gpointer place = directory_field_place(field, record);
    if (directory_field_is_text(field)) {
        *(const char **)place = arena_text(directory->arena, *(const char **)place);
    } else if (directory_field_is_list(field)) {
        char **from = *(char ***)place;
        char **to = arena_new0(directory->arena, char *, g_strv_length(from) + 1);
        for (guint i = 0; from[i] != NULL; i++)
            to[i] = arena_text(directory->arena, from[i]);
        *(char ***)place = to;
    }
}

static gsize size_of(const DirectoryField *field)
{
    if (directory_field_is_reference(field))
        return sizeof(gint64);
    return directory_field_is_text(field) || directory_field_is_list(field) ? sizeof(gpointer) : sizeof(int);
}

void directory_field_copy(const DirectoryField *field, Directory *directory, gpointer to, gconstpointer from)
{
    memcpy(directory_field_place(field, to), PLACE(char, field, from), size_of(field));
    directory_field_own(field, directory, to);
}
