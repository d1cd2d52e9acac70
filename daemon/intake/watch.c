/* SPDX-License-Identifier: GPL-3.0-or-later
 * Watches a folder: inotify hints, the scan knows. All waiting is one timer, all work is one file a
 * turn of the main loop. It does not open what it finds. */
#include "daemon/intake/watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/intake/arrival.h"
#include "daemon/intake/claim-io.h"
#include "daemon/intake/claim.h"

#define EVENTS (IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF)
#define MISSING_INTERVAL 1 /* seconds between looks for a folder that vanished */

struct Watch {
    char *folder;
    int settle, scan_interval; /* seconds */
    WatchFile callback;
    gpointer user_data;
    GHashTable *arrivals; /* name → Arrival */
    GQueue ready;         /* names whose turn it is */
    int notify, descriptor; /* inotify and its watch on the folder, -1 = none */
    guint64 device, inode;  /* the folder that is watched */
    gboolean missing;
    guint scan_number;
    gint64 next_scan, timer_due;
    guint notify_source, timer, turn;
};

static void arm(Watch *watch, gint64 due);

/* --- the turn: one final file */

/* Takes note of what lies there by that name now; NULL when nothing, or nothing to take. */
static Arrival *look(Watch *watch, const char *name, gint64 now)
{
    g_autofree char *path = g_build_filename(watch->folder, name, NULL);
    struct stat state;
    if (claim_is_temporary(name) || lstat(path, &state) != 0 || S_ISDIR(state.st_mode)) {
        g_hash_table_remove(watch->arrivals, name);
        return NULL;
    }
    Arrival *arrival = g_hash_table_lookup(watch->arrivals, name);
    if (arrival == NULL) {
        arrival = g_new0(Arrival, 1);
        g_hash_table_insert(watch->arrivals, g_strdup(name), arrival);
    }
    arrival_observe(arrival, &state, now);
    return arrival;
}

/* Hands the file over if it is still final. What lies there unchanged afterwards could not be taken
 * or filed: it waits, longer each time. */
static void take(Watch *watch, const char *name)
{
    Arrival *arrival = look(watch, name, clock_monotonic());
    if (arrival == NULL)
        return;
    arrival->queued = FALSE;
    if (arrival_due(arrival, watch->settle) <= clock_monotonic()) {
        const Arrival before = *arrival;
        watch->callback(watch->folder, name, watch->user_data);
        gint64 now = clock_monotonic();
        arrival = look(watch, name, now);
        if (arrival == NULL)
            return;
        if (arrival->changed_at == before.changed_at)
            arrival_fail(arrival, now);
    }
    arm(watch, arrival_due(arrival, watch->settle));
}

static gboolean take_turn(gpointer data)
{
    Watch *watch = data;
    g_autofree char *name = g_queue_pop_head(&watch->ready);
    if (name != NULL)
        take(watch, name);
    if (!g_queue_is_empty(&watch->ready))
        return G_SOURCE_CONTINUE;
    watch->turn = 0;
    return G_SOURCE_REMOVE;
}

/* --- the timer: what is final by now */

typedef struct {
    const char *name;
    Arrival *arrival;
} Final;

static gint oldest_first(gconstpointer a, gconstpointer b)
{
    const Final *one = a, *other = b;
    if (one->arrival->mtime != other->arrival->mtime)
        return one->arrival->mtime < other->arrival->mtime ? -1 : 1;
    return strcmp(one->name, other->name);
}

