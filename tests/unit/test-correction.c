/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who has a void version, by the rows of the register. */
#include "daemon/correction.h"

#include <string.h>

/* A row from "mailbox:a accepted" with more words behind: signed, lost, paper, and a Message-ID "=m1". */
static StoreDelivery *read_row(const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    StoreDelivery *row = g_new0(StoreDelivery, 1);
    row->recipient = g_strdup(words[0]);
    row->channel = g_strdup("email");
    g_assert_true(delivery_state_parse(words[1], &row->state));
    for (char **word = words + 2; *word != NULL; word++) {
        if (strcmp(*word, "signed") == 0)
            row->signed_at = 1;
        else if (strcmp(*word, "lost") == 0)
            row->settled_as = g_strdup("lost");
        else if (strcmp(*word, "paper") == 0) {
            g_free(row->channel);
            row->channel = g_strdup("paper");
        } else if (**word == '=')
            row->message_id = g_strdup(*word + 1);
        else
            row->address = g_strdup(*word);
    }
    return row;
}

static char *told(const GPtrArray *members)
{
    static const char *const had[] = {[CORRECTION_HAS] = "has", [CORRECTION_MAY] = "may", [CORRECTION_WAITS] = "waits"};
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < members->len; i++) {
        const CorrectionMember *member = members->pdata[i];
        g_string_append_printf(text, "%s%s %s", i > 0 ? "; " : "", member->row->recipient, had[member->had]);
        if (member->row->address != NULL)
            g_string_append_printf(text, " @%s", member->row->address);
        if (member->follows != NULL)
            g_string_append_printf(text, " (%s)", member->follows);
    }
    return g_string_free(text, FALSE);
}

static void test_members(void)
{
    static const struct { const char *name, *rows, *want; } rows[] = {
        {"nobody", "", ""},
        {"taken by the relay", "a accepted =m1", "a has (m1)"},
        {"delivered", "a delivered =m1", "a has (m1)"},
        {"in doubt", "a unknown =m1", "a may (m1)"},
        {"in doubt, and a clerk found out that it is lost", "a unknown lost =m1", ""},
        {"on the wire", "a sending =m1", "a may (m1)"},
        {"not sent yet", "a queued =m1", "a waits"},
        {"to be tried again", "a deferred =m1", "a waits"},
        {"stopped before it went", "a planned =m1", "a waits"},
        {"refused, bounced, cancelled", "a refused =m1|b bounced =m2|c cancelled =m3", ""},
        {"bounced, and signed for all the same", "a bounced signed =m1", "a has (m1)"},
        {"on paper", "a planned paper|b cancelled paper", "a has"},
        {"mail and paper are two", "a accepted =m1|a planned paper", "a has (m1); a has"},
        {"refused, then sent again", "a refused =m1|a accepted =m2", "a has (m2)"},
        {"sent again while the first is there", "a accepted =m1|a queued =m2", "a has (m1)"},
        {"sent twice", "a accepted =m1|a accepted =m2", "a has (m1 m2)"},
        {"sent again by the policy under its name", "a unknown =m1|a accepted =m1", "a has (m1)"},
        {"the last address that it went to", "a accepted old =m1|a accepted new =m2", "a has @new (m1 m2)"},
        {"not the one it waits for", "a accepted old =m1|a deferred new =m2", "a has @old (m1)"},
        {"certain outweighs doubt, whichever was first", "a accepted =m1|a unknown =m2", "a has (m1 m2)"},
        {"the order of the first rows", "b queued =m1|a accepted =m2|b accepted =m3", "b has (m3); a has (m2)"},
        {"no more than eight are named", "a accepted =1|a accepted =2|a accepted =3|a accepted =4|a accepted =5|a accepted =6|"
         "a accepted =7|a accepted =8|a accepted =9", "a has (2 3 4 5 6 7 8 9)"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) given = g_ptr_array_new_with_free_func((GDestroyNotify)store_delivery_free);
        g_auto(GStrv) texts = g_strsplit(rows[i].rows, "|", -1);
        for (char **text = texts; *text != NULL; text++)
            g_ptr_array_add(given, read_row(*text));
        g_autoptr(GPtrArray) members = correction_members(given);
        g_autofree char *got = told(members);
        g_test_message("%s", rows[i].name);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/correction/members", test_members);
    return g_test_run();
}
