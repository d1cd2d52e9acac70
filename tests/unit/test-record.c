/* SPDX-License-Identifier: GPL-3.0-or-later
 * Records named by words, and what became of them told in words. */
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/ctl/record-text.h"
#include "daemon/ctl/record-words.h"
#include "recipients/directory-field.h"
#include "tests/unit/directory-add.h"

#define SPEC "id= name= short= kind= parent= order= unit= rank= person= post= from= to= members= add= drop= new"

/* Adds a record with its id from "unit name=区委;kind=party". */
static DirectoryRecord *add(Directory *directory, gint64 id, const char *line)
{
    g_auto(GStrv) halves = g_strsplit(line, " ", 2);
    g_auto(GStrv) fields = g_strsplit(halves[1], ";", -1);
    const DirectoryKind *kind = directory_kind(halves[0]);
    DirectoryRecord *record = directory_add(directory, kind);
    record->id = id;
    for (char **field = fields; *field != NULL; field++) {
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) pair = g_strsplit(*field, "=", 2);
        directory_field_set(directory_kind_field(kind, pair[0]), directory, record, pair[1], directory, &error);
        g_assert_no_error(error);
    }
    directory_index(directory);
    return record;
}

static Directory *small_directory(void)
{
    static const char *const lines[] = {
        "unit name=中共上街区委员会;short=区委",  "unit name=区人民政府;short=区政府",
        "post unit=区委;name=书记;kind=chief",    "person name=王明",
        "person name=钱 二",                      "tenure person=王明;post=区委/书记;from=2012-01-01;to=2016-01-01",
        "tenure person=王明;post=区委/书记;from=2019-01-01", "mailbox owner=区委;address=a@example.test",
        "mailbox owner=区委;address=b@example.test", "mailbox owner=王明;channel=paper",
        "group name=两家;members=unit:区委|unit:区政府|-kind:street",
        "tenure person=钱二;post=区委/书记;from=2012-01-01;to=2013-01-01",
        "tenure person=钱二;post=区委/书记;from=2014-01-01;to=2015-01-01",
    };
    Directory *directory = directory_new("2020-03-06");
    directory_index(directory);
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        add(directory, (gint64)i + 1, lines[i]);
    return directory;
}

static Args *args_from(const char *line)
{
    g_autoptr(GError) error = NULL;
    static char **argv; /* args lend its words */
    g_strfreev(argv);
    argv = g_strsplit(line, "|", -1);
    Args *args = args_new(SPEC, argv, FALSE, NULL, &error);
    g_assert_no_error(error);
    return args;
}

static void test_find(void)
{
    static const struct { const char *name, *kind, *words; gint64 id; int code; } rows[] = {
        {"canonical", "unit", "show|中共上街区委员会", 1, 0},
        {"short", "unit", "show|区 委", 1, 0},
        {"by id", "unit", "show|--id|2", 2, 0},
        {"id of another kind", "unit", "show|--id|3", 0, SONGFA_ERROR_NOT_FOUND},
        {"no such name", "unit", "show|区萎", 0, SONGFA_ERROR_NOT_FOUND},
        {"no words", "unit", "show", 0, SONGFA_ERROR_USAGE},
        {"a post in one word", "post", "show|区委/书记", 3, 0},
        {"a post in two", "post", "show|区委|书记", 3, 0},
        {"a post of an unknown unit", "post", "show|区萎/书记", 0, SONGFA_ERROR_INPUT},
        {"blanks do not count", "person", "show|钱二", 5, 0},
        {"the tenure that holds", "tenure", "show|王明|区委/书记", 7, 0},
        {"the other way round", "tenure", "show|区委/书记|王明", 7, 0},
        {"the person alone", "tenure", "show|王明", 7, 0},
        {"none of two holds", "tenure", "show|钱二|区委/书记", 0, SONGFA_ERROR_INPUT},
        {"one of two mailboxes", "mailbox", "show|区委|b@example.test", 9, 0},
        {"which of two", "mailbox", "show|区委", 0, SONGFA_ERROR_INPUT},
        {"the only one", "mailbox", "show|王明", 10, 0},
        {"by prefix", "mailbox", "show|person:王明", 10, 0},
        {"a group, words behind", "group", "set|两家|unit:区委", 11, 0},
    };
    g_autoptr(Directory) directory = small_directory();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Args) args = args_from(rows[i].words);
        const DirectoryRecord *record = record_words_find(directory_kind(rows[i].kind), directory, args, &error);
        g_test_message("%s", rows[i].name);
        if (rows[i].id == 0) {
            g_assert_error(error, SONGFA_ERROR, rows[i].code);
            continue;
        }
        g_assert_no_error(error);
        g_assert_cmpint(record->id, ==, rows[i].id);
    }
}

