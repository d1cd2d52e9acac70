/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rules on who holds a post, and who receives in whose place. */
#include <string.h>

#include "daemon/base/i18n.h"
#include "recipients/directory-check-run.h"
#include "recipients/directory-index.h"
#include "recipients/directory-versions.h"

#define SOON 30 /* days */

gboolean directory_check_run_holds(const DirectoryCheckRun *run, const char *from, const char *to)
{
    return strcmp(from, run->directory->date) <= 0 && (*to == '\0' || strcmp(run->directory->date, to) <= 0);
}

/* ---- posts ---- */

/* The tenures of a post around the day; each lent, NULL = none. */
typedef struct {
    const DirectoryTenure *past, *next; /* the last that ended before the day, the first that begins after it */
    const DirectoryTenure *last;        /* of those that hold, the one that ends last */
    guint holders;
} Posted;

static gboolean ends_later(const DirectoryTenure *tenure, const DirectoryTenure *than)
{
    return than == NULL || (*than->to != '\0' && (*tenure->to == '\0' || strcmp(tenure->to, than->to) > 0));
}

static Posted posted(const DirectoryCheckRun *run, const DirectoryPost *post)
{
    Posted found = {NULL, NULL, NULL, 0};
    guint n;
    gpointer *tenures = directory_list_find(&run->directory->index->tenures_of_post, post->id, &n);
    for (guint i = 0; i < n; i++) {
        const DirectoryTenure *tenure = tenures[i];
        if (directory_check_run_holds(run, tenure->from, tenure->to)) {
            found.holders++;
            found.last = ends_later(tenure, found.last) ? tenure : found.last;
        } else if (strcmp(tenure->from, run->directory->date) > 0) {
            found.next = found.next == NULL ? tenure : found.next; /* they stand by their start */
        } else {
            found.past = ends_later(tenure, found.past) ? tenure : found.past;
        }
    }
    return found;
}

static const char *name_of(const DirectoryCheckRun *run, gint64 person_id)
{
    const DirectoryPerson *person = directory_person_by_id(run->directory, person_id);
    return person != NULL ? person->name : "?";
}

static char *next_words(const DirectoryCheckRun *run, const Posted *found)
{
    if (found->next == NULL)
        return g_strdup("");
    return g_strdup_printf(_("%s 自 %s 起任职"), name_of(run, found->next->person_id), found->next->from);
}

void directory_check_run_ended(DirectoryCheckRun *run)
{
    for (guint i = 0; i < run->directory->posts->len; i++) {
        const DirectoryPost *post = run->directory->posts->pdata[i];
        Posted found = posted(run, post);
        if (found.holders > 0 || found.past == NULL)
            continue;
        g_autofree char *next = next_words(run, &found);
        directory_check_run_found(run, DIRECTORY_POST, post,
                                  g_strdup_printf(_("%s 任到 %s%s%s"), name_of(run, found.past->person_id),
                                                  found.past->to, *next != '\0' ? "，" : "", next));
    }
}

/* Posts that nobody ever held: those that somebody speaks of, or the others. */
static void say_vacant(DirectoryCheckRun *run, gboolean named)
{
    for (guint i = 0; i < run->directory->posts->len; i++) {
        const DirectoryPost *post = run->directory->posts->pdata[i];
        Posted found = posted(run, post);
        if (found.holders > 0 || found.past != NULL)
            continue;
        g_autofree char *where = directory_check_run_where_named(run, post), *next = next_words(run, &found);
        if ((where != NULL) == named)
            directory_check_run_found(run, DIRECTORY_POST, post,
                                      g_strdup_printf("%s%s%s", named ? where : "", named && *next != '\0' ? "，" : "",
                                                      next));
    }
}

void directory_check_run_vacant(DirectoryCheckRun *run)
{
    say_vacant(run, TRUE);
}

void directory_check_run_idle(DirectoryCheckRun *run)
{
    say_vacant(run, FALSE);
}

/* Whoever follows begins by the day after. */
static gboolean is_followed(const Posted *found)
{
    g_autofree char *after = directory_day_after(found->last->to);
    return found->next != NULL && strcmp(found->next->from, after) <= 0;
}

