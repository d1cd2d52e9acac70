/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl explain: why this one gets an issue, or why not. */
#include <jansson.h>
#include <string.h>

#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/plan.h"
#include "daemon/store/deliveries.h"
#include "daemon/store/directory.h"

/* What NAME may stand for: as written, and the directory's forms of it. */
typedef struct {
    const Directory *directory;
    const char *name;
    const DirectoryUnit *unit;
    const DirectoryPerson *person;
} Wanted;

/* Whether the name is a link of a reason chain, "发：镇办 → 峡窝镇 → 收文邮箱": an alias, group or post. */
static gboolean is_link(const char *because, const char *name)
{
    const char *field_end = strstr(because, "：");
    g_auto(GStrv) links =
        g_strsplit(field_end != NULL ? field_end + strlen("：") : because, " → ", -1);
    return g_strv_contains((const char *const *)links, name);
}

static gboolean is_wanted(const Wanted *wanted, const Recipient *r)
{
    const char *const forms[] = {r->id, r->name, r->unit, r->address};
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++)
        if (g_strcmp0(forms[i], wanted->name) == 0)
            return TRUE;
    if (wanted->unit != NULL && r->unit != NULL && directory_unit(wanted->directory, r->unit) == wanted->unit)
        return TRUE;
    for (guint i = 0; i < r->because->len; i++)
        if (is_link(r->because->pdata[i], wanted->name))
            return TRUE;
    return wanted->person != NULL && r->name != NULL && strstr(r->name, wanted->person->name) != NULL;
}

static guint explain_received(const Wanted *wanted, const GPtrArray *recipients)
{
    guint found = 0;
    for (guint i = 0; i < recipients->len; i++) {
        const Recipient *r = recipients->pdata[i];
        if (!is_wanted(wanted, r))
            continue;
        found++;
        if (r->channel == CHANNEL_EMAIL)
            output_print(_("%s 收到本期（邮件 %s）：\n"), r->name, r->address);
        else
            output_print(_("%s 收到本期（纸质）：\n"), r->name);
        for (guint b = 0; b < r->because->len; b++)
            output_print("  %s\n", (const char *)r->because->pdata[b]);
    }
    return found;
}

static gboolean names_unit(const Wanted *wanted, const char *text)
{
    const DirectoryUnit *unit = directory_unit(wanted->directory, text);
    return strcmp(text, wanted->name) == 0 || (unit != NULL && unit == wanted->unit);
}

/* An addressee without an answer that is, or may be meant for, the wanted one. */
static gboolean may_mean(const Wanted *wanted, const Unresolved *u)
{
    if (strstr(u->text, wanted->name) != NULL || names_unit(wanted, u->text))
        return TRUE;
    for (char **name = u->suggestions; *name != NULL; name++)
        if (names_unit(wanted, *name))
            return TRUE;
    return FALSE;
}

