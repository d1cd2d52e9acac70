/* SPDX-License-Identifier: GPL-3.0-or-later
 * What holds for every distribution line, over lines made at random, and what the worst texts cost.
 * SONGFA_LINE_PROPERTY is the number of lines (default 20000; with it the worst texts have 1 MB),
 * SONGFA_LINE_SEED the seed; a failure names the seed of its line. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/line-checks.h"
#include "tests/unit/line-generate.h"
#include "tests/unit/line-steps.h"

#define LINES_DEFAULT 20000
#define SEED_DEFAULT 20200306

/* No line may cost more than this for each character and once. */
#define STEPS_EACH 1500
#define STEPS_ONCE 5000

static guint64 number_from(const char *variable, guint64 otherwise)
{
    const char *value = g_getenv(variable);
    return value != NULL ? g_ascii_strtoull(value, NULL, 10) : otherwise;
}

static char *line_of(GRand *rand, guint64 i, const GPtrArray *good)
{
    switch (i % 3) {
    case 0:
        return line_generate_rubbish(rand);
    case 1:
        return line_generate_mutation(rand, good);
    default:
        return line_generate_orderly(rand);
    }
}

static void fail_line(guint64 seed, const char *text, const LineReading *reading, const char *fault)
{
    g_autofree char *key = line_key(reading);
    fprintf(stderr, "SONGFA_LINE_SEED=%" G_GUINT64_FORMAT " SONGFA_LINE_PROPERTY=1: %s\n«%s»\n  %s\n", seed, fault,
            text, key);
    g_assert_not_reached();
}

static void check_reading(guint64 seed, const char *text, const LineNames *names)
{
    line_steps_taken();
    g_autoptr(LineReading) reading = line_read(text, names);
    guint64 steps = line_steps_taken(), length = (guint64)g_utf8_strlen(text, -1);
    const char *fault = steps > STEPS_EACH * length + STEPS_ONCE ? "steps" : line_checks_fault(text, reading);
    if (fault != NULL)
        fail_line(seed, text, reading, fault);
}

/* The same line printed otherwise must be read alike. */
static void check_variant(guint64 seed, const char *text, char *(*print)(const char *))
{
    g_autofree char *other = print(text);
    g_autoptr(LineReading) reading = line_read(text, NULL), second = line_read(other, NULL);
    g_autofree char *key = line_checks_plain_key(reading), *other_key = line_checks_plain_key(second);
    if (strcmp(key, other_key) == 0)
        return;
    fprintf(stderr, "«%s»\n  %s\n", text, key);
    fail_line(seed, other, second, "another reading of the same line");
}

/* Characters that are printed full- or half-wide. */
static char *full_width(const char *text)
{
    static const char *const wide[] = {
        ['('] = "（", [')'] = "）", [','] = "，", [':'] = "：", [';'] = "；", ['0'] = "０", ['1'] = "１", ['2'] = "２",
        ['3'] = "３", ['4'] = "４", ['5'] = "５", ['6'] = "６", ['7'] = "７", ['8'] = "８", ['9'] = "９",
    };
    GString *out = g_string_new(NULL);
    for (const char *p = text; *p != '\0'; p++)
        if ((guchar)*p < G_N_ELEMENTS(wide) && wide[(guchar)*p] != NULL)
            g_string_append(out, wide[(guchar)*p]);
        else
            g_string_append_c(out, *p);
    return g_string_free(out, FALSE);
}

static char *half_width(const char *text)
{
    static const struct {
        const char *wide, *half;
    } forms[] = {{"（", "("}, {"）", ")"}, {"，", ","}, {"：", ":"}, {"；", ";"}};
    GString *out = g_string_new(text);
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++)
        g_string_replace(out, forms[i].wide, forms[i].half, 0);
    return g_string_free(out, FALSE);
}

