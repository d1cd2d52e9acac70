/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is wrong with a directory of all days. Records are written KIND ID[@FROM..TO] FIELD=VALUE …,
 * references as ids. */
#include "recipients/directory-integrity.h"

#include <string.h>

#include "daemon/base/error.h"
#include "recipients/directory-field.h"

static const char office[] =
    "unit 1 name=区委 short=委\n"
    "unit 2 name=柳巷街道 kind=street parent=1\n"
    "post 3 unit=1 name=书记 rank=处级\n"
    "person 4 name=周样\n"
    "tenure 5 person=4 post=3 from=2020-01-01\n"
    "group 6 name=街道 members=kind:street|-unit:柳巷街道|&within:区委\n"
    "alias 7 text=领导 targets=group:街道|posts:委|rank:处级|under:区委|post:委/书记|person:周样\n"
    "mailbox 8 owner=3 owner_kind=post address=a@example.test\n"
    "person 9 name=吴样\n"
    "stand-in 10 person=4 stand_in=9 from=2020-05-01 to=2020-05-31\n";

static void set_field(Directory *directory, const DirectoryKind *kind, gpointer record, const char *text)
{
    const char *equal = strchr(text, '=');
    g_autofree char *name = g_strndup(text, (gsize)(equal - text));
    const DirectoryField *field = directory_kind_field(kind, name);
    gpointer place = directory_field_place(field, record);
    if (directory_field_is_text(field))
        directory_set_text(directory, place, equal + 1); /* as it stands: it may be wrong */
    else if (directory_field_is_reference(field))
        *(gint64 *)place = g_ascii_strtoll(equal + 1, NULL, 10);
    else
        g_assert_true(directory_field_set(field, directory, record, equal + 1, directory, NULL));
}

static void add_record(Directory *directory, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    const DirectoryKind *kind = directory_kind(words[0]);
    DirectoryRecord *record = directory_add(directory, kind);
    g_auto(GStrv) head = g_strsplit(words[1], "@", 2);
    record->id = g_ascii_strtoll(head[0], NULL, 10);
    if (head[1] != NULL) {
        g_auto(GStrv) days = g_strsplit(head[1], "..", 2);
        directory_set_text(directory, &record->valid_from, days[0]);
        directory_set_text(directory, &record->valid_to, days[1]);
    }
    for (char **word = words + 2; *word != NULL; word++)
        set_field(directory, kind, record, *word);
}

static gboolean has_record(const char *lines, const char *line)
{
    g_auto(GStrv) words = g_strsplit_set(line, " @", 3);
    g_autofree char *plain = g_strdup_printf("%s %s ", words[0], words[1]);
    g_autofree char *dated = g_strdup_printf("%s %s@", words[0], words[1]);
    return strstr(lines, plain) != NULL || strstr(lines, dated) != NULL;
}

/* The office with the lines; a record in them stands for the one of the office. */
static Directory *make(const char *lines)
{
    Directory *directory = directory_new("");
    g_auto(GStrv) base = g_strsplit(office, "\n", -1), more = g_strsplit(lines, "\n", -1);
    for (char **line = base; *line != NULL; line++)
        if (**line != '\0' && !has_record(lines, *line))
            add_record(directory, *line);
    for (char **line = more; *line != NULL; line++)
        if (**line != '\0')
            add_record(directory, *line);
    return directory;
}

typedef struct {
    const char *name, *lines;
    guint n;          /* problems */
    int code;         /* of the first */
    const char *want; /* in the text of all */
} Row;

