/* SPDX-License-Identifier: GPL-3.0-or-later
 * Flags in words. */
#include "daemon/ctl/flag-words.h"

#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/store/flags.h"

static char *words_for(const StoreFlag *flag)
{
    g_autofree char *day = clock_date(flag->at);
    const char *said = flag->text != NULL ? flag->text : flag->status;
    return said != NULL ? g_strdup_printf(_("%s 退信：%s"), day, said) : g_strdup_printf(_("%s 退信"), day);
}

GHashTable *flag_words_load(Store *store, GError **error)
{
    g_autoptr(GPtrArray) flags = store_flag_list(store, error);
    if (flags == NULL)
        return NULL;
    GHashTable *words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint i = 0; i < flags->len; i++) {
        const StoreFlag *flag = g_ptr_array_index(flags, i);
        g_hash_table_insert(words, g_strdup(flag->address), words_for(flag));
    }
    return words;
}

const char *flag_words_of(GHashTable *words, const char *address)
{
    g_autofree char *lower = address != NULL ? g_ascii_strdown(address, -1) : NULL;
    return lower != NULL ? g_hash_table_lookup(words, lower) : NULL;
}
