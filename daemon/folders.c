/* SPDX-License-Identifier: GPL-3.0-or-later
 * Watched folders and their sub-folders of series. */
#include "daemon/folders.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/intake/claim.h"
#include "daemon/intake/sidecar.h"

enum { LOOK_INTERVAL = 10 }; /* seconds between looks for sub-folders */

struct Folders {
    const Config *config;
    WatchFile callback;
    gpointer data;
    GHashTable *watches; /* path → Watch */
    GHashTable *strange; /* paths of sub-folders that are left alone, and were said */
    guint timer;
};

/* ---- one folder ---- */

static WatchRules rules_of(const ConfigWatch *watch)
{
    return (WatchRules){.settle = watch->settle, .scan = watch->scan, .no_events = !watch->events,
                        .final = watch->final, .pattern = watch->pattern};
}

static gboolean add(Folders *folders, const char *path, const WatchRules *rules, GError **error)
{
    Watch *watch = watch_new(path, rules, folders->callback, folders->data, error);
    if (watch != NULL)
        g_hash_table_insert(folders->watches, g_strdup(path), watch);
    return watch != NULL;
}

/* ---- sub-folders ---- */

/* The names of the sub-folders in a watched folder but archive/, held/ and hidden ones. */
static GPtrArray *sub_folders(const char *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (strcmp(name, "archive") != 0 && strcmp(name, "held") != 0 && !claim_is_temporary(name) &&
            g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
            g_ptr_array_add(names, g_strdup(name));
    }
    return names;
}

static void look_at(Folders *folders, const ConfigWatch *watch, const char *name)
{
    g_autofree char *path = g_build_filename(watch->folder, name, NULL);
    if (g_hash_table_contains(folders->watches, path) || g_hash_table_contains(folders->strange, path))
        return;
    g_autoptr(GError) error = NULL;
    const WatchRules rules = rules_of(watch);
    if (config_folder_series(folders->config, path) == NULL) {
        log_event(LOG_LEVEL_WARNING, "intake", "sub-folder-ignored", "folder", path, NULL);
        g_hash_table_add(folders->strange, g_steal_pointer(&path));
    } else if (add(folders, path, &rules, &error))
        log_event(LOG_LEVEL_INFO, "intake", "sub-folder", "folder", path, NULL);
    else
        log_event(LOG_LEVEL_ERROR, "intake", "sub-folder-not-watched", "folder", path, "error", error->message, NULL);
}

/* A sub-folder that was taken away, while the one above it is there, is not missed. */
static gboolean is_gone(gpointer key, gpointer value, gpointer data)
{
    const ConfigWatch *watch = data;
    const char *path = key;
    (void)value;
    g_autofree char *above = g_path_get_dirname(path);
    return strcmp(above, watch->folder) == 0 && !g_file_test(path, G_FILE_TEST_IS_DIR);
}

static void look_for_sub_folders(Folders *folders, const ConfigWatch *watch)
{
    g_autoptr(GPtrArray) names = sub_folders(watch->folder);
    if (g_file_test(watch->folder, G_FILE_TEST_IS_DIR)) {
        g_hash_table_foreach_remove(folders->watches, is_gone, (gpointer)watch);
        g_hash_table_foreach_remove(folders->strange, is_gone, (gpointer)watch);
    }
    for (guint i = 0; i < names->len; i++)
        look_at(folders, watch, names->pdata[i]);
}

static gboolean on_timer(gpointer data)
{
    Folders *folders = data;
    const GPtrArray *watches = folders->config->watches;
    for (guint i = 0; i < watches->len; i++) {
        const ConfigWatch *watch = g_ptr_array_index(watches, i);
        if (watch->subfolders)
            look_for_sub_folders(folders, watch);
    }
    return G_SOURCE_CONTINUE;
}

/* ---- all of them ---- */

