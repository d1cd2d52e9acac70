/* SPDX-License-Identifier: GPL-3.0-or-later
 * The resolver: each addressee looked up, exceptions taken out again, what is left delivered. Every
 * step it takes is written into the reasons. */
#include "recipients/resolve.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "recipients/resolve-choice.h"
#include "recipients/resolve-deliver.h"
#include "recipients/resolve-term.h"

/* One exception opened up, and the field it holds for (NULL = all). */
typedef struct {
    const char *field;
    ResolveSet *set;
} Exclusion;

typedef struct {
    ResolveContext context;
    Resolution *resolution;
    GArray *exclusions;    /* Exclusion */
    GPtrArray *targets;    /* ResolveTarget */
    GHashTable *by_record; /* unit or person → ResolveTarget */
    GHashTable *reported;  /* problems shown, so that two ways to one are shown once */
    const GPtrArray *choices;
} Resolver;

static void recipient_free(gpointer data)
{
    Recipient *recipient = data;
    g_free(recipient->id);
    g_free(recipient->name);
    g_free(recipient->salutation);
    g_free(recipient->unit);
    g_free(recipient->address);
    g_ptr_array_unref(recipient->because);
    g_free(recipient);
}

static void unresolved_free(gpointer data)
{
    Unresolved *unresolved = data;
    g_free(unresolved->code);
    g_free(unresolved->field);
    g_free(unresolved->text);
    g_free(unresolved->message);
    g_strfreev(unresolved->suggestions);
    g_free(unresolved);
}

void resolution_free(Resolution *resolution)
{
    if (resolution == NULL)
        return;
    g_ptr_array_unref(resolution->recipients);
    g_ptr_array_unref(resolution->unresolved);
    g_free(resolution);
}

static void target_free(gpointer data)
{
    ResolveTarget *target = data;
    g_ptr_array_unref(target->reasons);
    g_free(target);
}

static void exclusion_clear(gpointer data)
{
    resolve_set_free(((Exclusion *)data)->set);
}

/* "发：各街道办事处（2 份） → 济源路街道" */
static char *reason(const Directory *directory, const LineAddressee *addressee, const char *head,
                    const ResolveItem *item)
{
    g_autofree char *title = item->post != NULL   ? directory_post_title(directory, item->post)
                             : item->unit != NULL ? g_strdup(directory_unit_title(item->unit))
                                                  : NULL;
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, _("%s：%s"), addressee->field, head);
    if (addressee->copies > 0)
        g_string_append_printf(text, _("（%d 份）"), addressee->copies);
    if (*item->path != '\0')
        g_string_append_printf(text, " → %.*s", (int)(strlen(item->path) - strlen(" → ")), item->path);
    if (title != NULL && strcmp(title, head) != 0)
        g_string_append_printf(text, " → %s", title);
    if (item->note != NULL)
        g_string_append_printf(text, _("（%s）"), item->note);
    if (item->person != NULL && strcmp(item->person->name, head) != 0)
        g_string_append_printf(text, " → %s", item->person->name);
    if (item->person != NULL && *item->since != '\0')
        g_string_append_printf(text, _("（%s 起）"), item->since);
    return g_string_free(text, FALSE);
}

static ResolveTarget *target_for(Resolver *resolver, const ResolveItem *item,
                                 const LineAddressee *addressee)
{
    gpointer record = item->person != NULL ? (gpointer)item->person : (gpointer)item->unit;
    ResolveTarget *target = g_hash_table_lookup(resolver->by_record, record);
    if (target != NULL)
        return target;
    target = g_new0(ResolveTarget, 1);
    target->unit = item->person == NULL ? item->unit : NULL;
    target->person = item->person;
    target->reasons = g_ptr_array_new_with_free_func(g_free);
    target->first = addressee;
    g_hash_table_insert(resolver->by_record, record, target);
    g_ptr_array_add(resolver->targets, target);
    return target;
}

static gboolean is_excluded(const Resolver *resolver, const char *field, const ResolveItem *item)
{
    for (guint i = 0; i < resolver->exclusions->len; i++) {
        const Exclusion *exclusion = &g_array_index(resolver->exclusions, Exclusion, i);
        if ((exclusion->field == NULL || strcmp(exclusion->field, field) == 0) &&
            resolve_set_names(exclusion->set, item))
            return TRUE;
    }
    return FALSE;
}

static void add_problems(Resolver *resolver, const ResolveSet *set, const char *field, gsize start,
                         gsize end)
{
    for (guint i = 0; i < set->problems->len; i++) {
        const ResolveProblem *problem = set->problems->pdata[i];
        char *key = g_strdup_printf("%s\t%s\t%s", problem->code, field, problem->text);
        if (g_hash_table_add(resolver->reported, key))
            resolve_unresolved(resolver->resolution, problem->code, field, problem->text,
                               g_strdup(problem->message), problem->suggestions, start, end);
    }
}

static void add_set(Resolver *resolver, const LineAddressee *addressee, const char *head,
                    const ResolveSet *set)
{
    add_problems(resolver, set, addressee->field, addressee->start, addressee->end);
    for (guint i = 0; i < set->items->len; i++) {
        const ResolveItem *item = set->items->pdata[i];
        if (is_excluded(resolver, addressee->field, item))
            continue;
        ResolveTarget *target = target_for(resolver, item, addressee);
        target->copies = MAX(target->copies, addressee->copies);
        g_ptr_array_add(target->reasons,
                        reason(resolver->context.directory, addressee, head, item));
    }
}

