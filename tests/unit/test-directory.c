/* SPDX-License-Identifier: GPL-3.0-or-later
 * The directory: names and short forms, ambiguity, holders as of a day, order, suggestions, and the
 * size of a whole city. */
#include "recipients/directory.h"
#include "tests/unit/directory-add.h"

static DirectoryUnit *unit(Directory *directory, gint64 id, const char *name, const char *shorts,
                           const char *kind, gint64 parent, int order)
{
    DirectoryUnit *made = directory_add_unit(directory);
    made->id = id;
    directory_set_text(directory, &made->name, name);
    directory_set_list(directory, &made->short_names, shorts, "|");
    directory_set_text(directory, &made->kind, kind);
    made->parent_id = parent;
    made->order = order;
    return made;
}

static DirectoryPost *post(Directory *directory, gint64 id, gint64 unit_id, const char *name,
                           PostKind kind, const char *rank, int order)
{
    DirectoryPost *made = directory_add_post(directory);
    made->id = id;
    made->unit_id = unit_id;
    directory_set_text(directory, &made->name, name);
    made->kind = kind;
    directory_set_text(directory, &made->rank, rank);
    made->order = order;
    return made;
}

static void person(Directory *directory, gint64 id, const char *name)
{
    DirectoryPerson *made = directory_add_person(directory);
    made->id = id;
    directory_set_text(directory, &made->name, name);
}

static void tenure(Directory *directory, gint64 id, gint64 post_id, gint64 person_id,
                   const char *from, const char *to)
{
    DirectoryTenure *made = directory_add_tenure(directory);
    made->id = id;
    made->post_id = post_id;
    made->person_id = person_id;
    directory_set_text(directory, &made->from, from);
    directory_set_text(directory, &made->to, to);
}

static void alias(Directory *directory, gint64 id, const char *text, const char *series,
                  const char *target)
{
    DirectoryAlias *made = directory_add_alias(directory);
    made->id = id;
    directory_set_text(directory, &made->text, text);
    directory_set_text(directory, &made->series, series);
    directory_set_list(directory, &made->targets, target, "|");
}

static void mailbox(Directory *directory, gint64 id, OwnerKind kind, gint64 owner,
                    const char *address)
{
    DirectoryMailbox *made = directory_add_mailbox(directory);
    made->id = id;
    made->owner_kind = kind;
    made->owner_id = owner;
    directory_set_text(directory, &made->address, address);
}

static Directory *small(const char *date)
{
    Directory *directory = directory_new(date);
    unit(directory, 1, "中共甲区委员会", "区委|甲区委", "party", 0, 1);
    unit(directory, 2, "甲区人民政府", "区政府", "body", 0, 2);
    unit(directory, 3, "甲区科技工业和信息化局", "区科工信局|区科工局", "gov", 2, 2);
    unit(directory, 4, "甲区住房和城乡建设局", "住建局|区住建局", "gov", 2, 1);
    unit(directory, 5, "东街道", "东街道办事处|街道办", "street", 0, 4);
    unit(directory, 6, "西街道", "街道办|东街道", "street", 0, 3);
    unit(directory, 7, "共青团甲区委", "团区委", "party", 99, 1);
    post(directory, 1, 1, "书记", POST_CHIEF, "县处级", 1);
    post(directory, 2, 1, "常委", POST_MEMBER, "县处级", 3);
    post(directory, 3, 2, "区长", POST_CHIEF, "县处级", 1);
    post(directory, 4, 4, "局长", POST_CHIEF, "", 1);
    post(directory, 5, 3, "局长", POST_CHIEF, "", 1);
    person(directory, 1, "甲一");
    person(directory, 2, "甲二");
    person(directory, 3, "同名");
    person(directory, 4, "同名");
    tenure(directory, 1, 1, 1, "2018-01-01", "2020-03-05");
    tenure(directory, 2, 1, 2, "2020-03-06", "");
    tenure(directory, 3, 2, 3, "2019-05-01", "");
    tenure(directory, 4, 2, 1, "", "");
    tenure(directory, 5, 2, 1, "2019-06-01", "");
    alias(directory, 1, "镇办", "", "kind:street");
    alias(directory, 2, "镇办", "甲区信息", "unit:东街道");
    mailbox(directory, 1, OWNER_UNIT, 1, "qw@example.test");
    mailbox(directory, 2, OWNER_PERSON, 1, "jia1@example.test");
    mailbox(directory, 3, OWNER_UNIT, 1, "qw2@example.test");
    DirectoryGroup *group = directory_add_group(directory);
    group->id = 1;
    directory_set_text(directory, &group->name, "区直单位");
    directory_index(directory);
    return directory;
}

