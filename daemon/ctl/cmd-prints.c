/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl prints: the print count of each issue, declared against computed. */
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/view.h"
#include "daemon/ctl/words.h"
#include "daemon/paper/print-run.h"
#include "daemon/store/corrections.h"

#define AT(field) G_STRUCT_OFFSET(PrintRow, field)

/* An issue with its print count. */
typedef struct {
    StoreIssue *issue;
    StorePrintRun run;
} PrintRow;

static void print_row_free(gpointer data)
{
    store_issue_free(((PrintRow *)data)->issue);
    g_free(data);
}

static void cell_id(View *view, gconstpointer record)
{
    table_int(view->table, ((const PrintRow *)record)->issue->id);
}

static void cell_identity(View *view, gconstpointer record)
{
    table_text(view->table, ((const PrintRow *)record)->issue->identity);
}

static void cell_label(View *view, gconstpointer record)
{
    g_autofree char *label = words_issue(((const PrintRow *)record)->issue);
    table_text(view->table, label);
}

static void cell_difference(View *view, gconstpointer field)
{
    const StorePrintRun *run = field;
    if (run->declared > 0)
        table_int(view->table, run->declared - run->computed);
    else
        table_null(view->table);
}

static const ViewColumn columns[] = {
    {"issue", N_("登记号"), 0, VIEW_ALL, cell_id, 0},
    {"identity", N_("期次"), 24, VIEW_ALL, cell_identity, 0},
    {"label", N_("名称"), 36, VIEW_PEOPLE, cell_label, 0},
    {"declared", N_("标注"), 0, VIEW_ALL, view_positive, AT(run.declared)},
    {"computed", N_("应印"), 0, VIEW_ALL, view_int, AT(run.computed)},
    {"difference", N_("差"), 0, VIEW_PEOPLE, cell_difference, AT(run)},
    {"printed", N_("已印"), 0, VIEW_ALL, view_positive, AT(run.printed)},
    {"handed_over", N_("已交"), 0, VIEW_ALL, view_positive, AT(run.handed_over)},
    {"signed", N_("已签收"), 0, VIEW_ALL, view_positive, AT(run.signed_copies)},
};

/* Adds the issue with its count, when it has one. Takes the issue. */
static gboolean add_print_row(Ctl *ctl, GPtrArray *rows, StoreIssue *issue, GError **error)
{
    g_autoptr(GError) fault = NULL;
    g_autoptr(StoreIssue) owned = issue;
    StorePrintRun run = {0};
    if (!store_print_run_get(ctl->store, issue->id, &run, &fault)) {
        if (fault != NULL)
            g_propagate_error(error, g_steal_pointer(&fault));
        return fault == NULL;
    }
    PrintRow *row = g_new0(PrintRow, 1);
    row->issue = g_steal_pointer(&owned);
    row->run = run;
    g_ptr_array_add(rows, row);
    return TRUE;
}

static GPtrArray *print_rows(Ctl *ctl, const char *ref, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(print_row_free);
    if (ref != NULL) {
        StoreIssue *issue = input_stored_issue(ctl, ref, error);
        return issue != NULL && add_print_row(ctl, rows, issue, error) ? g_steal_pointer(&rows) : NULL;
    }
    g_autoptr(GPtrArray) issues = store_issue_list(ctl->store, NULL, 0, error);
    if (issues == NULL)
        return NULL;
    g_ptr_array_set_free_func(issues, NULL);
    gboolean ok = TRUE;
    for (guint i = 0; i < issues->len; i++)
        if (ok)
            ok = add_print_row(ctl, rows, issues->pdata[i], error);
        else
            store_issue_free(issues->pdata[i]);
    return ok ? g_steal_pointer(&rows) : NULL;
}

