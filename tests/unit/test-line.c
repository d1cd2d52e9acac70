/* SPDX-License-Identifier: GPL-3.0-or-later
 * The distribution-line compiler, held to the answer keys of clerks. */
#include <stdio.h>
#include <string.h>

#include "recipients/line.h"
#include "tests/unit/line-checks.h"

/* One row of a key file: id, text with \n for a line end, key. */
static gboolean row_holds(char **columns)
{
    g_auto(GStrv) lines = g_strsplit(columns[1], "\\n", -1);
    g_autofree char *text = g_strjoinv("\n", lines);
    g_autoptr(LineReading) reading = line_read(text, NULL);
    g_autofree char *key = line_key(reading);
    gboolean holds = strcmp(key, columns[2]) == 0 && line_checks_tiled(text, reading) && line_checks_accounted(reading);
    if (!holds)
        fprintf(stderr, "%s: %s\n  want %s\n  got  %s\n", columns[0], columns[1], columns[2], key);
    return holds;
}

static void check_keys(const char *file, guint at_least)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(file, &text, NULL, NULL)) {
        g_test_skip("no key file");
        return;
    }
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint rows = 0, wrong = 0;
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) columns = g_strsplit(*line, "\t", -1);
        if (g_strv_length(columns) != 3 || strcmp(columns[0], "id") == 0)
            continue;
        rows++;
        wrong += !row_holds(columns);
    }
    g_assert_cmpuint(rows, >=, at_least);
    g_assert_cmpuint(wrong, ==, 0);
}

static void test_corpus(void)
{
    const char *shared = g_getenv("SONGFA_SHARED"), *tree = g_getenv("SONGFA_SRCDIR");
    g_autofree char *base =
        shared != NULL ? g_strdup(shared) : g_build_filename(tree != NULL ? tree : ".", "..", "shared", NULL);
    g_autofree char *file = g_build_filename(base, "corpus", "distribution-lines.tsv", NULL);
    check_keys(file, 30);
}

static void test_rules(void)
{
    g_autofree char *file = line_checks_file("data", "lines.tsv");
    check_keys(file, 200);
}

/* Lines of every kind of office, keyed by hand before the compiler was asked. */
static void test_clerk(void)
{
    g_autofree char *file = line_checks_file("data", "lines-clerk.tsv");
    check_keys(file, 150);
}

/* Footers and salutations as the offices of many provinces print them, keyed by hand in the same way. */
static void test_office(void)
{
    g_autofree char *file = line_checks_file("data", "lines-office.tsv");
    check_keys(file, 700);
}

static void test_names(void)
{
    static const struct {
        const char *name, *text, *want;
    } rows[] = {
        {"alias is not taken apart", "本期送：区县处级领导", "本期送: every 区县处级领导"},
        {"alias with a post", "送：四大班子领导", "送: every 四大班子/领导"},
        {"alias of a class", "发：各镇办", "发: every 镇办"},
        {"alias with brackets", "发：各镇（办）、区委", "发: every 各镇（办）; one 区委"},
        {"alias takes no suffix", "送：镇办、区委、区政府领导", "送: every 镇办; every 区委/领导; every 区政府/领导"},
        {"separator inside a name", "送：区纪委、监委、区委", "送: one 区纪委、监委; one 区委"},
        {"no level for a known name", "送：区委、新城办、政府", "送: one 区委; one 新城办; one 区政府"},
        {"a known name lends its level", "报：区人大、政协、政府", "报: one 区人大; one 区政协; one 区政府"},
        {"conjunction inside a name", "送：区审计局和统计局", "送: one 区审计局和统计局"},
        {"conjunction between names", "送：区统计局和区审计局", "送: one 区统计局; one 区审计局"},
        {"group after each", "发：各街道办事处", "发: every 街道办事处"},
        {"known class is one", "发：各乡镇", "发: every 乡镇"},
        {"known name with a shared post", "发：新城办、各街道办事处负责同志",
         "发: one 新城办/负责同志; every 街道办事处/负责同志"},
        {"nothing unreadable before a known name", "送：区\xe2\x98\x83各街道办事处", "送: unresolved 区\xe2\x98\x83各街道办事处"},
        {"longer than the name", "送：新城办公室", "送: one 新城办公室"},
    };
    const LineNames names = line_checks_names();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(LineReading) reading = line_read(rows[i].text, &names);
        g_autofree char *key = line_key(reading);
        if (strcmp(key, rows[i].want) != 0)
            fprintf(stderr, "%s\n", rows[i].name);
        g_assert_cmpstr(key, ==, rows[i].want);
        g_assert_true(line_checks_tiled(rows[i].text, reading));
    }
}

