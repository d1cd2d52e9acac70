/* SPDX-License-Identifier: GPL-3.0-or-later
 * The recipients of a correction, read from the register. */
#include "daemon/correction.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/base/address.h"
#include "daemon/base/i18n.h"
#include "daemon/issue/issue.h"
#include "daemon/plan-rows.h"

enum { FOLLOWED = 8 }; /* References names no more: the line has its limit (RFC 5322 section 2.1.1) */

static void member_free(gpointer data)
{
    CorrectionMember *member = data;
    g_free(member->follows);
    g_free(member);
}

static gboolean is_paper(const StoreDelivery *row)
{
    return strcmp(row->channel, "paper") == 0;
}

/* FALSE: this sending gave him nothing, and will not. A clerk who asked knows better than the reply. */
static gboolean had_of(const StoreDelivery *row, CorrectionHad *had)
{
    *had = CORRECTION_HAS;
    if (row->signed_at > 0 || (is_paper(row) && row->state == DELIVERY_PLANNED))
        return TRUE;
    switch (row->state) {
    case DELIVERY_ACCEPTED:
    case DELIVERY_DELIVERED:
        return TRUE;
    case DELIVERY_UNKNOWN:
        *had = CORRECTION_MAY;
        return g_strcmp0(row->settled_as, "lost") != 0;
    case DELIVERY_SENDING:
        *had = CORRECTION_MAY;
        return TRUE;
    case DELIVERY_PLANNED:
    case DELIVERY_QUEUED:
    case DELIVERY_DEFERRED:
        *had = CORRECTION_WAITS;
        return TRUE;
    case DELIVERY_REFUSED:
    case DELIVERY_BOUNCED:
    case DELIVERY_CANCELLED:
        break;
    }
    return FALSE;
}

/* Sent again by the policy it has the same Message-ID. */
static void follow(CorrectionMember *member, const char *message_id)
{
    g_auto(GStrv) ids = member->follows != NULL ? g_strsplit(member->follows, " ", -1) : NULL;
    if (message_id == NULL || (ids != NULL && g_strv_contains((const char *const *)ids, message_id)))
        return;
    guint n = ids != NULL ? g_strv_length(ids) : 0, first = n >= FOLLOWED ? n - FOLLOWED + 1 : 0;
    g_autofree char *before = ids != NULL ? g_strjoinv(" ", ids + first) : NULL;
    g_free(member->follows);
    member->follows = before != NULL ? g_strdup_printf("%s %s", before, message_id) : g_strdup(message_id);
}

/* One recipient by one channel; caller frees. */
static char *member_key(const char *channel, const char *recipient)
{
    return g_strdup_printf("%s %s", channel, recipient);
}

static char *named_key(const Recipient *recipient)
{
    return member_key(recipient->channel == CHANNEL_PAPER ? "paper" : "email", recipient->id);
}

/* What is certain outweighs what is not, whichever came first; of equals the later one says where. */
static void take_row(GPtrArray *members, GHashTable *known, const StoreDelivery *row)
{
    CorrectionHad had;
    if (!had_of(row, &had))
        return;
    g_autofree char *key = member_key(row->channel, row->recipient);
    CorrectionMember *member = g_hash_table_lookup(known, key);
    if (member == NULL) {
        member = g_new0(CorrectionMember, 1);
        member->had = had;
        g_hash_table_insert(known, g_steal_pointer(&key), member);
        g_ptr_array_add(members, member);
    }
    if (member->row == NULL || had != CORRECTION_WAITS || member->had == CORRECTION_WAITS)
        member->row = row;
    member->had = MIN(member->had, had);
    if (had != CORRECTION_WAITS)
        follow(member, row->message_id);
}

GPtrArray *correction_members(const GPtrArray *rows)
{
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GPtrArray *members = g_ptr_array_new_with_free_func(member_free);
    for (guint i = 0; i < rows->len; i++)
        take_row(members, known, rows->pdata[i]);
    return members;
}

Correction *correction_new(Store *store, const char *identity, int below, const char *reason, GError **error)
{
    g_autoptr(Correction) correction = g_new0(Correction, 1);
    correction->reason = g_strdup(reason);
    correction->versions = store_issue_versions(store, identity, below, error);
    return correction->versions != NULL ? g_steal_pointer(&correction) : NULL;
}

