/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an edit makes of the versions of a record. A version is written NAMEorder[FROM..TO]. */
#include "recipients/directory-versions.h"

#include <string.h>

#include "daemon/base/error.h"
#include "tests/unit/directory-add.h"

#define KIND (&directory_kinds[DIRECTORY_UNIT])

/* One version; "[FROM..TO]" may be missing when all days are meant. */
static DirectoryUnit *read_version(Directory *directory, const char *text)
{
    DirectoryUnit *unit = directory_add_unit(directory);
    g_auto(GStrv) days = g_strsplit_set(text, "[]", 3);
    g_autofree char *name = g_strndup(days[0], 1);
    directory_set_text(directory, &unit->name, name);
    unit->order = days[0][1] - '0';
    unit->id = 7;
    unit->change = 5;
    const char *dots = days[1] != NULL ? strstr(days[1], "..") : NULL;
    if (dots != NULL) {
        g_autofree char *from = g_strndup(days[1], (gsize)(dots - days[1]));
        directory_set_text(directory, &unit->valid_from, from);
        directory_set_text(directory, &unit->valid_to, dots + 2);
    }
    return unit;
}

static GPtrArray *read_versions(Directory *directory, const char *text)
{
    GPtrArray *versions = g_ptr_array_new();
    g_auto(GStrv) parts = g_strsplit(text, " ", -1);
    for (char **part = parts; *part != NULL; part++)
        if (**part != '\0')
            g_ptr_array_add(versions, read_version(directory, *part));
    return versions;
}

static char *versions_text(const GPtrArray *versions)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < versions->len; i++) {
        const DirectoryUnit *unit = versions->pdata[i];
        g_string_append_printf(out, "%s%s%d", i > 0 ? " " : "", unit->name, unit->order);
        if (*unit->valid_from != '\0' || *unit->valid_to != '\0')
            g_string_append_printf(out, "[%s..%s]", unit->valid_from, unit->valid_to);
    }
    return g_string_free(out, FALSE);
}

static void assert_versions(const GPtrArray *got, const GError *error, const char *want)
{
    if (want == NULL) {
        g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND);
        g_assert_null(got);
        return;
    }
    g_assert_no_error(error);
    g_autofree char *text = versions_text(got);
    g_assert_cmpstr(text, ==, want);
}

#define TWO "A1[..2020-12-31] B1[2021-01-01..]"
#define GAP "A1[..2019-12-31] B1[2021-01-01..]"