static void test_json(void)
{
    g_autoptr(LineReading) reading =
        line_read("送：区委书记、各镇（2份），有关部门，不发区统计局，存档3份，同上（共印 9 份）", NULL);
    g_autofree char *json = line_to_json(reading);
    g_assert_cmpstr(json, ==,
                    "{\n  \"addressees\": [\n"
                    "    {\n      \"field\": \"送\",\n      \"quantifier\": \"one\",\n"
                    "      \"organisation\": \"区委\",\n      \"post\": \"书记\",\n      \"copies\": null\n    },\n"
                    "    {\n      \"field\": \"送\",\n      \"quantifier\": \"every\",\n"
                    "      \"organisation\": \"镇\",\n      \"post\": null,\n      \"copies\": 2\n    },\n"
                    "    {\n      \"field\": \"送\",\n      \"quantifier\": \"some\",\n"
                    "      \"organisation\": \"部门\",\n      \"post\": null,\n      \"copies\": null\n    }\n  ],\n"
                    "  \"exceptions\": [\n    {\n      \"field\": \"送\",\n"
                    "      \"organisation\": \"区统计局\"\n    }\n  ],\n"
                    "  \"archive\": [\n    {\n      \"field\": \"送\",\n      \"copies\": 3\n    }\n  ],\n"
                    "  \"unresolved\": [\n    {\n      \"field\": \"送\",\n      \"text\": \"同上\"\n    }\n  ],\n"
                    "  \"declared_copies\": 9\n}");
}

static void test_empty_json(void)
{
    g_autoptr(LineReading) reading = line_read("", NULL);
    g_autofree char *json = line_to_json(reading);
    g_assert_cmpstr(json, ==,
                    "{\n  \"addressees\": [],\n  \"exceptions\": [],\n  \"archive\": [],\n"
                    "  \"unresolved\": [],\n  \"declared_copies\": null\n}");
    g_assert_cmpuint(reading->spans->len, ==, 0);
}

/* What the text does not say is null: the body of a lone post, the field of a line without a label. */
static void test_absent_json(void)
{
    g_autoptr(LineReading) post = line_read("发放范围：区长", NULL), stray = line_read("区火星办甲乙", NULL);
    g_autofree char *post_json = line_to_json(post), *stray_json = line_to_json(stray);
    g_assert_nonnull(strstr(post_json, "\"organisation\": null,\n      \"post\": \"区长\""));
    g_assert_nonnull(strstr(stray_json, "\"field\": null"));
    g_assert_null(strstr(stray_json, "\"\""));
}

