/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl choose: whom 有关部门 and its like mean, for one issue or for its series from now on. */
#include <inttypes.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/view.h"
#include "daemon/plan-basis.h"
#include "daemon/store/choices.h"
#include "recipients/choose.h"

/* The issue whose terms are chosen. */
typedef struct {
    StoreIssue *row;
    Issue *issue;
    PlanBasis *basis;
    GPtrArray *terms; /* PlanTerm */
} Choosing;

static void choosing_clear(Choosing *choosing)
{
    g_clear_pointer(&choosing->terms, g_ptr_array_unref);
    g_clear_pointer(&choosing->basis, plan_basis_free);
    g_clear_pointer(&choosing->issue, issue_free);
    g_clear_pointer(&choosing->row, store_issue_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Choosing, choosing_clear)

static gboolean choosing_open(Choosing *choosing, Ctl *ctl, const char *ref, GError **error)
{
    choosing->row = input_stored_issue(ctl, ref, error);
    if (choosing->row == NULL)
        return FALSE;
    choosing->issue = input_issue_of_row(choosing->row, error);
    if (choosing->issue == NULL)
        return FALSE;
    choosing->basis = plan_basis_load(ctl->store, choosing->issue, choosing->row->id, NULL, error);
    if (choosing->basis == NULL)
        return FALSE;
    choosing->terms = plan_basis_terms(choosing->basis, choosing->issue);
    return TRUE;
}

/* One line of the list: a term of the issue, or what else is remembered for its series. */
typedef struct {
    const char *field, *term, *scope;
    char *members, *who, *date;
} ChoiceLine;

static void choice_line_free(gpointer data)
{
    ChoiceLine *line = data;
    g_free(line->members);
    g_free(line->who);
    g_free(line->date);
    g_free(line);
}

static void add_line(GPtrArray *lines, const char *field, const char *term, const ResolveChoice *choice)
{
    ChoiceLine *line = g_new0(ChoiceLine, 1);
    line->field = field;
    line->term = term;
    line->scope = choice == NULL ? "open" : choice->remembered ? "series" : "issue";
    if (choice != NULL) {
        line->members = choose_words(choice->members);
        line->who = g_strdup(choice->who);
        line->date = g_strdup(choice->date);
    }
    g_ptr_array_add(lines, line);
}

/* A choice that a term of the issue has, or would have if it had none of its own. */
static gboolean is_listed(const GPtrArray *lines, const ResolveChoice *choice)
{
    for (guint i = 0; i < lines->len; i++) {
        const ChoiceLine *line = lines->pdata[i];
        if (strcmp(line->term, choice->term) == 0 &&
            (choice->field == NULL || g_strcmp0(line->field, choice->field) == 0))
            return TRUE;
    }
    return FALSE;
}

static void cell_scope(View *view, gconstpointer field)
{
    static const struct { const char *scope, *word; } words[] = {
        {"open", N_("尚未选定")}, {"issue", N_("本期选定")}, {"series", N_("本刊沿用")}};
    const char *scope = *(char *const *)field;
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(words[i].scope, scope) == 0)
            table_text(view->table, view->format == TABLE_JSON ? scope : _(words[i].word));
}

#define AT(field) G_STRUCT_OFFSET(ChoiceLine, field)

static const ViewColumn columns[] = {
    {"term", N_("说法"), 0, VIEW_ALL, view_text, AT(term)},
    {"field", N_("栏"), 0, VIEW_ALL, view_text, AT(field)},
    {"scope", N_("情况"), 0, VIEW_ALL, cell_scope, AT(scope)},
    {"members", N_("选定的成员"), 0, VIEW_ALL, view_text, AT(members)},
    {"who", N_("选定人"), 0, VIEW_ALL, view_text, AT(who)},
    {"date", N_("选定日期"), 0, VIEW_ALL, view_text, AT(date)},
};

static int list_terms(Ctl *ctl, const Choosing *choosing)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(choice_line_free);
    for (guint i = 0; i < choosing->terms->len; i++) {
        const PlanTerm *term = choosing->terms->pdata[i];
        add_line(lines, term->field, term->term, term->choice);
    }
    for (guint i = 0; i < choosing->basis->choices->len; i++) {
        const ResolveChoice *choice = choosing->basis->choices->pdata[i];
        if (!is_listed(lines, choice))
            add_line(lines, choice->field, choice->term, choice);
    }
    if (lines->len == 0 && ctl->format == TABLE_TEXT) {
        output_text(_("本期没有要由经办人选定的说法（有关…）。\n"));
        return 0;
    }
    view_print(columns, G_N_ELEMENTS(columns), lines, ctl->format, NULL);
    return 0;
}

