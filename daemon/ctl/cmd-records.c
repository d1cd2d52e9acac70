/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl unit, post, person, tenure, stand-in, group, alias, mailbox: list, show, add, set, remove,
 * history. The verbs are the same for all kinds of records. */
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/flag-words.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/record-card.h"
#include "daemon/ctl/record-change.h"
#include "daemon/ctl/record-list.h"
#include "daemon/ctl/record-words.h"
#include "daemon/store/directory.h"
#include "recipients/directory-field.h"

/* ---- changes ---- */

/* A deputy is told by the name of the post. */
static void complete_new(const DirectoryKind *kind, gpointer record, const Args *args)
{
    DirectoryPost *post = record;
    DirectoryMailbox *mailbox = record;
    if (kind->id == DIRECTORY_POST && !args_has(args, "kind"))
        post->kind = g_str_has_prefix(post->name, "副") ? POST_DEPUTY : POST_CHIEF;
    if (kind->id == DIRECTORY_MAILBOX && !args_has(args, "channel"))
        mailbox->channel = *mailbox->address != '\0' ? CHANNEL_EMAIL : CHANNEL_PAPER;
}

/* Paper without a number is one copy. */
static void complete(const DirectoryKind *kind, gpointer record)
{
    DirectoryMailbox *mailbox = record;
    if (kind->id == DIRECTORY_MAILBOX && (mailbox->channel & CHANNEL_PAPER) != 0)
        mailbox->copies = MAX(mailbox->copies, 1);
}

static gboolean make_add(RecordChange *change, GError **error)
{
    const DirectoryKind *kind = change->kind;
    DirectoryRecord *record = directory_add(change->directory, kind);
    gboolean said;
    record->id = -1;
    if (!record_words_name(kind, change->directory, record, change->args, error) ||
        !record_words_read(kind, change->directory, record, change->args, &said, error))
        return FALSE;
    complete_new(kind, record, change->args);
    complete(kind, record);
    record_change_say(change, _("已添加"), kind, record);
    return record_change_edit(change, kind, record, FALSE, error);
}

static gboolean make_set(RecordChange *change, GError **error)
{
    const DirectoryKind *kind = change->kind;
    DirectoryRecord *record = record_words_find(kind, change->directory, change->args, error);
    gboolean said;
    if (record == NULL || !record_words_read(kind, change->directory, record, change->args, &said, error))
        return FALSE;
    if (!said) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("要改什么？请写出选项"));
        return FALSE;
    }
    complete(kind, record);
    record_change_say(change, _("已修改"), kind, record);
    return record_change_edit(change, kind, record, FALSE, error);
}

static gboolean make_remove(RecordChange *change, GError **error)
{
    const DirectoryRecord *record = record_words_find(change->kind, change->directory, change->args, error);
    if (record == NULL)
        return FALSE;
    record_change_say(change, _("已删除"), change->kind, record);
    return record_change_edit(change, change->kind, record, TRUE, error);
}

static gboolean make_suspended(RecordChange *change, gboolean suspended, const char *deed, GError **error)
{
    DirectoryMailbox *mailbox = (gpointer)record_words_find(change->kind, change->directory, change->args, error);
    if (mailbox == NULL)
        return FALSE;
    mailbox->suspended = suspended;
    record_change_say(change, deed, change->kind, mailbox);
    return record_change_edit(change, change->kind, mailbox, FALSE, error);
}

static gboolean make_suspend(RecordChange *change, GError **error)
{
    return make_suspended(change, TRUE, _("已停用"), error);
}

static gboolean make_resume(RecordChange *change, GError **error)
{
    return make_suspended(change, FALSE, _("已恢复"), error);
}

/* ---- looks ---- */

