/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl plan: who gets an issue, how and why, how much is printed, what changed since the last
 * one, and what it waits for. */
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/flag-words.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/recipients.h"
#include "daemon/ctl/words.h"
#include "daemon/plan-compare.h"
#include "daemon/plan-rows.h"
#include "daemon/policy.h"
#include "daemon/store/hand-ins.h"

/* What is shown: the plan on record when there is one, else the one that would be made. */
typedef struct {
    StoreIssue *row; /* NULL for a file */
    Plan *plan;
    GPtrArray *recorded; /* Recipient of the rows, NULL when nothing is on record */
    PlanComparison *comparison;
    char *waits; /* JSON as in StoreIssue.reasons */
    char *mailbox_day;
    char **stale; /* what the plan on record would have otherwise today, or NULL */
    GHashTable *flags; /* as in flag-words.h */
} Shown;

static void shown_clear(Shown *shown)
{
    g_clear_pointer(&shown->comparison, plan_comparison_free);
    g_clear_pointer(&shown->recorded, g_ptr_array_unref);
    g_clear_pointer(&shown->plan, plan_free);
    g_clear_pointer(&shown->row, store_issue_free);
    g_clear_pointer(&shown->waits, g_free);
    g_clear_pointer(&shown->mailbox_day, g_free);
    g_clear_pointer(&shown->stale, g_strfreev);
    g_clear_pointer(&shown->flags, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Shown, shown_clear)

static Issue *open_issue(Ctl *ctl, const char *ref, Shown *shown, GError **error)
{
    if (g_file_test(ref, G_FILE_TEST_IS_REGULAR))
        return input_issue(ctl, ref, error);
    shown->row = input_stored_issue(ctl, ref, error);
    return shown->row != NULL ? input_issue_of_row(shown->row, error) : NULL;
}

static gboolean is_recorded(const Shown *shown, const char *date)
{
    return shown->row != NULL && date == NULL &&
           (strcmp(shown->row->state, "held") != 0 || shown->row->released_at > 0);
}

/* Whom a correction goes to is not said by text and directory. */
static gboolean is_planned(const Shown *shown)
{
    return shown->recorded != NULL && strcmp(shown->row->state, "planned") == 0 && shown->row->corrects == 0;
}

/* A row says itself what it waits for; a file is told what it would wait for. */
static char *waits_of(const Shown *shown)
{
    if (shown->row != NULL)
        return g_strdup(shown->row->reasons);
    gboolean complete = shown->plan->series != NULL && shown->plan->issue->verdict == ISSUE_ISSUE &&
                        shown->plan->resolution->unresolved->len == 0;
    return complete ? policy_waits_compared(shown->plan, shown->comparison, NULL) : g_strdup("[]");
}

/* The folder that it came by may say who lets it go. */
static gboolean ask_folder(Ctl *ctl, Shown *shown, GError **error)
{
    GError *failure = NULL;
    g_autoptr(StoreHandIn) hand_in = shown->row != NULL ? store_hand_in_last(ctl->store, shown->row->id, &failure) : NULL;
    if (hand_in != NULL && hand_in->release != NULL)
        shown->plan->release = policy_of_name(hand_in->release);
    if (failure != NULL)
        g_propagate_error(error, failure);
    return failure == NULL;
}

static gboolean load(Ctl *ctl, Shown *shown, Issue *issue, const char *date, GError **error)
{
    shown->plan = plan_resolve(ctl->config, ctl->store, issue, shown->row != NULL ? shown->row->id : 0,
                               date, error);
    if (shown->plan == NULL || !ask_folder(ctl, shown, error))
        return FALSE;
    if (is_recorded(shown, date)) {
        shown->recorded = plan_rows_load(ctl->store, shown->row->id, error);
        if (shown->recorded == NULL)
            return FALSE;
    }
    if (is_planned(shown)) {
        shown->stale = plan_compare_recorded(ctl->store, shown->plan, shown->row, error);
        if (shown->stale == NULL)
            return FALSE;
    }
    shown->comparison = plan_compare_previous(ctl->store, shown->plan, shown->recorded, error);
    if (shown->comparison == NULL)
        return FALSE;
    shown->flags = flag_words_load(ctl->store, error);
    if (shown->flags == NULL)
        return FALSE;
    shown->waits = waits_of(shown);
    shown->mailbox_day = date != NULL ? g_strdup(date)
                         : clock_date(shown->recorded != NULL ? shown->row->planned_at : clock_now());
    return TRUE;
}

/* The numbers on record, in place of those that would be counted today. */
static gboolean recount(Ctl *ctl, const Shown *shown, GError **error)
{
    StorePrintRun run = {0};
    GError *failure = NULL;
    if (shown->recorded == NULL)
        return TRUE;
    if (store_print_run_get(ctl->store, shown->row->id, &run, &failure))
        plan_recount(shown->plan, shown->recorded, run.archive, run.spare, run.declared);
    if (failure != NULL)
        g_propagate_error(error, failure);
    return failure == NULL;
}

static const GPtrArray *recipients_of(const Shown *shown)
{
    return shown->recorded != NULL ? shown->recorded : shown->plan->resolution->recipients;
}

static json_t *change_json(const CompareChange *change)
{
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:I}", "change", compare_kind_name(change->kind), "name",
                     change->name, "before", change->before, "after", change->after, "cause",
                     compare_cause_name(change->cause), "why", change->why, "directory_change",
                     (json_int_t)change->change);
}