static const Row names[] = {
    {"sound", "", 0, 0, ""},
    {"a unit's name", "unit 20 name=区委", 1, SONGFA_ERROR_CONFLICT, "单位“区委”与已有的单位“区委”（编号 1）重复"},
    {"with blanks", "unit 20 name=区　委", 1, SONGFA_ERROR_CONFLICT, "（编号 1）"},
    {"its short form", "unit 20 name=新 short=委", 1, SONGFA_ERROR_CONFLICT, "单位“新”的“委”与已有的单位“区委”"},
    {"a name that is a short form", "unit 20 name=委", 1, SONGFA_ERROR_CONFLICT, "单位“委”与"},
    {"its own short form twice", "unit 1 name=区委 short=委|区委|委", 0, 0, ""},
    {"one after the other", "unit 20@..2019-12-31 name=新\nunit 21@2020-01-01.. name=新", 0, 0, ""},
    {"on one day", "unit 20@..2020-01-01 name=新\nunit 21@2020-01-01.. name=新", 1, SONGFA_ERROR_CONFLICT,
     "在 2020-01-01 至 2020-01-01 与"},
    {"its own versions", "unit 20@..2019-12-31 name=新\nunit 20@2020-01-01.. name=新 order=2", 0, 0, ""},
    {"a post in its unit", "post 20 unit=1 name=书记", 1, SONGFA_ERROR_CONFLICT, "职务“区委/书记”"},
    {"a post in another unit", "post 20 unit=2 name=书记", 0, 0, ""},
    {"a person", "person 20 name=周样", 1, SONGFA_ERROR_CONFLICT, "可加注单位"},
    {"a person told apart", "person 20 name=周样（财政局）", 0, 0, ""},
    {"a person and a unit", "person 20 name=区委", 0, 0, ""},
    {"a group", "group 20 name=街道 members=unit:区委", 1, SONGFA_ERROR_CONFLICT, "组“街道”"},
    {"an alias", "alias 20 text=领导 targets=unit:区委", 1, SONGFA_ERROR_CONFLICT, "别名“领导”"},
    {"an alias of a series", "alias 20 text=领导 series=简报 targets=unit:区委", 0, 0, ""},
    {"an alias of an office", "alias 20 text=领导 office=区委 targets=unit:区委", 0, 0, ""},
    {"an alias whose parts could be another's", "alias 20 text=甲/乙 targets=unit:区委\nalias 21 text=甲 series=乙 targets=unit:区委",
     0, 0, ""},
    {"a mailbox", "mailbox 20 owner=3 owner_kind=post address=a@example.test", 1, SONGFA_ERROR_CONFLICT, "收件方式"},
    {"a mailbox of another", "mailbox 20 owner=4 owner_kind=person address=a@example.test", 0, 0, ""},
    {"a tenure", "tenure 20 person=4 post=3 from=2020-01-01 to=2021-01-01", 1, SONGFA_ERROR_CONFLICT, "任职"},
    {"a second tenure", "tenure 20 person=4 post=3 from=2018-01-01 to=2019-01-01", 0, 0, ""},
    {"a second tenure up to the day before", "tenure 20 person=4 post=3 from=2018-01-01 to=2019-12-31", 0, 0, ""},
    {"a tenure that shares a day", "tenure 20 person=4 post=3 from=2018-01-01 to=2020-01-01", 1, SONGFA_ERROR_CONFLICT,
     "任职“区委/书记 周样”（2018-01-01 至 2020-01-01）与他任同一职务的另一段（2020-01-01 至 不限，编号 5）日期重叠"},
    {"a tenure within another", "tenure 20 person=4 post=3 from=2021-01-01 to=2021-02-01", 1, SONGFA_ERROR_CONFLICT, "重叠"},
    {"a tenure of all days", "tenure 20 person=4 post=3", 1, SONGFA_ERROR_CONFLICT, "（不限 至 不限）"},
    {"a tenure of somebody else", "tenure 20 person=9 post=3 from=2020-01-01", 0, 0, ""},
    {"a tenure in another post", "post 20 unit=1 name=副书记\ntenure 21 person=4 post=20 from=2020-01-01", 0, 0, ""},
};