static void test_put(void)
{
    static const struct {
        const char *name, *versions;
        int edited; /* which version was loaded and edited, -1 = it does not say */
        const char *record, *from, *want;
    } rows[] = {
        {"from a day on", "A1", 0, "B1", "2020-03-06", "A1[..2020-03-05] B1[2020-03-06..]"},
        {"behind a leap day", "A1", 0, "B1", "2020-03-01", "A1[..2020-02-29] B1[2020-03-01..]"},
        {"from the start", "A1", 0, "B1", "", "B1"},
        {"nothing differs", "A1", 0, "A1", "2020-03-06", "A1"},
        {"on the first day of a version", TWO, 1, "C1", "2021-01-01", "A1[..2020-12-31] C1[2021-01-01..]"},
        {"a planned change keeps what it changes", TWO, 0, "C1", "2020-03-06",
         "A1[..2020-03-05] C1[2020-03-06..2020-12-31] B1[2021-01-01..]"},
        {"and takes what it does not change", TWO, 0, "A2", "2020-03-06",
         "A1[..2020-03-05] A2[2020-03-06..2020-12-31] B2[2021-01-01..]"},
        {"both", TWO, 0, "C2", "2020-12-31", "A1[..2020-12-30] C2[2020-12-31..2020-12-31] B2[2021-01-01..]"},
        {"a correction of what is seen today", "A1[..2020-12-31] B2[2021-01-01..]", 1, "B3", "",
         "A3[..2020-12-31] B3[2021-01-01..]"},
        {"a correction leaves the names of old", TWO, 1, "B4", "", "A4[..2020-12-31] B4[2021-01-01..]"},
        {"from within an old version", TWO, 1, "B4", "2020-06-01",
         "A1[..2020-05-31] A4[2020-06-01..2020-12-31] B4[2021-01-01..]"},
        {"what was loaded is not said", TWO, -1, "B4", "2020-06-01", "A1[..2020-05-31] B4[2020-06-01..]"},
        {"back to what it was", "A1[..2020-03-05] B1[2020-03-06..]", 1, "A1", "2020-03-06", "A1"},
        {"only begins later", "A1[2021-01-01..]", 0, "B1", "2020-03-06", "B1[2021-01-01..]"},
        {"only begins later, from the start", "A1[2021-01-01..]", 0, "B1", "", "B1[2021-01-01..]"},
        {"has ended", "A1[..2019-12-31]", 0, "B1", "2020-03-06", NULL},
        {"on its last day", "A1[..2020-03-06]", 0, "B1", "2020-03-06", "A1[..2020-03-05] B1[2020-03-06..2020-03-06]"},
        {"while it is away", GAP, -1, "C1", "2020-03-06", NULL},
        {"while it is away, what comes", GAP, 1, "C1", "2020-03-06", "A1[..2019-12-31] C1[2021-01-01..]"},
        {"before it was away", GAP, 0, "A2", "2019-12-01",
         "A1[..2019-11-30] A2[2019-12-01..2019-12-31] B2[2021-01-01..]"},
        {"days apart are not joined", GAP, 1, "A1", "2021-01-01", "A1[..2019-12-31] A1[2021-01-01..]"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(Directory) directory = directory_new("");
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) versions = read_versions(directory, rows[i].versions);
        DirectoryUnit *record = read_version(directory, rows[i].record);
        if (rows[i].edited >= 0)
            record->valid_from = ((DirectoryUnit *)versions->pdata[rows[i].edited])->valid_from;
        else
            record->change = 0;
        g_autoptr(GPtrArray) got = directory_versions_put(directory, KIND, versions->pdata, versions->len, record,
                                                          rows[i].from, &error);
        assert_versions(got, error, rows[i].want);
        g_autofree char *kept = versions_text(versions);
        g_assert_cmpstr(kept, ==, rows[i].versions); /* what was is not touched */
    }
}

static void test_remove(void)
{
    static const struct { const char *name, *versions, *from, *want; } rows[] = {
        {"from a day on", "A1", "2020-03-06", "A1[..2020-03-05]"},
        {"from the start", "A1", "", ""},
        {"later versions go", TWO, "2020-03-06", "A1[..2020-03-05]"},
        {"from the first day of a version", TWO, "2021-01-01", "A1[..2020-12-31]"},
        {"within the last version", TWO, "2021-01-02", "A1[..2020-12-31] B1[2021-01-01..2021-01-01]"},
        {"before it begins", "A1[2021-01-01..]", "2020-03-06", ""},
        {"while it is away", GAP, "2020-03-06", "A1[..2019-12-31]"},
        {"has ended", "A1[..2019-12-31]", "2020-03-06", NULL},
        {"has ended, from the start", "A1[..2019-12-31]", "", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(Directory) directory = directory_new("");
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) versions = read_versions(directory, rows[i].versions);
        g_autoptr(GPtrArray) got =
            directory_versions_remove(directory, KIND, versions->pdata, versions->len, rows[i].from, &error);
        assert_versions(got, error, rows[i].want);
    }
}

