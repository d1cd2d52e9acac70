/* SPDX-License-Identifier: GPL-3.0-or-later
 * The wire table: what a killed process leaves, damage, another boot, the lock. */
#include "daemon/dispatch/wire.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/error.h"

typedef struct {
    char *spool, *path;
} Folder;

static void folder_up(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    folder->spool = g_dir_make_tmp("songfa-wire-XXXXXX", NULL);
    wire_close(wire_open(folder->spool, NULL)); /* gives it its name */
    folder->path = wire_file(folder->spool);
}

static void folder_down(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *lock = g_build_filename(folder->spool, "engine.lock", NULL);
    g_unlink(lock);
    g_unlink(folder->path);
    g_assert_cmpint(g_rmdir(folder->spool), ==, 0);
    g_free(folder->path);
    g_free(folder->spool);
}

static Wire *open_wire(const Folder *folder)
{
    g_autoptr(GError) error = NULL;
    Wire *wire = wire_open(folder->spool, &error);
    g_assert_no_error(error);
    return wire;
}

static void leave_three_slots(Wire *wire)
{
    int dot = wire_take(wire), answered = wire_take(wire), released = wire_take(wire), unmarked = wire_take(wire);
    wire_mark_dot(wire, dot, 11, "one");
    wire_mark_dot(wire, answered, 12, "two");
    wire_answer(wire, answered, 250, "2.0.0 Ok: queued as 4F1B2", "4F1B2");
    wire_mark_dot(wire, released, 13, "three");
    wire_release(wire, released);
    g_assert_cmpint(unmarked, ==, 3);
}

/* Does the work in a child that is then killed without warning. */
static void in_killed_child(const Folder *folder, void (*work)(Wire *wire))
{
    pid_t child = fork();
    if (child == 0) {
        Wire *wire = open_wire(folder);
        wire_reset(wire);
        work(wire);
        kill(getpid(), SIGKILL);
    }
    int status;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void test_killed(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    in_killed_child(folder, leave_three_slots);
    g_autoptr(Wire) wire = open_wire(folder);
    g_assert_true(wire_is_of_this_boot(wire));
    WireEntry dot = wire_entry(wire, 0), answered = wire_entry(wire, 1);
    g_assert_cmpint(dot.phase, ==, WIRE_DOT);
    g_assert_cmpint(dot.delivery_id, ==, 11);
    g_assert_cmpint(answered.phase, ==, WIRE_ANSWERED);
    g_assert_cmpint(answered.delivery_id, ==, 12);
    g_assert_cmpint(answered.code, ==, 250);
    g_assert_cmpstr(answered.text, ==, "2.0.0 Ok: queued as 4F1B2");
    g_assert_cmpstr(answered.queue_id, ==, "4F1B2");
    g_assert_cmpstr(answered.relay, ==, "two");
    for (int i = 2; i < WIRE_SLOTS; i++)
        g_assert_cmpint(wire_entry(wire, i).phase, ==, WIRE_FREE);
    wire_reset(wire);
    g_assert_cmpint(wire_entry(wire, 0).phase, ==, WIRE_FREE);
}

/* 21 and 22 share the transaction of 20, which was answered; 31 that of 30, whose dot is not marked. */
static void leave_shared(Wire *wire)
{
    int answered = wire_take(wire), second = wire_take(wire), third = wire_take(wire);
    int open = wire_take(wire), waiting = wire_take(wire);
    wire_follow(wire, second, 21, answered);
    wire_follow(wire, third, 22, answered);
    wire_mark_dot(wire, answered, 20, "one");
    wire_answer(wire, second, 550, "a follower has no answer of its own", NULL);
    wire_answer(wire, answered, 250, "2.0.0 Ok", "4F1B2");
    wire_follow(wire, waiting, 31, open);
}

static void test_shared(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    static const struct { gint64 id; WirePhase phase; int code; const char *queue_id; } want[] = {
        {20, WIRE_ANSWERED, 250, "4F1B2"}, {21, WIRE_ANSWERED, 250, "4F1B2"}, {22, WIRE_ANSWERED, 250, "4F1B2"},
        {0, WIRE_FREE, 0, ""}, {31, WIRE_FREE, 0, ""},
    };
    in_killed_child(folder, leave_shared);
    g_autoptr(Wire) wire = open_wire(folder);
    for (gsize i = 0; i < G_N_ELEMENTS(want); i++) {
        WireEntry entry = wire_entry(wire, (int)i);
        g_assert_cmpint(entry.delivery_id, ==, want[i].id);
        g_assert_cmpint(entry.phase, ==, want[i].phase);
        g_assert_cmpint(entry.code, ==, want[i].code);
        g_assert_cmpstr(entry.queue_id, ==, want[i].queue_id);
    }
}

static void churn(Wire *wire)
{
    for (gint64 id = 1;; id++) {
        int slot = wire_take(wire);
        g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT " %0300" G_GINT64_FORMAT, id, id);
        wire_mark_dot(wire, slot, id, "relay");
        wire_answer(wire, slot, (int)(200 + id % 400), text, "Q");
        if (id % 3 != 0)
            wire_release(wire, slot);
        if (id % 1500 == 0)
            for (int i = 0; i < WIRE_SLOTS; i++)
                wire_release(wire, i);
    }
}