static const Row fields[] = {
    {"no name", "unit 20 name=", 1, SONGFA_ERROR_INPUT, "单位名称“”不对：不能空着"},
    {"a name of blanks", "unit 20 name=　", 1, SONGFA_ERROR_INPUT, "不能空着"},
    {"a line end", "person 20 name=周\t样", 1, SONGFA_ERROR_INPUT, "控制字符"},
    {"broken characters", "person 20 name=\xe5\x91", 1, SONGFA_ERROR_INPUT, "乱码"},
    {"no such day", "tenure 20 person=4 post=3 from=2021-02-29", 1, SONGFA_ERROR_INPUT, "任职日期“2021-02-29”"},
    {"ends before it begins", "tenure 20 person=4 post=3 from=2021-02-02 to=2021-02-01", 1, SONGFA_ERROR_INPUT,
     "晚于结束日期"},
    {"valid to before from", "unit 20@2020-02-01..2020-01-01 name=新", 2, SONGFA_ERROR_INPUT, "有效日期"},
    {"versions overlap", "unit 20@..2020-02-01 name=新\nunit 20@2020-02-01.. name=老", 1, SONGFA_ERROR_INPUT, "重叠"},
    {"no address", "mailbox 20 owner=1 channel=email", 1, SONGFA_ERROR_INPUT, "邮箱"},
    {"a bad address", "mailbox 20 owner=1 channel=paper copies=1 address=a@b@c", 1, SONGFA_ERROR_INPUT, "a@b@c"},
    {"no copies", "mailbox 20 owner=1 channel=paper", 1, SONGFA_ERROR_INPUT, "份数“0”不对：纸质件请至少填 1"},
    {"copies", "mailbox 20 owner=1 channel=paper copies=1", 0, 0, ""},
    {"in his own place", "stand-in 20 person=4 stand_in=4", 1, SONGFA_ERROR_INPUT, "代收人“周样”不对：不能由本人代收"},
};

static const Row references[] = {
    {"an unknown parent", "unit 20 name=新 parent=99", 1, SONGFA_ERROR_NOT_FOUND, "上级单位：名录中没有编号为 99 的单位"},
    {"a parent of another kind", "unit 20 name=新 parent=4", 1, SONGFA_ERROR_NOT_FOUND, "没有编号为 4 的单位"},
    {"no unit", "post 20 name=主任", 1, SONGFA_ERROR_INPUT, "所在单位“”不对：不能空着"},
    {"an unknown owner", "mailbox 20 owner=99 address=b@example.test", 1, SONGFA_ERROR_NOT_FOUND, "归属"},
    {"a parent that ends", "unit 20@..2020-12-31 name=旧\nunit 21 name=新 parent=20", 1, SONGFA_ERROR_CONFLICT,
     "单位“新”引用的单位“旧”自 2021-01-01 起不在名录中"},
    {"a parent that begins", "unit 20@2020-01-01.. name=旧\nunit 21 name=新 parent=20", 1, SONGFA_ERROR_CONFLICT,
     "到 2019-12-31 为止不在名录中"},
    {"a parent that is away", "unit 20@..2019-12-31 name=旧\nunit 20@2020-02-01.. name=旧\nunit 21 name=新 parent=20", 1,
     SONGFA_ERROR_CONFLICT, "在 2020-01-01 至 2020-01-31 不在名录中"},
    {"a parent in versions", "unit 20@..2019-12-31 name=旧\nunit 20@2020-01-01.. name=今\nunit 21 name=新 parent=20", 0, 0, ""},
    {"as long as the parent", "unit 20@..2020-12-31 name=旧\nunit 21@2019-01-01..2020-12-31 name=新 parent=20", 0, 0, ""},
    {"a holder who ends", "person 20@..2020-12-31 name=钱样\ntenure 21 person=20 post=3 from=2020-02-01", 1,
     SONGFA_ERROR_CONFLICT, "任职“区委/书记 钱样”引用的人员“钱样”自 2021-01-01 起"},
    {"a holder for his time", "person 20@..2020-12-31 name=钱样\ntenure 21 person=20 post=3 from=2020-02-01 to=2020-12-31", 0,
     0, ""},
    {"a stand-in who ends", "person 9@..2020-05-30 name=吴样", 1, SONGFA_ERROR_CONFLICT, "在 2020-05-31 至 2020-05-31 不在名录中"},
};