/* Why not, when the text itself says so; FALSE when it does not. */
static gboolean explain_kept_out(const Wanted *wanted, const Issue *issue, const Resolution *resolution)
{
    g_autofree char *text = issue_distribution_text(issue);
    g_autofree LineNames *names = resolve_names(wanted->directory, issue->series, issue->office);
    g_autoptr(LineReading) reading = line_read(text, names);
    for (guint i = 0; i < reading->exceptions->len; i++) {
        const LineException *e = reading->exceptions->pdata[i];
        if (names_unit(wanted, e->organisation)) {
            output_print(_("%s 不收本期：“%s”栏写明除外。\n"), wanted->name, e->field);
            return TRUE;
        }
    }
    for (guint i = 0; i < resolution->unresolved->len; i++) {
        const Unresolved *u = resolution->unresolved->pdata[i];
        if (may_mean(wanted, u)) {
            output_print(_("%s 还收不到本期：%s\n"), wanted->name, u->message);
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean is_post(const Directory *directory, const char *name)
{
    for (guint i = 0; i < directory->posts->len; i++) {
        g_autofree char *title = directory_post_title(directory, directory->posts->pdata[i]);
        if (strcmp(title, name) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean is_known(const Wanted *wanted, const Issue *issue)
{
    const Directory *directory = wanted->directory;
    return wanted->unit != NULL || wanted->person != NULL || is_post(directory, wanted->name) ||
           directory_group(directory, wanted->name) != NULL ||
           directory_alias(directory, wanted->name, issue->series, issue->office) != NULL;
}

static void explain_absent(const Wanted *wanted, const Issue *issue)
{
    if (is_known(wanted, issue)) {
        output_print(_("%s 不收本期：发送范围没有写到，也不在写到的类别和组里。\n"), wanted->name);
        return;
    }
    g_auto(GStrv) names = directory_suggest(wanted->directory, wanted->name, 3);
    g_autofree char *near = g_strjoinv("、", names);
    output_print(_("%s 不收本期：名录里没有这个名字。%s%s\n"), wanted->name,
                 *near != '\0' ? _("相近的有：") : "", near);
}

static GPtrArray *texts_of(const char *json)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    json_t *list = json != NULL ? json_loads(json, 0, NULL) : NULL, *text;
    gsize i;
    json_array_foreach(list, i, text)
        if (json_is_string(text))
            g_ptr_array_add(texts, g_strdup(json_string_value(text)));
    json_decref(list);
    return texts;
}

/* A frozen plan is explained by its own rows: the directory may say something else today. */
static gboolean explain_rows(Ctl *ctl, const Wanted *wanted, gint64 issue_id, guint *found,
                             GError **error)
{
    DeliveryFilter filter = {.issue_id = issue_id, .state = -1};
    g_autoptr(GPtrArray) rows = store_delivery_list(ctl->store, &filter, error);
    g_autoptr(GPtrArray) one = g_ptr_array_new();
    if (rows == NULL)
        return FALSE;
    for (guint i = 0; i < rows->len; i++) {
        const StoreDelivery *d = rows->pdata[i];
        g_autoptr(GPtrArray) because = texts_of(d->because);
        Recipient r = {.id = d->recipient, .name = d->name, .unit = d->unit, .address = d->address,
                       .channel = d->mail_id > 0 ? CHANNEL_EMAIL : CHANNEL_PAPER, .because = because};
        g_ptr_array_set_size(one, 0);
        g_ptr_array_add(one, &r);
        *found += explain_received(wanted, one);
    }
    return TRUE;
}

static int explain(Ctl *ctl, const Wanted *wanted, Issue *issue, gint64 frozen_id, GError **error)
{
    guint found = 0;
    g_autoptr(Plan) plan = plan_resolve(ctl->config, ctl->store, issue, 0, NULL, error);
    if (plan == NULL)
        return 3;
    if (frozen_id == 0)
        found = explain_received(wanted, plan->resolution->recipients);
    else if (!explain_rows(ctl, wanted, frozen_id, &found, error))
        return 3;
    if (found == 0 && !explain_kept_out(wanted, plan->issue, plan->resolution))
        explain_absent(wanted, plan->issue);
    return 0;
}

/* The issue of a file or of a row; *frozen_id is the row's when its plan is made. */
static Issue *issue_named(Ctl *ctl, const char *ref, gint64 *frozen_id, GError **error)
{
    *frozen_id = 0;
    if (g_file_test(ref, G_FILE_TEST_IS_REGULAR))
        return input_issue(ctl, ref, error);
    g_autoptr(StoreIssue) row = input_stored_issue(ctl, ref, error);
    if (row == NULL)
        return NULL;
    if (row->planned_at > 0)
        *frozen_id = row->id;
    return input_issue_of_row(row, error);
}

int cmd_explain(Ctl *ctl, const Args *args, GError **error)
{
    const char *name = args_word(args, 1);
    gint64 frozen_id;
    g_autoptr(Directory) directory = store_directory_load(ctl->store, NULL, NULL, error);
    if (directory == NULL)
        return 3;
    Issue *issue = issue_named(ctl, args_word(args, 0), &frozen_id, error);
    if (issue == NULL)
        return 1;
    Wanted wanted = {directory, name, directory_unit(directory, name), directory_person(directory, name)};
    return explain(ctl, &wanted, issue, frozen_id, error);
}
