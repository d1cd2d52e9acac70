/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl handover: a post changes hands on a day, as one change. */
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
    if (!read_name(change, next, "post", args_word(change->args, 0), error) ||
        !find_present(change, directory_post_by_id(change->directory, next->post_id), args_word(change->args, 1),
                      &leaving, error) ||
        !read_successor(change, next, successor, error))
        return FALSE;
    if (leaving != NULL && leaving->person_id == next->person_id) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("%s 在 %s 本来就任这个职务，不用交接"), successor, from);
        return FALSE;
    }
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