static char *blanks_around(const char *text)
{
    GString *out = g_string_new(NULL);
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        gboolean separator = g_utf8_strchr("、，；：（）", -1, c) != NULL;
        if (separator)
            g_string_append_c(out, ' ');
        g_string_append_unichar(out, c);
        if (separator)
            g_string_append(out, "\xe3\x80\x80");
    }
    return g_string_free(out, FALSE);
}

static char *bold(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *joined = g_strjoinv("**\n**", lines);
    return g_strdup_printf("**%s**", joined);
}

/* Every character is accounted for in whatever is read; right lines are read alike however printed. */
static void test_properties(void)
{
    guint64 count = number_from("SONGFA_LINE_PROPERTY", LINES_DEFAULT);
    guint64 first = number_from("SONGFA_LINE_SEED", SEED_DEFAULT);
    g_autoptr(GPtrArray) good = line_generate_good();
    const LineNames names = line_checks_names();
    GRand *rand = g_rand_new();
    for (guint64 seed = first; seed < first + count; seed++) {
        g_rand_set_seed(rand, (guint32)seed);
        g_autofree char *text = line_of(rand, seed, good);
        check_reading(seed, text, seed % 2 == 0 ? &names : NULL);
        if (seed % 3 != 2)
            continue;
        check_variant(seed, text, full_width);
        check_variant(seed, text, half_width);
        check_variant(seed, text, blanks_around);
        check_variant(seed, text, bold);
    }
    g_rand_free(rand);
}

/* The lines of the key files, printed otherwise. */
static void test_variants(void)
{
    g_autoptr(GPtrArray) good = line_generate_good();
    for (guint i = 0; i < good->len; i++) {
        check_variant(i, good->pdata[i], full_width);
        check_variant(i, good->pdata[i], half_width);
    }
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
    g_assert_true(line_checks_tiled(text->str, reading));
    g_string_free(text, TRUE);
    return steps;
}

/* Much of what hurts most: eight times the text must cost eight times the steps, and the heap must bear
 * it. With SONGFA_LINE_PROPERTY up to 1 MB each. */
static void test_hostile(void)
{
    static const char *const units[] = {
        "（", "）", "区", "和", "各", "各县", "、", "镇、", "书记、", "镇、负责人、", "法院、", "发：",
        "：", " ", "发 ：", "\n", "发：区委\n", "1", "共印", "2020年", "除区委", "不发区委、",
        "有关部门（", "（）", "有关（区委、", "*", "各县人民政府：\n", "区委、\n", "区 委 ",
        "区局科室处、", "青河镇除外、", "青河镇、石桥镇、", "青河镇除外的", "区委等", "（含青河镇、",
        "校党委书记、校长、", "各县、市人民政府、法院、", "各市、县（市、区）、", "区审计局和",
        "区委书记王某某同志、", "区委，政府，", "发 区委\n", "县直各单位党组（党委）、", "事业、单位、",
        "“《「", "抄 送 ： ", "各县：发：", "市委市政府", "各镇（甲镇除外，各2份）",
        "各镇（甲镇2份）、", "各县（市、区）政府分管副县（市、区）长、", "市委、市政府秘书长、",
        "市高新区、市经开区管委会、", "各市、甲区人民政府、", "每镇2份、", "市委办×2、",
        "各分（子）公司、", "集团公司党委、工会、", "区委、新城办、政府、", "市委书记、市长、副书记、",
        "各乡（", "（共印１２",
    };
    const gsize size = g_getenv("SONGFA_LINE_PROPERTY") != NULL ? 128 * 1024 : 16 * 1024;
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        guint64 some = steps_of(units[i], size), more = steps_of(units[i], 8 * size);
        g_test_message("%s: %.1f steps a byte, growth %.2f", units[i], (double)more / (double)(8 * size),
                       (double)more / (double)some);
        if (more > 9 * some)
            fprintf(stderr, "%s: %.2f\n", units[i], (double)more / (double)some);
        g_assert_cmpuint(more, <=, 9 * some);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/line-properties/every-line", test_properties);
    g_test_add_func("/line-properties/variants", test_variants);
    g_test_add_func("/line-properties/hostile", test_hostile);
    return g_test_run();
}
