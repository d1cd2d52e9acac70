/* SPDX-License-Identifier: GPL-3.0-or-later
 * The JSON of an issue (DESIGN.md §5), both ways. One table of members serves writer and reader, so
 * that they cannot drift apart. */
#include <jansson.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/issue/issue.h"

typedef enum { MEMBER_TEXT, MEMBER_NUMBER, MEMBER_BOOL, MEMBER_TEXTS, MEMBER_RECORDS } MemberKind;

typedef struct Member Member;

typedef struct {
    const Member *members;
    gsize n_members;
    gsize size;
} Record;

struct Member {
    const char *key;
    MemberKind kind;
    gsize offset;
    const Record *record; /* of MEMBER_RECORDS */
};

#define TEXT(type, key) {#key, MEMBER_TEXT, offsetof(type, key), NULL}
#define NUMBER(key) {#key, MEMBER_NUMBER, offsetof(Issue, key), NULL}
#define TEXTS(key) {#key, MEMBER_TEXTS, offsetof(Issue, key), NULL}
#define RECORDS(key, record) {#key, MEMBER_RECORDS, offsetof(Issue, key), record}

static const Member reason_members[] = {TEXT(IssueReason, code), TEXT(IssueReason, message)};
static const Member field_members[] = {TEXT(IssueField, label), TEXT(IssueField, text)};
static const Member item_members[] = {
    TEXT(IssueItem, section), TEXT(IssueItem, heading), TEXT(IssueItem, source),
    {"brief", MEMBER_BOOL, offsetof(IssueItem, brief), NULL}, TEXT(IssueItem, text),
};

static const Record reason_record = {reason_members, G_N_ELEMENTS(reason_members), sizeof(IssueReason)};
static const Record field_record = {field_members, G_N_ELEMENTS(field_members), sizeof(IssueField)};
static const Record item_record = {item_members, G_N_ELEMENTS(item_members), sizeof(IssueItem)};

static const Member issue_members[] = {
    RECORDS(reasons, &reason_record),
    TEXT(Issue, series),
    TEXT(Issue, title),
    NUMBER(number),
    NUMBER(total_number),
    NUMBER(supplement),
    NUMBER(year),
    NUMBER(month),
    TEXT(Issue, office),
    TEXT(Issue, date),
    TEXT(Issue, headline),
    TEXTS(contents),
    TEXTS(sections),
    RECORDS(items, &item_record),
    RECORDS(distribution, &field_record),
    TEXTS(editors),
    TEXT(Issue, keywords),
    TEXT(Issue, signer),
    TEXT(Issue, supervisor),
    TEXT(Issue, publisher),
    TEXT(Issue, telephone),
    TEXT(Issue, mailbox),
    NUMBER(declared_copies),
    TEXTS(marks),
    TEXT(Issue, classification),
    {"restricted", MEMBER_BOOL, offsetof(Issue, restricted), NULL},
};

static const Record issue_record = {issue_members, G_N_ELEMENTS(issue_members), sizeof(Issue)};

static const char *const verdict_names[] = {
    [ISSUE_ISSUE] = "issue", [ISSUE_HELD] = "held", [ISSUE_REFUSED] = "refused"};

static json_t *write_record(const Record *record, gconstpointer data);

static json_t *write_list(const Member *member, const GPtrArray *list)
{
    json_t *array = json_array();
    for (guint i = 0; i < list->len; i++) {
        gconstpointer element = g_ptr_array_index(list, i);
        json_array_append_new(array, member->kind == MEMBER_TEXTS
                                         ? json_string(element)
                                         : write_record(member->record, element));
    }
    return array;
}

static json_t *write_member(const Member *member, gconstpointer data)
{
    const void *place = (const char *)data + member->offset;
    switch (member->kind) {
    case MEMBER_TEXT: {
        const char *text = *(char *const *)place;
        return text != NULL ? json_string(text) : json_null();
    }
    case MEMBER_NUMBER: {
        int number = *(const int *)place;
        return number != 0 ? json_integer(number) : json_null();
    }
    case MEMBER_BOOL:
        return json_boolean(*(const gboolean *)place);
    default:
        return write_list(member, *(GPtrArray *const *)place);
    }
}