/* The allotment by unit, and the sum in words. */
static gboolean print_allotment(Ctl *ctl, const PrintRow *row, GError **error)
{
    DeliveryFilter filter = {.issue_id = row->issue->id, .state = -1};
    g_autoptr(GPtrArray) deliveries = store_delivery_list(ctl->store, &filter, error);
    g_autoptr(GArray) papers = g_array_new(FALSE, FALSE, sizeof(PrintRunPaper));
    if (deliveries == NULL)
        return FALSE;
    for (guint i = 0; i < deliveries->len; i++) {
        const StoreDelivery *d = deliveries->pdata[i];
        PrintRunPaper paper = {d->unit, d->name, d->copies};
        if (g_strcmp0(d->channel, "paper") == 0 && d->state != DELIVERY_CANCELLED && d->sending_no == 0)
            g_array_append_val(papers, paper);
    }
    g_autoptr(PrintRun) run =
        print_run_new((const PrintRunPaper *)(void *)papers->data, papers->len, row->run.archive,
                      row->run.spare, row->run.declared);
    g_autofree char *words = print_run_words(run);
    output_text("\n");
    for (guint i = 0; i < run->units->len; i++) {
        const PrintRunUnit *unit = run->units->pdata[i];
        output_print("  %6d  %s\n", unit->copies, unit->unit);
    }
    output_print("  %6d  %s\n  %6d  %s\n", run->archive, _("存档"), run->spare, _("备用"));
    output_print("\n%s\n", words);
    return TRUE;
}

/* ---- what is to be collected ---- */

#define OF_PAPER(field) G_STRUCT_OFFSET(StoreVoidPaper, field)

static void cell_handed_over(View *view, gconstpointer record)
{
    const StoreVoidPaper *paper = record;
    if (view->format == TABLE_JSON)
        table_text(view->table, paper->signed_at > 0 ? "signed" : "unknown");
    else
        table_text(view->table, paper->signed_at > 0 ? _("已签收") : _("没有签收记录"));
}

static const ViewColumn recall_columns[] = {
    {"issue", N_("登记号"), 0, VIEW_ALL, view_int64, OF_PAPER(issue_id)},
    {"identity", N_("期次"), 24, VIEW_ALL, view_text, OF_PAPER(identity)},
    {"revision", N_("版"), 0, VIEW_ALL, view_int, OF_PAPER(revision)},
    {"unit", N_("单位"), 30, VIEW_ALL, view_text, OF_PAPER(unit)},
    {"name", N_("收件人"), 30, VIEW_ALL, view_text, OF_PAPER(name)},
    {"copies", N_("份数"), 0, VIEW_ALL, view_int, OF_PAPER(copies)},
    {"handed_over", N_("交到没有"), 0, VIEW_ALL, cell_handed_over, 0},
    {"signed_at", N_("签收时间"), 0, VIEW_ALL, view_time, OF_PAPER(signed_at)},
    {"signed_by", N_("签收依据"), 0, VIEW_DETAIL, view_text, OF_PAPER(signed_by)},
};

/* The void copies on paper, of one issue's number or (NULL) of all. */
static int print_recall(Ctl *ctl, const char *ref, GError **error)
{
    g_autoptr(StoreIssue) issue = ref != NULL ? input_stored_issue(ctl, ref, error) : NULL;
    if (ref != NULL && issue == NULL)
        return 1;
    g_autoptr(GPtrArray) papers = store_correction_papers(ctl->store, issue != NULL ? issue->id : 0, error);
    if (papers == NULL)
        return 3;
    view_print(recall_columns, G_N_ELEMENTS(recall_columns), papers, ctl->format, NULL);
    int copies = 0;
    for (guint i = 0; i < papers->len; i++)
        copies += ((const StoreVoidPaper *)papers->pdata[i])->copies;
    if (ctl->format == TABLE_TEXT && papers->len > 0)
        output_print(_("\n应收回 %d 份；已作废的存档、备用份另行处理。\n"), copies);
    return 0;
}

int cmd_prints(Ctl *ctl, const Args *args, GError **error)
{
    const char *ref = args_get(args, "issue");
    if (args_has(args, "recall"))
        return print_recall(ctl, ref, error);
    g_autoptr(GPtrArray) rows = print_rows(ctl, ref, error);
    if (rows == NULL)
        return 3;
    view_print(columns, G_N_ELEMENTS(columns), rows, ctl->format, NULL);
    if (ref != NULL && ctl->format == TABLE_TEXT && rows->len > 0)
        return print_allotment(ctl, rows->pdata[0], error) ? 0 : 3;
    return 0;
}
