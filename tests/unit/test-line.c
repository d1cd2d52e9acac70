/* SPDX-License-Identifier: GPL-3.0-or-later
 * The distribution-line compiler, held to the answer keys of clerks. */
#include <stdio.h>
#include <string.h>

#include "recipients/line.h"
#include "tests/unit/line-steps.h"

static char *tree_file(const char *folder, const char *name)
{
    const char *tree = g_getenv("SONGFA_SRCDIR");
    return g_build_filename(tree != NULL ? tree : ".", "tests", folder, name, NULL);
}

/* Spans tile the text without gap or overlap, and neighbours differ. */
static gboolean is_tiled(const char *text, const LineReading *reading)
{
    gsize place = 0;
    for (guint i = 0; i < reading->spans->len; i++) {
        const LineSpan *span = &g_array_index(reading->spans, LineSpan, i);
        if (span->start != place || span->end <= span->start || span->kind > LINE_SPAN_UNRESOLVED)
            return FALSE;
        place = span->end;
    }
    return place == (gsize)g_utf8_strlen(text, -1);
}

/* Text painted unresolved and unresolved entries go together: neither without the other. */
static gboolean is_accounted(const LineReading *reading)
{
    gboolean painted = FALSE;
    for (guint i = 0; i < reading->spans->len; i++)
        painted |= g_array_index(reading->spans, LineSpan, i).kind == LINE_SPAN_UNRESOLVED;
    return painted == (reading->unresolved->len > 0);
}

/* One row of a key file: id, text with \n for a line end, key. */
static gboolean row_holds(char **columns)
{
    g_auto(GStrv) lines = g_strsplit(columns[1], "\\n", -1);
    g_autofree char *text = g_strjoinv("\n", lines);
    g_autoptr(LineReading) reading = line_read(text, NULL);
    g_autofree char *key = line_key(reading);
    gboolean holds = strcmp(key, columns[2]) == 0 && is_tiled(text, reading) && is_accounted(reading);
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
    g_autofree char *file = tree_file("data", "lines.tsv");
    check_keys(file, 120);
}

/* Lines of every kind of office, keyed by hand before the compiler was asked. */
static void test_clerk(void)
{
    g_autofree char *file = tree_file("data", "lines-clerk.tsv");
    check_keys(file, 150);
}

/* Footers and salutations as the offices of many provinces print them, keyed by hand in the same way. */
static void test_office(void)
{
    g_autofree char *file = tree_file("data", "lines-office.tsv");
    check_keys(file, 400);
}

/* A directory that knows some names whole; aliases are marked. */
static const struct {
    const char *name;
    gboolean alias;
} names_known[] = {
    {"区县处级领导", TRUE}, {"四大班子", TRUE}, {"镇办", TRUE}, {"各镇(办)", TRUE},
    {"区纪委、监委", FALSE}, {"新城办", FALSE}, {"文化和旅游局", FALSE}, {"街道办事处", FALSE},
    {"区审计局和统计局", FALSE}, {"区审计局", FALSE}, {"区统计局", FALSE}, {"乡镇", FALSE},
};

