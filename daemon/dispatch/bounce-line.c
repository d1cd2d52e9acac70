/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports of the reader. */
#include "daemon/dispatch/bounce-line.h"

#include "daemon/dispatch/report.h"

/* What a clerk is shown of a mail in the tray. */
static char *facts_of(json_t *object)
{
    static const char *const names[] = {"from", "subject", "token", "envelope_id", "message_id", "issue_label"};
    json_t *facts = json_object();
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        json_t *value = json_object_get(object, names[i]);
        if (json_is_string(value))
            json_object_set(facts, names[i], value);
    }
    char *text = json_dumps(facts, JSON_COMPACT);
    char *copy = g_strdup(text);
    free(text);
    json_decref(facts);
    return copy;
}

static gboolean read_outcome(json_t *object, BounceLine *line)
{
    StoreReportOutcome outcome = {0};
    ReportKind kind;
    if (json_unpack(object, "{s:s, s:i, s?s, s?s, s?s}", "kind", &outcome.kind, "reply_code", &outcome.reply_code,
                    "status", &outcome.enhanced_code, "text", &outcome.text, "recipient", &outcome.recipient) != 0 ||
        !report_kind_parse(outcome.kind, &kind))
        return FALSE;
    line->for_people = line->for_people || kind == REPORT_OTHER;
    g_array_append_val(line->outcomes, outcome);
    return TRUE;
}

static gboolean read_report(json_t *object, BounceLine *line)
{
    StoreReport *report = &line->report;
    json_t *outcomes = NULL;
    json_int_t uidvalidity, uid, date;
    if (json_unpack(object, "{s:I, s:I, s:I, s:b, s?s, s?s, s?s, s?s, s?s, s:o}", "uidvalidity", &uidvalidity, "uid", &uid,
                    "date", &date, "says_more", &line->for_people, "from", &report->from, "token", &report->token,
                    "envelope_id", &report->envelope_id, "message_id", &report->message_id, "issue_label",
                    &report->issue_label, "outcomes", &outcomes) != 0)
        return FALSE;
    line->outcomes = g_array_new(FALSE, FALSE, sizeof(StoreReportOutcome));
    for (size_t i = 0; i < json_array_size(outcomes); i++)
        if (!read_outcome(json_array_get(outcomes, i), line))
            return FALSE;
    line->facts = facts_of(object);
    report->facts = line->facts;
    report->uidvalidity = uidvalidity;
    report->uid = uid;
    report->date = date;
    report->outcomes = (const StoreReportOutcome *)(void *)line->outcomes->data;
    report->n_outcomes = line->outcomes->len;
    return uid > 0 && report->n_outcomes > 0;
}

gboolean bounce_line_parse(BounceLine *line, json_t *object)
{
    *line = (BounceLine){0};
    return read_report(object, line);
}

void bounce_line_clear(BounceLine *line)
{
    if (line->outcomes != NULL)
        g_array_unref(line->outcomes);
    g_free(line->facts);
}
