/* SPDX-License-Identifier: GPL-3.0-or-later
 * The resolver: each addressee looked up, exceptions taken out again, what is left delivered. Every
 * step it takes is written into the reasons. */
#include "recipients/resolve.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "recipients/resolve-away.h"
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

void recipient_free(gpointer data)
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

/* "发：各街道办事处（2 份）" */
static char *beginning(const LineAddressee *addressee, const char *head)
{
    g_autofree char *copies =
        addressee->copies > 0 ? g_strdup_printf(_("（%d 份）"), addressee->copies) : g_strdup("");
    g_autofree char *label = g_strdup_printf(_("%s："), addressee->field);
    return g_strconcat(label, head, copies, NULL);
}

static void add_step(GString *text, const char *step)
{
    g_string_append(text, " → ");
    g_string_append(text, step);
}

/* "发：各街道办事处（2 份） → 济源路街道": its beginning, then what the head does not say already. */
static char *reason(const Directory *directory, const char *lead, const char *head, const ResolveItem *item)
{
    g_autofree char *post = item->post != NULL ? directory_post_title(directory, item->post) : NULL;
    const char *title = item->unit != NULL && post == NULL ? directory_unit_title(item->unit) : post;
    GString *text = g_string_new(lead);
    if (*item->path != '\0') {
        add_step(text, item->path);
        g_string_truncate(text, text->len - strlen(" → "));
    }
    if (title != NULL && strcmp(title, head) != 0)
        add_step(text, title);
    if (item->note != NULL)
        g_string_append_printf(text, _("（%s）"), item->note);
    if (item->person != NULL && strcmp(item->person->name, head) != 0)
        add_step(text, item->person->name);
    if (item->person != NULL && *item->since != '\0')
        g_string_append_printf(text, _("（%s 起）"), item->since);
    return g_string_free(text, FALSE);
}