static void test_units(void)
{
    static const struct { const char *name, *input; gint64 want; } rows[] = {
        {"canonical", "甲区人民政府", 2},
        {"short form", "区委", 1},
        {"two short forms of one unit", "区科工局", 3},
        {"letter-spaced", "住 建　局", 4},
        {"canonical before another's short form", "东街道", 5},
        {"short form of two units", "街道办", 0},
        {"unknown", "上街镇", 0},
        {"empty", "", 0},
        {"part of a name", "人民政府", 0},
    };
    g_autoptr(Directory) directory = small("2020-03-06");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        const DirectoryUnit *got = directory_unit(directory, rows[i].input);
        g_assert_cmpint(got != NULL ? got->id : 0, ==, rows[i].want);
    }
    g_assert_cmpstr(directory_unit_by_id(directory, 4)->name, ==, "甲区住房和城乡建设局");
    g_assert_null(directory_unit_by_id(directory, 40));
    g_assert_nonnull(directory_group(directory, "区直单位"));
    g_assert_null(directory_group(directory, "镇办"));
}

static char *names_of(GPtrArray *persons)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < persons->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? " " : "",
                               ((DirectoryPerson *)persons->pdata[i])->name);
    g_ptr_array_unref(persons);
    return g_string_free(out, FALSE);
}

static void test_holders(void)
{
    static const struct { const char *name, *date; gint64 post; const char *want; } rows[] = {
        {"last day of the old", "2020-03-05", 1, "甲一"},
        {"first day of the new", "2020-03-06", 1, "甲二"},
        {"before any", "2017-12-31", 1, ""},
        {"by start, twice once, open start first", "2020-03-06", 2, "甲一 同名"},
        {"open start only", "2019-04-30", 2, "甲一"},
        {"nobody", "2020-03-06", 3, ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(Directory) directory = small(rows[i].date);
        g_autofree char *got =
            names_of(directory_holders(directory, directory_post_by_id(directory, rows[i].post)));
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

static void test_posts_and_persons(void)
{
    g_autoptr(Directory) directory = small("2020-03-06");
    const DirectoryUnit *committee = directory_unit(directory, "区委");
    g_assert_cmpint(directory_post(directory, committee, "书 记")->id, ==, 1);
    g_assert_null(directory_post(directory, committee, "区长"));
    g_assert_cmpint(directory_person(directory, "甲一")->id, ==, 1);
    g_assert_null(directory_person(directory, "同名"));
    g_assert_cmpint(directory_person_by_id(directory, 4)->id, ==, 4);
    g_autoptr(GPtrArray) boxes = directory_mailboxes(directory, OWNER_UNIT, 1);
    g_assert_cmpuint(boxes->len, ==, 2);
    g_assert_cmpstr(((DirectoryMailbox *)boxes->pdata[1])->address, ==, "qw2@example.test");
    g_autoptr(GPtrArray) none = directory_mailboxes(directory, OWNER_POST, 1);
    g_assert_cmpuint(none->len, ==, 0);
}

static char *ids_of(GPtrArray *records)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < records->len; i++) /* each record begins with its id */
        g_string_append_printf(out, "%s%d", i > 0 ? " " : "", (int)*(gint64 *)records->pdata[i]);
    g_ptr_array_unref(records);
    return g_string_free(out, FALSE);
}

static void test_order(void)
{
    g_autoptr(Directory) directory = small("2020-03-06");
    g_autofree char *top = ids_of(directory_units_under(directory, 0));
    g_assert_cmpstr(top, ==, "1 2 6 5");
    g_autofree char *bureaus = ids_of(directory_units_under(directory, 2));
    g_assert_cmpstr(bureaus, ==, "4 3");
    g_autofree char *streets = ids_of(directory_units_of_kind(directory, "street"));
    g_assert_cmpstr(streets, ==, "6 5");
    g_autofree char *directors = ids_of(directory_posts_named(directory, "局长"));
    g_assert_cmpstr(directors, ==, "4 5");
    g_autofree char *ranked = ids_of(directory_posts_ranked(directory, "县处级"));
    g_assert_cmpstr(ranked, ==, "1 2 3");
    g_autofree char *posts = ids_of(directory_posts_of(directory, directory_unit(directory, "区委")));
    g_assert_cmpstr(posts, ==, "1 2");
    g_assert_cmpuint(directory_place(directory, directory_unit_by_id(directory, 3)), ==, 3);
    g_assert_cmpuint(directory_place(directory, directory_unit_by_id(directory, 7)), ==, 6);
}

static void test_alias(void)
{
    static const struct { const char *name, *text, *series, *want; } rows[] = {
        {"of the series", "镇办", "甲区信息", "unit:东街道"},
        {"of all series", "镇 办", "甲区大事", "kind:street"},
        {"no series", "镇办", NULL, "kind:street"},
        {"unknown", "各镇办", NULL, NULL},
    };
    g_autoptr(Directory) directory = small("2020-03-06");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        const DirectoryAlias *got = directory_alias(directory, rows[i].text, rows[i].series, NULL);
        g_assert_cmpstr(got != NULL ? got->targets[0] : NULL, ==, rows[i].want);
    }
}

