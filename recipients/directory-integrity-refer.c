/* SPDX-License-Identifier: GPL-3.0-or-later
 * The integrity check of references and words: what they name must be there on all days of who names it. */
#include <inttypes.h>
#include <string.h>

#include "daemon/base/i18n.h"
#include "recipients/directory-field.h"
#include "recipients/directory-integrity-run.h"

/* ---- days covered ---- */

static gint by_first_day(gconstpointer a, gconstpointer b)
{
    return strcmp(((const DirectoryDays *)a)->from, ((const DirectoryDays *)b)->from);
}

static const char *keep_day(DirectoryIntegrity *check, char *day)
{
    const char *kept = arena_text(check->arena, day);
    g_free(day);
    return kept;
}

/* The first days of span on which none of the spans holds; FALSE when there are none. */
static gboolean first_gap(DirectoryIntegrity *check, DirectoryDays span, GArray *spans, DirectoryDays *gap)
{
    g_array_sort(spans, by_first_day);
    for (guint i = 0; i < spans->len; i++) {
        const DirectoryDays *days = &g_array_index(spans, DirectoryDays, i);
        if (!directory_reaches(days->to, span.from))
            continue;
        if (strcmp(days->from, span.from) > 0) {
            gboolean within = directory_reaches(span.to, days->from);
            *gap = (DirectoryDays){span.from, within ? keep_day(check, directory_day_before(days->from)) : span.to};
            return TRUE;
        }
        if (*days->to == '\0' || (*span.to != '\0' && directory_reaches(days->to, span.to)))
            return FALSE;
        span.from = keep_day(check, directory_day_after(days->to));
    }
    *gap = span;
    return TRUE;
}

static gboolean covers(DirectoryDays days, DirectoryDays span)
{
    return strcmp(days.from, span.from) <= 0 &&
           (*days.to == '\0' || (*span.to != '\0' && strcmp(span.to, days.to) <= 0));
}

/* ---- references ---- */

static void complain_of_reference(DirectoryIntegrity *check, const DirectoryKind *kind, const DirectoryRecord *record,
                                  const DirectoryKind *target_kind, const DirectoryRecord *target,
                                  DirectoryDays gap)
{
    g_autofree char *name = directory_integrity_name(check, kind, record);
    g_autofree char *missing = directory_integrity_name(check, target_kind, target);
    g_autofree char *days = directory_integrity_days_text(gap);
    DirectoryProblem *problem = directory_integrity_complain(
        check, SONGFA_ERROR_CONFLICT, kind, record->id,
        g_strdup_printf(_("%s引用的%s%s不在名录中；请一并改动或删除前者，或把它的起止日期写在后者有效的日期内"), name,
                        missing, days),
        g_strdup_printf("gap %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s", record->id, target->id, gap.from));
    directory_integrity_ends_early(problem, record, gap);
}

/* 单位“区委” as it was called before; NULL when it was not there. */
static char *old_name(const DirectoryIntegrity *check, const DirectoryKind *kind, gint64 id)
{
    guint n = 0;
    gpointer *versions = check->before != NULL ? directory_versions_of(check->before, kind, id, &n) : NULL;
    if (n == 0)
        return NULL;
    g_autofree char *label = directory_record_label(check->before, kind, versions[n - 1]);
    return g_strdup_printf(_("%s“%s”"), _(kind->word), label);
}

