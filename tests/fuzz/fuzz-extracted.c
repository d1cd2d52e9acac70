/* SPDX-License-Identifier: GPL-3.0-or-later
 * libFuzzer target: what a child that was taken over may say to the daemon. */
#include <string.h>

#include "daemon/issue/parse.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(Extract) extract = extract_read((const char *)data, size);
    if (extract == NULL)
        return 0;
    g_assert_true((extract->text == NULL) == (extract->problem != NULL));
    g_assert_true(extract->text == NULL || g_utf8_validate(extract->text, -1, NULL));
    g_assert_true(g_utf8_validate(extract->hidden, -1, NULL));
    g_autoptr(Issue) issue = parse_issue_extract(extract, "上街信息.docx");
    g_assert_true(issue->verdict == ISSUE_HELD || extract->problem == NULL);
    g_assert_true(issue->verdict != ISSUE_REFUSED || issue->items->len == 0);
    g_autofree char *json = issue_to_json(issue);
    g_autoptr(Issue) again = issue_from_json(json, NULL);
    g_assert_nonnull(again);
    return 0;
}
