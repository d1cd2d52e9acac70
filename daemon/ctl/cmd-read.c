/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl parse, terms: what a file says, and how its distribution text is read. */
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/caret.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/view.h"
#include "daemon/store/directory.h"
#include "recipients/line.h"
#include "recipients/resolve.h"

#define TERMS_LIMIT (16 << 20)
#define AT(field) G_STRUCT_OFFSET(TermRow, field)

static void print_line(const char *label, const char *text)
{
    if (text != NULL && *text != '\0')
        output_print(_("%s：%s\n"), label, text);
}

static void print_number(const char *label, int number)
{
    if (number > 0)
        output_print(_("%s：%d\n"), label, number);
}

static void print_joined(const char *label, const GPtrArray *texts)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < texts->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? "、" : "", (const char *)texts->pdata[i]);
    print_line(label, out->str);
}

static void print_items(const GPtrArray *items)
{
    if (items->len > 0)
        output_print(_("条目：%u 条\n"), items->len);
    for (guint i = 0; i < items->len; i++) {
        const IssueItem *item = items->pdata[i];
        g_autofree char *start = g_utf8_substring(item->text, 0, MIN(20, g_utf8_strlen(item->text, -1)));
        output_print("  %u. %s%s", i + 1, item->brief ? "△" : "",
                     item->heading != NULL ? item->heading : start);
        if (item->source != NULL)
            output_print(_("（%s）"), item->source);
        output_text("\n");
    }
}

static void print_issue(const Issue *issue)
{
    static const char *const verdicts[] = {
        [ISSUE_ISSUE] = N_("可以送发"), [ISSUE_HELD] = N_("待处理"), [ISSUE_REFUSED] = N_("拒收")};
    print_line(_("结论"), _(verdicts[issue->verdict]));
    print_line(_("刊物"), issue->title);
    print_line(_("系列"), issue->series);
    print_number(_("年"), issue->year);
    print_number(_("期号"), issue->number);
    print_number(_("总期号"), issue->total_number);
    print_number(_("增刊"), issue->supplement);
    print_line(_("编发机关"), issue->office);
    print_line(_("日期"), issue->date);
    print_line(_("标题"), issue->headline);
    print_joined(_("标记"), issue->marks);
    print_items(issue->items);
    for (guint i = 0; i < issue->distribution->len; i++) {
        const IssueField *field = issue->distribution->pdata[i];
        print_line(field->label, field->text);
    }
    print_joined(_("责任编辑"), issue->editors);
    print_number(_("共印份数"), issue->declared_copies);
}

int cmd_parse(Ctl *ctl, const Args *args, GError **error)
{
    g_autoptr(Issue) issue = input_issue(ctl, args_word(args, 0), error);
    if (issue == NULL)
        return 1;
    if (ctl->format == TABLE_JSON) {
        g_autofree char *json = issue_to_json(issue);
        output_print("%s\n", json);
    } else {
        print_issue(issue);
    }
    input_say_reasons(issue);
    return issue->verdict == ISSUE_ISSUE ? 0 : 1;
}

/* The reading as rows: addressees, exceptions and file copies are shown in one table. */
typedef struct {
    const char *field, *kind, *organisation, *post;
    int copies;
} TermRow;

static GPtrArray *term_rows(const LineReading *reading)
{
    static const char *const quantifiers[] = {
        [LINE_ONE] = N_("一个"), [LINE_EVERY] = N_("每个"), [LINE_SOME] = N_("部分，须指定")};
    GPtrArray *rows = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < reading->addressees->len; i++) {
        const LineAddressee *a = reading->addressees->pdata[i];
        TermRow row = {a->field, _(quantifiers[a->quantifier]), a->organisation, a->post, a->copies};
        g_ptr_array_add(rows, g_memdup2(&row, sizeof row));
    }
    for (guint i = 0; i < reading->exceptions->len; i++) {
        const LineException *e = reading->exceptions->pdata[i];
        TermRow row = {e->field, _("除外"), e->organisation, NULL, 0};
        g_ptr_array_add(rows, g_memdup2(&row, sizeof row));
    }
    for (guint i = 0; i < reading->archive->len; i++) {
        const LineArchive *a = reading->archive->pdata[i];
        TermRow row = {a->field, _("存档"), NULL, NULL, a->copies};
        g_ptr_array_add(rows, g_memdup2(&row, sizeof row));
    }
    return rows;
}

static void print_terms(const char *text, const LineReading *reading, TableFormat format)
{
    static const ViewColumn columns[] = {
        {"field", N_("栏目"), 20, VIEW_ALL, view_text, AT(field)},
        {"quantifier", N_("范围"), 0, VIEW_ALL, view_text, AT(kind)},
        {"organisation", N_("机关"), 40, VIEW_ALL, view_text, AT(organisation)},
        {"post", N_("职务"), 20, VIEW_ALL, view_text, AT(post)},
        {"copies", N_("份数"), 0, VIEW_ALL, view_positive, AT(copies)},
    };
    g_autoptr(GPtrArray) rows = term_rows(reading);
    view_print(columns, G_N_ELEMENTS(columns), rows, format, NULL);
    if (format == TABLE_CSV)
        return;
    print_number(_("共印份数"), reading->declared_copies);
    if (reading->unresolved->len > 0)
        output_text(_("没有读懂：\n"));
    for (guint i = 0; i < reading->unresolved->len; i++) {
        const LineUnresolved *u = reading->unresolved->pdata[i];
        g_autofree char *place = caret_lines(text, u->start, u->end, "  ");
        output_text(place);
    }
}

int cmd_terms(Ctl *ctl, const Args *args, GError **error)
{
    g_autofree char *text = input_text(args_word(args, 0), TERMS_LIMIT, error);
    g_autoptr(Directory) directory = NULL;
    if (text == NULL)
        return 1;
    if (ctl->store != NULL && (directory = store_directory_load(ctl->store, NULL, NULL, error)) == NULL)
        return 3;
    g_autofree LineNames *names = directory != NULL ? resolve_names(directory, NULL, NULL) : NULL;
    g_autoptr(LineReading) reading = line_read(text, names);
    if (ctl->format == TABLE_JSON) {
        g_autofree char *json = line_to_json(reading);
        output_print("%s\n", json);
    } else {
        print_terms(text, reading, ctl->format);
    }
    return 0;
}
