/* SPDX-License-Identifier: GPL-3.0-or-later
 * When a file is final, and that a watched folder hands over each final file once, whatever else
 * lies there or happens to it. Driven by the real main loop and real inotify. */
#include "daemon/intake/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/intake/arrival.h"
#include "tests/unit/scratch.h"

#define DEADLINE (20 * CLOCK_SECOND)
#define SETTLE 1
#define RARELY 3600 /* a scan that does not come during a test */

typedef struct {
    char *root, *folder;
    Watch *watch;
    GPtrArray *taken; /* names, in order */
    gint64 taken_at;
    gboolean leave;   /* the callback leaves the file where it is */
    gboolean in_hand; /* … and says that it is at work on it */
} Scene;

static gboolean on_file(const char *folder, const char *name, gpointer data)
{
    Scene *scene = data;
    g_assert_cmpstr(folder, ==, scene->folder);
    g_ptr_array_add(scene->taken, g_strdup(name));
    scene->taken_at = clock_monotonic();
    g_autofree char *path = g_build_filename(folder, name, NULL);
    if (!scene->leave)
        g_assert_cmpint(g_unlink(path), ==, 0);
    return scene->in_hand;
}

static void scene_watch_by(Scene *scene, const WatchRules *rules)
{
    g_autoptr(GError) error = NULL;
    scene->watch = watch_new(scene->folder, rules, on_file, scene, &error);
    g_assert_no_error(error);
}

static void scene_watch(Scene *scene, int settle, int interval)
{
    const WatchRules rules = {.settle = settle, .scan = interval};
    scene_watch_by(scene, &rules);
}

static Scene *scene_new(void)
{
    Scene *scene = g_new0(Scene, 1);
    scene->root = scratch_new();
    scene->folder = g_build_filename(scene->root, "in", NULL);
    scene->taken = g_ptr_array_new_with_free_func(g_free);
    return scene;
}

static void scene_free(Scene *scene)
{
    watch_free(scene->watch);
    scratch_remove(scene->root);
    g_ptr_array_unref(scene->taken);
    g_free(scene->folder);
    g_free(scene->root);
    g_free(scene);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scene, scene_free)

static char *in(const Scene *scene, const char *name)
{
    return g_build_filename(scene->folder, name, NULL);
}

static gboolean on_deadline(gpointer data)
{
    *(gboolean *)data = TRUE;
    return G_SOURCE_REMOVE;
}

/* Runs the loop until that many files were taken, or time (µs) is over. */
static void run(const Scene *scene, guint want, gint64 time)
{
    gboolean over = FALSE;
    guint source = g_timeout_add((guint)(time / 1000), on_deadline, &over);
    while (!over && scene->taken->len < want)
        g_main_context_iteration(NULL, TRUE);
    if (!over)
        g_source_remove(source);
}

static void run_until(const Scene *scene, guint want)
{
    run(scene, want, DEADLINE);
    g_assert_cmpuint(scene->taken->len, ==, want);
}