static const Row words[] = {
    {"a misprint", "group 20 name=新 members=unit:柳巷街到", 1, SONGFA_ERROR_INPUT, "对应的记录；请改正它，或一并改动组“新”。相近的有：柳巷街道"},
    {"no such post", "group 20 name=新 members=post:区委/主席", 1, SONGFA_ERROR_INPUT, "post:区委/主席"},
    {"a post without a unit", "group 20 name=新 members=post:书记", 1, SONGFA_ERROR_INPUT, "post:书记"},
    {"no notation", "group 20 name=新 members=区委", 1, SONGFA_ERROR_INPUT, "请写成 unit:单位"},
    {"an operator alone", "group 20 name=新 members=unit:区委|-", 1, SONGFA_ERROR_INPUT, "请写成"},
    {"taken out", "group 20 name=新 members=unit:区委|-unit:无", 1, SONGFA_ERROR_INPUT, "“-unit:无”"},
    {"kept", "group 20 name=新 members=unit:区委|&group:无", 1, SONGFA_ERROR_INPUT, "“&group:无”"},
    {"below", "group 20 name=新 members=within:无", 1, SONGFA_ERROR_INPUT, "“within:无”"},
    {"no such kind", "alias 20 text=新 targets=kind:school", 1, SONGFA_ERROR_INPUT, "kind:school"},
    {"a kind by its word", "alias 20 text=新 targets=kind:街道", 0, 0, ""},
    {"no such rank", "alias 20 text=新 targets=rank:厅级", 1, SONGFA_ERROR_INPUT, "rank:厅级"},
    {"a name that goes", "unit 20@..2020-12-31 name=旧\ngroup 21 name=新 members=unit:旧", 1, SONGFA_ERROR_INPUT,
     "组“新”的“unit:旧”自 2021-01-01 起在名录中没有"},
    {"a name that moves on", "unit 20@..2020-12-31 name=旧\nunit 21@2021-01-01.. name=旧\ngroup 22 name=新 members=unit:旧", 0, 0,
     ""},
    {"a group for a name's time", "unit 20@..2020-12-31 name=旧\ngroup 21@..2020-12-31 name=新 members=unit:旧", 0, 0, ""},
    {"a name in versions", "unit 20@..2020-12-31 name=旧 short=甲\nunit 20@2021-01-01.. name=今 short=甲\ngroup 21 name=新 members=unit:甲",
     0, 0, ""},
    {"a post whose unit moves", "unit 20@..2020-12-31 name=旧\nunit 20@2021-01-01.. name=今\npost 21 unit=20 name=主任\n"
                                "group 22 name=新 members=post:旧/主任", 1, SONGFA_ERROR_INPUT, "自 2021-01-01 起"},
    {"two groups", "group 20 name=甲 members=unit:无\ngroup 21 name=乙 members=unit:无", 2, SONGFA_ERROR_INPUT, "组“乙”"},
};

