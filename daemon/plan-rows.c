/* SPDX-License-Identifier: GPL-3.0-or-later
 * From rows back to recipients. */
#include "daemon/plan-rows.h"

#include <jansson.h>
#include <string.h>

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

static char *text_of(const char *text)
{
    return g_strdup(text != NULL ? text : "");
}

Recipient *plan_rows_recipient(const StoreDelivery *row)
{
    Recipient *recipient = g_new0(Recipient, 1);
    recipient->id = text_of(row->recipient);
    recipient->name = text_of(row->name);
    recipient->salutation = text_of(row->salutation);
    recipient->unit = text_of(row->unit);
    recipient->channel = strcmp(row->channel, "email") == 0 ? CHANNEL_EMAIL : CHANNEL_PAPER;
    recipient->address = text_of(row->address);
    recipient->copies = row->copies;
    recipient->leader = row->leader;
    recipient->because = texts_of(row->because);
    return recipient;
}

GPtrArray *plan_rows_load(Store *store, gint64 issue_id, GError **error)
{
    DeliveryFilter filter = {.issue_id = issue_id, .state = -1};
    g_autoptr(GPtrArray) rows = store_delivery_list(store, &filter, error);
    if (rows == NULL)
        return NULL;
    GPtrArray *recipients = g_ptr_array_new_with_free_func(recipient_free);
    for (guint i = 0; i < rows->len; i++) {
        const StoreDelivery *row = rows->pdata[i];
        if (row->sending_no == 0 && row->state != DELIVERY_CANCELLED)
            g_ptr_array_add(recipients, plan_rows_recipient(row));
    }
    return recipients;
}