static void test_titles(void)
{
    g_autoptr(Directory) directory = small("2020-03-06");
    static const struct { gint64 post; const char *want; } rows[] = {
        {1, "区委书记"}, {3, "区长"}, {5, "区科工信局局长"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got =
            directory_post_title(directory, directory_post_by_id(directory, rows[i].post));
        g_assert_cmpstr(got, ==, rows[i].want);
    }
    g_autofree char *held = ids_of(directory_posts_held(directory, directory_person(directory, "甲二")));
    g_assert_cmpstr(held, ==, "1");
    g_autofree char *past = ids_of(directory_posts_held(directory, directory_person(directory, "甲一")));
    g_assert_cmpstr(past, ==, "2");
}

static void test_known(void)
{
    static const struct { const char *name, *text, *series, *want; gboolean is_alias; } rows[] = {
        {"longest", "甲区住房和城乡建设局、区委", NULL, "甲区住房和城乡建设局", FALSE},
        {"blanks inside", "区 委 书记", NULL, "区 委", FALSE},
        {"group", "区直单位负责同志", NULL, "区直单位", FALSE},
        {"alias", "镇办，区委", NULL, "镇办", TRUE},
        {"shared name", "街道办、区委", NULL, "街道办", FALSE},
        {"not over a line end", "区\n委", NULL, "", FALSE},
        {"not at the start", "抄区委", NULL, "", FALSE},
    };
    g_autoptr(Directory) directory = small("2020-03-06");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        gboolean found = !rows[i].is_alias;
        g_autofree char *got =
            g_strndup(rows[i].text,
                      directory_known(directory, rows[i].text, rows[i].series, NULL, &found));
        g_assert_cmpstr(got, ==, rows[i].want);
        g_assert_cmpint(found, ==, rows[i].is_alias);
    }
}

static void test_suggest(void)
{
    static const struct { const char *name, *input; guint n; const char *want; } rows[] = {
        {"one character wrong", "区科工倍局", 1, "区科工信局"},
        {"each record once", "区住建", 2, "区住建局|住建局局长"},
        {"post", "区委书已", 1, "区委书记"},
        {"nearest first", "区科信局", 2, "区科工信局|区住建局"},
        {"one character in common", "区史志办", 3, ""},
        {"canonical of an abbreviation", "甲区住房城乡建设局", 1, "甲区住房和城乡建设局"},
        {"alias", "各镇办", 1, "镇办"},
        {"person", "甲三", 1, "甲一"},
        {"nothing near", "省气象台", 3, ""},
        {"empty", "", 3, ""},
        {"none wanted", "区委", 0, ""},
        {"heard, not read", "区住监局", 1, "区住建局"},
        {"heard, no character right", "曲位疏计", 1, "区委书记"},
        {"typed in pinyin", "qukegongxinju", 1, "区科工信局"},
        {"typed by initials", "QZJJ", 1, "区住建局"},
        {"part of a name", "kegong", 1, "区科工局"},
        {"with blanks", "qu wei", 1, "区委"},
        {"half typed", "zhujianj", 1, "住建局"},
        {"one letter says nothing", "q", 3, ""},
        {"letters that spell nothing", "zzz", 3, ""},
    };
    g_autoptr(Directory) directory = small("2020-03-06");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_auto(GStrv) list = directory_suggest(directory, rows[i].input, rows[i].n);
        g_autofree char *got = g_strjoinv("|", list);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

static void test_city(void)
{
    enum { UNITS = 10000, PERSONS = 100000 };
    g_autoptr(Directory) directory = directory_new("2020-03-06");
    for (int i = 1; i <= UNITS; i++) {
        g_autofree char *name = g_strdup_printf("甲市第%d街道办事处", i);
        g_autofree char *shorts = g_strdup_printf("%d街道|第%d街", i, i);
        unit(directory, i, name, shorts, "street", i / 10, i);
        post(directory, i, i, "主任", POST_CHIEF, "科级", 1);
    }
    for (int i = 1; i <= PERSONS; i++) {
        g_autofree char *name = g_strdup_printf("人%d", i);
        person(directory, i, name);
        tenure(directory, i, i % UNITS + 1, i, "2020-01-01", "");
    }
    g_test_timer_start();
    directory_index(directory);
    g_test_message("indexed in %.3f s", g_test_timer_elapsed());
    g_test_timer_start();
    g_auto(GStrv) near = directory_suggest(directory, "甲市第4711街遒办事处", 1);
    g_test_message("suggested in %.3f s", g_test_timer_elapsed());
    g_assert_cmpstr(near[0], ==, "甲市第4711街道办事处");
    g_assert_cmpint(directory_unit(directory, "9999街道")->id, ==, 9999);
    g_autoptr(GPtrArray) holders = directory_holders(directory, directory_post_by_id(directory, 5));
    g_assert_cmpuint(holders->len, ==, PERSONS / UNITS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/directory/units", test_units);
    g_test_add_func("/directory/holders", test_holders);
    g_test_add_func("/directory/posts-and-persons", test_posts_and_persons);
    g_test_add_func("/directory/order", test_order);
    g_test_add_func("/directory/alias", test_alias);
    g_test_add_func("/directory/titles", test_titles);
    g_test_add_func("/directory/known", test_known);
    g_test_add_func("/directory/suggest", test_suggest);
    g_test_add_func("/directory/city", test_city);
    return g_test_run();
}
