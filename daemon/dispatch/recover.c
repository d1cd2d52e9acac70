/* SPDX-License-Identifier: GPL-3.0-or-later
 * Recovery. In the same boot the wire table knows every dot that may have gone: an answered slot is
 * that answer, a marked one is doubt, and a row without a slot was never tried. After another boot
 * the table proves nothing, and every row in sending is in doubt. */
#include "daemon/dispatch/recover.h"

#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/store/quota.h"

/* Slots by delivery id. */
static GHashTable *index_slots(const Wire *wire)
{
    GHashTable *slots = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    for (int slot = 0; slot < WIRE_SLOTS; slot++) {
        WireEntry entry = wire_entry(wire, slot);
        if (entry.phase != WIRE_FREE)
            g_hash_table_insert(slots, g_memdup2(&entry.delivery_id, sizeof(gint64)), GINT_TO_POINTER(slot + 1));
    }
    return slots;
}

/* A row as far as recovery needs it: attempts and deadline are the next attempt's business. */
static Job *job_of_row(gint64 id, gint64 now)
{
    StoreDelivery *delivery = g_new0(StoreDelivery, 1);
    delivery->id = id;
    delivery->attempts = 1;
    delivery->first_queued = now;
    return job_new(delivery, NULL);
}

static void settle_by_slot(const EngineParts *parts, Job *job, int slot)
{
    WireEntry entry = wire_entry(parts->wire, slot);
    gboolean answered = entry.phase == WIRE_ANSWERED;
    SmtpResult result = {.stage = OUTCOME_AT_DOT, .code = entry.code,
                         .text = answered ? entry.text : _("程序在最后一点发出后、收到答复前中断")};
    result.outcome = outcome_of_reply(OUTCOME_AT_DOT, entry.code, entry.text);
    job_settle(job, parts->settings->retry, &result, entry.relay);
    job->counted = TRUE;
}

static void settle_row(const EngineParts *parts, Job *job, GHashTable *slots)
{
    int slot = GPOINTER_TO_INT(g_hash_table_lookup(slots, &job->delivery->id)) - 1;
    if (parts->is_foreign || !wire_is_of_this_boot(parts->wire)) {
        SmtpResult result = {.outcome = OUTCOME_UNKNOWN, .stage = OUTCOME_AT_DOT,
                             .text = parts->is_foreign ? _("数据库是恢复或复制来的，不能确定是否已送出")
                                                       : _("机器在发送中断电或重启，不能确定是否已送出")};
        job_settle(job, parts->settings->retry, &result, NULL);
    } else if (slot >= 0) {
        settle_by_slot(parts, job, slot);
    } else {
        job_put_back(job);
    }
}

static gboolean store_jobs(const EngineParts *parts, const GPtrArray *jobs, GError **error)
{
    g_autofree DeliveryOutcome *outcomes = g_new(DeliveryOutcome, MAX(jobs->len, 1));
    g_autoptr(GHashTable) used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint i = 0; i < jobs->len; i++) {
        outcomes[i] = job_outcome(g_ptr_array_index(jobs, i));
        job_count(g_ptr_array_index(jobs, i), used);
    }
    if (jobs->len == 0)
        return TRUE;
    if (!store_begin(parts->store, error))
        return FALSE;
    gboolean good = store_delivery_finish(parts->store, outcomes, jobs->len, NULL, error) &&
                    store_quota_add(parts->store, used, clock_now(), error);
    return store_end(parts->store, good, error);
}

gboolean recover_rows(const EngineParts *parts, GError **error)
{
    g_autoptr(GArray) ids = store_delivery_in_doubt(parts->store, error);
    if (ids == NULL)
        return FALSE;
    g_autoptr(GHashTable) slots = index_slots(parts->wire);
    g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func((GDestroyNotify)job_free);
    for (guint i = 0; i < ids->len; i++) {
        Job *job = job_of_row(g_array_index(ids, gint64, i), clock_now());
        g_ptr_array_add(jobs, job);
        settle_row(parts, job, slots);
    }
    if (!store_jobs(parts, jobs, error))
        return FALSE;
    for (guint i = 0; i < jobs->len; i++)
        job_log(g_ptr_array_index(jobs, i));
    wire_reset(parts->wire);
    return TRUE;
}