static void queue_final(Watch *watch)
{
    g_autoptr(GArray) finals = g_array_new(FALSE, FALSE, sizeof(Final));
    gint64 now = clock_monotonic(), next = watch->next_scan;
    GHashTableIter iter;
    Final final;
    g_hash_table_iter_init(&iter, watch->arrivals);
    while (g_hash_table_iter_next(&iter, (gpointer *)&final.name, (gpointer *)&final.arrival)) {
        gint64 due = arrival_due(final.arrival, watch->settle);
        if (final.arrival->queued)
            continue;
        if (due <= now)
            g_array_append_val(finals, final);
        else
            next = MIN(next, due);
    }
    g_array_sort(finals, oldest_first);
    for (guint i = 0; i < finals->len; i++) {
        const Final *one = &g_array_index(finals, Final, i);
        one->arrival->queued = TRUE;
        g_queue_push_tail(&watch->ready, g_strdup(one->name));
    }
    if (watch->turn == 0 && !g_queue_is_empty(&watch->ready))
        watch->turn = g_idle_add_full(G_PRIORITY_DEFAULT, take_turn, watch, NULL);
    arm(watch, next);
}

static gboolean on_timer(gpointer data)
{
    Watch *watch = data;
    watch->timer = 0;
    if (clock_monotonic() >= watch->next_scan)
        watch_scan(watch);
    else
        queue_final(watch);
    return G_SOURCE_REMOVE;
}

/* The timer fires at due or earlier. */
static void arm(Watch *watch, gint64 due)
{
    if (watch->timer != 0 && watch->timer_due <= due)
        return;
    if (watch->timer != 0)
        g_source_remove(watch->timer);
    gint64 wait = MAX(due - clock_monotonic(), 0);
    watch->timer_due = due;
    watch->timer = g_timeout_add((guint)((wait + 999) / 1000), on_timer, watch);
}

/* --- the folder itself */

static void let_go(Watch *watch)
{
    if (watch->descriptor >= 0)
        inotify_rm_watch(watch->notify, watch->descriptor);
    watch->descriptor = -1;
    watch->device = watch->inode = 0;
}

/* Has inotify on the folder that is there now; without inotify the scans must do. */
static void hold_on(Watch *watch, const struct stat *state)
{
    if (watch->device == state->st_dev && watch->inode == state->st_ino)
        return;
    let_go(watch);
    watch->device = state->st_dev;
    watch->inode = state->st_ino;
    if (watch->notify >= 0)
        watch->descriptor = inotify_add_watch(watch->notify, watch->folder, EVENTS | IN_ONLYDIR);
    if (watch->descriptor < 0)
        log_event(LOG_LEVEL_WARNING, "intake", "scan-only", "folder", watch->folder, "error",
                  g_strerror(errno), NULL);
}

static DIR *open_folder(Watch *watch)
{
    DIR *dir = opendir(watch->folder);
    struct stat state;
    if (dir != NULL && fstat(dirfd(dir), &state) == 0) {
        if (watch->missing)
            log_event(LOG_LEVEL_INFO, "intake", "folder-back", "folder", watch->folder, NULL);
        watch->missing = FALSE;
        hold_on(watch, &state);
        return dir;
    }
    if (!watch->missing)
        log_event(LOG_LEVEL_ERROR, "intake", "folder-missing", "folder", watch->folder, "error",
                  g_strerror(errno), NULL);
    watch->missing = TRUE;
    let_go(watch);
    return NULL;
}

static gboolean was_not_seen(gpointer name, gpointer arrival, gpointer scan)
{
    (void)name;
    return ((const Arrival *)arrival)->scan != GPOINTER_TO_UINT(scan);
}

void watch_scan(Watch *watch)
{
    gint64 now = clock_monotonic();
    DIR *dir = open_folder(watch);
    watch->scan_number++;
    for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        Arrival *arrival = look(watch, entry->d_name, now);
        if (arrival != NULL)
            arrival->scan = watch->scan_number;
    }
    if (dir != NULL)
        closedir(dir);
    g_hash_table_foreach_remove(watch->arrivals, was_not_seen, GUINT_TO_POINTER(watch->scan_number));
    int interval = watch->missing ? MIN(MISSING_INTERVAL, watch->scan_interval) : watch->scan_interval;
    watch->next_scan = now + interval * CLOCK_SECOND;
    queue_final(watch);
}

/* --- inotify */

