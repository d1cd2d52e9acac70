/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sidecars in a watched folder. */
#include "daemon/intake/sidecar.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/log.h"
#include "daemon/intake/claim.h"
#include "daemon/intake/final.h"

#define MARK_LIMIT 4096 /* bytes: one that holds more is no mere mark, and stays */

/* A sidecar that lies there. */
typedef struct {
    char *file; /* its own name, raw bytes */
    guint scan; /* the last scan that saw it */
} Mark;

struct Sidecars {
    const char *folder, *suffix;
    GHashTable *marks; /* the name spoken for, as people see it → Mark */
};

static void mark_free(gpointer data)
{
    Mark *mark = data;
    g_free(mark->file);
    g_free(mark);
}

Sidecars *sidecars_new(const char *folder, const char *suffix)
{
    Sidecars *sidecars = g_new0(Sidecars, 1);
    sidecars->folder = folder;
    sidecars->suffix = suffix;
    sidecars->marks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, mark_free);
    return sidecars;
}

void sidecars_free(Sidecars *sidecars)
{
    if (sidecars == NULL)
        return;
    g_hash_table_unref(sidecars->marks);
    g_free(sidecars);
}

gboolean sidecars_look(Sidecars *sidecars, const char *name, guint scan)
{
    g_autofree char *shown = claim_shown_name(name), *spoken = final_spoken_for(shown, sidecars->suffix);
    if (spoken == NULL)
        return FALSE;
    g_autofree char *path = g_build_filename(sidecars->folder, name, NULL);
    struct stat state;
    if (lstat(path, &state) != 0 || !S_ISREG(state.st_mode)) {
        g_hash_table_remove(sidecars->marks, spoken);
        return TRUE;
    }
    Mark *mark = g_new0(Mark, 1);
    *mark = (Mark){g_strdup(name), scan};
    g_hash_table_replace(sidecars->marks, g_steal_pointer(&spoken), mark);
    return TRUE;
}

static gboolean was_not_seen(gpointer name, gpointer mark, gpointer scan)
{
    (void)name;
    return ((const Mark *)mark)->scan != GPOINTER_TO_UINT(scan);
}

void sidecars_forget(Sidecars *sidecars, guint scan)
{
    g_hash_table_foreach_remove(sidecars->marks, was_not_seen, GUINT_TO_POINTER(scan));
}

static gboolean is_shared(const char *stem, GHashTable *files)
{
    guint n = 0;
    GHashTableIter iter;
    gpointer name;
    g_hash_table_iter_init(&iter, files);
    while (n < 2 && g_hash_table_iter_next(&iter, &name, NULL)) {
        g_autofree char *shown = claim_shown_name(name), *own = final_stem(shown);
        n += strcmp(own, stem) == 0 ? 1 : 0;
    }
    return n > 1;
}

/* The name under which one speaks for the file, NULL when none does; caller frees. */
static char *spoken_name(const Sidecars *sidecars, const char *name, GHashTable *files)
{
    g_autofree char *shown = claim_shown_name(name), *stem = final_stem(shown);
    if (g_hash_table_contains(sidecars->marks, shown))
        return g_steal_pointer(&shown);
    if (g_hash_table_contains(sidecars->marks, stem) && !is_shared(stem, files))
        return g_steal_pointer(&stem);
    return NULL;
}

gboolean sidecars_speak(const Sidecars *sidecars, const char *name, GHashTable *files)
{
    g_autofree char *spoken = spoken_name(sidecars, name, files);
    return spoken != NULL;
}

void sidecars_consume(Sidecars *sidecars, const char *name, GHashTable *files)
{
    g_autofree char *spoken = spoken_name(sidecars, name, files);
    const Mark *mark = spoken != NULL ? g_hash_table_lookup(sidecars->marks, spoken) : NULL;
    if (mark == NULL)
        return;
    g_autofree char *path = g_build_filename(sidecars->folder, mark->file, NULL);
    struct stat state;
    if (lstat(path, &state) == 0 && (state.st_size > MARK_LIMIT || unlink(path) != 0))
        log_event(LOG_LEVEL_WARNING, "intake", "sidecar-left", "folder", sidecars->folder, "file", mark->file, NULL);
    g_hash_table_remove(sidecars->marks, spoken);
}
