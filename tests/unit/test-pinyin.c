/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sounds of characters, and the names they lead to. */
#include "recipients/pinyin.h"

#include <string.h>

#include "recipients/directory.h"
#include "tests/unit/directory-add.h"

static void test_readings(void)
{
    static const struct { const char *character, *want; } rows[] = {
        {"发", "fa"}, {"委", "wei"}, {"位", "wei"}, {"吕", "lu"}, {"曾", "ceng"}, {"绿", "lu"},
        {"a", ""},    {"，", ""},    {"𠀀", ""},   {"1", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpstr(pinyin_reading(g_utf8_get_char(rows[i].character)), ==, rows[i].want);
}

static void test_sounds(void)
{
    static const struct { const char *a, *b; gboolean same; } rows[] = {
        {"伟", "玮", TRUE}, {"委", "位", TRUE},  {"发", "改", FALSE}, {"a", "a", TRUE},
        {"a", "b", FALSE},  {"𠀀", "𠀁", FALSE}, {"○", "〇", FALSE}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint a = pinyin_sound(g_utf8_get_char(rows[i].a)), b = pinyin_sound(g_utf8_get_char(rows[i].b));
        g_assert_cmpint(a == b, ==, rows[i].same);
    }
}

static void test_spells(void)
{
    static const struct { const char *letters, *name; guint want; } rows[] = {
        {"fagaiwei", "发改委", 3}, {"fgw", "发改委", 3},   {"fagw", "发改委办", 3}, {"fagai", "发改委", 2},
        {"faga", "发改委", 2},     {"gaiwei", "发改委", 0}, {"fx", "发改委", 0},     {"fgwb", "发改委", 0},
        {"zengw", "曾伟", 2},      {"cengwei", "曾伟", 2},  {"chongqing", "重庆", 2}, {"lvli", "吕立", 2},
        {"luli", "吕立", 2},       {"xian", "西安", 2},     {"xian", "县", 1},       {"tuanw", "团A委", 0},
        {"tuanaw", "团A委", 3},    {"a", "", 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        glong length;
        g_autofree gunichar *characters = g_utf8_to_ucs4_fast(rows[i].name, -1, &length);
        g_test_message("%s %s", rows[i].letters, rows[i].name);
        g_assert_cmpuint(pinyin_spells(rows[i].letters, characters, (guint)length), ==, rows[i].want);
    }
}

static Directory *office(void)
{
    static const char *const units[] = {"上街区发展和改革委员会", "上街区发展集团", "上街区财政局", "重庆市交通局"};
    static const char *const persons[] = {"张伟", "张维国", "章蔚", "李伟", "曾立"};
    Directory *directory = directory_new("2020-03-06");
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        DirectoryUnit *unit = directory_add_unit(directory);
        unit->id = (gint64)i + 1;
        directory_set_text(directory, &unit->name, units[i]);
        if (i == 0)
            directory_set_list(directory, &unit->short_names, "区发改委", "|");
    }
    for (gsize i = 0; i < G_N_ELEMENTS(persons); i++) {
        DirectoryPerson *person = directory_add_person(directory);
        person->id = 100 + (gint64)i;
        directory_set_text(directory, &person->name, persons[i]);
    }
    directory_index(directory);
    return directory;
}

static void test_suggestions(void)
{
    static const struct { const char *name, *input; guint n; const char *want; } rows[] = {
        {"one character misheard", "区发改位", 1, "区发改委"},
        {"short form misheard", "发改位", 1, "区发改委"},
        {"same sound before other name", "张玮", 2, "张伟|章蔚"},
        {"whole name misheard", "帐薇", 1, "张伟"},
        {"letters", "fagaiwei", 2, "区发改委"},
        {"initials", "fgw", 2, "区发改委"},
        {"whole names before parts", "zhangwei", 3, "张伟|章蔚|张维国"},
        {"other reading", "zengli", 2, "曾立"},
        {"place with another reading", "chongqing", 1, "重庆市交通局"},
        {"beginning of a long name", "sjqczj", 1, "上街区财政局"},
    };
    g_autoptr(Directory) directory = office();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_auto(GStrv) list = directory_suggest(directory, rows[i].input, rows[i].n);
        g_autofree char *got = g_strjoinv("|", list);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

static void name_of(guint i, gunichar name[3])
{
    name[0] = 0x4e00 + i % 100 * 7;
    name[1] = 0x5000 + i / 100 % 100 * 9;
    name[2] = 0x6000 + i / 10000 * 13;
}

/* A city's names: read, then typed. */
static void test_city(void)
{
    enum { PERSONS = 100000, ASKED = 54321 };
    g_autoptr(Directory) directory = directory_new("2020-03-06");
    gunichar name[3];
    for (guint i = 0; i < PERSONS; i++) {
        DirectoryPerson *person = directory_add_person(directory);
        name_of(i, name);
        g_autofree char *text = g_ucs4_to_utf8(name, 3, NULL, NULL, NULL);
        person->id = i + 1;
        directory_set_text(directory, &person->name, text);
    }
    directory_index(directory);
    name_of(ASKED, name);
    g_autofree char *letters = g_strconcat(pinyin_reading(name[0]), pinyin_reading(name[1]),
                                           pinyin_reading(name[2]), NULL);
    name[0]++;
    g_autofree char *misread = g_ucs4_to_utf8(name, 3, NULL, NULL, NULL);
    const char *const inputs[] = {misread, misread, letters};
    for (gsize i = 0; i < G_N_ELEMENTS(inputs); i++) {
        g_test_timer_start();
        g_auto(GStrv) near = directory_suggest(directory, inputs[i], 3);
        g_test_message("suggested in %.3f s", g_test_timer_elapsed());
        g_assert_cmpuint(g_strv_length(near), ==, 3);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pinyin/readings", test_readings);
    g_test_add_func("/pinyin/sounds", test_sounds);
    g_test_add_func("/pinyin/spells", test_spells);
    g_test_add_func("/pinyin/suggestions", test_suggestions);
    g_test_add_func("/pinyin/city", test_city);
    return g_test_run();
}