static gsize knows(const char *text, gboolean *is_alias, gpointer user_data)
{
    gsize best = 0;
    (void)user_data;
    for (gsize i = 0; i < G_N_ELEMENTS(names_known); i++) {
        gsize n = strlen(names_known[i].name);
        if (n > best && g_str_has_prefix(text, names_known[i].name)) {
            best = n;
            *is_alias = names_known[i].alias;
        }
    }
    return best;
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
        {"conjunction inside a name", "送：区审计局和统计局", "送: one 区审计局和统计局"},
        {"conjunction between names", "送：区统计局和区审计局", "送: one 区统计局; one 区审计局"},
        {"group after each", "发：各街道办事处", "发: every 街道办事处"},
        {"known class is one", "发：各乡镇", "发: every 乡镇"},
        {"known name with a shared post", "发：新城办、各街道办事处负责同志",
         "发: one 新城办/负责同志; every 街道办事处/负责同志"},
        {"longer than the name", "送：新城办公室", "送: one 新城办公室"},
    };
    const LineNames names = {knows, NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(LineReading) reading = line_read(rows[i].text, &names);
        g_autofree char *key = line_key(reading);
        if (strcmp(key, rows[i].want) != 0)
            fprintf(stderr, "%s\n", rows[i].name);
        g_assert_cmpstr(key, ==, rows[i].want);
        g_assert_true(is_tiled(rows[i].text, reading));
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
        {"发 区委", "Lnaa"},
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

/* Pieces of which lines are made; mutations put any of them anywhere. */
static const char *const pieces[] = {
    "发：", "抄送:", "报 送：", "本期送：", "此件发至", "主题词：", "审核：甲", "各", "有关", "各有关", "全体", "区委", "市政府",
    "政府", "人大", "政协", "法院", "县", "市", "区", "镇", "街道", "办", "街道办事处", "乡镇", "石桥镇", "云岭区",
    "人民政府", "管委会", "财政局", "应急与减灾处", "办公室", "科室", "单位", "区直", "直属", "部门", "书记", "副书记", "区长",
    "县处级领导", "负责同志", "领导", "主任", "、", "，", "；", "。", ",", "和", "与", "及", "以及", "（", "）", "(", ")",
    "2份", "各2份", "（3份）", "共印16份", "（共印 130 份）", "存档", "除", "外", "除外", "除外的", "不发", "等", "含", "同志", "党委", "事业", "：", ":", " ", "　",
    "    ", "\n", "\n\n", "**", "# ", "> ", "---", "2020年3月6日印发", "\xe2\x80\x8b", "１２", "1.", "①", "A", "☃", "|", "同上",
};

static char *random_line(GRand *rand)
{
    GString *line = g_string_new(g_rand_boolean(rand) ? "发：" : "");
    for (int n = g_rand_int_range(rand, 0, 24); n > 0; n--)
        g_string_append(line, pieces[g_rand_int_range(rand, 0, G_N_ELEMENTS(pieces))]);
    return g_string_free(line, FALSE);
}

/* Drops, doubles, swaps or replaces some characters of a line that is right. */
static char *mutated_line(GRand *rand, const char *line)
{
    glong length;
    g_autofree gunichar *chars = g_utf8_to_ucs4_fast(line, -1, &length);
    GString *out = g_string_new(NULL);
    for (glong i = 0; i < length; i++) {
        switch (g_rand_int_range(rand, 0, 40)) {
        case 0:
            break;
        case 1:
            g_string_append_unichar(out, chars[i]);
            g_string_append_unichar(out, chars[i]);
            break;
        case 2:
            g_string_append(out, pieces[g_rand_int_range(rand, 0, G_N_ELEMENTS(pieces))]);
            g_string_append_unichar(out, chars[i]);
            break;
        case 3:
            g_string_append_unichar(out, chars[g_rand_int_range(rand, 0, (gint32)length)]);
            break;
        default:
            g_string_append_unichar(out, chars[i]);
        }
    }
    return g_string_free(out, FALSE);
}

static void add_good_lines(GPtrArray *lines, const char *name)
{
    g_autofree char *file = tree_file("data", name), *text = NULL;
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_auto(GStrv) rows = g_strsplit(text, "\n", -1);
    for (char **row = rows; *row != NULL; row++) {
        g_auto(GStrv) columns = g_strsplit(*row, "\t", -1);
        if (g_strv_length(columns) != 3)
            continue;
        g_auto(GStrv) parts = g_strsplit(columns[1], "\\n", -1);
        g_ptr_array_add(lines, g_strjoinv("\n", parts));
    }
}

static GPtrArray *good_lines(void)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    add_good_lines(lines, "lines.tsv");
    add_good_lines(lines, "lines-clerk.tsv");
    add_good_lines(lines, "lines-office.tsv");
    return lines;
}

static gboolean places_hold(const char *text, const LineReading *reading)
{
    gsize length = (gsize)g_utf8_strlen(text, -1), before = 0;
    for (guint i = 0; i < reading->addressees->len; i++) {
        const LineAddressee *it = reading->addressees->pdata[i];
        if (it->start >= it->end || it->end > length || it->copies < 0 ||
            (*it->organisation == '\0' && it->post == NULL))
            return FALSE;
    }
    for (guint i = 0; i < reading->unresolved->len; i++) {
        const LineUnresolved *it = reading->unresolved->pdata[i];
        if (it->start >= it->end || it->end > length || it->start < before || *it->text == '\0')
            return FALSE;
        before = it->start;
    }
    return TRUE;
}