static ResolveTarget *target_for(Resolver *resolver, const DirectoryPerson *person,
                                 const DirectoryUnit *unit, const LineAddressee *addressee)
{
    gconstpointer record = person != NULL ? (gconstpointer)person : (gconstpointer)unit;
    ResolveTarget *target = g_hash_table_lookup(resolver->by_record, record);
    if (target != NULL)
        return target;
    target = g_new0(ResolveTarget, 1);
    target->unit = person == NULL ? unit : NULL;
    target->person = person;
    target->reasons = g_ptr_array_new_with_free_func(g_free);
    target->first = addressee;
    g_hash_table_insert(resolver->by_record, (gpointer)record, target);
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

/* The message is taken. */
static void report(Resolver *resolver, const LineAddressee *addressee, const char *code, const char *text,
                   char *message, char **suggestions)
{
    char *key = g_strdup_printf("%s\t%s\t%s", code, addressee->field, text);
    if (g_hash_table_add(resolver->reported, key))
        resolve_unresolved(resolver->resolution, code, addressee->field, text, message, suggestions,
                           addressee->start, addressee->end);
    else
        g_free(message);
}

/* The reason is taken. */
static void add_target(Resolver *resolver, const LineAddressee *addressee, const DirectoryPerson *person,
                       const DirectoryUnit *unit, char *because)
{
    ResolveTarget *target = target_for(resolver, person, unit, addressee);
    target->copies = MAX(target->copies, addressee->copies);
    g_ptr_array_add(target->reasons, because);
}

/* Whoever receives for the person, unless the field leaves that one out. */
static void add_person(Resolver *resolver, const LineAddressee *addressee, const DirectoryPerson *person,
                       const char *because)
{
    char *trouble;
    g_autoptr(GPtrArray) receivers = resolve_receivers(resolver->context.directory, person, &trouble);
    if (trouble != NULL)
        report(resolver, addressee, "stand-in", person->name, trouble, NULL);
    for (guint i = 0; i < receivers->len; i++) {
        const ResolveReceiver *receiver = receivers->pdata[i];
        ResolveItem item = {.person = receiver->person};
        if (is_excluded(resolver, addressee->field, &item))
            report(resolver, addressee, "stand-in", person->name,
                   g_strdup_printf(_("“%s”请假，代收人“%s”却在除外之列：请由经办人确定改送何人"),
                                   person->name, receiver->person->name),
                   NULL);
        else
            add_target(resolver, addressee, receiver->person, NULL,
                       g_strconcat(because, receiver->steps, NULL));
    }
}

static void add_set(Resolver *resolver, const LineAddressee *addressee, const char *head,
                    const ResolveSet *set)
{
    g_autofree char *lead = beginning(addressee, head);
    for (guint i = 0; i < set->problems->len; i++) {
        const ResolveProblem *problem = set->problems->pdata[i];
        report(resolver, addressee, problem->code, problem->text, g_strdup(problem->message),
               problem->suggestions);
    }
    for (guint i = 0; i < set->items->len; i++) {
        const ResolveItem *item = set->items->pdata[i];
        if (is_excluded(resolver, addressee->field, item))
            continue;
        g_autofree char *because = reason(resolver->context.directory, lead, head, item);
        if (item->person != NULL)
            add_person(resolver, addressee, item->person, because);
        else
            add_target(resolver, addressee, NULL, item->unit, g_steal_pointer(&because));
    }
}

/* The message is taken. */
static void leave_open(Resolver *resolver, const LineAddressee *addressee, const char *term, char *message)
{
    resolve_unresolved(resolver->resolution, "unspecified", addressee->field, term, message, NULL,
                       addressee->start, addressee->end);
}

static gboolean is_empty(const ResolveSet *set)
{
    return set->items->len == 0 && set->problems->len == 0;
}

/* Rule 11: 有关 names a part that only a clerk can choose. */
static void add_unspecified(Resolver *resolver, const LineAddressee *addressee)
{
    g_autofree char *printed = g_strconcat("有关", addressee->organisation, addressee->post, NULL);
    g_autofree char *term = resolve_choice_term(printed);
    const ResolveChoice *choice = resolve_choice_find(resolver->choices, addressee->field, term);
    if (choice == NULL) {
        leave_open(resolver, addressee, term,
                   g_strdup_printf(_("“%s”没有说明是哪些单位：请由经办人选定后再发"), term));
        return;
    }
    g_autofree char *head = resolve_choice_head(choice);
    g_autoptr(ResolveSet) set = resolve_expander_set(resolver->context.expander);
    resolve_expand_members(resolver->context.expander, head, choice->members, set);
    add_set(resolver, addressee, head, set);
    if (is_empty(set))
        leave_open(resolver, addressee, term,
                   g_strdup_printf(_("“%s”按 %s 的选定，现在一个收件人也没有：请由经办人另行选定"), term,
                                   choice->date));
}

/* A group without members, or one whose members cancel each other out. */
static void comes_to_nobody(Resolver *resolver, const LineAddressee *addressee)
{
    g_autofree char *printed = g_strconcat(addressee->organisation, addressee->post, NULL);
    report(resolver, addressee, "nobody", printed,
           g_strdup_printf(_("“%s”在 %s 的名录里一个收件人也没有：请用 songfactl group 或 alias 改正它的成员，"
                             "或改正发放栏"),
                           printed, resolver->context.directory->date),
           NULL);
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
    if (is_empty(set))
        comes_to_nobody(resolver, addressee);
}

static gboolean has_field(const LineReading *reading, const char *field)
{
    for (guint i = 0; i < reading->addressees->len; i++)
        if (strcmp(((LineAddressee *)reading->addressees->pdata[i])->field, field) == 0)
            return TRUE;
    return FALSE;
}

/* The message is taken. */
static void report_exception(Resolver *resolver, const LineException *exception, const char *text, char *message,
                             char **suggestions)
{
    resolve_unresolved(resolver->resolution, "unknown-exception", exception->field, text, message, suggestions,
                       exception->start, exception->end);
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
        report_exception(resolver, exception, problem->text,
                         g_strdup_printf(_("除外的“%s”在名录中查不到：请改正，以免误送"), problem->text),
                         problem->suggestions);
    }
    if (is_empty(exclusion.set))
        report_exception(resolver, exception, exception->organisation,
                         g_strdup_printf(_("除外的“%s”在名录中没有成员：请改正，以免误送"), exception->organisation),
                         NULL);
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

static GHashTable *all_left_out(const GArray *exclusions)
{
    GHashTable *all = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < exclusions->len; i++) {
        GHashTableIter iter;
        gpointer record;
        g_hash_table_iter_init(&iter, g_array_index(exclusions, Exclusion, i).set->reached);
        while (g_hash_table_iter_next(&iter, &record, NULL))
            g_hash_table_add(all, record);
    }
    return all;
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
    g_autoptr(GHashTable) left_out = all_left_out(exclusions);
    resolve_deliver(resolver.resolution, directory, targets, left_out, options);
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
