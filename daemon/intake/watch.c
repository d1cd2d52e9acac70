/* SPDX-License-Identifier: GPL-3.0-or-later
 * Watches a folder: inotify hints, the scan knows. All waiting is one timer, all work is one file a
 * turn of the main loop. It does not open what it finds. */
#include "daemon/intake/watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/intake/arrival.h"
#include "daemon/intake/claim-io.h"
#include "daemon/intake/claim.h"
#include "daemon/intake/sidecar.h"

#define EVENTS (IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF)
#define MISSING_INTERVAL 1 /* seconds between looks for a folder that vanished */
#define SCAN_INTERVAL 10
#define REMOTE_INTERVAL 30        /* each scan asks another machine */
#define BATCH (CLOCK_SECOND / 50) /* what comes within it is put in order together */
#define NEVER G_MAXINT64          /* not before something happens */

struct Watch {
    char *folder;
    WatchRules rules;
    gboolean scans_only; /* no events come from where it lies */
    WatchFile callback;
    gpointer user_data;
    GHashTable *arrivals; /* name → Arrival */
    Sidecars *sidecars;   /* NULL = none are asked for */
    GQueue ready;         /* names whose turn it is */
    int notify, descriptor; /* inotify and its watch on the folder, -1 = none */
    guint64 device, inode;  /* the folder that is watched */
    gboolean missing;
    guint scan_number;
    gint64 next_scan, timer_due, sorted_at;
    guint notify_source, timer, turn;
};

static void arm(Watch *watch, gint64 due);

static gboolean is_declared(const Watch *watch, const char *name)
{
    if (watch->rules.final == FINAL_MOVED)
        return TRUE;
    if (watch->rules.final == FINAL_SIDECAR)
        return sidecars_speak(watch->sidecars, name, watch->arrivals);
    g_autofree char *shown = claim_shown_name(name);
    return final_name_says(shown, watch->rules.pattern);
}

/* --- the turn: one final file */

/* Takes note of what lies there by that name now; NULL when nothing, or nothing to take. */
static Arrival *look(Watch *watch, const char *name, gint64 now)
{
    g_autofree char *path = g_build_filename(watch->folder, name, NULL);
    struct stat state;
    if (watch->sidecars != NULL && sidecars_look(watch->sidecars, name, watch->scan_number)) {
        arm(watch, now);
        return NULL;
    }
    if (claim_is_temporary(name) || lstat(path, &state) != 0 || S_ISDIR(state.st_mode)) {
        g_hash_table_remove(watch->arrivals, name);
        return NULL;
    }
    if (watch->scans_only)
        state.st_ino = 1; /* some servers make up another one each time */
    Arrival *arrival = g_hash_table_lookup(watch->arrivals, name);
    if (arrival == NULL) {
        arrival = g_new0(Arrival, 1);
        g_hash_table_insert(watch->arrivals, g_strdup(name), arrival);
    }
    arrival_observe(arrival, &state, now);
    return arrival;
}

/* When it is final, if nothing happens until then. */
static gint64 due_of(const Watch *watch, const Arrival *arrival)
{
    if (arrival->in_hand || (watch->scans_only && arrival->rests == 0))
        return NEVER;
    return arrival_due(arrival, watch->rules.settle);
}

/* It was handed over as it was before. What lies there unchanged could not be taken or filed: it waits, longer
 * each time. */
void watch_done(Watch *watch, const char *name)
{
    gint64 now = clock_monotonic();
    Arrival *arrival = look(watch, name, now);
    if (arrival == NULL) {
        if (watch->sidecars != NULL)
            sidecars_consume(watch->sidecars, name, watch->arrivals);
        return;
    }
    arrival->in_hand = FALSE;
    if (arrival->changed_at == arrival->handed)
        arrival_fail(arrival, now);
    arm(watch, due_of(watch, arrival));
}

