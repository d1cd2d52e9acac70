/* SPDX-License-Identifier: GPL-3.0-or-later
 * libFuzzer target: a mail that came back. What is read of it keeps its bounds, is UTF-8 on one line, and
 * an automatic reply never signs. */
#include <stdlib.h>
#include <string.h>

#include "daemon/dispatch/report.h"

enum { MOST_BYTES = 4 * 300 + 1, MOST_OUTCOMES = 1000 };

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_text(const char *text)
{
    if (text != NULL && (*text == '\0' || strlen(text) > MOST_BYTES || !g_utf8_validate(text, -1, NULL) ||
                         strpbrk(text, "\r\n") != NULL))
        abort();
}

static void check_outcome(const ReportOutcome *outcome, guint n_outcomes)
{
    const char *const texts[] = {outcome->status, outcome->text, outcome->recipient};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        check_text(texts[i]);
    if (report_kind_name(outcome->kind) == NULL || outcome->reply_code < 0 || outcome->reply_code > 599)
        abort();
    if (outcome->kind <= REPORT_AUTOMATIC && n_outcomes != 1)
        abort();
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(Report) report = report_parse((const char *)data, size);
    const char *const texts[] = {report->from,        report->subject,    report->token,
                                 report->envelope_id, report->message_id, report->issue_label};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        check_text(texts[i]);
    if (report->outcomes->len == 0 || report->outcomes->len > MOST_OUTCOMES)
        abort();
    for (guint i = 0; i < report->outcomes->len; i++)
        check_outcome(g_ptr_array_index(report->outcomes, i), report->outcomes->len);
    return 0;
}