/* The term of the issue that the clerk means, in its one form: all of it, or the beginning of one (有关部门 of
 * 有关部门负责同志); NULL and an error that lists them. */
static const char *find_term(const Choosing *choosing, const char *text, GError **error)
{
    g_autofree char *wanted = resolve_choice_term(text);
    g_autoptr(GString) known = g_string_new(NULL);
    const char *begun = NULL;
    guint n_begun = 0;
    for (guint i = 0; i < choosing->terms->len; i++) {
        const PlanTerm *term = choosing->terms->pdata[i];
        if (strcmp(term->term, wanted) == 0)
            return term->term;
        if (*wanted != '\0' && g_str_has_prefix(term->term, wanted)) {
            begun = term->term;
            n_begun++;
        }
        g_string_append_printf(known, "%s%s", i > 0 ? "、" : "", term->term);
    }
    if (n_begun == 1)
        return begun;
    if (known->len > 0)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("本期没有“%s”。要由经办人选定的有：%s"), text,
                    known->str);
    else
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("本期没有要由经办人选定的说法（有关…）"));
    return NULL;
}

/* The field that is meant, lent: as said, else any ("") where the term stands in one field only. NULL and an error
 * that names the fields. */
static const char *find_field(const Choosing *choosing, const char *term, const char *said, GError **error)
{
    g_autoptr(GString) known = g_string_new(NULL);
    guint n = 0;
    for (guint i = 0; i < choosing->terms->len; i++) {
        const PlanTerm *each = choosing->terms->pdata[i];
        if (strcmp(each->term, term) != 0)
            continue;
        if (said != NULL && strcmp(each->field, said) == 0)
            return each->field;
        g_string_append_printf(known, "%s%s", n++ > 0 ? "、" : "", each->field);
    }
    if (said == NULL && n <= 1)
        return "";
    if (said == NULL)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                    _("“%s”在本期的几栏里都有（%s），各栏可以指不同的人：请用 --field 栏 写明这次选定哪一栏的"), term, known->str);
    else
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("“%s”在本期不在“%s”这一栏里，有它的栏是：%s"), term, said,
                    known->str);
    return NULL;
}

/* A frozen plan asks for no more choices. */
static gboolean is_open(const StoreIssue *row, GError **error)
{
    if (row->released_at == 0)
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                _("登记号 %" PRId64 " 已放行，收件人已定。补发给别的人请用 songfactl resend。"), row->id);
    return FALSE;
}

/* Without those that the new choice is for. */
static guint count_open(const GPtrArray *terms, const StoreChoice *chosen)
{
    guint open = 0;
    for (guint i = 0; i < terms->len; i++) {
        const PlanTerm *term = terms->pdata[i];
        gboolean is_meant = strcmp(term->term, chosen->term) == 0 &&
                            (*chosen->field == '\0' || strcmp(term->field, chosen->field) == 0);
        open += term->choice == NULL && !is_meant;
    }
    return open;
}

/* 发栏的有关部门, or the term alone. */
static char *term_in_field(const char *term, const char *field)
{
    return *field != '\0' ? g_strdup_printf(_("%s：%s"), field, term) : g_strdup(term);
}

static void say_chosen(const Choosing *choosing, const StoreChoice *choice, gboolean remember)
{
    g_autofree char *words = choose_words(choice->members), *term = term_in_field(choice->term, choice->field);
    guint open = count_open(choosing->terms, choice);
    output_print(remember ? _("“%s”在本刊选定为：%s（以后各期沿用）\n") : _("“%s”在本期选定为：%s\n"), term, words);
    if (open > 0)
        output_print(_("还有 %u 处没有选定：songfactl choose %" PRId64 "\n"), open, choosing->row->id);
    else
        output_print(_("核对：songfactl plan %" PRId64 "；放行：songfactl release %" PRId64 "\n"),
                     choosing->row->id, choosing->row->id);
}