static void heed(Watch *watch, guint32 mask, const char *name)
{
    gint64 now = clock_monotonic();
    Arrival *arrival = look(watch, name, now);
    if (arrival == NULL)
        return;
    if (mask & IN_MOVED_TO)
        arrival_hint(arrival, ARRIVAL_MOVED, now);
    else if (mask & IN_CLOSE_WRITE)
        arrival_hint(arrival, ARRIVAL_CLOSED, now);
    else if (mask & IN_MODIFY)
        arrival_hint(arrival, ARRIVAL_WRITING, now);
    else
        arrival_hint_new(arrival, now);
    arm(watch, arrival_due(arrival, watch->settle));
}

/* Events were lost: a close may be among them. */
static void forget_writers(Watch *watch)
{
    GHashTableIter iter;
    gpointer arrival;
    g_hash_table_iter_init(&iter, watch->arrivals);
    while (g_hash_table_iter_next(&iter, NULL, &arrival))
        if (((Arrival *)arrival)->hint == ARRIVAL_WRITING)
            ((Arrival *)arrival)->hint = ARRIVAL_SEEN;
}

/* TRUE when the event calls for a scan. */
static gboolean read_event(Watch *watch, const struct inotify_event *event)
{
    if (event->mask & IN_Q_OVERFLOW) {
        forget_writers(watch);
        return TRUE;
    }
    if (event->wd != watch->descriptor)
        return FALSE;
    if (event->mask & (IN_IGNORED | IN_UNMOUNT)) {
        watch->descriptor = -1;
        watch->device = watch->inode = 0;
    }
    if (event->len > 0 && !(event->mask & IN_ISDIR))
        heed(watch, event->mask, event->name);
    return event->len == 0;
}

static gboolean on_notify(int fd, GIOCondition condition, gpointer data)
{
    (void)condition;
    Watch *watch = data;
    _Alignas(struct inotify_event) char buffer[65536];
    ssize_t length = read(fd, buffer, sizeof buffer);
    gboolean scan = FALSE;
    for (char *p = buffer; length > 0 && p < buffer + length;) {
        const struct inotify_event *event = (const struct inotify_event *)(void *)p;
        scan |= read_event(watch, event);
        p += sizeof *event + event->len;
    }
    if (scan)
        watch_scan(watch);
    return G_SOURCE_CONTINUE;
}

/* --- life */

static gboolean prepare_folder(const char *folder, GError **error)
{
    static const char *const sub_folders[] = {"archive", "held"};
    g_mkdir(folder, 0777);
    for (gsize i = 0; i < G_N_ELEMENTS(sub_folders); i++) {
        g_auto(ClaimFd) fd = claim_open_folder(folder, sub_folders[i], 0, error);
        if (fd < 0)
            return FALSE;
    }
    return TRUE;
}

Watch *watch_new(const char *folder, int settle, int scan_interval, WatchFile callback,
                 gpointer user_data, GError **error)
{
    g_return_val_if_fail(settle >= 0 && scan_interval > 0 && callback != NULL, NULL);
    if (!prepare_folder(folder, error))
        return NULL;
    Watch *watch = g_new0(Watch, 1);
    watch->folder = g_strdup(folder);
    watch->settle = settle;
    watch->scan_interval = scan_interval;
    watch->callback = callback;
    watch->user_data = user_data;
    watch->arrivals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_queue_init(&watch->ready);
    watch->descriptor = -1;
    watch->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch->notify >= 0)
        watch->notify_source = g_unix_fd_add(watch->notify, G_IO_IN, on_notify, watch);
    watch_scan(watch);
    return watch;
}

void watch_free(Watch *watch)
{
    if (watch == NULL)
        return;
    const guint sources[] = {watch->notify_source, watch->timer, watch->turn};
    for (gsize i = 0; i < G_N_ELEMENTS(sources); i++)
        if (sources[i] != 0)
            g_source_remove(sources[i]);
    if (watch->notify >= 0)
        close(watch->notify);
    g_queue_clear_full(&watch->ready, g_free);
    g_hash_table_unref(watch->arrivals);
    g_free(watch->folder);
    g_free(watch);
}