static json_t *previous_json(const PlanComparison *comparison)
{
    if (comparison->previous == NULL)
        return json_null();
    g_autofree char *summary = compare_summary(comparison->changes);
    json_t *changes = json_array();
    for (guint i = 0; i < comparison->changes->len; i++)
        json_array_append_new(changes, change_json(comparison->changes->pdata[i]));
    return json_pack("{s:I,s:s?,s:s?,s:s,s:o}", "issue", (json_int_t)comparison->previous->id, "identity",
                     comparison->previous->identity, "date", comparison->previous->date, "summary",
                     summary, "changes", changes);
}

static json_t *stale_json(const Shown *shown)
{
    json_t *lines = json_array();
    for (char **line = shown->stale; line != NULL && *line != NULL; line++)
        json_array_append_new(lines, json_string(*line));
    return lines;
}

/* Why the recipient's mailbox is flagged, NULL = it is not, or he gets no mail. */
static const char *flag_of(const Shown *shown, const Recipient *recipient)
{
    return recipient->channel == CHANNEL_EMAIL ? flag_words_of(shown->flags, recipient->address) : NULL;
}

static json_t *flagged_json(const Shown *shown)
{
    json_t *list = json_array();
    const GPtrArray *recipients = recipients_of(shown);
    for (guint i = 0; i < recipients->len; i++) {
        const Recipient *recipient = g_ptr_array_index(recipients, i);
        const char *words = flag_of(shown, recipient);
        if (words != NULL)
            json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s}", "id", recipient->id, "name", recipient->name,
                                                  "address", recipient->address, "said", words));
    }
    return list;
}

/* Those on record; of a file, those it would have. */
static json_t *notices_json(const Shown *shown)
{
    const GPtrArray *notices = shown->plan->notices;
    json_t *recorded = shown->row != NULL && shown->row->notices != NULL ? json_loads(shown->row->notices, 0, NULL) : NULL;
    if (shown->row != NULL)
        return recorded != NULL ? recorded : json_array();
    json_t *list = json_array();
    for (guint i = 0; notices != NULL && i < notices->len; i++) {
        const IssueReason *notice = notices->pdata[i];
        json_array_append_new(list, json_pack("{s:s,s:s}", "code", notice->code, "message", notice->message));
    }
    return list;
}

static void print_json(const Shown *shown)
{
    const PrintRun *run = shown->plan->print_run;
    const Issue *issue = shown->plan->issue;
    GPtrArray *unresolved = shown->recorded != NULL ? g_ptr_array_new() : g_ptr_array_ref(shown->plan->resolution->unresolved);
    Resolution resolution = {.recipients = (GPtrArray *)recipients_of(shown), .unresolved = unresolved};
    g_autofree char *text = resolution_to_json(&resolution, run->computed, run->declared);
    const ConfigSeries *series = shown->plan->series;
    json_t *object = json_loads(text, 0, NULL);
    json_object_set_new(object, "issue", shown->row != NULL ? json_integer(shown->row->id) : json_null());
    json_object_set_new(object, "identity", shown->plan->identity != NULL ? json_string(shown->plan->identity) : json_null());
    json_object_set_new(object, "state", shown->row != NULL ? json_string(shown->row->shown_state) : json_null());
    json_object_set_new(object, "date", issue->date != NULL ? json_string(issue->date) : json_null());
    json_object_set_new(object, "directory_day", json_string(shown->plan->basis->directory->date));
    json_object_set_new(object, "mailbox_day", json_string(shown->mailbox_day));
    json_object_set_new(object, "release", json_pack("{s:s?,s:o}", "policy",
                        series != NULL ? policy_name(shown->plan->release) : NULL, "waits", json_loads(shown->waits, 0, NULL)));
    json_object_set_new(object, "previous", previous_json(shown->comparison));
    json_object_set_new(object, "stale", stale_json(shown));
    json_object_set_new(object, "flagged", flagged_json(shown));
    json_object_set_new(object, "notices", notices_json(shown));
    char *all = json_dumps(object, JSON_INDENT(2));
    output_print("%s\n", all);
    free(all);
    json_decref(object);
    g_ptr_array_unref(unresolved);
}