/* Rule 11: 有关 names a part that only a clerk can choose. */
static void add_unspecified(Resolver *resolver, const LineAddressee *addressee)
{
    g_autofree char *printed = g_strconcat("有关", addressee->organisation, addressee->post, NULL);
    g_autofree char *term = resolve_choice_term(printed);
    const ResolveChoice *choice = resolve_choice_find(resolver->choices, addressee->field, term);
    if (choice == NULL) {
        resolve_unresolved(resolver->resolution, "unspecified", addressee->field, term,
                           g_strdup_printf(_("“%s”没有说明是哪些单位：请由经办人选定后再发"), term), NULL,
                           addressee->start, addressee->end);
        return;
    }
    g_autofree char *head = resolve_choice_head(choice);
    g_autoptr(ResolveSet) set = resolve_expander_set(resolver->context.expander);
    resolve_expand_members(resolver->context.expander, term, choice->members, set);
    add_set(resolver, addressee, head, set);
}

static void add_addressee(Resolver *resolver, const LineAddressee *addressee)
{
    if (addressee->quantifier == LINE_SOME) {
        add_unspecified(resolver, addressee);
        return;
    }
    ResolveTerm term = {addressee->quantifier == LINE_EVERY, addressee->organisation, addressee->post};
    g_autofree char *head = NULL;
    g_autoptr(ResolveSet) set = resolve_term(&resolver->context, &term, &head);
    add_set(resolver, addressee, head, set);
}

static gboolean has_field(const LineReading *reading, const char *field)
{
    for (guint i = 0; i < reading->addressees->len; i++)
        if (strcmp(((LineAddressee *)reading->addressees->pdata[i])->field, field) == 0)
            return TRUE;
    return FALSE;
}

/* An exception holds for its own field; one that stands alone (不发：…) for all. */
static void add_exception(Resolver *resolver, const LineReading *reading,
                          const LineException *exception)
{
    ResolveTerm term = {TRUE, exception->organisation, NULL};
    g_autofree char *head = NULL;
    Exclusion exclusion = {has_field(reading, exception->field) ? exception->field : NULL,
                           resolve_term(&resolver->context, &term, &head)};
    for (guint i = 0; i < exclusion.set->problems->len; i++) {
        const ResolveProblem *problem = exclusion.set->problems->pdata[i];
        resolve_unresolved(resolver->resolution, "unknown-exception", exception->field, problem->text,
                           g_strdup_printf(_("除外的“%s”在名录中查不到：请改正，以免误送"),
                                           problem->text),
                           problem->suggestions, exception->start, exception->end);
    }
    g_array_append_val(resolver->exclusions, exclusion);
}

static void add_left_over(Resolution *resolution, const Directory *directory,
                          const LineUnresolved *left)
{
    g_auto(GStrv) near = directory_suggest(directory, left->text, 3);
    resolve_unresolved(resolution, "left-over", left->field, left->text,
                       g_strdup_printf(_("发放栏中“%s”看不懂：请改正，或在名录中登记为单位或别名"),
                                       left->text),
                       near, left->start, left->end);
}

static void resolve_all(Resolver *resolver, const LineReading *reading)
{
    for (guint i = 0; i < reading->exceptions->len; i++)
        add_exception(resolver, reading, reading->exceptions->pdata[i]);
    for (guint i = 0; i < reading->addressees->len; i++)
        add_addressee(resolver, reading->addressees->pdata[i]);
    for (guint i = 0; i < reading->unresolved->len; i++)
        add_left_over(resolver->resolution, resolver->context.directory, reading->unresolved->pdata[i]);
}

static Resolution *resolution_new(const LineReading *reading)
{
    Resolution *resolution = g_new0(Resolution, 1);
    resolution->recipients = g_ptr_array_new_with_free_func(recipient_free);
    resolution->unresolved = g_ptr_array_new_with_free_func(unresolved_free);
    resolution->declared_copies = reading->declared_copies;
    for (guint i = 0; i < reading->archive->len; i++)
        resolution->archive_copies += MAX(((LineArchive *)reading->archive->pdata[i])->copies, 1);
    return resolution;
}

Resolution *resolve_reading(const Directory *directory, const LineReading *reading,
                            const ResolveOptions *options)
{
    g_autoptr(ResolveExpander) expander = resolve_expander_new(directory);
    g_autoptr(GPtrArray) targets = g_ptr_array_new_with_free_func(target_free);
    g_autoptr(GArray) exclusions = g_array_new(FALSE, FALSE, sizeof(Exclusion));
    g_autoptr(GHashTable) by_record = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) reported = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Resolver resolver = {{directory, expander, options->series, options->office}, resolution_new(reading), exclusions,
                         targets, by_record, reported, options->choices};
    g_array_set_clear_func(exclusions, exclusion_clear);
    resolve_all(&resolver, reading);
    resolve_deliver(resolver.resolution, directory, targets, options);
    return resolver.resolution;
}

/* The names as handed to the line compiler, with what known() needs behind them. */
typedef struct {
    LineNames names; /* first: the caller frees it with g_free */
    const Directory *directory;
    const char *series, *office;
} DirectoryNames;

static gsize known(const char *text, gboolean *is_alias, gpointer user_data)
{
    const DirectoryNames *names = user_data;
    return directory_known(names->directory, text, names->series, names->office, is_alias);
}

LineNames *resolve_names(const Directory *directory, const char *series, const char *office)
{
    DirectoryNames *names = g_new0(DirectoryNames, 1);
    *names = (DirectoryNames){{known, names}, directory, series, office};
    return &names->names;
}
