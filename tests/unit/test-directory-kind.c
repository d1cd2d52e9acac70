/* SPDX-License-Identifier: GPL-3.0-or-later
 * The table of record kinds: fields from text and back, copies, JSON, labels. */
#include <string.h>

#include "daemon/base/error.h"
#include "recipients/directory-field.h"
#include "recipients/directory-json.h"
#include "tests/unit/directory-add.h"

/* 区委 with 书记, held by 王明. */
static Directory *small_directory(void)
{
    Directory *directory = directory_new("2020-03-06");
    DirectoryUnit *unit = directory_add_unit(directory);
    DirectoryPost *post = directory_add_post(directory);
    DirectoryPerson *person = directory_add_person(directory);
    unit->id = 1, post->id = 2, person->id = 3, post->unit_id = 1;
    directory_set_text(directory, &unit->name, "中共上街区委员会");
    directory_set_list(directory, &unit->short_names, "区委|上街区委", "|");
    directory_set_text(directory, &post->name, "书记");
    directory_set_text(directory, &person->name, "王明");
    directory_index(directory);
    return directory;
}

#define TEN "一二三四五六七八九十"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define FIFTY "abcdefghijklmnopqrstuvwxyz.abcdefghijklmnopqrstuvw"

typedef struct {
    const char *kind, *field, *text;
    const char *want; /* as shown to people, NULL = refused */
    const char *code; /* for programs, NULL = the same */
} FieldRow;

static const FieldRow field_rows[] = {
    {"unit", "name", " 区教体局 ", "区教体局", NULL},
    {"unit", "name", "", NULL, NULL},
    {"unit", "name", "区\n教体局", NULL, NULL},
    {"unit", "name", HUNDRED HUNDRED, HUNDRED HUNDRED, NULL},
    {"unit", "name", HUNDRED HUNDRED "一", NULL, NULL},
    {"unit", "short", "区委|" HUNDRED HUNDRED "一", NULL, NULL},
    {"group", "members", "post:" HUNDRED HUNDRED "/" HUNDRED HUNDRED, "post:" HUNDRED HUNDRED "/" HUNDRED HUNDRED, NULL},
    {"group", "members", "unit:区委|" HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED, NULL, NULL},
    {"mailbox", "address", FIFTY FIFTY FIFTY FIFTY FIFTY "abcd", FIFTY FIFTY FIFTY FIFTY FIFTY "abcd", NULL},
    {"mailbox", "address", FIFTY FIFTY FIFTY FIFTY FIFTY "abcde", NULL, NULL},
    {"unit", "简称", "教体局|体育局, 区教体局,", "教体局|体育局|区教体局", NULL},
    {"unit", "kind", "街道", "街道", "street"},
    {"unit", "kind", "street", "街道", "street"},
    {"unit", "kind", "行业协会", "行业协会", NULL},
    {"unit", "kind", "zzz", NULL, NULL},
    {"unit", "parent", "区委", "中共上街区委员会", NULL},
    {"unit", "parent", "-", "", NULL},
    {"unit", "parent", "区萎", NULL, NULL},
    {"unit", "order", "12", "12", NULL},
    {"unit", "order", "-1", NULL, NULL},
    {"post", "kind", "副职", "副职", "deputy"},
    {"post", "kind", "Chief", "正职", "chief"},
    {"post", "kind", "", NULL, NULL},
    {"tenure", "person", "王明", "王明", NULL},
    {"tenure", "person", "", NULL, NULL},
    {"tenure", "post", "上街区委/书记", "中共上街区委员会/书记", NULL},
    {"tenure", "post", "书记", NULL, NULL},
    {"tenure", "from", "2020/3/6", "2020-03-06", NULL},
    {"tenure", "from", "2020年3月6日", "2020-03-06", NULL},
    {"tenure", "from", "2020-02-30", NULL, NULL},
    {"tenure", "from", "2020-3", NULL, NULL},
    {"tenure", "from", "20200306", NULL, NULL},
    {"tenure", "to", "-", "", NULL},
    {"stand-in", "both", "是", "是", "yes"},
    {"stand-in", "both", "", "否", "no"},
    {"mailbox", "owner", "区委", "中共上街区委员会", "unit:中共上街区委员会"},
    {"mailbox", "owner", "post:区委/书记", "中共上街区委员会/书记", "post:中共上街区委员会/书记"},
    {"mailbox", "owner", "王明", "王明", "person:王明"},
    {"mailbox", "owner", "unit:王明", NULL, NULL},
    {"mailbox", "channel", "邮件和纸质", "邮件和纸质", "both"},
    {"mailbox", "channel", "鸽子", NULL, NULL},
};

static void test_fields(void)
{
    g_autoptr(Directory) directory = small_directory();
    for (gsize i = 0; i < G_N_ELEMENTS(field_rows); i++) {
        const FieldRow *row = &field_rows[i];
        const DirectoryKind *kind = directory_kind(row->kind);
        const DirectoryField *field = directory_kind_field(kind, row->field);
        gpointer record = directory_add(directory, kind);
        g_autoptr(GError) error = NULL;
        g_test_message("%s %s=%s", row->kind, row->field, row->text);
        gboolean good = directory_field_set(field, directory, record, row->text, directory, &error);
        g_assert_cmpint(good, ==, row->want != NULL);
        if (!good) {
            g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT);
            continue;
        }
        g_assert_no_error(error);
        g_autofree char *text = directory_field_text(field, directory, record);
        g_autofree char *code = directory_field_code(field, directory, record);
        g_assert_cmpstr(text, ==, row->want);
        g_assert_cmpstr(code, ==, row->code != NULL ? row->code : row->want);
    }
}