/* Killed at any instant, an answered slot tells the whole answer. */
static void test_killed_anywhere(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    for (int round = 0; round < 10; round++) {
        pid_t child = fork();
        if (child == 0) {
            Wire *wire = open_wire(folder);
            wire_reset(wire);
            churn(wire);
        }
        g_usleep((gulong)(3000 + round * 700));
        kill(child, SIGKILL);
        g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
        g_autoptr(Wire) wire = open_wire(folder);
        for (int i = 0; i < WIRE_SLOTS; i++) {
            WireEntry entry = wire_entry(wire, i);
            if (entry.phase != WIRE_ANSWERED)
                continue;
            g_assert_cmpint(g_ascii_strtoll(entry.text, NULL, 10), ==, entry.delivery_id);
            g_assert_cmpint(entry.code, ==, 200 + entry.delivery_id % 400);
            g_assert_cmpuint(strlen(entry.text), >, 300);
        }
    }
}

static void test_other_boot_and_damage(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    static const struct { const char *name; gsize at; char byte; gboolean kept; } rows[] = {
        {"another boot", 24, '?', TRUE},
        {"another magic", 0, 'X', FALSE},
        {"another slot count", 16, 7, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        in_killed_child(folder, leave_three_slots);
        g_autofree char *bytes = NULL;
        gsize length;
        g_assert_true(g_file_get_contents(folder->path, &bytes, &length, NULL));
        bytes[rows[i].at] = rows[i].byte;
        g_assert_true(g_file_set_contents(folder->path, bytes, (gssize)length, NULL));
        g_autoptr(Wire) wire = open_wire(folder);
        g_assert_false(wire_is_of_this_boot(wire));
        g_assert_cmpint(wire_entry(wire, 0).phase, ==, rows[i].kept ? WIRE_DOT : WIRE_FREE);
    }
    g_assert_true(g_file_set_contents(folder->path, "short", -1, NULL));
    g_autoptr(Wire) wire = open_wire(folder);
    g_assert_false(wire_is_of_this_boot(wire));
}

static void test_lock(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(Wire) wire = open_wire(folder);
    g_autoptr(GError) error = NULL;
    g_assert_nonnull(wire);
    g_assert_null(wire_open(folder->spool, &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
    g_clear_error(&error);
    g_autofree char *missing = g_build_filename(folder->spool, "missing", NULL);
    g_assert_null(wire_open(missing, &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_IO);
}

static void test_full_and_cut(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(Wire) wire = open_wire(folder);
    for (int i = 0; i < WIRE_SLOTS; i++)
        g_assert_cmpint(wire_take(wire), ==, i);
    g_assert_cmpint(wire_take(wire), ==, -1);
    wire_release(wire, 77);
    g_assert_cmpint(wire_take(wire), ==, 77);
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 200; i++)
        g_string_append(text, "送");
    wire_mark_dot(wire, 77, 1, text->str);
    wire_answer(wire, 77, 550, text->str, NULL);
    WireEntry entry = wire_entry(wire, 77);
    g_assert_true(g_utf8_validate(entry.text, -1, NULL) && g_utf8_validate(entry.relay, -1, NULL));
    g_assert_cmpuint(strlen(entry.text), ==, 399);
    g_assert_cmpuint(strlen(entry.relay), ==, 63);
    g_assert_cmpstr(entry.queue_id, ==, "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, function) g_test_add(name, Folder, NULL, folder_up, function, folder_down)
    ADD("/wire/killed", test_killed);
    ADD("/wire/shared", test_shared);
    ADD("/wire/killed-anywhere", test_killed_anywhere);
    ADD("/wire/other-boot-and-damage", test_other_boot_and_damage);
    ADD("/wire/lock", test_lock);
    ADD("/wire/full-and-cut", test_full_and_cut);
    return g_test_run();
}
