/* SPDX-License-Identifier: GPL-3.0-or-later
 * The directory and the choices a plan is made with. */
#include "daemon/plan-basis.h"

#include "daemon/base/clock.h"
#include "daemon/store/choices.h"
#include "daemon/store/directory.h"
#include "recipients/resolve-choice.h"

static void choice_free(gpointer data)
{
    ResolveChoice *choice = data;
    g_free((char *)choice->date);
    g_free(choice);
}

/* What the store keeps, as the resolver takes it; all but the date is lent. */
static void add_choice(PlanBasis *basis, const StoreChoice *kept)
{
    ResolveChoice *choice = g_new0(ResolveChoice, 1);
    choice->term = kept->term;
    choice->field = *kept->field != '\0' ? kept->field : NULL;
    choice->members = kept->members;
    choice->who = kept->who;
    choice->date = clock_date(kept->at);
    choice->remembered = kept->issue_id == 0;
    g_ptr_array_add(basis->choices, choice);
}

static gboolean add_choices(PlanBasis *basis, Store *store, gint64 issue_id, const char *series,
                            GError **error)
{
    g_autoptr(GPtrArray) kept = store_choice_list(store, issue_id, series, error);
    if (kept == NULL)
        return FALSE;
    for (guint i = 0; i < kept->len; i++)
        add_choice(basis, kept->pdata[i]);
    g_ptr_array_extend_and_steal(basis->kept, g_steal_pointer(&kept));
    return TRUE;
}

PlanBasis *plan_basis_load(Store *store, const Issue *issue, gint64 issue_id, const char *date,
                           GError **error)
{
    g_autofree char *today = clock_date(clock_now());
    g_autoptr(PlanBasis) basis = g_new0(PlanBasis, 1);
    basis->directory = store_directory_load(store, date != NULL ? date : issue->date,
                                            date != NULL ? date : today, error);
    basis->choices = g_ptr_array_new_with_free_func(choice_free);
    basis->kept = g_ptr_array_new_with_free_func((GDestroyNotify)store_choice_free);
    if (basis->directory == NULL || !add_choices(basis, store, issue_id, issue->series, error))
        return NULL;
    return g_steal_pointer(&basis);
}

void plan_basis_free(PlanBasis *basis)
{
    if (basis == NULL)
        return;
    directory_free(basis->directory);
    g_ptr_array_unref(basis->choices);
    g_ptr_array_unref(basis->kept);
    g_free(basis);
}

static LineReading *read_text(const PlanBasis *basis, const Issue *issue)
{
    g_autofree char *text = issue_distribution_text(issue);
    g_autofree LineNames *names = resolve_names(basis->directory, issue->series, issue->office);
    return line_read(text, names);
}

Resolution *plan_basis_resolve(const PlanBasis *basis, const ConfigSeries *series, const Issue *issue)
{
    g_autoptr(LineReading) reading = read_text(basis, issue);
    ResolveOptions options = {
        .series = issue->series,
        .office = issue->office,
        .internal_domains = series != NULL ? (const char *const *)series->internal_domains : NULL,
        .restricted = issue->restricted,
        .choices = basis->choices,
    };
    return resolve_reading(basis->directory, reading, &options);
}

Resolution *plan_basis_resolve_other(PlanBasis *basis, Store *store, gint64 other_id,
                                     const ConfigSeries *series, const Issue *other, GError **error)
{
    guint own = basis->choices->len;
    if (!add_choices(basis, store, other_id, NULL, error))
        return NULL;
    Resolution *resolution = plan_basis_resolve(basis, series, other);
    g_ptr_array_set_size(basis->choices, (gint)own);
    g_ptr_array_set_size(basis->kept, (gint)own);
    return resolution;
}

static void term_free(gpointer data)
{
    PlanTerm *term = data;
    g_free(term->field);
    g_free(term->term);
    g_free(term);
}

static gboolean is_same_term(gconstpointer a, gconstpointer b)
{
    const PlanTerm *one = a, *two = b;
    return g_str_equal(one->field, two->field) && g_str_equal(one->term, two->term);
}

static PlanTerm *term_of(const PlanBasis *basis, const LineAddressee *addressee)
{
    g_autofree char *printed = g_strconcat(addressee->organisation, addressee->post, NULL);
    PlanTerm *term = g_new0(PlanTerm, 1);
    term->field = g_strdup(addressee->field);
    term->term = resolve_choice_term(printed);
    term->choice = resolve_choice_find(basis->choices, term->field, term->term);
    return term;
}

GPtrArray *plan_basis_terms(const PlanBasis *basis, const Issue *issue)
{
    g_autoptr(LineReading) reading = read_text(basis, issue);
    GPtrArray *terms = g_ptr_array_new_with_free_func(term_free);
    for (guint i = 0; i < reading->addressees->len; i++) {
        const LineAddressee *addressee = reading->addressees->pdata[i];
        if (addressee->quantifier != LINE_SOME)
            continue;
        PlanTerm *term = term_of(basis, addressee);
        if (g_ptr_array_find_with_equal_func(terms, term, is_same_term, NULL))
            term_free(term);
        else
            g_ptr_array_add(terms, term);
    }
    return terms;
}