static int create(const Scene *scene, const char *name)
{
    g_autofree char *path = in(scene, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
    g_assert_cmpint(fd, >=, 0);
    return fd;
}

static void append(int fd, const char *text)
{
    g_assert_cmpint(write(fd, text, strlen(text)), ==, (gssize)strlen(text));
}

static void write_file(const Scene *scene, const char *name)
{
    int fd = create(scene, name);
    append(fd, name);
    close(fd);
}

static void move_in(const Scene *scene, const char *name)
{
    g_autofree char *part = g_build_filename(scene->root, "part", NULL);
    g_autofree char *path = in(scene, name);
    g_assert_true(g_file_set_contents(part, "text", -1, NULL));
    g_assert_cmpint(g_rename(part, path), ==, 0);
}

static void took(const Scene *scene, guint place, const char *want)
{
    g_assert_cmpuint(place, <, scene->taken->len);
    g_assert_cmpstr(scene->taken->pdata[place], ==, want);
}

/* --- the rule */

static struct stat state_of(off_t size, time_t mtime, mode_t mode)
{
    return (struct stat){.st_ino = 7, .st_size = size, .st_mtim.tv_sec = mtime, .st_mode = mode};
}

static void test_rule(void)
{
    static const struct {
        const char *name;
        ArrivalHint hint;
        off_t size;
        gint64 want; /* ms after the last change, with settle 2 */
    } rows[] = {
        {"seen by a scan", ARRIVAL_SEEN, 10, 2000},
        {"being written", ARRIVAL_WRITING, 10, 600000},
        {"closed", ARRIVAL_CLOSED, 10, 200},
        {"closed but empty", ARRIVAL_CLOSED, 0, 2000},
        {"moved in", ARRIVAL_MOVED, 10, 0},
        {"moved in empty", ARRIVAL_MOVED, 0, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        Arrival arrival = {0};
        struct stat state = state_of(rows[i].size, 1000, S_IFREG);
        arrival_observe(&arrival, &state, 5000000);
        arrival_hint(&arrival, rows[i].hint, 6000000);
        g_assert_cmpint(arrival_due(&arrival, 2) - 6000000, ==, rows[i].want * 1000);
    }
}

static void test_rule_changes(void)
{
    Arrival arrival = {0};
    struct stat first = state_of(10, 1000, S_IFREG), grown = state_of(20, 1000, S_IFREG),
                touched = state_of(20, 1001, S_IFREG);
    arrival_observe(&arrival, &first, 1000000);
    arrival_observe(&arrival, &first, 2000000);
    g_assert_cmpint(arrival_due(&arrival, 2), ==, 3000000);
    arrival_observe(&arrival, &grown, 2500000);
    g_assert_cmpint(arrival_due(&arrival, 2), ==, 4500000);
    arrival_hint(&arrival, ARRIVAL_MOVED, 3000000);
    g_assert_cmpint(arrival_due(&arrival, 2), ==, 3000000);
    arrival_observe(&arrival, &touched, 3500000); /* moved in, yet still changing */
    g_assert_cmpint(arrival_due(&arrival, 2), ==, 5500000);
}

static void test_rule_failures(void)
{
    static const int seconds[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300};
    Arrival arrival = {0};
    struct stat state = state_of(10, 1000, S_IFREG);
    arrival_observe(&arrival, &state, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(seconds); i++) {
        arrival_fail(&arrival, 9000000);
        g_assert_cmpint(arrival_due(&arrival, 0), ==, 9000000 + seconds[i] * CLOCK_SECOND);
    }
    state.st_size = 11;
    arrival_observe(&arrival, &state, 9500000);
    g_assert_cmpint(arrival_due(&arrival, 0), ==, 9500000);
}

static void test_rule_new(void)
{
    static const struct { const char *name; mode_t mode; off_t size; ArrivalHint want; } rows[] = {
        {"plain and empty", S_IFREG, 0, ARRIVAL_WRITING},
        {"hard link", S_IFREG, 5, ARRIVAL_SEEN},
        {"pipe", S_IFIFO, 0, ARRIVAL_SEEN},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        Arrival arrival = {0};
        struct stat state = state_of(rows[i].size, 1, rows[i].mode);
        arrival_observe(&arrival, &state, 1);
        arrival_hint_new(&arrival, 1);
        g_assert_cmpint(arrival.hint, ==, rows[i].want);
    }
}

/* --- the folder */

static void test_makes_folders(void)
{
    g_autoptr(Scene) scene = scene_new();
    scene_watch(scene, SETTLE, RARELY);
    g_autofree char *archive = in(scene, "archive"), *held = in(scene, "held");
    g_assert_true(g_file_test(archive, G_FILE_TEST_IS_DIR));
    g_assert_true(g_file_test(held, G_FILE_TEST_IS_DIR));
}

static void test_no_parent(void)
{
    g_autoptr(Scene) scene = scene_new();
    g_autofree char *deep = g_build_filename(scene->root, "a", "b", NULL);
    g_autoptr(GError) error = NULL;
    const WatchRules rules = {.settle = SETTLE, .scan = RARELY};
    g_assert_null(watch_new(deep, &rules, on_file, scene, &error));
    g_assert_nonnull(strstr(error->message, deep));
}

static void test_moved_in(void)
{
    g_autoptr(Scene) scene = scene_new();
    scene_watch(scene, 60, RARELY);
    gint64 start = clock_monotonic();
    move_in(scene, "上街信息.txt");
    run_until(scene, 1);
    took(scene, 0, "上街信息.txt");
    g_assert_cmpint(scene->taken_at - start, <, CLOCK_SECOND / 2);
}

static void test_closed(void)
{
    g_autoptr(Scene) scene = scene_new();
    scene_watch(scene, 60, RARELY);
    gint64 start = clock_monotonic();
    write_file(scene, "a.txt");
    run_until(scene, 1);
    g_assert_cmpint(scene->taken_at - start, <, CLOCK_SECOND);
}

static void test_there_before(void)
{
    g_autoptr(Scene) scene = scene_new();
    g_assert_cmpint(g_mkdir(scene->folder, 0700), ==, 0);
    write_file(scene, "a.txt");
    gint64 start = clock_monotonic();
    scene_watch(scene, SETTLE, RARELY);
    run_until(scene, 1);
    g_assert_cmpint(scene->taken_at - start, >=, SETTLE * CLOCK_SECOND);
}

/* A file system without events: the scans alone must find it, and wait until it rests. */
static void test_scan_only(void)
{
    g_autoptr(Scene) scene = scene_new();
    g_autofree char *real = g_build_filename(scene->root, "real", NULL);
    g_assert_cmpint(g_mkdir(real, 0700), ==, 0);
    scene_watch(scene, SETTLE, 1);
    g_autofree char *inside = in(scene, "a.txt"), *outside = g_build_filename(real, "a.txt", NULL);
    int fd = open(outside, O_WRONLY | O_CREAT, 0644);
    append(fd, "x");
    close(fd);
    g_assert_cmpint(link(outside, inside), ==, 0); /* no close will ever be seen */
    gint64 start = clock_monotonic();
    run_until(scene, 1);
    g_assert_cmpint(scene->taken_at - start, >=, SETTLE * CLOCK_SECOND - 100000);
}

/* Without events: final when two scans found it the same, also when the server's clock is wrong or goes back,
 * and though its writer never seems to close it. */
static void test_no_events(void)
{
    static const time_t server_clocks[] = {0, 1000000000, 4000000000};
    const WatchRules rules = {.settle = SETTLE, .scan = 1, .no_events = TRUE};
    for (gsize i = 0; i < G_N_ELEMENTS(server_clocks); i++) {
        g_autoptr(Scene) scene = scene_new();
        scene_watch_by(scene, &rules);
        int fd = create(scene, "a.txt");
        const struct timespec times[] = {{server_clocks[i], 0}, {server_clocks[i], 0}};
        for (int k = 0; k < 6; k++) {
            append(fd, "一段");
            g_assert_cmpint(futimens(fd, times), ==, 0);
            run(scene, 1, CLOCK_SECOND / 2);
            g_assert_cmpuint(scene->taken->len, ==, 0);
        }
        gint64 start = clock_monotonic();
        run_until(scene, 1); /* still open */
        g_assert_cmpint(scene->taken_at - start, >=, SETTLE * CLOCK_SECOND - CLOCK_SECOND / 2 - 100000);
        close(fd);
    }
}

static void test_order(void)
{
    static const char *const names[] = {"第10期.txt", "第2期.txt", "第9期.txt", "第1期.txt", "第11期.txt"};
    static const char *const want[] = {"第1期.txt", "第2期.txt", "第9期.txt", "第10期.txt", "第11期.txt"};
    g_autoptr(Scene) scene = scene_new();
    g_assert_cmpint(g_mkdir(scene->folder, 0700), ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        write_file(scene, names[i]);
    scene_watch(scene, 0, RARELY);
    run_until(scene, G_N_ELEMENTS(names));
    for (guint i = 0; i < G_N_ELEMENTS(want); i++)
        took(scene, i, want[i]);
}

/* One at work on it: it is not handed over again until that is said to be over. */
static void test_in_hand(void)
{
    g_autoptr(Scene) scene = scene_new();
    scene->leave = scene->in_hand = TRUE;
    scene_watch(scene, SETTLE, 1);
    move_in(scene, "a.txt");
    run(scene, 2, 5 * CLOCK_SECOND / 2);
    g_assert_cmpuint(scene->taken->len, ==, 1);
    watch_done(scene->watch, "a.txt"); /* it lies there still: again after a second */
    gint64 start = clock_monotonic();
    run_until(scene, 2);
    g_assert_cmpint(scene->taken_at - start, >=, CLOCK_SECOND - 100000);
    g_autofree char *path = in(scene, "a.txt");
    g_unlink(path);
    watch_done(scene->watch, "a.txt");
    run(scene, 3, 3 * CLOCK_SECOND / 2);
    g_assert_cmpuint(scene->taken->len, ==, 2);
    watch_done(scene->watch, "never seen.txt");
}

static void test_declared_by_name(void)
{
    const WatchRules rules = {.settle = 0, .scan = 1, .final = FINAL_NAME};
    g_autoptr(Scene) scene = scene_new();
    scene_watch_by(scene, &rules);
    move_in(scene, "七.docx");
    move_in(scene, "七未定稿.docx");
    move_in(scene, "八定稿.docx");
    run_until(scene, 1);
    took(scene, 0, "八定稿.docx");
    run(scene, 2, 3 * CLOCK_SECOND / 2);
    g_assert_cmpuint(scene->taken->len, ==, 1);
    g_autofree char *draft = in(scene, "七.docx"), *final = in(scene, "七定稿.docx");
    g_assert_cmpint(g_rename(draft, final), ==, 0);
    run_until(scene, 2);
    took(scene, 1, "七定稿.docx");
}

static void test_declared_by_sidecar(void)
{
    static const gboolean no_events[] = {FALSE, TRUE};
    for (gsize i = 0; i < G_N_ELEMENTS(no_events); i++) {
        const WatchRules rules = {.settle = 0, .scan = 1, .no_events = no_events[i], .final = FINAL_SIDECAR};
        g_autoptr(Scene) scene = scene_new();
        g_autofree char *mark = in(scene, "七.docx.ok");
        scene_watch_by(scene, &rules);
        move_in(scene, "七.docx");
        run(scene, 1, 5 * CLOCK_SECOND / 2);
        g_assert_cmpuint(scene->taken->len, ==, 0);
        close(create(scene, "七.docx.ok"));
        run_until(scene, 1);
        took(scene, 0, "七.docx");
        g_assert_false(g_file_test(mark, G_FILE_TEST_EXISTS)); /* it spoke for that one only */
        move_in(scene, "七.docx");
        run(scene, 2, 3 * CLOCK_SECOND / 2);
        g_assert_cmpuint(scene->taken->len, ==, 1);
    }
}

static void test_growing(void)
{
    g_autoptr(Scene) scene = scene_new();
    scene_watch(scene, SETTLE, 1);
    int fd = create(scene, "a.txt");
    run(scene, 1, 3 * CLOCK_SECOND / 2); /* empty, its writer thinks longer than the settle time */
    append(fd, "第一段");
    run(scene, 1, 3 * CLOCK_SECOND / 2);
    append(fd, "第二段");
    run(scene, 1, CLOCK_SECOND / 2);
    g_assert_cmpuint(scene->taken->len, ==, 0);
    close(fd);
    run_until(scene, 1);
}

static void test_written_in_steps(void)
{
    g_autoptr(Scene) scene = scene_new();
    scene_watch(scene, SETTLE, RARELY);
    for (int i = 0; i < 10; i++) {
        int fd = create(scene, "a.txt");
        append(fd, "一段");
        close(fd);
        run(scene, 1, CLOCK_SECOND / 20);
    }
    g_assert_cmpuint(scene->taken->len, ==, 0);
    run_until(scene, 1);
}

static void test_ignored(void)
{
    static const char *const names[] = {".a.txt", "~$a.docx", "a.tmp", "a.part", "a.swp", "a.reason.txt"};
    g_autoptr(Scene) scene = scene_new();
    scene_watch(scene, SETTLE, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        move_in(scene, names[i]);
    g_autofree char *sub = in(scene, "草稿"), *inner = in(scene, "草稿/a.txt");
    g_assert_cmpint(g_mkdir(sub, 0700), ==, 0);
    g_assert_true(g_file_set_contents(inner, "x", 1, NULL));
    run(scene, 1, 5 * CLOCK_SECOND / 2);
    g_assert_cmpuint(scene->taken->len, ==, 0);
    g_autofree char *part = in(scene, "a.part"), *final = in(scene, "a.txt");
    g_assert_cmpint(g_rename(part, final), ==, 0);
    run_until(scene, 1);
    took(scene, 0, "a.txt");
}

static void test_hostile(void)
{
    g_autoptr(Scene) scene = scene_new();
    scene_watch(scene, SETTLE, RARELY);
    g_autofree char *link_path = in(scene, "链接.txt"), *fifo = in(scene, "管道.txt");
    g_assert_cmpint(symlink("/dev/zero", link_path), ==, 0);
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    move_in(scene, "\xc9\xcf\xbd\xd6.txt");
    move_in(scene, "a\n\"b'.txt");
    run_until(scene, 4);
}

static void test_many(void)
{
    const guint n = 5000;
    g_autoptr(Scene) scene = scene_new();
    scene_watch(scene, SETTLE, RARELY);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < n; i++) {
        g_autofree char *name = g_strdup_printf("%05u.txt", i);
        write_file(scene, name);
    }
    gint64 start = clock_monotonic();
    for (guint turns = 0, before = 0; scene->taken->len < n; turns++) {
        g_main_context_iteration(NULL, TRUE);
        g_assert_cmpuint(scene->taken->len - before, <=, 1); /* signals are served in between */
        before = scene->taken->len;
        g_assert_cmpint(clock_monotonic() - start, <, 60 * CLOCK_SECOND);
    }
    for (guint i = 0; i < n; i++)
        g_assert_true(g_hash_table_add(seen, scene->taken->pdata[i]));
}

/* More events than the kernel keeps: the scan finds the rest. */
static void test_overflow(void)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents("/proc/sys/fs/inotify/max_queued_events", &text, NULL, NULL)) {
        g_test_skip("the queue's length is not known");
        return;
    }
    guint limit = (guint)g_ascii_strtoull(text, NULL, 10);
    if (limit > 20000) {
        g_test_skip("the queue is too long to fill");
        return;
    }
    g_autoptr(Scene) scene = scene_new();
    scene_watch(scene, SETTLE, RARELY);
    g_autofree char *one = in(scene, ".one"), *other = in(scene, ".other");
    close(create(scene, ".one"));
    for (guint i = 0; i <= limit; i += 2) {
        g_assert_cmpint(g_rename(one, other), ==, 0);
        g_assert_cmpint(g_rename(other, one), ==, 0);
    }
    move_in(scene, "a.txt");
    run_until(scene, 1);
}

static void test_not_taken(void)
{
    g_autoptr(Scene) scene = scene_new();
    scene->leave = TRUE;
    scene_watch(scene, SETTLE, 1);
    move_in(scene, "a.txt");
    run(scene, 100, 5 * CLOCK_SECOND / 2); /* at 0 s and 1 s; next at 3 s */
    g_assert_cmpuint(scene->taken->len, ==, 2);
    scene->leave = FALSE;
    run_until(scene, 3);
    run(scene, 4, CLOCK_SECOND / 2);
    g_assert_cmpuint(scene->taken->len, ==, 3);
}

static void test_folder_vanishes(void)
{
    g_autoptr(Scene) scene = scene_new();
    scene_watch(scene, SETTLE, RARELY);
    g_autofree char *away = g_build_filename(scene->root, "away", NULL);
    g_assert_cmpint(g_rename(scene->folder, away), ==, 0);
    run(scene, 1, CLOCK_SECOND / 5);
    g_autofree char *outside = g_build_filename(away, "b.txt", NULL);
    g_assert_true(g_file_set_contents(outside, "x", 1, NULL)); /* no longer ours */
    run(scene, 1, CLOCK_SECOND / 2);
    g_assert_cmpuint(scene->taken->len, ==, 0);
    g_assert_cmpint(g_mkdir(scene->folder, 0700), ==, 0);
    write_file(scene, "a.txt");
    run_until(scene, 1);
    took(scene, 0, "a.txt");
    move_in(scene, "c.txt"); /* watched again, not only scanned */
    run_until(scene, 2);
    scratch_remove(scene->folder);
    run(scene, 3, CLOCK_SECOND / 5);
    g_assert_cmpint(g_rename(away, scene->folder), ==, 0);
    run_until(scene, 3);
    took(scene, 2, "b.txt");
}

static void test_freed_in_mid_work(void)
{
    g_autoptr(Scene) scene = scene_new();
    scene_watch(scene, SETTLE, RARELY);
    for (int i = 0; i < 10; i++) {
        g_autofree char *name = g_strdup_printf("%d.txt", i);
        move_in(scene, name);
    }
    run(scene, 3, DEADLINE);
    g_clear_pointer(&scene->watch, watch_free);
    run(scene, 4, CLOCK_SECOND / 5);
    g_assert_cmpuint(scene->taken->len, ==, 3);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/watch/rule", test_rule);
    g_test_add_func("/watch/rule/changes", test_rule_changes);
    g_test_add_func("/watch/rule/failures", test_rule_failures);
    g_test_add_func("/watch/rule/new", test_rule_new);
    g_test_add_func("/watch/makes-folders", test_makes_folders);
    g_test_add_func("/watch/no-parent", test_no_parent);
    g_test_add_func("/watch/moved-in", test_moved_in);
    g_test_add_func("/watch/closed", test_closed);
    g_test_add_func("/watch/there-before", test_there_before);
    g_test_add_func("/watch/scan-only", test_scan_only);
    g_test_add_func("/watch/no-events", test_no_events);
    g_test_add_func("/watch/order", test_order);
    g_test_add_func("/watch/in-hand", test_in_hand);
    g_test_add_func("/watch/declared-by-name", test_declared_by_name);
    g_test_add_func("/watch/declared-by-sidecar", test_declared_by_sidecar);
    g_test_add_func("/watch/growing", test_growing);
    g_test_add_func("/watch/written-in-steps", test_written_in_steps);
    g_test_add_func("/watch/ignored", test_ignored);
    g_test_add_func("/watch/hostile", test_hostile);
    g_test_add_func("/watch/many", test_many);
    g_test_add_func("/watch/overflow", test_overflow);
    g_test_add_func("/watch/not-taken", test_not_taken);
    g_test_add_func("/watch/folder-vanishes", test_folder_vanishes);
    g_test_add_func("/watch/freed-in-mid-work", test_freed_in_mid_work);
    return g_test_run();
}