static gboolean add_all(Folders *folders, GError **error)
{
    const Config *config = folders->config;
    const WatchRules at_once = {.settle = 1};
    g_autofree char *incoming = g_build_filename(config->spool, "incoming", NULL);
    if (!add(folders, incoming, &at_once, error))
        return FALSE;
    for (guint i = 0; i < config->watches->len; i++) {
        const ConfigWatch *watch = g_ptr_array_index(config->watches, i);
        const WatchRules rules = rules_of(watch);
        if (!add(folders, watch->folder, &rules, error))
            return FALSE;
    }
    return TRUE;
}

Folders *folders_start(const Config *config, WatchFile callback, gpointer data, GError **error)
{
    Folders *folders = g_new0(Folders, 1);
    folders->config = config;
    folders->callback = callback;
    folders->data = data;
    folders->watches = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)watch_free);
    folders->strange = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (!add_all(folders, error)) {
        folders_stop(&folders);
        return NULL;
    }
    on_timer(folders);
    folders->timer = g_timeout_add_seconds(LOOK_INTERVAL, on_timer, folders);
    return folders;
}

void folders_stop(Folders **folders)
{
    Folders *self = g_steal_pointer(folders);
    if (self == NULL)
        return;
    if (self->timer != 0)
        g_source_remove(self->timer);
    g_hash_table_unref(self->watches);
    g_hash_table_unref(self->strange);
    g_free(self);
}

void folders_done(Folders *folders, const char *folder, const char *name)
{
    Watch *watch = g_hash_table_lookup(folders->watches, folder);
    if (watch != NULL)
        watch_done(watch, name);
}

/* ---- what waits ---- */

static void waiting_free(gpointer data)
{
    FolderWaiting *waiting = data;
    g_free(waiting->folder);
    g_free(waiting->name);
    g_free(waiting);
}

/* What could be taken there: name → itself. Sidecars are noted and not among it. */
static GHashTable *files_of(const char *folder, Sidecars *sidecars)
{
    GHashTable *files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        gboolean is_mark = sidecars != NULL && sidecars_look(sidecars, name, 0);
        if (!is_mark && !claim_is_temporary(name) && !g_file_test(path, G_FILE_TEST_IS_DIR))
            g_hash_table_add(files, g_strdup(name));
    }
    return files;
}

static gboolean is_declared(const ConfigWatch *watch, const Sidecars *sidecars, const char *name, GHashTable *files)
{
    if (sidecars != NULL)
        return sidecars_speak(sidecars, name, files);
    g_autofree char *shown = claim_shown_name(name);
    return final_name_says(shown, watch->pattern);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return final_compare((*(FolderWaiting *const *)a)->name, (*(FolderWaiting *const *)b)->name);
}

static void add_waiting(const ConfigWatch *watch, const char *folder, GPtrArray *found)
{
    g_autoptr(Sidecars) sidecars = watch->final == FINAL_SIDECAR ? sidecars_new(folder, watch->pattern) : NULL;
    g_autoptr(GHashTable) files = files_of(folder, sidecars);
    GHashTableIter iter;
    gpointer name;
    g_hash_table_iter_init(&iter, files);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        if (is_declared(watch, sidecars, name, files))
            continue;
        FolderWaiting *waiting = g_new0(FolderWaiting, 1);
        *waiting = (FolderWaiting){g_strdup(folder), claim_shown_name(name)};
        g_ptr_array_add(found, waiting);
    }
}

GPtrArray *folders_waiting(const Config *config, guint limit, guint *n)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(waiting_free);
    for (guint i = 0; i < config->watches->len; i++) {
        const ConfigWatch *watch = g_ptr_array_index(config->watches, i);
        if (watch->final == FINAL_MOVED)
            continue;
        g_autoptr(GPtrArray) names = watch->subfolders ? sub_folders(watch->folder) : g_ptr_array_new_with_free_func(g_free);
        add_waiting(watch, watch->folder, found);
        for (guint k = 0; k < names->len; k++) {
            g_autofree char *path = g_build_filename(watch->folder, names->pdata[k], NULL);
            if (config_folder_series(config, path) != NULL)
                add_waiting(watch, path, found);
        }
    }
    g_ptr_array_sort(found, by_name);
    *n = found->len;
    if (found->len > limit)
        g_ptr_array_set_size(found, (gint)limit);
    return found;
}
