/* SPDX-License-Identifier: GPL-3.0-or-later
 * libFuzzer target: any bytes as a file to be read. The first byte chooses the file's name, so that
 * the scan of names is reached too. An issue must survive its own JSON. */
#include <string.h>

#include "daemon/issue/parse.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_json(const Issue *issue)
{
    g_autofree char *json = issue_to_json(issue);
    g_autoptr(Issue) again = issue_from_json(json, NULL);
    g_assert_nonnull(again);
    g_autofree char *json_again = issue_to_json(again);
    g_assert_cmpstr(json_again, ==, json);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const char *const names[] = {"上街信息.txt", "机密.txt", "\xff\xfe.txt", ""};
    if (size == 0)
        return 0;
    g_autoptr(Issue) issue = parse_issue(data + 1, size - 1, names[data[0] % G_N_ELEMENTS(names)]);
    g_assert_true(issue->verdict != ISSUE_REFUSED || issue->items->len == 0);
    check_json(issue);
    g_autofree char *distribution = issue_distribution_text(issue);
    g_assert_true(g_utf8_validate(distribution, -1, NULL));
    return 0;
}