/* A tenure carries its own days: it is replaced in place, and ends where it is removed. */
static void test_dated(void)
{
    static const struct { const char *name, *from, *to, *removed, *want; } rows[] = {
        {"while it holds", "2020-01-01", "", "2020-03-06", "2020-01-01..2020-03-05"},
        {"with an end", "2020-01-01", "2020-12-31", "2020-03-06", "2020-01-01..2020-03-05"},
        {"without a beginning", "", "", "2020-03-06", "..2020-03-05"},
        {"before it begins", "2020-06-01", "", "2020-03-06", ""},
        {"from the start", "2020-01-01", "", "", ""},
        {"is over", "2020-01-01", "2020-02-01", "2020-03-06", NULL},
    };
    const DirectoryKind *kind = &directory_kinds[DIRECTORY_TENURE];
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(Directory) directory = directory_new("");
        g_autoptr(GError) error = NULL;
        DirectoryTenure *tenure = directory_add_tenure(directory);
        tenure->from = rows[i].from;
        tenure->to = rows[i].to;
        g_autoptr(GPtrArray) got =
            directory_versions_remove(directory, kind, (gpointer[]){tenure}, 1, rows[i].removed, &error);
        g_assert_cmpint(error != NULL, ==, rows[i].want == NULL);
        if (got == NULL)
            continue;
        DirectoryTenure *left = got->len > 0 ? got->pdata[0] : NULL;
        g_autofree char *days = left != NULL ? g_strdup_printf("%s..%s", left->from, left->to) : g_strdup("");
        g_assert_cmpstr(days, ==, rows[i].want);
    }
    g_autoptr(Directory) directory = directory_new("");
    DirectoryTenure *tenure = directory_add_tenure(directory), *longer = directory_add_tenure(directory);
    longer->to = "2020-06-30";
    g_autoptr(GPtrArray) got =
        directory_versions_put(directory, kind, (gpointer[]){tenure}, 1, longer, "2020-03-06", NULL);
    g_assert_cmpuint(got->len, ==, 1);
    const DirectoryTenure *put = got->pdata[0];
    g_assert_cmpstr(put->to, ==, "2020-06-30");
    g_assert_cmpstr(put->valid_from, ==, "");
}

static void test_days(void)
{
    static const struct { const char *day, *before, *after; } days[] = {
        {"2020-03-01", "2020-02-29", "2020-03-02"}, {"2021-01-01", "2020-12-31", "2021-01-02"},
        {"2021-02-28", "2021-02-27", "2021-03-01"}, {"", "", ""}, {"soon", "soon", "soon"}};
    for (gsize i = 0; i < G_N_ELEMENTS(days); i++) {
        g_autofree char *before = directory_day_before(days[i].day), *after = directory_day_after(days[i].day);
        g_assert_cmpstr(before, ==, days[i].before);
        g_assert_cmpstr(after, ==, days[i].after);
    }
    static const struct { DirectoryDays a, b; const char *shared; } meets[] = {
        {{"", ""}, {"", ""}, ".."},
        {{"", "2020-01-31"}, {"2020-01-31", ""}, "2020-01-31..2020-01-31"},
        {{"", "2020-01-31"}, {"2020-02-01", ""}, NULL},
        {{"2020-01-01", ""}, {"2020-02-01", "2020-03-01"}, "2020-02-01..2020-03-01"},
        {{"2020-01-01", "2020-12-31"}, {"", "2020-03-01"}, "2020-01-01..2020-03-01"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(meets); i++) {
        DirectoryDays shared = {"", ""}, again;
        g_assert_cmpint(directory_days_meet(meets[i].a, meets[i].b, &shared), ==, meets[i].shared != NULL);
        g_assert_cmpint(directory_days_meet(meets[i].b, meets[i].a, &again), ==, meets[i].shared != NULL);
        g_autofree char *text = g_strdup_printf("%s..%s", shared.from, shared.to);
        if (meets[i].shared != NULL)
            g_assert_cmpstr(text, ==, meets[i].shared);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/directory-versions/put", test_put);
    g_test_add_func("/directory-versions/remove", test_remove);
    g_test_add_func("/directory-versions/dated", test_dated);
    g_test_add_func("/directory-versions/days", test_days);
    return g_test_run();
}
