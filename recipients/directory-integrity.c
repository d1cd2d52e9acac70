/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whether a directory makes sense on all its days. Every name is claimed by its record for the days of
 * its version; words and references are then looked up among the claims and versions. */
#include "recipients/directory-integrity.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/base/address.h"
#include "daemon/base/arena.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "recipients/directory-circle.h"
#include "recipients/directory-field.h"
#include "recipients/directory-index.h"
#include "recipients/directory-versions.h"

/* A name that a version has, or a class that it is in. */
typedef struct Claim {
    DirectoryDays days;
    const DirectoryKind *kind;
    const DirectoryRecord *version;
    struct Claim *next; /* of the same key */
} Claim;

typedef struct {
    Directory *all;
    Arena *arena;       /* claims, their keys, days that were computed */
    GHashTable *claims; /* "unit:KEY", "post:UNIT ID/KEY" …, "kind:CODE", "rank:KEY" → Claim */
    GString *key;       /* under way */
    GHashTable *broken; /* versions with texts that cannot be read: no more is asked of them */
    GPtrArray *problems;
} Check;

static void problem_free(gpointer data)
{
    DirectoryProblem *problem = data;
    g_free(problem->text);
    g_free(problem->unknown);
    g_free(problem->mark);
    g_free(problem->until);
    g_free(problem);
}

/* text and mark are taken. */
static DirectoryProblem *complain(Check *check, SongfaError code, const DirectoryKind *kind, gint64 id, char *text,
                                  char *mark)
{
    const DirectoryProblem problem = {(int)code, kind, id, text, NULL, mark, NULL};
    DirectoryProblem *kept = g_memdup2(&problem, sizeof problem);
    g_ptr_array_add(check->problems, kept);
    return kept;
}

/* A version that began later would be free of it. */
static void ends_early(DirectoryProblem *problem, const DirectoryRecord *version, DirectoryDays days)
{
    if (*days.to != '\0' && strcmp(days.from, version->valid_from) == 0)
        problem->until = g_strdup(days.to);
}

/* 组“领导”: what every message begins with; the caller frees it. */
static char *named(const Check *check, const DirectoryKind *kind, const DirectoryRecord *record)
{
    g_autofree char *label = directory_record_label(check->all, kind, record);
    return g_strdup_printf("%s“%s”", _(kind->word), label);
}

/* "" where the days are all days. */
static char *days_text(DirectoryDays days)
{
    if (*days.from != '\0' && *days.to != '\0')
        return g_strdup_printf(_("在 %s 至 %s "), days.from, days.to);
    if (*days.from != '\0')
        return g_strdup_printf(_("自 %s 起"), days.from);
    return *days.to != '\0' ? g_strdup_printf(_("到 %s 为止"), days.to) : g_strdup("");
}

/* ---- fields ---- */

static void complain_of_field(Check *check, const DirectoryKind *kind, const DirectoryRecord *record,
                              const char *heading, const char *value, const char *wanted)
{
    g_autofree char *name = named(check, kind, record);
    complain(check, SONGFA_ERROR_INPUT, kind, record->id,
             g_strdup_printf(_("%s的%s“%s”不对：%s"), name, heading, value, wanted),
             g_strdup_printf("field %" G_GINT64_FORMAT " %s %s", record->id, heading, value));
}

static gboolean is_clean(const char *text)
{
    for (const char *p = text; *p != '\0'; p++)
        if ((guchar)*p < 0x20 || *p == 0x7f)
            return FALSE;
    return g_utf8_validate(text, -1, NULL);
}

static gboolean is_empty_name(const char *text)
{
    g_autofree char *key = *text != '\0' ? directory_key(text) : g_strdup("");
    return *key == '\0';
}

static void check_text(Check *check, const DirectoryKind *kind, const DirectoryField *field,
                       const DirectoryRecord *record, const char *text)
{
    const char *wanted = NULL;
    if (field->type == FIELD_DAY && !directory_is_day(text))
        wanted = _("请写成 2020-03-06 这样的日期，不限则留空");
    else if (!is_clean(text))
        wanted = _("里面有换行、控制字符或乱码，请去掉");
    else if (field->required && is_empty_name(text))
        wanted = _("不能空着");
    if (wanted == NULL)
        return;
    complain_of_field(check, kind, record, _(field->heading), is_clean(text) ? text : "…", wanted);
    if (!is_clean(text))
        g_hash_table_add(check->broken, (gpointer)record);
}