static int list(Ctl *ctl, const Args *args, GError **error)
{
    const DirectoryKind *kind = directory_kind(ctl->command);
    const char *date;
    if (!args_day(args, "date", &date, error))
        return 2;
    g_autoptr(Directory) directory = store_directory_load(ctl->store, date, NULL, error);
    gboolean mailboxes = kind->id == DIRECTORY_MAILBOX;
    g_autoptr(GHashTable) flags = directory != NULL && mailboxes ? flag_words_load(ctl->store, error) : NULL;
    if (directory == NULL || (mailboxes && flags == NULL))
        return 3;
    return record_list_print(kind, directory, args, ctl->format, flags, error);
}

static int show(Ctl *ctl, const Args *args, GError **error)
{
    const DirectoryKind *kind = directory_kind(ctl->command);
    g_autoptr(GError) missing = NULL;
    const char *date;
    if (!args_day(args, "date", &date, error))
        return 2;
    g_autoptr(Directory) directory = store_directory_load(ctl->store, date, NULL, error);
    g_autoptr(Directory) all = directory != NULL ? store_directory_load_all(ctl->store, error) : NULL;
    if (all == NULL)
        return 3;
    directory_index(all);
    const DirectoryRecord *record = record_words_find(kind, directory, args, &missing);
    if (record == NULL && date == NULL) /* one that was, or is planned */
        record = record_words_find(kind, all, args, NULL);
    if (record == NULL) {
        g_propagate_error(error, g_steal_pointer(&missing));
        return 1;
    }
    g_autofree char *card = record_card(kind, record, directory, all, ctl->format == TABLE_JSON);
    output_text(card);
    return 0;
}

/* ---- verbs ---- */

typedef struct {
    const char *name;
    RecordChangeMake make; /* NULL: it only looks */
    int (*look)(Ctl *ctl, const Args *args, GError **error);
    gboolean takes_fields;
    const char *options; /* what it takes besides fields */
    const char *forms;   /* as ctl_check_form() takes them */
} Verb;

static const Verb verbs[] = {
    {"list", NULL, list, TRUE, "date", "--json --csv"},
    {"show", NULL, show, FALSE, "id date", "--json"},
    {"add", make_add, NULL, TRUE, "from", "--json"},
    {"set", make_set, NULL, TRUE, "id from seen add drop", "--json"},
    {"remove", make_remove, NULL, FALSE, "id from seen", "--json"},
    {"history", NULL, cmd_history_of_record, FALSE, "id limit", "--json --csv"},
    {"suspend", make_suspend, NULL, FALSE, "id from seen", "--json"},
    {"resume", make_resume, NULL, FALSE, "id from seen", "--json"},
};

static const Verb *find_verb(const DirectoryKind *kind, const char *name)
{
    gboolean suspends = strcmp(name, "suspend") == 0 || strcmp(name, "resume") == 0;
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
        if (strcmp(verbs[i].name, name) == 0 && (kind->id == DIRECTORY_MAILBOX || !suspends))
            return &verbs[i];
    return NULL;
}

static gboolean check_options(const DirectoryKind *kind, const Verb *verb, const Args *args, GError **error)
{
    g_autoptr(GString) taken = g_string_new(verb->options);
    for (guint i = 0; verb->takes_fields && i < kind->n_fields; i++) {
        g_autofree char *option = record_words_option(&kind->fields[i]);
        g_string_append_printf(taken, " %s", option);
    }
    return args_check_verb(args, ctl_command(kind->name)->options, taken->str, kind->name, verb->name, error);
}

int cmd_records(Ctl *ctl, const Args *args, GError **error)
{
    const DirectoryKind *kind = directory_kind(ctl->command);
    const char *name = args_word(args, 0);
    const Verb *verb = find_verb(kind, name);
    if (verb == NULL) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE,
                    _("%s 后面应是 list、show、add、set、remove 或 history，不是“%s”"), ctl->command, name);
        return 2;
    }
    if (!check_options(kind, verb, args, error) || !ctl_check_form(ctl, verb->forms, verb->name, error))
        return 2;
    if (verb->make == NULL)
        return verb->look(ctl, args, error);
    gboolean own_from = verb->takes_fields && directory_kind_field(kind, "from") != NULL;
    return record_change_run(ctl, args, kind, !own_from, verb->make, error);
}
