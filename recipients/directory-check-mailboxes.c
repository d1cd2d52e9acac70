/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rules on mailboxes: suspended, flagged, outside, shared, not looked after. */
#include "recipients/directory-check-run.h"

#include <string.h>

#include "daemon/base/address.h"
#include "daemon/base/i18n.h"

typedef gboolean (*Concerns)(const DirectoryCheckRun *run, const DirectoryMailbox *mailbox);

/* Finds all mailboxes that it concerns; detail says more of one, NULL = the heading says all. */
static void look(DirectoryCheckRun *run, Concerns concerns, char *(*detail)(const DirectoryMailbox *mailbox))
{
    for (guint i = 0; i < run->directory->mailboxes->len; i++) {
        const DirectoryMailbox *mailbox = run->directory->mailboxes->pdata[i];
        if (concerns(run, mailbox))
            directory_check_run_found(run, DIRECTORY_MAILBOX, mailbox,
                                      detail != NULL ? detail(mailbox) : g_strdup(""));
    }
}

static gboolean is_used(const DirectoryMailbox *mailbox)
{
    return !mailbox->suspended && *mailbox->address != '\0' && (mailbox->channel & CHANNEL_EMAIL) != 0;
}

static gboolean is_suspended(const DirectoryCheckRun *run, const DirectoryMailbox *mailbox)
{
    (void)run;
    return mailbox->suspended;
}

void directory_check_run_suspended(DirectoryCheckRun *run)
{
    look(run, is_suspended, NULL);
}

/* What is said is known per address, not per mailbox. */
void directory_check_run_flagged(DirectoryCheckRun *run)
{
    for (guint i = 0; run->options->flagged != NULL && i < run->directory->mailboxes->len; i++) {
        const DirectoryMailbox *mailbox = run->directory->mailboxes->pdata[i];
        g_autofree char *address = g_ascii_strdown(mailbox->address, -1);
        const char *words = g_hash_table_lookup(run->options->flagged, address);
        if (words != NULL)
            directory_check_run_found(run, DIRECTORY_MAILBOX, mailbox, g_strdup(words));
    }
}

static gboolean is_outside(const DirectoryCheckRun *run, const DirectoryMailbox *mailbox)
{
    return is_used(mailbox) && !address_is_internal(mailbox->address, run->options->internal_domains);
}

void directory_check_run_outside(DirectoryCheckRun *run)
{
    look(run, is_outside, NULL);
}

static gboolean is_overdue(const DirectoryCheckRun *run, const DirectoryMailbox *mailbox)
{
    return *mailbox->review != '\0' && strcmp(mailbox->review, run->directory->date) < 0;
}

static char *review_words(const DirectoryMailbox *mailbox)
{
    if (*mailbox->keeper == '\0')
        return g_strdup_printf(_("应在 %s 前复核"), mailbox->review);
    return g_strdup_printf(_("应在 %s 前复核，保管人 %s"), mailbox->review, mailbox->keeper);
}

void directory_check_run_review(DirectoryCheckRun *run)
{
    look(run, is_overdue, review_words);
}

static gboolean has_no_keeper(const DirectoryCheckRun *run, const DirectoryMailbox *mailbox)
{
    (void)run;
    return is_used(mailbox) && *mailbox->keeper == '\0';
}

void directory_check_run_no_keeper(DirectoryCheckRun *run)
{
    look(run, has_no_keeper, NULL);
}

static char *other_owners(const DirectoryCheckRun *run, const GPtrArray *sharers)
{
    const DirectoryField *owner = directory_kind_field(&directory_kinds[DIRECTORY_MAILBOX], "owner");
    GString *names = g_string_new(NULL);
    for (guint i = 1; i < sharers->len; i++) {
        g_autofree char *name = directory_field_text(owner, run->directory, sharers->pdata[i]);
        g_string_append_printf(names, "%s%s", i > 1 ? "、" : "", name);
    }
    g_autofree char *text = g_string_free(names, FALSE);
    return g_strdup_printf(_("另有 %s"), text);
}

/* The first owner of an address stands for all. */
void directory_check_run_shared(DirectoryCheckRun *run)
{
    g_autoptr(GHashTable) by_address =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GPtrArray) lists = g_ptr_array_new();
    for (guint i = 0; i < run->directory->mailboxes->len; i++) {
        DirectoryMailbox *mailbox = run->directory->mailboxes->pdata[i];
        if (!is_used(mailbox))
            continue;
        g_autofree char *key = g_ascii_strdown(mailbox->address, -1);
        GPtrArray *list = g_hash_table_lookup(by_address, key);
        if (list == NULL) {
            g_hash_table_insert(by_address, g_steal_pointer(&key), list = g_ptr_array_new());
            g_ptr_array_add(lists, list);
        }
        g_ptr_array_add(list, mailbox);
    }
    for (guint i = 0; i < lists->len; i++) {
        const GPtrArray *sharers = lists->pdata[i];
        if (sharers->len > 1)
            directory_check_run_found(run, DIRECTORY_MAILBOX, sharers->pdata[0], other_owners(run, sharers));
    }
}