static void test_unknown_names_the_nearest(void)
{
    g_autoptr(Directory) directory = small_directory();
    g_autoptr(GError) error = NULL;
    const DirectoryKind *kind = directory_kind("unit");
    g_assert_false(directory_field_set(directory_kind_field(kind, "parent"), directory,
                                       directory_add_unit(directory), "上街区萎", directory, &error));
    g_assert_nonnull(strstr(error->message, "上街区委"));
}

/* What was pasted by mistake is not said back whole. */
static void test_long_texts_are_cut_in_messages(void)
{
    static const struct { const char *kind, *field, *want; } rows[] = {
        {"unit", "name", "单位名称“一二三四五六七八九十一二三四五六七八九十一二三四五六七八九…”不对：有 300 个字，最多 200 个字，请改短"},
        {"unit", "parent", "名录里没有上级单位“一二三四五六七八九十一二三四五六七八九十一二三四五六七八九…”："
                           "请先登记，或核对写法（职务写成 单位/职务，如 区委/副书记）"},
    };
    g_autoptr(Directory) directory = small_directory();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        const DirectoryKind *kind = directory_kind(rows[i].kind);
        g_assert_false(directory_field_set(directory_kind_field(kind, rows[i].field), directory,
                                           directory_add(directory, kind), HUNDRED HUNDRED HUNDRED, directory, &error));
        g_assert_cmpstr(error->message, ==, rows[i].want);
    }
}

/* Every field given something, by JSON there and back, and copied into another directory. */
static void test_json_and_copies(void)
{
    g_autoptr(Directory) directory = small_directory();
    for (gsize k = 0; k < DIRECTORY_KINDS; k++) {
        const DirectoryKind *kind = &directory_kinds[k];
        DirectoryRecord *record = directory_add(directory, kind);
        g_autoptr(Directory) other = directory_new("");
        for (guint i = 0; i < kind->n_fields; i++) {
            static const char *const texts[] = {
                [FIELD_TEXT] = "某某", [FIELD_ADDRESS] = "moumou@example.test", [FIELD_UNIT_KIND] = "镇", [FIELD_DAY] = "2021-01-02",
                [FIELD_LIST] = "甲|乙", [FIELD_MEMBERS] = "unit:区委|-person:王明", [FIELD_NUMBER] = "7",
                [FIELD_FLAG] = "是", [FIELD_UNIT] = "区委", [FIELD_POST] = "区委/书记",
                [FIELD_PERSON] = "王明", [FIELD_OWNER] = "post:区委/书记"};
            const DirectoryField *field = &kind->fields[i];
            const char *text = field->type == FIELD_CHOICE ? field->words[1].code : texts[field->type];
            g_assert_true(directory_field_set(field, directory, record, text, directory, NULL));
        }
        record->id = 77;
        directory_set_text(directory, &record->valid_to, "2026-06-30");
        json_t *json = directory_record_to_json(kind, record);
        const DirectoryRecord *again = directory_record_from_json(other, kind, json);
        json_decref(json);
        const DirectoryRecord *copy = directory_add_copy(other, kind, record);
        g_test_message("%s", kind->name);
        g_assert_true(directory_record_same(kind, record, again));
        g_assert_true(directory_record_same(kind, record, copy));
        g_assert_cmpint(again->id, ==, 77);
        g_assert_cmpstr(again->valid_to, ==, "2026-06-30");
        g_assert_cmpstr(copy->valid_to, ==, "2026-06-30");
        g_assert_false(directory_record_same(kind, record, directory_add(other, kind)));
    }
}

static void test_labels(void)
{
    static const struct { const char *kind, *texts[3], *want; } rows[] = {
        {"unit", {"区教体局", NULL, NULL}, "区教体局"},
        {"post", {"区委", "书记", NULL}, "中共上街区委员会/书记"},
        {"person", {"王明", NULL, NULL}, "王明"},
        {"tenure", {"王明", "区委/书记", NULL}, "中共上街区委员会/书记 王明"},
        {"alias", {"镇办", NULL, NULL}, "镇办"},
        {"mailbox", {"区委", "qw@example.test", NULL}, "中共上街区委员会 qw@example.test"},
        {"mailbox", {"区委", NULL, NULL}, "中共上街区委员会"},
    };
    g_autoptr(Directory) directory = small_directory();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const DirectoryKind *kind = directory_kind(rows[i].kind);
        gpointer record = directory_add(directory, kind);
        for (guint f = 0; rows[i].texts[f] != NULL; f++)
            g_assert_true(directory_field_set(&kind->fields[f], directory, record, rows[i].texts[f], directory, NULL));
        g_autofree char *label = directory_record_label(directory, kind, record);
        g_assert_cmpstr(label, ==, rows[i].want);
    }
}

static void test_names(void)
{
    for (gsize k = 0; k < DIRECTORY_KINDS; k++) {
        const DirectoryKind *kind = &directory_kinds[k];
        g_assert_cmpuint(kind->id, ==, k);
        g_assert_true(directory_kind(kind->name) == kind);
        g_assert_true(directory_kind(kind->plural) == kind);
        g_assert_true(directory_kind(kind->word) == kind);
        g_assert_cmpuint(kind->n_keys, <=, kind->n_fields);
    }
    g_assert_null(directory_kind("nothing"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/directory-kind/names", test_names);
    g_test_add_func("/directory-kind/fields", test_fields);
    g_test_add_func("/directory-kind/unknown-names-the-nearest", test_unknown_names_the_nearest);
    g_test_add_func("/directory-kind/long-texts-are-cut", test_long_texts_are_cut_in_messages);
    g_test_add_func("/directory-kind/json-and-copies", test_json_and_copies);
    g_test_add_func("/directory-kind/labels", test_labels);
    return g_test_run();
}