/* Every character is accounted for in whatever is read. SONGFA_LINE_PROPERTY sets the number of lines. */
static void test_property(void)
{
    const char *wanted = g_getenv("SONGFA_LINE_PROPERTY");
    guint64 count = wanted != NULL ? g_ascii_strtoull(wanted, NULL, 10) : 20000;
    GRand *rand = g_rand_new_with_seed(20200306);
    g_autoptr(GPtrArray) good = good_lines();
    const LineNames names = {knows, NULL};
    for (guint64 i = 0; i < count; i++) {
        const char *from = good->pdata[g_rand_int_range(rand, 0, (gint32)good->len)];
        g_autofree char *text = i % 2 == 0 ? random_line(rand) : mutated_line(rand, from);
        g_autoptr(LineReading) reading = line_read(text, i % 3 == 0 ? &names : NULL);
        if (is_tiled(text, reading) && is_accounted(reading) && places_hold(text, reading))
            continue;
        g_autofree char *key = line_key(reading);
        fprintf(stderr, "line %" G_GUINT64_FORMAT ": «%s»\n  %s\n", i, text, key);
        g_assert_not_reached();
    }
    g_rand_free(rand);
}

/* The steps that size bytes of the unit cost. */
static guint64 steps_of(const char *unit, gsize size)
{
    GString *text = g_string_new("发：各县");
    while (text->len < size)
        g_string_append(text, unit);
    line_steps_taken();
    g_autoptr(LineReading) reading = line_read(text->str, NULL);
    guint64 steps = line_steps_taken();
    g_assert_true(is_tiled(text->str, reading));
    g_string_free(text, TRUE);
    return steps;
}

/* Much of what hurts most: eight times the text must cost eight times the steps, and the heap must bear
 * it. With SONGFA_LINE_PROPERTY up to 1 MB each. */
static void test_hostile(void)
{
    static const struct {
        const char *name, *unit;
    } rows[] = {
        {"brackets open", "（"}, {"brackets close", "）"}, {"one name", "区"}, {"conjunctions", "和"},
        {"each", "各"}, {"classes", "各县"}, {"separators", "、"}, {"items", "镇、"}, {"posts", "书记、"},
        {"posts and bodies", "镇、负责人、"}, {"courts", "法院、"}, {"labels", "发："}, {"colons", "："},
        {"blanks", " "}, {"blank and colon", "发 ："}, {"line ends", "\n"}, {"lines", "发：区委\n"}, {"digits", "1"},
        {"print counts", "共印"}, {"dates", "2020年"}, {"exceptions", "除区委"}, {"not to", "不发区委、"},
        {"nested members", "有关部门（"}, {"pairs", "（）"}, {"nested pairs", "有关（区委、"}, {"markup", "*"},
        {"salutations", "各县人民政府：\n"}, {"continued", "区委、\n"}, {"spaced", "区 委 "},
        {"sub-units", "区局科室处、"}, {"excepted", "青河镇除外、"}, {"lists excepted", "青河镇、石桥镇、"},
        {"excepted of", "青河镇除外的"}, {"and others", "区委等"}, {"included", "（含青河镇、"},
        {"committees", "校党委书记、校长、"}, {"areas", "各县、市人民政府、法院、"}, {"twins", "各市、县（市、区）、"},
        {"joined", "区审计局和"}, {"named", "区委书记王某某同志、"}, {"over commas", "区委，政府，"},
        {"bare labels", "发 区委\n"}, {"institutions", "县直各单位党组（党委）、"}, {"kinds", "事业、单位、"},
    };
    const gsize size = g_getenv("SONGFA_LINE_PROPERTY") != NULL ? 128 * 1024 : 16 * 1024;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint64 some = steps_of(rows[i].unit, size), more = steps_of(rows[i].unit, 8 * size);
        g_test_message("%s: %.1f steps a byte, growth %.2f", rows[i].name, (double)more / (double)(8 * size),
                       (double)more / (double)some);
        if (more > 9 * some)
            fprintf(stderr, "%s: %.2f\n", rows[i].name, (double)more / (double)some);
        g_assert_cmpuint(more, <=, 9 * some);
    }
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
    g_test_add_func("/line/property", test_property);
    g_test_add_func("/line/hostile", test_hostile);
    return g_test_run();
}
