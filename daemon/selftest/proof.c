/* SPDX-License-Identifier: GPL-3.0-or-later
 * What each row says must be what the server knows: accepted = taken once; unknown = taken or not, never
 * twice; nothing else may be left, and the server may know of no mail that has no row. */
#include "daemon/selftest/proof.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/base/i18n.h"
#include "daemon/selftest/office.h"
#include "daemon/store/audit.h"
#include "daemon/store/deliveries.h"

enum { MOST_PROBLEMS = 10 };

struct Proof {
    Store *store;
    guint expected;
    gint64 change;
};

Proof *proof_open(const char *store, guint expected, GError **error)
{
    g_autoptr(Proof) proof = g_new0(Proof, 1);
    proof->store = store_open(store, FALSE, error);
    proof->expected = expected;
    return proof->store != NULL ? g_steal_pointer(&proof) : NULL;
}

void proof_free(Proof *proof)
{
    if (proof == NULL)
        return;
    store_close(proof->store);
    g_free(proof);
}

gboolean proof_advanced(Proof *proof)
{
    gint64 before = proof->change;
    proof->change = store_change_counter(proof->store);
    return proof->change != before;
}

static gboolean is_final(DeliveryState state)
{
    return state == DELIVERY_ACCEPTED || state == DELIVERY_UNKNOWN || state == DELIVERY_REFUSED;
}

static gboolean is_notice(const StoreDelivery *row)
{
    return strcmp(row->address, OFFICE_CLERK) == 0;
}

static GPtrArray *rows_of(Proof *proof, GError **error)
{
    DeliveryFilter filter = {.state = -1, .notices = TRUE};
    return store_delivery_list(proof->store, &filter, error);
}

static guint count_issue_rows(const GPtrArray *rows)
{
    guint n = 0;
    for (guint i = 0; i < rows->len; i++)
        n += !is_notice(rows->pdata[i]);
    return n;
}

gboolean proof_is_settled(Proof *proof)
{
    g_autoptr(GPtrArray) rows = rows_of(proof, NULL);
    for (guint i = 0; rows != NULL && i < rows->len; i++)
        if (!is_final(((const StoreDelivery *)rows->pdata[i])->state))
            return FALSE;
    return rows != NULL && count_issue_rows(rows) == proof->expected;
}

static void add_problem(SelftestReport *report, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void add_problem(SelftestReport *report, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    char *text = g_strdup_vprintf(format, values);
    va_end(values);
    if (report->problems->len < MOST_PROBLEMS)
        g_ptr_array_add(report->problems, text);
    else
        g_free(text);
}

static void compare_row(const StoreDelivery *row, guint times, SelftestReport *report)
{
    report->unknown += row->state == DELIVERY_UNKNOWN;
    if (times > 1) {
        report->repeated++;
        add_problem(report, _("登记号 %" PRId64 "，%s：服务器收下了 %u 次"), row->issue_id, row->address, times);
    }
    /* a notice about the last ones may come too late to be sent */
    if (row->state == DELIVERY_UNKNOWN || (row->state == DELIVERY_QUEUED && is_notice(row) && times == 0))
        return;
    if (row->state != DELIVERY_ACCEPTED) {
        report->unfinished++;
        add_problem(report, _("登记号 %" PRId64 "，%s：到最后也没有发出。%s"), row->issue_id, row->address,
                    row->reply_text != NULL ? row->reply_text : "");
    } else if (times == 0) {
        report->lost++;
        add_problem(report, _("登记号 %" PRId64 "，%s：登记为已受理，服务器没有收到"), row->issue_id, row->address);
    }
}

static void compare_rows(const GPtrArray *rows, GHashTable *record, SelftestReport *report)
{
    report->mails = rows->len;
    for (guint i = 0; i < rows->len; i++) {
        const StoreDelivery *row = rows->pdata[i];
        const char *id = row->message_id != NULL ? row->message_id : "";
        compare_row(row, GPOINTER_TO_UINT(g_hash_table_lookup(record, id)), report);
        g_hash_table_remove(record, id);
    }
}

static void compare_rest(GHashTable *record, SelftestReport *report)
{
    GHashTableIter iter;
    gpointer id;
    g_hash_table_iter_init(&iter, record);
    while (g_hash_table_iter_next(&iter, &id, NULL)) {
        report->repeated++;
        add_problem(report, _("服务器收下了 %s，登记簿里没有"), (char *)id);
    }
}

static void compare_number(guint there, guint expected, SelftestReport *report)
{
    if (there == expected)
        return;
    if (there < expected)
        report->lost += expected - there;
    add_problem(report, _("登记簿里有 %u 封，应有 %u 封"), there, expected);
}

gboolean proof_compare(Proof *proof, GHashTable *record, SelftestReport *report, GError **error)
{
    g_autoptr(GError) fault = NULL;
    g_autoptr(GPtrArray) rows = rows_of(proof, error);
    gint64 audited;
    if (rows == NULL)
        return FALSE;
    compare_number(count_issue_rows(rows), proof->expected, report);
    compare_rows(rows, record, report);
    compare_rest(record, report);
    if (report->unknown > report->allowed)
        add_problem(report, _("结果不明 %u，超过允许的 %u"), report->unknown, report->allowed);
    if (!store_check(proof->store, &fault) || !store_audit_verify(proof->store, &audited, &fault))
        add_problem(report, "%s", fault->message);
    return TRUE;
}