static const Row circles[] = {
    {"its own parent", "unit 20 name=甲 parent=20", 1, SONGFA_ERROR_INPUT, "“甲”→“甲”"},
    {"three", "unit 20 name=甲 parent=22\nunit 21 name=乙 parent=20\nunit 22 name=丙 parent=21", 1, SONGFA_ERROR_INPUT,
     "“甲”→“丙”→“乙”→“甲”"},
    {"turned over one day", "unit 20@..2020-12-31 name=甲\nunit 20@2021-01-01.. name=甲 parent=21\n"
                            "unit 21@..2020-12-31 name=乙 parent=20\nunit 21@2021-01-01.. name=乙", 0, 0, ""},
    {"turned over a day too early", "unit 20@..2020-12-30 name=甲\nunit 20@2020-12-31.. name=甲 parent=21\n"
                                    "unit 21@..2020-12-31 name=乙 parent=20\nunit 21@2021-01-01.. name=乙", 1,
     SONGFA_ERROR_INPUT, "单位的上级绕回了自己"},
    {"two circles", "unit 20 name=甲 parent=20\nunit 21 name=乙 parent=21", 2, SONGFA_ERROR_INPUT, "“乙”→“乙”"},
    {"a group in itself", "group 20 name=甲 members=group:甲", 1, SONGFA_ERROR_INPUT, "组又包含了自己：“甲”→“甲”"},
    {"taken out of itself", "group 20 name=甲 members=unit:区委|-group:乙\ngroup 21 name=乙 members=group:甲", 1,
     SONGFA_ERROR_INPUT, "“甲”→“乙”→“甲”"},
    {"twice the same group", "group 20 name=甲 members=group:街道|group:乙\ngroup 21 name=乙 members=group:街道", 0, 0, ""},
    {"groups turned over", "group 20@..2020-12-31 name=甲 members=group:乙\ngroup 20@2021-01-01.. name=甲 members=unit:区委\n"
                           "group 21@..2020-12-31 name=乙 members=unit:区委\ngroup 21@2021-01-01.. name=乙 members=group:甲", 0, 0,
     ""},
};

typedef struct {
    const Row *rows;
    gsize n;
} Table;

static void test_table(gconstpointer data)
{
    const Table *table = data;
    for (gsize i = 0; i < table->n; i++) {
        const Row *row = &table->rows[i];
        g_test_message("%s", row->name);
        g_autoptr(Directory) directory = make(row->lines);
        g_autoptr(GPtrArray) problems = directory_integrity(directory, NULL);
        g_autofree char *text = directory_problems_text(problems, directory, 20);
        g_test_message("%s", text);
        g_assert_cmpuint(problems->len, ==, row->n);
        if (row->n > 0)
            g_assert_cmpint(((DirectoryProblem *)problems->pdata[0])->code, ==, row->code);
        g_assert_nonnull(strstr(text, row->want));
    }
}

static void test_many(void)
{
    g_autoptr(GString) lines = g_string_new(NULL);
    for (int i = 0; i < 30; i++)
        g_string_append_printf(lines, "group %d name=组%d members=unit:无%d\n", 100 + i, i, i);
    g_autoptr(Directory) directory = make(lines->str);
    g_autoptr(GPtrArray) problems = directory_integrity(directory, NULL);
    g_autofree char *text = directory_problems_text(problems, directory, 20);
    g_assert_cmpuint(problems->len, ==, 30);
    g_assert_nonnull(strstr(text, "组“组19”"));
    g_assert_null(strstr(text, "组“组20”"));
    g_assert_nonnull(strstr(text, "另有 10 处"));
}

int main(int argc, char **argv)
{
    static const Table tables[] = {{names, G_N_ELEMENTS(names)},
                                   {fields, G_N_ELEMENTS(fields)},
                                   {references, G_N_ELEMENTS(references)},
                                   {words, G_N_ELEMENTS(words)},
                                   {circles, G_N_ELEMENTS(circles)}};
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/directory-integrity/names", &tables[0], test_table);
    g_test_add_data_func("/directory-integrity/fields", &tables[1], test_table);
    g_test_add_data_func("/directory-integrity/references", &tables[2], test_table);
    g_test_add_data_func("/directory-integrity/words", &tables[3], test_table);
    g_test_add_data_func("/directory-integrity/circles", &tables[4], test_table);
    g_test_add_func("/directory-integrity/many", test_many);
    return g_test_run();
}