static void forget(Correction *correction)
{
    g_clear_pointer(&correction->index, g_hash_table_unref);
    g_clear_pointer(&correction->missing, g_ptr_array_unref);
    g_clear_pointer(&correction->left, g_ptr_array_unref);
    g_clear_pointer(&correction->members, g_ptr_array_unref);
    g_clear_pointer(&correction->outside, g_ptr_array_unref);
    g_clear_pointer(&correction->rows, g_ptr_array_unref);
    g_clear_pointer(&correction->text_before, g_free);
}

void correction_free(Correction *correction)
{
    if (correction == NULL)
        return;
    forget(correction);
    g_clear_pointer(&correction->versions, g_ptr_array_unref);
    g_clear_pointer(&correction->named, g_ptr_array_unref);
    g_clear_pointer(&correction->unresolved, g_ptr_array_unref);
    g_free(correction->text_now);
    g_free(correction->reason);
    g_free(correction);
}

static gboolean read_rows(Correction *correction, Store *store, GError **error)
{
    correction->rows = g_ptr_array_new_with_free_func((GDestroyNotify)store_delivery_free);
    for (guint i = 0; i < correction->versions->len; i++) {
        const StoreIssue *version = correction->versions->pdata[i];
        DeliveryFilter filter = {.issue_id = version->id, .state = -1};
        GPtrArray *rows = store_delivery_list(store, &filter, error);
        if (rows == NULL)
            return FALSE;
        g_ptr_array_extend_and_steal(correction->rows, rows);
    }
    return TRUE;
}

static void make_index(Correction *correction)
{
    correction->index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < correction->members->len; i++) {
        CorrectionMember *member = correction->members->pdata[i];
        g_hash_table_insert(correction->index, member_key(member->row->channel, member->row->recipient), member);
    }
}

static void set_apart(Correction *correction, const char *const *internal_domains)
{
    correction->outside = g_ptr_array_new_with_free_func(member_free);
    for (guint i = correction->members->len; internal_domains != NULL && i-- > 0;) {
        const CorrectionMember *member = correction->members->pdata[i];
        if (!is_paper(member->row) && !address_is_internal(member->row->address, internal_domains))
            g_ptr_array_insert(correction->outside, 0, g_ptr_array_steal_index(correction->members, i));
    }
}

static void compare(Correction *correction)
{
    g_autoptr(GHashTable) named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    correction->missing = g_ptr_array_new();
    correction->left = g_ptr_array_new();
    for (guint i = 0; i < correction->named->len; i++) {
        Recipient *recipient = correction->named->pdata[i];
        char *key = named_key(recipient);
        if (!g_hash_table_contains(correction->index, key))
            g_ptr_array_add(correction->missing, recipient);
        g_hash_table_add(named, key);
    }
    for (guint i = 0; i < correction->members->len; i++) {
        CorrectionMember *member = correction->members->pdata[i];
        g_autofree char *key = member_key(member->row->channel, member->row->recipient);
        if (!g_hash_table_contains(named, key))
            g_ptr_array_add(correction->left, member);
    }
}

/* The distribution of the version that was in force. */
static char *text_before(const Correction *correction)
{
    const StoreIssue *last = correction->versions->len > 0
                                 ? correction->versions->pdata[correction->versions->len - 1] : NULL;
    g_autoptr(Issue) issue = last != NULL && last->json != NULL ? issue_from_json(last->json, NULL) : NULL;
    return issue != NULL ? issue_distribution_text(issue) : NULL;
}

gboolean correction_read(Correction *correction, Store *store, const char *const *internal_domains, GError **error)
{
    forget(correction);
    if (!read_rows(correction, store, error))
        return FALSE;
    correction->members = correction_members(correction->rows);
    make_index(correction);
    set_apart(correction, internal_domains);
    compare(correction);
    correction->text_before = text_before(correction);
    return TRUE;
}

/* The version in which the row stands. */
static int revision_of(const Correction *correction, const StoreDelivery *row)
{
    for (guint i = 0; i < correction->versions->len; i++) {
        const StoreIssue *version = correction->versions->pdata[i];
        if (version->id == row->issue_id)
            return version->revision;
    }
    return 0;
}

