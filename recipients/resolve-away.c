/* SPDX-License-Identifier: GPL-3.0-or-later
 * Stand-ins followed to their end. A circle, and a stand-in who left the directory, are told: nobody
 * is guessed. */
#include "recipients/resolve-away.h"

#include "daemon/base/i18n.h"

typedef struct {
    const Directory *directory;
    const DirectoryPerson *first;
    GPtrArray *way;       /* those away, from the first to where we are */
    GPtrArray *receivers; /* ResolveReceiver */
    char *trouble;
} Following;

static void receiver_free(gpointer data)
{
    g_free(((ResolveReceiver *)data)->steps);
    g_free(data);
}

/* The steps are taken. */
static void add_receiver(Following *following, const DirectoryPerson *person, char *steps)
{
    ResolveReceiver *receiver = g_new0(ResolveReceiver, 1);
    receiver->person = person;
    receiver->steps = steps;
    g_ptr_array_add(following->receivers, receiver);
}

static char *away_words(const DirectoryStandIn *stand_in, const char *steps)
{
    g_autofree char *until = *stand_in->to != '\0' ? g_strdup_printf(_("请假 至 %s"), stand_in->to)
                                                   : g_strdup(_("请假"));
    return g_strdup_printf(stand_in->both ? _("%s（%s，本人仍收）") : _("%s（%s）"), steps, until);
}

static void follow(Following *following, const DirectoryPerson *person, const char *steps);

static void follow_stand_in(Following *following, const DirectoryStandIn *stand_in, const char *steps)
{
    const DirectoryPerson *next = directory_person_by_id(following->directory, stand_in->stand_in_id);
    g_autofree char *away = away_words(stand_in, steps);
    if (next == NULL) {
        g_free(following->trouble);
        following->trouble =
            g_strdup_printf(_("“%s”请假，代收人已不在名录中：请在名录中改正代收，或由经办人确定改送何人"),
                            following->first->name);
        return;
    }
    g_autofree char *on = g_strdup_printf(_("%s → 代收 %s"), away, next->name);
    follow(following, next, on);
}

static void follow(Following *following, const DirectoryPerson *person, const char *steps)
{
    g_autoptr(GPtrArray) stand_ins = directory_stand_ins(following->directory, person);
    if (stand_ins->len == 0) {
        add_receiver(following, person, g_strdup(steps));
        return;
    }
    if (g_ptr_array_find(following->way, person, NULL)) {
        g_free(following->trouble);
        following->trouble =
            g_strdup_printf(_("“%s”请假，代收又转回“%s”：请在名录中改正代收，或由经办人确定改送何人"),
                            following->first->name, person->name);
        return;
    }
    g_ptr_array_add(following->way, (gpointer)person);
    for (guint i = 0; i < stand_ins->len; i++) {
        const DirectoryStandIn *stand_in = stand_ins->pdata[i];
        if (stand_in->both)
            add_receiver(following, person, away_words(stand_in, steps));
        follow_stand_in(following, stand_in, steps);
    }
    g_ptr_array_set_size(following->way, (gint)following->way->len - 1);
}

GPtrArray *resolve_receivers(const Directory *directory, const DirectoryPerson *person, char **trouble)
{
    g_autoptr(GPtrArray) way = g_ptr_array_new();
    Following following = {directory, person, way, g_ptr_array_new_with_free_func(receiver_free), NULL};
    follow(&following, person, "");
    *trouble = following.trouble;
    return following.receivers;
}