/* Hands the file over if it is still final. */
static void take(Watch *watch, const char *name)
{
    Arrival *arrival = look(watch, name, clock_monotonic());
    if (arrival == NULL)
        return;
    arrival->queued = FALSE;
    if (due_of(watch, arrival) > clock_monotonic() || !is_declared(watch, name)) {
        arm(watch, due_of(watch, arrival));
        return;
    }
    arrival->handed = arrival->changed_at;
    arrival->in_hand = TRUE;
    if (!watch->callback(watch->folder, name, watch->user_data))
        watch_done(watch, name);
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

static gint by_name(gconstpointer a, gconstpointer b)
{
    return final_compare(((const Final *)a)->name, ((const Final *)b)->name);
}

static void queue_final(Watch *watch)
{
    g_autoptr(GArray) finals = g_array_new(FALSE, FALSE, sizeof(Final));
    gint64 now = clock_monotonic(), next = watch->next_scan;
    GHashTableIter iter;
    Final final;
    g_hash_table_iter_init(&iter, watch->arrivals);
    while (g_hash_table_iter_next(&iter, (gpointer *)&final.name, (gpointer *)&final.arrival)) {
        gint64 due = due_of(watch, final.arrival);
        if (final.arrival->queued)
            continue;
        if (due > now)
            next = MIN(next, due);
        else if (is_declared(watch, final.name))
            g_array_append_val(finals, final);
    }
    watch->sorted_at = now;
    g_array_sort(finals, by_name);
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

/* The timer fires at due or earlier, or a moment later so that each firing sorts what came meanwhile. */
static void arm(Watch *watch, gint64 due)
{
    due = MAX(due, watch->sorted_at + BATCH);
    if (due == NEVER)
        return;
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

/* What other machines do to their files, inotify does not tell. */
static gboolean is_remote(int fd)
{
    static const guint32 kinds[] = {NFS_SUPER_MAGIC,  CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC, SMB_SUPER_MAGIC,
                                    FUSE_SUPER_MAGIC, V9FS_MAGIC,       CEPH_SUPER_MAGIC, AFS_SUPER_MAGIC};
    struct statfs info;
    gboolean found = FALSE;
    if (fstatfs(fd, &info) == 0)
        for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
            found |= (guint32)info.f_type == kinds[i];
    return found;
}

/* Has inotify on the folder that is there now; without inotify the scans must do. */
static void hold_on(Watch *watch, int fd, const struct stat *state)
{
    if (watch->device == state->st_dev && watch->inode == state->st_ino)
        return;
    let_go(watch);
    watch->device = state->st_dev;
    watch->inode = state->st_ino;
    gboolean wanted = !watch->rules.no_events && !is_remote(fd);
    errno = 0;
    if (wanted && watch->notify >= 0)
        watch->descriptor = inotify_add_watch(watch->notify, watch->folder, EVENTS | IN_ONLYDIR);
    watch->scans_only = watch->descriptor < 0;
    if (watch->scans_only)
        log_event(wanted ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "intake", "scan-only", "folder", watch->folder, "error",
                  wanted ? g_strerror(errno) : NULL, NULL);
}

static DIR *open_folder(Watch *watch)
{
    DIR *dir = opendir(watch->folder);
    struct stat state;
    if (dir != NULL && fstat(dirfd(dir), &state) == 0) {
        if (watch->missing)
            log_event(LOG_LEVEL_INFO, "intake", "folder-back", "folder", watch->folder, NULL);
        watch->missing = FALSE;
        hold_on(watch, dirfd(dir), &state);
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

/* Seconds until the next scan. new_ones: some were seen for the first time, or changed. */
static int interval_of(const Watch *watch, gboolean new_ones)
{
    int usual = watch->rules.scan > 0 ? watch->rules.scan : watch->scans_only ? REMOTE_INTERVAL : SCAN_INTERVAL;
    if (watch->missing)
        return MIN(MISSING_INTERVAL, usual);
    return watch->scans_only && new_ones ? MIN(MAX(watch->rules.settle, 1), usual) : usual;
}

void watch_scan(Watch *watch)
{
    gint64 now = clock_monotonic();
    gboolean new_ones = FALSE;
    DIR *dir = open_folder(watch);
    watch->scan_number++;
    for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        Arrival *arrival = look(watch, entry->d_name, now);
        if (arrival != NULL) {
            arrival->scan = watch->scan_number;
            new_ones |= arrival->rests == 0;
        }
    }
    if (dir != NULL)
        closedir(dir);
    g_hash_table_foreach_remove(watch->arrivals, was_not_seen, GUINT_TO_POINTER(watch->scan_number));
    if (watch->sidecars != NULL)
        sidecars_forget(watch->sidecars, watch->scan_number);
    watch->next_scan = now + interval_of(watch, new_ones) * CLOCK_SECOND;
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
    arm(watch, due_of(watch, arrival));
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

Watch *watch_new(const char *folder, const WatchRules *rules, WatchFile callback, gpointer user_data,
                 GError **error)
{
    g_return_val_if_fail(rules->settle >= 0 && callback != NULL, NULL);
    if (!prepare_folder(folder, error))
        return NULL;
    Watch *watch = g_new0(Watch, 1);
    watch->folder = g_strdup(folder);
    watch->rules = *rules;
    watch->callback = callback;
    watch->user_data = user_data;
    watch->arrivals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (rules->final == FINAL_SIDECAR)
        watch->sidecars = sidecars_new(watch->folder, rules->pattern);
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
    sidecars_free(watch->sidecars);
    g_free(watch->folder);
    g_free(watch);
}