/* Of what is gone the record's own label may have parts: both go by their names before. */
static void complain_of_id(DirectoryIntegrity *check, const DirectoryKind *kind, const DirectoryField *field,
                           const DirectoryRecord *record, gint64 id)
{
    const DirectoryKind *target = directory_field_refers_to(field, record);
    g_autofree char *own = old_name(check, kind, record->id), *gone = old_name(check, target, id);
    g_autofree char *name = own == NULL ? directory_integrity_name(check, kind, record) : g_steal_pointer(&own);
    directory_integrity_complain(
        check, gone != NULL ? SONGFA_ERROR_CONFLICT : SONGFA_ERROR_NOT_FOUND, kind, record->id,
        gone != NULL ? g_strdup_printf(_("%s的%s还是%s；请先改动或删除前者"), name, _(field->heading), gone)
                     : g_strdup_printf(_("%s的%s：名录中没有编号为 %" PRId64 " 的%s"), name, _(field->heading), id,
                                       _(target->word)),
        g_strdup_printf("no %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, record->id, id));
}

/* The n versions of what is referred to must cover the days of the record. */
static void check_days_of(DirectoryIntegrity *check, const DirectoryKind *kind, const DirectoryRecord *record,
                          const DirectoryKind *target, gpointer *versions, guint n)
{
    DirectoryDays span = directory_record_days(kind, record), gap;
    if (covers(directory_record_days(target, versions[n - 1]), span))
        return;
    g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(DirectoryDays));
    for (guint i = 0; i < n; i++) {
        DirectoryDays days = directory_record_days(target, versions[i]);
        g_array_append_val(spans, days);
    }
    if (first_gap(check, span, spans, &gap))
        complain_of_reference(check, kind, record, target, versions[n - 1], gap);
}

static void check_reference(DirectoryIntegrity *check, const DirectoryKind *kind, const DirectoryField *field,
                            DirectoryRecord *record)
{
    gint64 id = *(gint64 *)directory_field_place(field, record);
    const DirectoryKind *target = directory_field_refers_to(field, record);
    guint n;
    gpointer *versions = directory_versions_of(check->all, target, id, &n);
    if (n > 0)
        check_days_of(check, kind, record, target, versions, n);
    else if (id != 0)
        complain_of_id(check, kind, field, record, id);
    else if (field->required)
        directory_integrity_field(check, kind, record, _(field->heading), "", _("不能空着"));
}

static void check_references(DirectoryIntegrity *check, const DirectoryKind *kind, DirectoryRecord *record)
{
    for (guint i = 0; i < kind->n_fields; i++)
        if (directory_field_is_reference(&kind->fields[i]))
            check_reference(check, kind, &kind->fields[i], record);
}

/* ---- words of groups and aliases ---- */

typedef struct {
    const DirectoryKind *kind;
    const DirectoryRecord *record;
    const char *word, *name; /* "-unit:区委", 区委 */
    DirectoryDays days;
} Word;

static const struct { const char *prefix, *scope; } word_kinds[] = {
    {"unit:", "unit"},     {"under:", "unit"}, {"within:", "unit"}, {"posts:", "unit"}, {"post:", "post"},
    {"person:", "person"}, {"group:", "group"}, {"kind:", "kind"},  {"rank:", "rank"},
};

/* Where the word's name is claimed, NULL when it is written wrongly; sets its name. */
static const char *scope_of(Word *word)
{
    const char *bare = *word->word == '-' || *word->word == '&' ? word->word + 1 : word->word;
    for (gsize i = 0; i < G_N_ELEMENTS(word_kinds); i++)
        if (g_str_has_prefix(bare, word_kinds[i].prefix)) {
            word->name = bare + strlen(word_kinds[i].prefix);
            return word_kinds[i].scope;
        }
    return NULL;
}

static void add_days(GArray *spans, DirectoryDays a, DirectoryDays b)
{
    DirectoryDays shared;
    if (directory_days_meet(a, b, &shared))
        g_array_append_val(spans, shared);
}

/* UNIT/POST: the days on which both are there. */
static void add_post_days(DirectoryIntegrity *check, const Word *word, GArray *spans)
{
    const char *slash = strrchr(word->name, '/');
    if (slash == NULL)
        return;
    g_autofree char *unit = g_strndup(word->name, (gsize)(slash - word->name));
    const DirectoryClaim *of_unit = directory_integrity_claims(check, "unit", unit);
    for (; of_unit != NULL; of_unit = of_unit->next) {
        const DirectoryClaim *post = directory_integrity_post_claims(check, of_unit->version->id, slash + 1);
        for (; post != NULL; post = post->next)
            add_days(spans, of_unit->days, post->days);
    }
}

static void add_word_days(DirectoryIntegrity *check, const Word *word, const char *scope, GArray *spans)
{
    if (strcmp(scope, "post") == 0) {
        add_post_days(check, word, spans);
        return;
    }
    const char *name = strcmp(scope, "kind") == 0 ? directory_unit_kind_code(word->name) : word->name;
    const DirectoryClaim *claim = directory_integrity_claims(check, scope, name);
    for (; claim != NULL; claim = claim->next) {
        if (covers(claim->days, word->days))
            g_array_set_size(spans, 0);
        add_days(spans, claim->days, word->days);
        if (covers(claim->days, word->days))
            return;
    }
}

static void complain_of_word(DirectoryIntegrity *check, const Word *word, gboolean partly, DirectoryDays gap)
{
    g_autofree char *name = directory_integrity_name(check, word->kind, word->record);
    g_autofree char *days = partly ? directory_integrity_days_text(gap) : g_strdup("");
    DirectoryProblem *problem = directory_integrity_complain(
        check, SONGFA_ERROR_INPUT, word->kind, word->record->id,
        g_strdup_printf(_("%s的“%s”%s在名录中没有对应的记录；请改正它，或一并改动%s"), name, word->word, days, name),
        g_strdup_printf("word %" G_GINT64_FORMAT " %s %s", word->record->id, word->word, gap.from));
    problem->unknown = partly ? NULL : g_strdup(word->name);
    directory_integrity_ends_early(problem, word->record, gap);
}

static void check_word(DirectoryIntegrity *check, Word *word)
{
    const char *scope = scope_of(word);
    DirectoryDays gap;
    if (scope == NULL) {
        directory_integrity_field(
            check, word->kind, word->record, _("成员"), word->word,
            _("请写成 unit:单位、post:单位/职务、person:姓名、group:组名、kind:类别、rank:职级、under:单位、"
              "within:单位 或 posts:单位，前面可加 -（除去）或 &（只留）"));
        return;
    }
    g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(DirectoryDays));
    add_word_days(check, word, scope, spans);
    if (first_gap(check, word->days, spans, &gap))
        complain_of_word(check, word, spans->len > 0, gap);
}

static void check_words(DirectoryIntegrity *check, const DirectoryKind *kind, DirectoryRecord *record)
{
    for (guint i = 0; i < kind->n_fields; i++) {
        if (kind->fields[i].type != FIELD_MEMBERS)
            continue;
        for (char **text = *(char ***)directory_field_place(&kind->fields[i], record); *text != NULL; text++) {
            Word word = {kind, record, *text, "", {record->valid_from, record->valid_to}};
            check_word(check, &word);
        }
    }
}

void directory_integrity_refer(DirectoryIntegrity *check, const DirectoryKind *kind, DirectoryRecord *record)
{
    check_references(check, kind, record);
    check_words(check, kind, record);
}