static json_t *write_record(const Record *record, gconstpointer data)
{
    json_t *object = json_object();
    for (gsize i = 0; i < record->n_members; i++)
        json_object_set_new(object, record->members[i].key, write_member(&record->members[i], data));
    return object;
}

char *issue_to_json(const Issue *issue)
{
    json_t *object = json_object();
    json_object_set_new(object, "verdict", json_string(verdict_names[issue->verdict]));
    json_t *members = write_record(&issue_record, issue);
    json_object_update(object, members);
    json_decref(members);
    char *text = json_dumps(object, JSON_INDENT(2));
    json_decref(object);
    char *copy = g_strdup(text);
    free(text); /* jansson's allocator, not GLib's */
    return copy;
}

static gboolean read_record(const Record *record, json_t *object, gpointer data, GError **error);

static gboolean read_list(const Member *member, json_t *array, GPtrArray *list, GError **error)
{
    gsize index;
    json_t *element;
    json_array_foreach(array, index, element) {
        if (member->kind == MEMBER_TEXTS) {
            if (!json_is_string(element))
                break;
            g_ptr_array_add(list, g_strdup(json_string_value(element)));
            continue;
        }
        gpointer data = g_malloc0(member->record->size);
        g_ptr_array_add(list, data);
        if (!read_record(member->record, element, data, error))
            return FALSE;
    }
    if (json_is_array(array) && index == json_array_size(array))
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("期刊 JSON 的成员“%s”不是所需的列表"),
                member->key);
    return FALSE;
}

/* TRUE when the value is of the member's kind; null stands for absent. */
static gboolean kind_fits(MemberKind kind, const json_t *value)
{
    switch (kind) {
    case MEMBER_TEXT:
        return json_is_string(value) || json_is_null(value);
    case MEMBER_NUMBER:
        return json_is_null(value) || (json_is_integer(value) && json_integer_value(value) >= 0 &&
                                       json_integer_value(value) <= G_MAXINT);
    default:
        return json_is_boolean(value);
    }
}

static gboolean read_member(const Member *member, json_t *value, gpointer data, GError **error)
{
    void *place = (char *)data + member->offset;
    if (member->kind == MEMBER_TEXTS || member->kind == MEMBER_RECORDS)
        return read_list(member, value, *(GPtrArray **)place, error);
    if (!kind_fits(member->kind, value)) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("期刊 JSON 的成员“%s”缺失或类型不对"),
                    member->key);
        return FALSE;
    }
    if (member->kind == MEMBER_TEXT)
        *(char **)place = g_strdup(json_string_value(value));
    else if (member->kind == MEMBER_NUMBER)
        *(int *)place = (int)json_integer_value(value);
    else
        *(gboolean *)place = json_boolean_value(value);
    return TRUE;
}

static gboolean read_record(const Record *record, json_t *object, gpointer data, GError **error)
{
    for (gsize i = 0; i < record->n_members; i++) {
        const Member *member = &record->members[i];
        if (!read_member(member, json_object_get(object, member->key), data, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean read_verdict(json_t *object, IssueVerdict *verdict, GError **error)
{
    const char *name = json_string_value(json_object_get(object, "verdict"));
    for (guint i = 0; i < G_N_ELEMENTS(verdict_names); i++)
        if (g_strcmp0(name, verdict_names[i]) == 0) {
            *verdict = i;
            return TRUE;
        }
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("期刊 JSON 没有可用的 verdict"));
    return FALSE;
}

Issue *issue_from_json(const char *json, GError **error)
{
    json_error_t where;
    json_t *object = json_loads(json, 0, &where);
    if (object == NULL) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("期刊 JSON 第 %d 行有误：%s"), where.line,
                    where.text);
        return NULL;
    }
    g_autoptr(Issue) issue = issue_new();
    gboolean read = read_verdict(object, &issue->verdict, error) &&
                    read_record(&issue_record, object, issue, error);
    json_decref(object);
    return read ? g_steal_pointer(&issue) : NULL;
}
