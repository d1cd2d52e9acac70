/* SPDX-License-Identifier: GPL-3.0-or-later
 * The integrity check of names: each is claimed for the days of a version, and nobody else may have it
 * on one of them. */
#include <inttypes.h>
#include <string.h>

#include "daemon/base/i18n.h"
#include "recipients/directory-field.h"
#include "recipients/directory-integrity-run.h"

static void complain_of_twins(DirectoryIntegrity *check, const DirectoryClaim *claim, const DirectoryClaim *other,
                              const char *printed, DirectoryDays shared)
{
    const DirectoryKind *kind = claim->kind;
    g_autofree char *name = directory_integrity_name(check, kind, claim->version);
    g_autofree char *others = directory_integrity_name(check, kind, other->version);
    g_autofree char *days = directory_integrity_days_text(shared);
    g_autofree char *form = printed != NULL ? g_strdup_printf(_("的“%s”"), printed) : g_strdup("");
    DirectoryProblem *problem = directory_integrity_complain(
        check, SONGFA_ERROR_CONFLICT, kind, claim->version->id,
        g_strdup_printf(_("%s%s%s与已有的%s（编号 %" PRId64
                          "）重复；请换一个名称或简称（重名的可加注单位，如 张伟（财政局）），或改动已有的那一条"),
                        name, form, days, others, other->version->id),
        g_strdup_printf("twins %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, claim->version->id, other->version->id));
    problem->other = other->version->id;
    directory_integrity_ends_early(problem, claim->version, shared);
}

static char *term_text(const DirectoryTenure *tenure)
{
    const char *open = _("不限");
    return g_strdup_printf(_("%s 至 %s"), *tenure->from != '\0' ? tenure->from : open,
                           *tenure->to != '\0' ? tenure->to : open);
}

/* Nobody holds a post twice on one day. */
static void complain_of_overlap(DirectoryIntegrity *check, const DirectoryClaim *claim, const DirectoryClaim *other)
{
    g_autofree char *name = directory_integrity_name(check, claim->kind, claim->version);
    g_autofree char *term = term_text((gconstpointer)claim->version);
    g_autofree char *others = term_text((gconstpointer)other->version);
    DirectoryProblem *problem = directory_integrity_complain(
        check, SONGFA_ERROR_CONFLICT, claim->kind, claim->version->id,
        g_strdup_printf(_("%s（%s）与他任同一职务的另一段（%s，编号 %" PRId64
                          "）日期重叠；请改日期，或改另一段：songfactl tenure set --id %" PRId64 " --from 日期 --to 日期"),
                        name, term, others, other->version->id, other->version->id),
        g_strdup_printf("overlap %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, claim->version->id, other->version->id));
    problem->other = other->version->id;
}

/* A tenure is claimed for its own days: its versions only correct it. */
static DirectoryDays days_claimed(const DirectoryKind *kind, const DirectoryRecord *version)
{
    return kind->id == DIRECTORY_TENURE ? directory_record_days(kind, version)
                                        : (DirectoryDays){version->valid_from, version->valid_to};
}

/* Days that are wrong in themselves, which is said elsewhere, say nothing of others. */
static gboolean are_days(DirectoryDays days)
{
    return directory_is_day(days.from) && directory_is_day(days.to) && directory_reaches(days.to, days.from);
}

/* Under the key that stands in check->key. printed = the form claimed where it is not the name. */
static void claim(DirectoryIntegrity *check, const DirectoryKind *kind, const DirectoryRecord *version,
                  const char *printed, gboolean alone)
{
    gpointer key = NULL, first = NULL;
    g_hash_table_lookup_extended(check->claims, check->key->str, &key, &first);
    DirectoryClaim *made = arena_new0(check->arena, DirectoryClaim, 1);
    *made = (DirectoryClaim){days_claimed(kind, version), kind, version, first};
    g_hash_table_insert(check->claims, key != NULL ? key : arena_text(check->arena, check->key->str), made);
    DirectoryDays shared;
    for (const DirectoryClaim *other = first; alone && are_days(made->days) && other != NULL; other = other->next)
        if (other->version->id != version->id && are_days(other->days) && directory_days_meet(made->days, other->days, &shared)) {
            if (kind->id == DIRECTORY_TENURE)
                complain_of_overlap(check, made, other);
            else
                complain_of_twins(check, made, other, printed, shared);
            return;
        }
}

void directory_integrity_key(DirectoryIntegrity *check, const char *scope)
{
    g_string_assign(check->key, scope);
    g_string_append_c(check->key, ':');
}

void directory_integrity_key_id(DirectoryIntegrity *check, gint64 id)
{
    g_string_append_printf(check->key, "%" G_GINT64_FORMAT "/", id);
}

/* The key of what tells one record of its kind from another; tenures of one holder of a post by their days. */
static void key_of(DirectoryIntegrity *check, const DirectoryKind *kind, DirectoryRecord *record)
{
    directory_integrity_key(check, kind->name);
    guint n_keys = kind->id == DIRECTORY_TENURE ? kind->n_keys - 1 : kind->n_keys;
    for (guint i = 0; i < n_keys; i++) {
        const DirectoryField *field = &kind->fields[i];
        gpointer place = directory_field_place(field, record);
        if (i > 0 && !directory_field_is_reference(&kind->fields[i - 1]))
            g_string_append_c(check->key, '\t'); /* no name has one in its key */
        if (directory_field_is_reference(field))
            directory_integrity_key_id(check, *(gint64 *)place);
        else
            directory_key_append(check->key, *(const char **)place);
    }
}

static void claim_short_forms(DirectoryIntegrity *check, const DirectoryUnit *unit)
{
    const DirectoryKind *kind = &directory_kinds[DIRECTORY_UNIT];
    for (char **name = unit->short_names; *name != NULL; name++) {
        directory_integrity_key(check, kind->name);
        directory_key_append(check->key, *name);
        claim(check, kind, (const DirectoryRecord *)(gconstpointer)unit, *name, TRUE);
    }
}

static void claim_class(DirectoryIntegrity *check, const DirectoryKind *kind, const DirectoryRecord *record,
                        const char *scope, const char *name)
{
    if (*name == '\0')
        return;
    directory_integrity_key(check, scope);
    directory_key_append(check->key, name);
    claim(check, kind, record, NULL, FALSE);
}

void directory_integrity_claim(DirectoryIntegrity *check, const DirectoryKind *kind, DirectoryRecord *record)
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

const DirectoryClaim *directory_integrity_claims(DirectoryIntegrity *check, const char *scope, const char *name)
{
    directory_integrity_key(check, scope);
    directory_key_append(check->key, name);
    return g_hash_table_lookup(check->claims, check->key->str);
}

const DirectoryClaim *directory_integrity_post_claims(DirectoryIntegrity *check, gint64 unit_id, const char *name)
{
    directory_integrity_key(check, directory_kinds[DIRECTORY_POST].name);
    directory_integrity_key_id(check, unit_id);
    directory_key_append(check->key, name);
    return g_hash_table_lookup(check->claims, check->key->str);
}
