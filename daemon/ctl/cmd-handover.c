/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl handover: a post changes hands on a day, as one change. */
#include <inttypes.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/record-change.h"
#include "recipients/directory-field.h"
#include "recipients/directory-versions.h"

static const DirectoryKind *const tenures = &directory_kinds[DIRECTORY_TENURE];
static const DirectoryKind *const persons = &directory_kinds[DIRECTORY_PERSON];

/* Reads a name into a field of the new tenure, which finds what it names. */
static gboolean read_name(RecordChange *change, DirectoryTenure *tenure, const char *field, const char *name,
                          GError **error)
{
    return directory_field_set(directory_kind_field(tenures, field), change->directory, tenure, name,
                               change->directory, error);
}

/* The person who comes: in the directory, or with --new put there by the same change. */
static gboolean read_successor(RecordChange *change, DirectoryTenure *next, const char *name, GError **error)
{
    if (!args_has(change->args, "new"))
        return read_name(change, next, "person", name, error);
    DirectoryPerson *person = directory_add(change->directory, persons);
    person->id = next->person_id = -1;
    return directory_field_set(&persons->fields[0], change->directory, person, name, change->directory, error) &&
           record_change_edit(change, persons, person, FALSE, error);
}

static gboolean say_holders(const Directory *directory, const DirectoryPost *post, const GPtrArray *present,
                            GError **error)
{
    g_autofree char *title = directory_post_title(directory, post);
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint i = 0; i < present->len; i++) {
        const DirectoryTenure *tenure = present->pdata[i];
        const DirectoryPerson *person = directory_person_by_id(directory, tenure->person_id);
        g_string_append_printf(names, "%s%s", i > 0 ? "、" : "", person != NULL ? person->name : "?");
    }
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                _("%s现有 %u 人任职（%s）：请把离任的人写在职务后面，如 songfactl handover 单位/职务 姓名 --to 新任"),
                title, present->len, names->str);
    return FALSE;
}

/* Who goes: the one holder, or the one that is named; NULL without error when the post is vacant. */
static gboolean find_present(const RecordChange *change, const DirectoryPost *post, const char *name,
                             DirectoryTenure **leaving, GError **error)
{
    g_autoptr(GPtrArray) present = directory_tenures(change->directory, post);
    *leaving = NULL;
    if (name == NULL && present->len > 1)
        return say_holders(change->directory, post, present, error);
    const DirectoryPerson *person = name != NULL ? directory_person(change->directory, name) : NULL;
    for (guint i = 0; i < present->len; i++) {
        DirectoryTenure *tenure = present->pdata[i];
        if (name == NULL || (person != NULL && tenure->person_id == person->id))
            *leaving = tenure;
    }
    if (name == NULL || *leaving != NULL)
        return TRUE;
    g_autofree char *title = directory_post_title(change->directory, post);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND, _("%s 没有担任%s，请核对"), name, title);
    return FALSE;
}

/* Who is on record as taking the post after the day: anybody for the head of a unit, else whoever follows the one
 * who leaves. NULL = nobody. */
static const DirectoryTenure *find_follower(const RecordChange *change, const DirectoryPost *post,
                                            const DirectoryTenure *leaving, const char *from)
{
    const DirectoryTenure *first = NULL;
    g_autofree char *next = leaving != NULL ? directory_day_after(leaving->to) : g_strdup("");
    for (guint i = 0; i < change->directory->tenures->len; i++) {
        const DirectoryTenure *tenure = change->directory->tenures->pdata[i];
        if (tenure->post_id == post->id && strcmp(tenure->from, from) > 0 &&
            (post->kind == POST_CHIEF || strcmp(tenure->from, next) == 0) &&
            (first == NULL || strcmp(tenure->from, first->from) < 0))
            first = tenure;
    }
    return first;
}

/* The new holder's term has no end: with a follower on record there would be two. */
static gboolean is_last(const RecordChange *change, const DirectoryPost *post, const DirectoryTenure *leaving,
                        const char *successor, const char *from, GError **error)
{
    const DirectoryTenure *follower = find_follower(change, post, leaving, from);
    if (follower == NULL)
        return TRUE;
    const DirectoryPerson *person = directory_person_by_id(change->directory, follower->person_id);
    const char *name = person != NULL ? person->name : "?";
    g_autofree char *title = directory_post_title(change->directory, post);
    g_autofree char *path = directory_record_label(change->directory, &directory_kinds[DIRECTORY_POST], post);
    g_autofree char *last = directory_day_before(follower->from), *before = directory_day_before(from);
    g_autoptr(GString) way = g_string_new(NULL);
    if (leaving != NULL)
        g_string_append_printf(way, "\n    songfactl tenure set --id %" PRId64 " --to %s", leaving->id, before);
    g_string_append_printf(way, "\n    songfactl tenure add %s %s --from %s --to %s", successor, path, from, last);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                _("%s 自 %s 起任%s，再从 %s 起交接就有两人同任，没有改动。\n"
                  "  %s 只任到那以前，请登记这一段：%s\n"
                  "  %s 那一段登记错了，请先改正：songfactl tenure set --id %" PRId64 " --from 日期，"
                  "或删去：songfactl tenure remove --id %" PRId64 " --from -"),
                name, follower->from, title, from, successor, way->str, name, follower->id, follower->id);
    return FALSE;
}

static gboolean make_handover(RecordChange *change, GError **error)
{
    const char *successor = args_get(change->args, "to");
    g_autofree char *today = clock_date(clock_now());
    const char *from = change->from != NULL ? change->from : today;
    DirectoryTenure *next = directory_add(change->directory, tenures), *leaving;
    next->id = -2;
    if (*from == '\0') {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("请用 --from 写明交接的日期"));
        return FALSE;
    }
    if (successor == NULL) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE,
                    _("请用 --to 写明新任；只登记离任用 songfactl tenure set 姓名 单位/职务 --to 日期"));
        return FALSE;
    }
    if (!read_name(change, next, "post", args_word(change->args, 0), error))
        return FALSE;
    const DirectoryPost *post = directory_post_by_id(change->directory, next->post_id);
    if (!find_present(change, post, args_word(change->args, 1), &leaving, error) ||
        !read_successor(change, next, successor, error))
        return FALSE;
    if (leaving != NULL && leaving->person_id == next->person_id) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("%s 在 %s 本来就任这个职务，不用交接"), successor, from);
        return FALSE;
    }
    if (!is_last(change, post, leaving, successor, from, error))
        return FALSE;
    if (leaving != NULL) {
        g_autofree char *last = directory_day_before(from);
        directory_set_text(change->directory, &leaving->to, last);
        if (!record_change_edit(change, tenures, leaving, FALSE, error))
            return FALSE;
    }
    directory_set_text(change->directory, &next->from, from);
    directory_index(change->directory);
    record_change_say(change, _("已交接"), tenures, next);
    return record_change_edit(change, tenures, next, FALSE, error);
}

int cmd_handover(Ctl *ctl, const Args *args, GError **error)
{
    return record_change_run(ctl, args, NULL, TRUE, make_handover, error);
}