/* The kinds of the spans of one line, character by character. */
static void test_spans(void)
{
    static const struct {
        const char *text, *kinds;
    } rows[] = {
        /* n noise, L label, s separator, a addressee, c copies, x exception, r archive, p print, u unresolved */
        {"**发：各镇（2份）、区委**", "nnLLaaccccsaann"},
        {"送：区直单位（除统计局外），存档2份。", "LLaaaaxxxxxxxsrrccn"},
        {"报：同上（共印16份）", "LLuuppppppp"},
        {"本报告报：院领导  审核：甲", "nnnLLaaannnnnn"},
        {"发：各镇，甲镇、乙镇除外", "LLaasxxsxxxx"},
        {"发：甲镇除外的各镇", "LLxxxxxaa"},
        {"送：区委、区政府等单位", "LLaasaaauuu"},
        {"送：区财政局等有关部门", "LLaaaanaaaa"},
        {"发：各镇（含甲镇）", "LLaaaaaaa"},
        {"发：各镇2份（含甲镇）", "LLaaccccaac"},
        {"发 区委", "Lnaa"},
        {"【发】区委①、②区府", "nLLaansnaa"},
        {"发：各\xef\xbf\xbd镇、区委", "LLuuusaa"},
        {"发：区人民共印3份政府", "LLuuuppppuu"},
        {"发：除\xef\xbf\xbd镇外各镇", "LLxuuxaa"},
    };
    static const char letters[] = "nLsacxrpu";
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(LineReading) reading = line_read(rows[i].text, NULL);
        GString *kinds = g_string_new(NULL);
        for (guint k = 0; k < reading->spans->len; k++) {
            const LineSpan *span = &g_array_index(reading->spans, LineSpan, k);
            for (gsize place = span->start; place < span->end; place++)
                g_string_append_c(kinds, letters[span->kind]);
        }
        g_assert_cmpstr(kinds->str, ==, rows[i].kinds);
        g_string_free(kinds, TRUE);
    }
}

/* Where the text has two readings the other one is kept. */
static void test_notes(void)
{
    static const struct {
        const char *text, *notes[5]; /* "" for none */
    } rows[] = {
        {"送：区委、政府，石桥镇、各街道负责同志", {"", "政府", "石桥镇", ""}},
        {"送：区审计局和统计局", {"区审计局和统计局", "区审计局和统计局"}},
        {"送：各镇和各街道", {"", ""}},
        {"送：区委书记王某同志、副书记", {"区委书记王某同志", "区委书记王某同志"}},
        {"送：市人大、市政协机关", {"市人大", ""}},
        {"发：各街道人民政府（办事处）", {"街道人民政府"}},
        {"送：有关部门（甲局和乙局）", {"甲局和乙局、有关部门", "甲局和乙局、有关部门"}},
        {"送：区委书记王某同志、副书记李某同志",
         {"区委书记王某同志、副书记李某同志", "区委书记王某同志、副书记李某同志"}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(LineReading) reading = line_read(rows[i].text, NULL);
        for (guint k = 0; k < reading->addressees->len; k++) {
            const LineAddressee *addressee = reading->addressees->pdata[k];
            g_assert_cmpstr(addressee->note != NULL ? addressee->note : "", ==, rows[i].notes[k]);
        }
        g_assert_null(rows[i].notes[reading->addressees->len]);
    }
}

/* Places are characters of the text as given. */
static void test_places(void)
{
    g_autoptr(LineReading) reading = line_read("**发：** 区委、 同上", NULL);
    const LineAddressee *body = reading->addressees->pdata[0];
    const LineUnresolved *rest = reading->unresolved->pdata[0];
    g_assert_cmpuint(body->start, ==, 7);
    g_assert_cmpuint(body->end, ==, 9);
    g_assert_cmpuint(rest->start, ==, 11);
    g_assert_cmpuint(rest->end, ==, 13);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/line/corpus", test_corpus);
    g_test_add_func("/line/rules", test_rules);
    g_test_add_func("/line/clerk", test_clerk);
    g_test_add_func("/line/office", test_office);
    g_test_add_func("/line/names", test_names);
    g_test_add_func("/line/json", test_json);
    g_test_add_func("/line/json/absent", test_absent_json);
    g_test_add_func("/line/json/empty", test_empty_json);
    g_test_add_func("/line/spans", test_spans);
    g_test_add_func("/line/notes", test_notes);
    g_test_add_func("/line/places", test_places);
    return g_test_run();
}