static char *why(const Correction *correction, const CorrectionMember *member)
{
    int revision = revision_of(correction, member->row);
    gint64 id = member->row->issue_id;
    if (member->had == CORRECTION_HAS)
        return g_strdup_printf(_("更正：收到过第 %d 版（登记号 %" PRId64 "）"), revision, id);
    if (member->had == CORRECTION_MAY)
        return g_strdup_printf(_("更正：第 %d 版（登记号 %" PRId64 "）结果不明，可能收到过"), revision, id);
    return g_strdup_printf(_("更正：第 %d 版（登记号 %" PRId64 "）还没有发出，改发本版"), revision, id);
}

GPtrArray *correction_recipients(const Correction *correction)
{
    GPtrArray *recipients = g_ptr_array_new_with_free_func(recipient_free);
    for (guint i = 0; i < correction->members->len; i++) {
        const CorrectionMember *member = correction->members->pdata[i];
        Recipient *recipient = plan_rows_recipient(member->row);
        g_ptr_array_insert(recipient->because, 0, why(correction, member));
        g_ptr_array_add(recipients, recipient);
    }
    return recipients;
}

const char *correction_follows(const Correction *correction, const char *recipient)
{
    g_autofree char *key = member_key("email", recipient);
    const CorrectionMember *member = g_hash_table_lookup(correction->index, key);
    return member != NULL ? member->follows : NULL;
}

const char *correction_follows_most(const Correction *correction)
{
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
    const char *most = NULL;
    guint best = 0;
    for (guint i = 0; i < correction->members->len; i++) {
        const CorrectionMember *member = correction->members->pdata[i];
        const char *key = member->follows != NULL ? member->follows : "";
        guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key)) + 1;
        if (is_paper(member->row))
            continue;
        g_hash_table_insert(counts, (gpointer)key, GUINT_TO_POINTER(n));
        if (n > best) {
            best = n;
            most = member->follows;
        }
    }
    return most;
}

guint correction_count(const Correction *correction, const char *channel, CorrectionHad had)
{
    guint n = 0;
    for (guint i = 0; i < correction->members->len; i++) {
        const CorrectionMember *member = correction->members->pdata[i];
        n += member->had == had && strcmp(member->row->channel, channel) == 0 ? 1 : 0;
    }
    return n;
}

char *correction_versions_words(const Correction *correction)
{
    g_autoptr(GString) numbers = g_string_new(NULL);
    for (guint i = 0; i < correction->versions->len; i++)
        g_string_append_printf(numbers, "%s%d", i > 0 ? _("、") : "",
                               ((const StoreIssue *)correction->versions->pdata[i])->revision);
    return g_strdup_printf(_("第 %s 版"), numbers->str);
}

/* The last row of void versions to him, whatever became of it. */
static const StoreDelivery *last_row(const Correction *correction, const Recipient *recipient)
{
    for (guint i = correction->rows->len; i-- > 0;) {
        const StoreDelivery *row = correction->rows->pdata[i];
        if (strcmp(row->recipient, recipient->id) == 0 && is_paper(row) == (recipient->channel == CHANNEL_PAPER))
            return row;
    }
    return NULL;
}

/* Who is known by that name among those who get it, by mail. */
static const StoreDelivery *namesake(const Correction *correction, const Recipient *recipient)
{
    for (guint i = 0; i < correction->members->len && recipient->channel == CHANNEL_EMAIL; i++) {
        const StoreDelivery *row = ((const CorrectionMember *)correction->members->pdata[i])->row;
        if (!is_paper(row) && g_strcmp0(row->name, recipient->name) == 0)
            return row;
    }
    return NULL;
}

char *correction_missing_words(const Correction *correction, const Recipient *recipient)
{
    const StoreDelivery *row = last_row(correction, recipient), *other = namesake(correction, recipient);
    if (row != NULL && row->state == DELIVERY_CANCELLED)
        return g_strdup(_("旧版发给他的已取消"));
    if (row != NULL)
        return g_strdup(_("旧版没有送到他那里"));
    if (other != NULL)
        return g_strdup_printf(_("旧版发到 %s，更正也发到那里"), other->address);
    return g_strdup(_("旧版没有发给他"));
}