void directory_check_run_ending(DirectoryCheckRun *run)
{
    g_autofree char *soon = directory_day_plus(run->directory->date, SOON);
    for (guint i = 0; i < run->directory->posts->len; i++) {
        const DirectoryPost *post = run->directory->posts->pdata[i];
        Posted found = posted(run, post);
        if (found.holders > 0 && *found.last->to != '\0' && strcmp(found.last->to, soon) <= 0 && !is_followed(&found))
            directory_check_run_found(run, DIRECTORY_POST, post,
                                      g_strdup_printf(_("%s 任到 %s"), name_of(run, found.last->person_id),
                                                      found.last->to));
    }
}

void directory_check_run_two_chiefs(DirectoryCheckRun *run)
{
    for (guint i = 0; i < run->directory->posts->len; i++) {
        const DirectoryPost *post = run->directory->posts->pdata[i];
        if (post->kind != POST_CHIEF)
            continue;
        g_autoptr(GPtrArray) holders = directory_holders(run->directory, post);
        g_autoptr(GString) names = g_string_new(NULL);
        for (guint n = 0; n < holders->len; n++)
            g_string_append_printf(names, "%s%s", n > 0 ? "、" : "", ((const DirectoryPerson *)holders->pdata[n])->name);
        if (holders->len > 1)
            directory_check_run_found(run, DIRECTORY_POST, post, g_strdup(names->str));
    }
}

/* ---- stand-ins ---- */

/* The first stand-in of the day for each person: person id → DirectoryStandIn. */
static GHashTable *stand_ins(const DirectoryCheckRun *run)
{
    GHashTable *of = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (guint i = 0; i < run->directory->stand_ins->len; i++) {
        DirectoryStandIn *row = run->directory->stand_ins->pdata[i];
        if (directory_check_run_holds(run, row->from, row->to) && !g_hash_table_contains(of, &row->person_id))
            g_hash_table_insert(of, &row->person_id, row);
    }
    return of;
}

/* The persons (their ids as they stand in the rows) who come back to themselves; each is walked over once. */
static GHashTable *circles(const DirectoryCheckRun *run, GHashTable *of)
{
    GHashTable *in_circle = g_hash_table_new(g_int64_hash, g_int64_equal);
    g_autoptr(GHashTable) walk_of = g_hash_table_new(NULL, NULL); /* row → number of the walk that met it */
    for (guint i = 0; i < run->directory->stand_ins->len; i++) {
        gpointer walk = GUINT_TO_POINTER(i + 1);
        DirectoryStandIn *row = g_hash_table_lookup(of, &((DirectoryStandIn *)run->directory->stand_ins->pdata[i])->person_id);
        for (; row != NULL && !g_hash_table_contains(walk_of, row); row = g_hash_table_lookup(of, &row->stand_in_id))
            g_hash_table_insert(walk_of, row, walk);
        if (row != NULL && g_hash_table_lookup(walk_of, row) == walk)
            for (; g_hash_table_add(in_circle, &row->person_id);)
                row = g_hash_table_lookup(of, &row->stand_in_id);
    }
    return in_circle;
}

/* The stand-ins who are away themselves: those of a circle, or the others. */
static void look_at_stand_ins(DirectoryCheckRun *run, gboolean circle)
{
    g_autoptr(GHashTable) of = stand_ins(run);
    g_autoptr(GHashTable) in_circle = circles(run, of);
    for (guint i = 0; i < run->directory->stand_ins->len; i++) {
        const DirectoryStandIn *row = run->directory->stand_ins->pdata[i];
        const DirectoryStandIn *next = g_hash_table_lookup(of, &row->stand_in_id);
        if (!directory_check_run_holds(run, row->from, row->to) || next == NULL ||
            g_hash_table_contains(in_circle, &row->person_id) != circle)
            continue;
        directory_check_run_found(run, DIRECTORY_STAND_IN, row,
                                  g_strdup_printf(_("%s 也不在岗，由 %s 代收"), name_of(run, row->stand_in_id),
                                                  name_of(run, next->stand_in_id)));
    }
}

void directory_check_run_circles(DirectoryCheckRun *run)
{
    look_at_stand_ins(run, TRUE);
}

void directory_check_run_chains(DirectoryCheckRun *run)
{
    look_at_stand_ins(run, FALSE);
}