static void check_fields(Check *check, const DirectoryKind *kind, DirectoryRecord *record)
{
    for (guint i = 0; i < kind->n_fields; i++) {
        const DirectoryField *field = &kind->fields[i];
        gpointer place = directory_field_place(field, record);
        if (directory_field_is_text(field))
            check_text(check, kind, field, record, *(const char **)place);
        else if (directory_field_is_list(field))
            for (char **text = *(char ***)place; *text != NULL; text++)
                check_text(check, kind, field, record, *text);
    }
}

static void check_days(Check *check, const DirectoryKind *kind, const DirectoryRecord *record,
                       const DirectoryRecord *before)
{
    DirectoryDays days = directory_record_days(kind, record), valid = {record->valid_from, record->valid_to};
    if (!directory_reaches(days.to, days.from))
        complain_of_field(check, kind, record, _("起止日期"), days.from, _("开始日期晚于结束日期，请改正"));
    if (!directory_is_day(valid.from) || !directory_is_day(valid.to) || !directory_reaches(valid.to, valid.from))
        complain_of_field(check, kind, record, _("有效日期"), valid.from, _("应是日历上的日期，且开始不晚于结束"));
    if (before != NULL && before->id == record->id &&
        directory_days_meet(valid, (DirectoryDays){before->valid_from, before->valid_to}, NULL))
        complain_of_field(check, kind, record, _("有效日期"), valid.from, _("与它的另一段日期重叠"));
}

static void check_mailbox(Check *check, const DirectoryKind *kind, const DirectoryMailbox *mailbox)
{
    g_autoptr(GError) error = NULL;
    const DirectoryRecord *record = (const DirectoryRecord *)(gconstpointer)mailbox;
    if (((mailbox->channel & CHANNEL_EMAIL) != 0 || *mailbox->address != '\0') &&
        !address_check(mailbox->address, &error))
        complain_of_field(check, kind, record, _("邮箱"), is_clean(mailbox->address) ? mailbox->address : "…",
                          error->message);
    if ((mailbox->channel & CHANNEL_PAPER) != 0 && mailbox->copies < 1) {
        g_autofree char *copies = g_strdup_printf("%d", mailbox->copies);
        complain_of_field(check, kind, record, _("份数"), copies, _("纸质件请至少填 1"));
    }
}

/* ---- claims ---- */