static void test_read(void)
{
    static const struct { const char *name, *kind, *words, *want; } rows[] = {
        {"options", "unit", "set|区委|--order|3|--kind|party", "类别 无→党群机关；顺序 0→3"},
        {"members replaced", "group", "set|两家|unit:区政府|kind:街道", "unit:区政府|kind:街道"},
        {"members taken out stand behind dashes", "group", "set|两家|--|kind:town|-unit:区委", "kind:town|-unit:区委"},
        {"some more", "group", "set|两家|--add|person:王明,unit:区委", "unit:区委|unit:区政府|-kind:street|person:王明"},
        {"some fewer, by another name", "group", "set|两家|--drop|unit:中共上街区委员会,-kind:street", "unit:区政府"},
        {"both", "group", "set|两家|--drop|unit:区委|--add|kind:town", "unit:区政府|-kind:street|kind:town"},
        {"not among them", "group", "set|两家|--drop|unit:某局", NULL},
        {"too many words", "unit", "set|区委|区政府", NULL},
        {"nothing said", "unit", "set|区委", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Directory) directory = small_directory();
        g_autoptr(Args) args = args_from(rows[i].words);
        const DirectoryKind *kind = directory_kind(rows[i].kind);
        gpointer record = record_words_find(kind, directory, args, &error);
        gpointer before = directory_add_copy(directory, kind, record);
        gboolean said = FALSE, good = record_words_read(kind, directory, record, args, &said, &error);
        g_test_message("%s", rows[i].name);
        g_assert_cmpint(good, ==, rows[i].want != NULL);
        if (!good)
            continue;
        g_assert_cmpint(said, ==, *rows[i].want != '\0');
        g_autofree char *got = kind->id == DIRECTORY_GROUP
            ? g_strjoinv("|", ((DirectoryGroup *)record)->members)
            : record_text_differences(kind, directory, before, record);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

static void test_line(void)
{
    static const struct { const char *words, *want; } rows[] = {
        {"set|区委|--order|2", "unit set 区委 --order 2"},
        {"set|钱 二|--name|", "unit set '钱 二' --name"},
        {"remove|区委|--from|-", "unit remove 区委 --from -"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Args) args = args_from(rows[i].words);
        g_autofree char *line = record_words_line("unit", directory_kind("unit"), args);
        g_assert_cmpstr(line, ==, rows[i].want);
    }
}

/* A version of 区数据局 with its order and days. */
static gpointer version(Directory *directory, int order, const char *from, const char *to)
{
    DirectoryUnit *unit = directory_add_unit(directory);
    unit->id = 99;
    unit->order = order;
    directory_set_text(directory, &unit->name, "区数据局");
    directory_set_text(directory, &unit->valid_from, from);
    directory_set_text(directory, &unit->valid_to, to);
    return unit;
}

/* Versions from "order from to" with | between. */
static GPtrArray *versions(Directory *directory, const char *text)
{
    GPtrArray *list = g_ptr_array_new();
    g_auto(GStrv) parts = g_strsplit(text, "|", -1);
    for (char **part = parts; *part != NULL; part++) {
        g_auto(GStrv) words = g_strsplit(*part, " ", 3);
        g_ptr_array_add(list, version(directory, words[0][0] - '0', words[1], words[2]));
    }
    return list;
}

static void test_changes(void)
{
    static const struct { const char *name, *before, *after, *want; } rows[] = {
        {"new", "", "1  ", "一直有效：单位名称 区数据局；顺序 1"},
        {"new from a day", "", "1 2020-03-06 ", "自 2020-03-06 起：单位名称 区数据局；顺序 1"},
        {"set from a day", "1  ", "1  2020-03-05|2 2020-03-06 ", "自 2020-03-06 起：顺序 1→2"},
        {"corrected from the start", "1  ", "2  ", "一直有效：顺序 1→2"},
        {"in the middle", "1  2020-06-30|3 2020-07-01 ", "1  2020-03-05|2 2020-03-06 2020-06-30|3 2020-07-01 ",
         "自 2020-03-06 至 2020-06-30：顺序 1→2"},
        {"removed from a day", "1  ", "1  2020-03-05", "自 2020-03-06 起删除"},
        {"removed altogether", "1  ", "", "全部删除，原来是：单位名称 区数据局；顺序 1"},
        {"goes on after all", "1  2020-03-05", "1  ", "有效期延长：一直有效"},
        {"nothing set stands as none", "0  ", "2  ", "一直有效：顺序 0→2"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Directory) directory = directory_new("2020-03-06");
        g_autoptr(GPtrArray) before = versions(directory, rows[i].before);
        g_autoptr(GPtrArray) after = versions(directory, rows[i].after);
        directory_index(directory);
        g_autoptr(GPtrArray) lines = record_text_changes(directory_kind("unit"), directory, before, after);
        g_test_message("%s", rows[i].name);
        g_assert_cmpuint(lines->len, ==, 1);
        g_assert_cmpstr(lines->pdata[0], ==, rows[i].want);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/record/find", test_find);
    g_test_add_func("/record/read", test_read);
    g_test_add_func("/record/line", test_line);
    g_test_add_func("/record/changes", test_changes);
    return g_test_run();
}