static void print_comparison(const PlanComparison *comparison)
{
    if (comparison->previous == NULL) {
        output_text(_("比上期：没有上一期可比\n"));
        return;
    }
    g_autofree char *summary = compare_summary(comparison->changes);
    output_print(_("比上期（%s，%s）：%s\n"), comparison->previous->identity, comparison->previous->date,
                 *summary != '\0' ? summary : _("收件人相同"));
    for (guint i = 0; i < comparison->changes->len; i++) {
        g_autofree char *line = compare_words(comparison->changes->pdata[i]);
        output_print("  %s\n", line);
    }
}

static void print_stale(const Shown *shown)
{
    if (shown->stale == NULL || shown->stale[0] == NULL)
        return;
    output_text(_("排定以后名录或选定有变，放行时会先按新的排定：\n"));
    for (char **line = shown->stale; *line != NULL; line++)
        output_print("  %s\n", *line);
}

static void print_flags(const Shown *shown)
{
    const GPtrArray *recipients = recipients_of(shown);
    for (guint i = 0; i < recipients->len; i++) {
        const Recipient *recipient = g_ptr_array_index(recipients, i);
        const char *words = flag_of(shown, recipient);
        if (words != NULL)
            output_print(_("注意：%s <%s> 的邮箱已标记（%s），照常发送；请核对\n"), recipient->name, recipient->address, words);
    }
}

static void print_notices(const Shown *shown)
{
    json_t *list = notices_json(shown);
    char *text = json_dumps(list, JSON_COMPACT);
    g_autofree char *lines = words_notices(text);
    output_text(lines);
    free(text);
    json_decref(list);
}

static void print_release(const Shown *shown)
{
    const ConfigSeries *series = shown->plan->series;
    g_autofree char *waits = words_reasons(shown->waits);
    if (series != NULL)
        output_print(_("放行办法：%s\n"), policy_words(shown->plan->release));
    if (shown->row != NULL && shown->row->released_at > 0) {
        g_autofree char *time = clock_text(shown->row->released_at);
        output_print(_("%s 由 %s 放行\n"), time, shown->row->released_by);
    }
    output_text(waits);
}

static void print_text(const Shown *shown)
{
    const PrintRun *run = shown->plan->print_run;
    g_autofree char *label = shown->row != NULL ? words_issue(shown->row) : NULL;
    g_autofree char *prints = print_run_words(run);
    if (label != NULL)
        output_print("%s  %s  %s\n", label, shown->row->date != NULL ? shown->row->date : "",
                     words_issue_state(shown->row->shown_state));
    recipients_print(recipients_of(shown), TABLE_TEXT);
    output_print(_("\n名录：收件人按 %s 的，邮箱按 %s 的\n"), shown->plan->basis->directory->date,
                 shown->mailbox_day);
    output_print(_("印数：%s\n"), prints);
    print_comparison(shown->comparison);
    print_stale(shown);
    print_flags(shown);
    print_notices(shown);
    print_release(shown);
}

static void print(const Shown *shown, TableFormat format)
{
    if (format == TABLE_JSON)
        print_json(shown);
    else if (format == TABLE_CSV)
        recipients_print(recipients_of(shown), format);
    else
        print_text(shown);
}

int cmd_plan(Ctl *ctl, const Args *args, GError **error)
{
    g_auto(Shown) shown = {0};
    const char *date;
    if (!args_day(args, "date", &date, error))
        return 2;
    Issue *issue = open_issue(ctl, args_word(args, 0), &shown, error);
    if (issue == NULL)
        return 1;
    if (issue->verdict == ISSUE_REFUSED) {
        input_say_reasons(issue);
        issue_free(issue);
        return 1;
    }
    if (!load(ctl, &shown, issue, date, error) || !recount(ctl, &shown, error))
        return 3;
    print(&shown, ctl->format);
    if (shown.recorded != NULL)
        return 0;
    if (shown.row == NULL)
        input_say_reasons(shown.plan->issue);
    recipients_say_unresolved(shown.plan);
    return shown.plan->resolution->unresolved->len > 0 || shown.plan->issue->verdict != ISSUE_ISSUE ? 1 : 0;
}