static void complain_of_twins(Check *check, const Claim *claim, const Claim *other, const char *printed,
                              DirectoryDays shared)
{
    const DirectoryKind *kind = claim->kind;
    g_autofree char *name = named(check, kind, claim->version), *days = days_text(shared);
    g_autofree char *others = named(check, kind, other->version);
    g_autofree char *form = printed != NULL ? g_strdup_printf(_("的“%s”"), printed) : g_strdup("");
    DirectoryProblem *problem = complain(
        check, SONGFA_ERROR_CONFLICT, kind, claim->version->id,
        g_strdup_printf(_("%s%s%s与已有的%s（编号 %" PRId64
                          "）重复；请换一个名称或简称（重名的可加注单位，如 张伟（财政局）），或改动已有的那一条"),
                        name, form, days, others, other->version->id),
        g_strdup_printf("twins %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, claim->version->id, other->version->id));
    ends_early(problem, claim->version, shared);
}

/* Under the key that stands in check->key. printed = the form claimed where it is not the name. */
static void claim(Check *check, const DirectoryKind *kind, const DirectoryRecord *version, const char *printed,
                  gboolean alone)
{
    gpointer key = NULL, first = NULL;
    g_hash_table_lookup_extended(check->claims, check->key->str, &key, &first);
    Claim *made = arena_new0(check->arena, Claim, 1);
    *made = (Claim){{version->valid_from, version->valid_to}, kind, version, first};
    g_hash_table_insert(check->claims, key != NULL ? key : arena_text(check->arena, check->key->str), made);
    DirectoryDays shared;
    for (const Claim *other = first; alone && other != NULL; other = other->next)
        if (other->version->id != version->id && directory_days_meet(made->days, other->days, &shared)) {
            complain_of_twins(check, made, other, printed, shared);
            return;
        }
}

static void key_begin(Check *check, const char *scope)
{
    g_string_assign(check->key, scope);
    g_string_append_c(check->key, ':');
}

static void key_add_name(Check *check, const char *name)
{
    directory_key_append(check->key, name);
}

static void key_add_id(Check *check, gint64 id)
{
    g_string_append_printf(check->key, "%" G_GINT64_FORMAT "/", id);
}

/* The key of what tells one record of its kind from another. */
static void key_of(Check *check, const DirectoryKind *kind, DirectoryRecord *record)
{
    key_begin(check, kind->name);
    for (guint i = 0; i < kind->n_keys; i++) {
        const DirectoryField *field = &kind->fields[i];
        gpointer place = directory_field_place(field, record);
        if (i > 0 && !directory_field_is_reference(&kind->fields[i - 1]))
            g_string_append_c(check->key, '/');
        if (directory_field_is_reference(field))
            key_add_id(check, *(gint64 *)place);
        else
            key_add_name(check, *(const char **)place);
    }
}

static void claim_short_forms(Check *check, const DirectoryUnit *unit)
{
    const DirectoryKind *kind = &directory_kinds[DIRECTORY_UNIT];
    for (char **name = unit->short_names; *name != NULL; name++) {
        key_begin(check, kind->name);
        key_add_name(check, *name);
        claim(check, kind, (const DirectoryRecord *)(gconstpointer)unit, *name, TRUE);
    }
}

static void claim_class(Check *check, const DirectoryKind *kind, const DirectoryRecord *record, const char *scope,
                        const char *name)
{
    if (*name == '\0')
        return;
    key_begin(check, scope);
    key_add_name(check, name);
    claim(check, kind, record, NULL, FALSE);
}

static void claim_all(Check *check, const DirectoryKind *kind, DirectoryRecord *record)
{
    key_of(check, kind, record);
    claim(check, kind, record, NULL, TRUE);
    if (kind->id == DIRECTORY_UNIT) {
        const DirectoryUnit *unit = (gpointer)record;
        claim_short_forms(check, unit);
        claim_class(check, kind, record, "kind", unit->kind);
    } else if (kind->id == DIRECTORY_POST) {
        claim_class(check, kind, record, "rank", ((DirectoryPost *)(gpointer)record)->rank);
    }
}

/* ---- days covered ---- */

static gint by_first_day(gconstpointer a, gconstpointer b)
{
    return strcmp(((const DirectoryDays *)a)->from, ((const DirectoryDays *)b)->from);
}

static const char *keep_day(Check *check, char *day)
{
    const char *kept = arena_text(check->arena, day);
    g_free(day);
    return kept;
}

/* The first days of span on which none of the spans holds; FALSE when there are none. */
static gboolean first_gap(Check *check, DirectoryDays span, GArray *spans, DirectoryDays *gap)
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

static void complain_of_reference(Check *check, const DirectoryKind *kind, const DirectoryRecord *record,
                                  const DirectoryKind *target_kind, const DirectoryRecord *target,
                                  DirectoryDays gap)
{
    g_autofree char *name = named(check, kind, record), *missing = named(check, target_kind, target);
    g_autofree char *days = days_text(gap);
    DirectoryProblem *problem = complain(
        check, SONGFA_ERROR_CONFLICT, kind, record->id,
        g_strdup_printf(_("%s引用的%s%s不在名录中；请一并改动或删除前者，或把它的起止日期写在后者有效的日期内"), name,
                        missing, days),
        g_strdup_printf("gap %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s", record->id, target->id, gap.from));
    ends_early(problem, record, gap);
}

static void check_reference(Check *check, const DirectoryKind *kind, const DirectoryField *field,
                            DirectoryRecord *record)
{
    gint64 id = *(gint64 *)directory_field_place(field, record);
    const DirectoryKind *target = directory_field_refers_to(field, record);
    DirectoryDays span = directory_record_days(kind, record), gap;
    guint n;
    gpointer *versions = directory_versions_of(check->all, target, id, &n);
    if (id == 0 && field->required)
        complain_of_field(check, kind, record, _(field->heading), "", _("不能空着"));
    if (id != 0 && n == 0) {
        g_autofree char *name = named(check, kind, record);
        complain(check, SONGFA_ERROR_NOT_FOUND, kind, record->id,
                 g_strdup_printf(_("%s的%s：名录中没有编号为 %" PRId64 " 的%s"), name, _(field->heading), id,
                                 _(target->word)),
                 g_strdup_printf("no %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, record->id, id));
    }
    if (id == 0 || n == 0 || covers(directory_record_days(target, versions[n - 1]), span))
        return;
    g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(DirectoryDays));
    for (guint i = 0; i < n; i++) {
        DirectoryDays days = directory_record_days(target, versions[i]);
        g_array_append_val(spans, days);
    }
    if (first_gap(check, span, spans, &gap))
        complain_of_reference(check, kind, record, target, versions[n - 1], gap);
}

static void check_references(Check *check, const DirectoryKind *kind, DirectoryRecord *record)
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

static const Claim *claims_of(Check *check, const char *scope, const char *name)
{
    key_begin(check, scope);
    key_add_name(check, name);
    return g_hash_table_lookup(check->claims, check->key->str);
}

static void add_days(GArray *spans, DirectoryDays a, DirectoryDays b)
{
    DirectoryDays shared;
    if (directory_days_meet(a, b, &shared))
        g_array_append_val(spans, shared);
}

/* UNIT/POST: the days on which both are there. */
static void add_post_days(Check *check, const Word *word, GArray *spans)
{
    const char *slash = strrchr(word->name, '/');
    if (slash == NULL)
        return;
    g_autofree char *unit = g_strndup(word->name, (gsize)(slash - word->name));
    for (const Claim *of_unit = claims_of(check, "unit", unit); of_unit != NULL; of_unit = of_unit->next) {
        key_begin(check, "post");
        key_add_id(check, of_unit->version->id);
        key_add_name(check, slash + 1);
        const Claim *post = g_hash_table_lookup(check->claims, check->key->str);
        for (; post != NULL; post = post->next)
            add_days(spans, of_unit->days, post->days);
    }
}

static void add_word_days(Check *check, const Word *word, const char *scope, GArray *spans)
{
    if (strcmp(scope, "post") == 0) {
        add_post_days(check, word, spans);
        return;
    }
    for (const Claim *claim = claims_of(check, scope, word->name); claim != NULL; claim = claim->next) {
        if (covers(claim->days, word->days))
            g_array_set_size(spans, 0);
        add_days(spans, claim->days, word->days);
        if (covers(claim->days, word->days))
            return;
    }
}

static void complain_of_word(Check *check, const Word *word, gboolean partly, DirectoryDays gap)
{
    g_autofree char *name = named(check, word->kind, word->record);
    g_autofree char *days = partly ? days_text(gap) : g_strdup("");
    DirectoryProblem *problem =
        complain(check, SONGFA_ERROR_INPUT, word->kind, word->record->id,
                 g_strdup_printf(_("%s的“%s”%s在名录中没有对应的记录；请改正它，或一并改动%s"), name, word->word, days,
                                 name),
                 g_strdup_printf("word %" G_GINT64_FORMAT " %s %s", word->record->id, word->word, gap.from));
    problem->unknown = partly ? NULL : g_strdup(word->name);
    ends_early(problem, word->record, gap);
}

static void check_word(Check *check, Word *word)
{
    const char *scope = scope_of(word);
    DirectoryDays gap;
    if (scope == NULL) {
        complain_of_field(check, word->kind, word->record, _("成员"), word->word,
                          _("请写成 unit:单位、post:单位/职务、person:姓名、group:组名、kind:类别、rank:职级、under:单位、"
                            "within:单位 或 posts:单位，前面可加 -（除去）或 &（只留）"));
        return;
    }
    g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(DirectoryDays));
    add_word_days(check, word, scope, spans);
    if (first_gap(check, word->days, spans, &gap))
        complain_of_word(check, word, spans->len > 0, gap);
}

static void check_words(Check *check, const DirectoryKind *kind, DirectoryRecord *record)
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

/* ---- circles ---- */

static void complain_of_circle(const gint64 *ids, guint n, gpointer data, const DirectoryKind *kind)
{
    Check *check = data;
    g_autoptr(GString) way = g_string_new(NULL), mark = g_string_new("circle");
    for (guint i = 0; i <= n; i++) {
        guint n_versions;
        gpointer *versions = directory_versions_of(check->all, kind, ids[i % n], &n_versions);
        g_autofree char *label = directory_record_label(check->all, kind, versions[n_versions - 1]);
        g_string_append_printf(way, "%s“%s”", i > 0 ? "→" : "", label);
        g_string_append_printf(mark, " %" G_GINT64_FORMAT, ids[i % n]);
    }
    complain(check, SONGFA_ERROR_INPUT, kind, 0,
             g_strdup_printf(kind->id == DIRECTORY_UNIT ? _("单位的上级绕回了自己：%s；请另选其中一个的上级")
                                                        : _("组又包含了自己：%s；请去掉其中一处"),
                             way->str),
             g_string_free(g_steal_pointer(&mark), FALSE));
}

static void check_unit_circles(Check *check)
{
    g_autoptr(DirectoryCircle) circle = directory_circle_new();
    for (guint i = 0; i < check->all->units->len; i++) {
        const DirectoryUnit *unit = check->all->units->pdata[i];
        if (unit->parent_id != 0)
            directory_circle_add(circle, unit->id, unit->parent_id,
                                 (DirectoryDays){unit->valid_from, unit->valid_to});
    }
    directory_circle_find(circle, &directory_kinds[DIRECTORY_UNIT], complain_of_circle, check);
}

static void check_group_circles(Check *check)
{
    const DirectoryKind *kind = &directory_kinds[DIRECTORY_GROUP];
    g_autoptr(DirectoryCircle) circle = directory_circle_new();
    for (guint i = 0; i < check->all->groups->len; i++) {
        const DirectoryGroup *group = check->all->groups->pdata[i];
        for (char **text = group->members; *text != NULL; text++) {
            Word word = {kind, NULL, *text, "", {group->valid_from, group->valid_to}};
            DirectoryDays shared;
            if (g_strcmp0(scope_of(&word), "group") != 0)
                continue;
            for (const Claim *claim = claims_of(check, "group", word.name); claim != NULL; claim = claim->next)
                if (directory_days_meet(claim->days, word.days, &shared))
                    directory_circle_add(circle, group->id, claim->version->id, shared);
        }
    }
    directory_circle_find(circle, kind, complain_of_circle, check);
}

/* ---- the whole ---- */

typedef void (*CheckRecord)(Check *check, const DirectoryKind *kind, DirectoryRecord *record);

static void check_alone(Check *check, const DirectoryKind *kind, DirectoryRecord *record)
{
    check_fields(check, kind, record);
    if (kind->id == DIRECTORY_MAILBOX)
        check_mailbox(check, kind, (DirectoryMailbox *)(gpointer)record);
}

static void for_all(Check *check, CheckRecord visit)
{
    for (gsize k = 0; k < DIRECTORY_KINDS; k++)
        for (guint i = 0; i < check->all->records[k]->len; i++)
            if (!g_hash_table_contains(check->broken, check->all->records[k]->pdata[i]))
                visit(check, &directory_kinds[k], check->all->records[k]->pdata[i]);
}

static void check_all_days(Check *check)
{
    for (gsize k = 0; k < DIRECTORY_KINDS; k++) {
        const GPtrArray *records = check->all->records[k];
        for (guint i = 0; i < records->len; i++)
            check_days(check, &directory_kinds[k], records->pdata[i], i > 0 ? records->pdata[i - 1] : NULL);
    }
}

GPtrArray *directory_integrity(Directory *all)
{
    Check check = {all, arena_new(), g_hash_table_new(g_str_hash, g_str_equal), g_string_new(NULL),
                   g_hash_table_new(NULL, NULL), g_ptr_array_new_with_free_func(problem_free)};
    directory_versions_sort(all);
    directory_index_ids(all);
    for_all(&check, check_alone);
    check_all_days(&check);
    for_all(&check, claim_all);
    for_all(&check, check_references);
    for_all(&check, check_words);
    check_unit_circles(&check);
    check_group_circles(&check);
    g_hash_table_unref(check.claims);
    g_hash_table_unref(check.broken);
    g_string_free(check.key, TRUE);
    arena_free(check.arena);
    return check.problems;
}

char *directory_problems_text(const GPtrArray *problems, Directory *all, guint most)
{
    g_autoptr(GString) out = g_string_new(NULL);
    gboolean indexed = FALSE;
    for (guint i = 0; i < MIN(problems->len, most); i++) {
        const DirectoryProblem *problem = problems->pdata[i];
        if (problem->unknown != NULL && !indexed)
            directory_index(all);
        indexed = indexed || problem->unknown != NULL;
        g_auto(GStrv) found = problem->unknown != NULL ? directory_suggest(all, problem->unknown, 3) : NULL;
        g_autofree char *near = found != NULL ? g_strjoinv("、", found) : g_strdup("");
        g_string_append_printf(out, "%s%s%s%s", i > 0 ? "\n" : "", problem->text,
                               *near != '\0' ? _("。相近的有：") : "", near);
    }
    if (problems->len > most)
        g_string_append_printf(out, _("\n……另有 %u 处"), problems->len - most);
    return g_string_free(g_steal_pointer(&out), FALSE);
}