/* What is remembered takes the place of a choice for this issue alone. */
static gboolean store_choice(Ctl *ctl, const Choosing *choosing, const StoreChoice *choice, GError **error)
{
    g_autoptr(GError) none = NULL;
    if (!store_begin(ctl->store, error))
        return FALSE;
    gboolean good = store_choice_put(ctl->store, choice, error);
    if (good && choice->issue_id == 0 &&
        !store_choice_forget(ctl->store, choosing->row->id, choice->series, choice->term, choice->field,
                             ctl->who, &none) &&
        !g_error_matches(none, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND)) {
        g_propagate_error(error, g_steal_pointer(&none));
        good = FALSE;
    }
    return store_end(ctl->store, good, error);
}

static int choose(Ctl *ctl, const Args *args, const Choosing *choosing, const char *term, GError **error)
{
    gboolean remember = args_has(args, "remember");
    const char *field = find_field(choosing, term, args_get(args, "field"), error);
    if (field == NULL)
        return 1;
    if (remember && choosing->issue->series == NULL) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                    _("本期没有认出属于哪种刊物，不能记住选定；请去掉 --remember，或先在配置文件登记该刊物"));
        return 1;
    }
    g_auto(GStrv) members = choose_members(choosing->basis->directory, choosing->issue->series,
                                           choosing->issue->office, args_words(args) + 2, error);
    if (members == NULL)
        return 1;
    StoreChoice choice = {.issue_id = remember ? 0 : choosing->row->id,
                          .series = choosing->issue->series,
                          .term = (char *)term,
                          .field = (char *)field,
                          .members = members,
                          .who = (char *)ctl->who,
                          .at = clock_now()};
    if (!store_choice(ctl, choosing, &choice, error))
        return 3;
    say_chosen(choosing, &choice, remember);
    return 0;
}

/* The choice in force for the term, and the field where one is said: the issue's own, else what is remembered; NULL
 * without error when there is none, with one when those of several fields are in question. */
static const ResolveChoice *find_choice(const Choosing *choosing, const Args *args, const char *term, GError **error)
{
    const char *field = args_get(args, "field");
    const ResolveChoice *found = NULL;
    for (guint i = 0; i < choosing->basis->choices->len; i++) {
        const ResolveChoice *each = choosing->basis->choices->pdata[i];
        if (strcmp(each->term, term) != 0 || (!each->remembered && args_has(args, "remember")) ||
            (field != NULL && each->field != NULL && strcmp(each->field, field) != 0))
            continue;
        if (found == NULL)
            found = each;
        if (field != NULL || found->remembered != each->remembered || g_strcmp0(found->field, each->field) == 0)
            continue;
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("“%s”在几栏里各有选定：请用 --field 栏 写明取消哪一栏的"),
                    term);
        return NULL;
    }
    return found;
}

/* Takes back the choice that is in force. */
static int forget(Ctl *ctl, const Args *args, const Choosing *choosing, const char *text, GError **error)
{
    g_autofree char *term = resolve_choice_term(text);
    g_autoptr(GError) fault = NULL;
    const ResolveChoice *choice = find_choice(choosing, args, term, &fault);
    if (fault != NULL) {
        g_propagate_error(error, g_steal_pointer(&fault));
        return 1;
    }
    gboolean own = choice != NULL && !choice->remembered;
    const char *field = choice != NULL && choice->field != NULL ? choice->field : "";
    if (!store_choice_forget(ctl->store, own ? choosing->row->id : 0, choosing->issue->series, term, field,
                             ctl->who, error))
        return 1;
    g_autofree char *said = term_in_field(term, field);
    output_print(own ? _("“%s”在本期的选定已取消。\n") : _("本刊记着的“%s”的选定已取消。\n"), said);
    return 0;
}

int cmd_choose(Ctl *ctl, const Args *args, GError **error)
{
    g_auto(Choosing) choosing = {0};
    const char *text = args_word(args, 1);
    if (text != NULL && args_count(args) == 2 && !args_has(args, "forget")) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("请写出“%s”指谁：单位、单位/职务、姓名或组名"), text);
        return 2;
    }
    if (!choosing_open(&choosing, ctl, args_word(args, 0), error))
        return 1;
    if (text == NULL)
        return list_terms(ctl, &choosing);
    if (args_has(args, "forget"))
        return is_open(choosing.row, error) ? forget(ctl, args, &choosing, text, error) : 1;
    const char *term = find_term(&choosing, text, error);
    return term != NULL && is_open(choosing.row, error) ? choose(ctl, args, &choosing, term, error) : 1;
}
