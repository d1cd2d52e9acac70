/* SPDX-License-Identifier: GPL-3.0-or-later
 * The course of the self-test. All waits are turns of the main loop, so a signal ends each of them. */
#include "songfa-build.h" /* nftw() is an extension */

#include "daemon/selftest/selftest.h"

#include <errno.h>
#include <ftw.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"
#include "daemon/base/program.h"
#include "daemon/selftest/child.h"
#include "daemon/selftest/office.h"
#include "daemon/selftest/proof.h"
#include "daemon/selftest/sink.h"

enum {
    TICK_MS = 10,
    LOAD_SECONDS = 3,     /* until the first mail of a run */
    LATEST_KILL = 250000, /* µs after the start, or after the first mail */
    QUIET_SECONDS = 12,   /* without progress: it will not end any more */
    STOP_SECONDS = 30
};

typedef struct {
    const SelftestSettings *settings;
    const SelftestHooks *hooks;
    SelftestReport *report;
    char *folder, *config, *log, *daemon;
    Sink *sink;
    GPid pid;     /* of the songfad that runs, 0 = none */
    guint absent; /* mails that will not come any more: in doubt, and never sent again */
} Selftest;

/* --- waiting */

static gboolean tick(gpointer data)
{
    (void)data;
    return G_SOURCE_CONTINUE;
}

static gboolean interrupt(gpointer data)
{
    Selftest *test = data;
    test->report->interrupted = TRUE;
    return G_SOURCE_CONTINUE;
}

typedef gboolean (*Condition)(Selftest *test, gpointer data);

/* TRUE when the condition (NULL = never) came true in time; FALSE too when somebody interrupts. */
static gboolean wait_for(Selftest *test, Condition condition, gpointer data, gint64 time)
{
    gint64 end = clock_monotonic() + time;
    while (!test->report->interrupted) {
        if (condition != NULL && condition(test, data))
            return TRUE;
        if (clock_monotonic() >= end)
            return FALSE;
        g_main_context_iteration(NULL, TRUE);
    }
    return FALSE;
}

static void tell_progress(Selftest *test)
{
    if (test->hooks->progressed != NULL)
        test->hooks->progressed(test->hooks->user, test->report->kills, sink_taken(test->sink));
}

/* --- songfad */

static gboolean start_daemon(Selftest *test, GError **error)
{
    const char *const argv[] = {test->daemon, "-f", "-c", test->config, NULL};
    test->pid = child_start(argv, test->log, error);
    return test->pid != 0;
}

/* A daemon that ends by itself is no case of the test: it cannot run here. */
static gboolean is_alive(Selftest *test, GError **error)
{
    int status = 0;
    if (!child_has_ended(test->pid, &status))
        return TRUE;
    test->pid = 0;
    g_autofree char *said = child_last_line(test->log);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("%s 自己结束了：%s"), test->daemon, said);
    return FALSE;
}

static void kill_daemon(Selftest *test)
{
    if (test->pid != 0)
        child_kill(test->pid);
    test->pid = 0;
}

/* --- the rounds */

static guint left(Selftest *test)
{
    guint all = test->report->issues * test->settings->recipients, gone = sink_taken(test->sink) + test->absent;
    return all > gone ? all - gone : 0;
}

static gboolean hand_in_enough(Selftest *test, GError **error)
{
    while (left(test) < (test->settings->recipients + 1) / 2)
        if (!office_hand_in(test->folder, ++test->report->issues, error))
            return FALSE;
    return TRUE;
}

static gboolean took_more(Selftest *test, gpointer before)
{
    return sink_taken(test->sink) > GPOINTER_TO_UINT(before);
}

/* Most kills strike while mails are on the wire, some while songfad starts, reads and plans. */
static gboolean run_round(Selftest *test, GError **error)
{
    guint before = sink_taken(test->sink);
    if (!hand_in_enough(test, error) || !start_daemon(test, error))
        return FALSE;
    if (ident_below(4) > 0 && !wait_for(test, took_more, GUINT_TO_POINTER(before), LOAD_SECONDS * CLOCK_SECOND))
        test->absent += left(test);
    wait_for(test, NULL, NULL, ident_below(LATEST_KILL));
    if (!is_alive(test, error))
        return FALSE;
    kill_daemon(test);
    test->report->kills++;
    tell_progress(test);
    return TRUE;
}

static gboolean run_rounds(Selftest *test, GError **error)
{
    gint64 end = clock_monotonic() + test->settings->seconds * CLOCK_SECOND;
    while (!test->report->interrupted && test->report->kills < test->settings->kills && clock_monotonic() < end)
        if (!run_round(test, error))
            return FALSE;
    return TRUE;
}

/* --- the end */

static gboolean advanced(Selftest *test, gpointer proof)
{
    (void)test;
    return proof_advanced(proof);
}

/* One more run without a kill, until every mail has an outcome or nothing happens any more. */
static gboolean drain(Selftest *test, Proof *proof, GError **error)
{
    if (!start_daemon(test, error))
        return FALSE;
    while (!proof_is_settled(proof) && wait_for(test, advanced, proof, QUIET_SECONDS * CLOCK_SECOND)) {
        tell_progress(test);
        if (!is_alive(test, error))
            return FALSE;
    }
    if (test->report->interrupted || !is_alive(test, error))
        return test->report->interrupted;
    child_stop(test->pid, STOP_SECONDS);
    test->pid = 0;
    return TRUE;
}

static gboolean prove(Selftest *test, GError **error)
{
    g_autofree char *path = office_store(test->folder);
    g_autoptr(Proof) proof = proof_open(path, test->report->issues * test->settings->recipients, error);
    if (proof == NULL || !drain(test, proof, error))
        return FALSE;
    if (test->report->interrupted)
        return TRUE;
    g_autoptr(GHashTable) record = sink_record(test->sink);
    test->report->taken = sink_taken(test->sink);
    test->report->allowed = test->report->kills * OFFICE_CONNECTIONS;
    return proof_compare(proof, record, test->report, error);
}

/* --- the whole */

static char *find_program(const char *given, const char *name, GError **error)
{
    char *found = given != NULL ? g_canonicalize_filename(given, NULL) : program_find(name);
    if (found == NULL)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                    _("找不到 %s：它应与 songfactl 装在一起，或用 --daemon 指明"), name);
    return found;
}

static gboolean import_directory(Selftest *test, GError **error)
{
    g_autofree char *ctl = find_program(NULL, "songfactl", error), *tables = office_tables(test->folder);
    const char *const argv[] = {ctl, "-c", test->config, "--as", "selftest", "directory", "import", "--apply", tables, NULL};
    return ctl != NULL && child_run(argv, test->log, error);
}

static void check_ground(Selftest *test)
{
    for (int i = 0; i < GROUND_CHECKS; i++) {
        GroundFinding *finding = ground_check(i, test->folder);
        g_ptr_array_add(test->report->findings, finding);
        if (test->hooks->checked != NULL)
            test->hooks->checked(test->hooks->user, finding);
    }
}

static gboolean run(Selftest *test, GError **error)
{
    test->daemon = find_program(test->settings->daemon, "songfad", error);
    if (test->daemon == NULL)
        return FALSE;
    check_ground(test);
    test->sink = sink_new(error);
    return test->sink != NULL &&
           office_build(test->folder, test->settings->recipients, sink_port(test->sink), error) &&
           import_directory(test, error) && run_rounds(test, error) &&
           (test->report->interrupted || prove(test, error));
}

static char *make_folder(const char *parent, GError **error)
{
    g_autofree char *folder = g_build_filename(parent, "songfa-selftest-XXXXXX", NULL);
    if (g_mkdtemp_full(folder, 0700) != NULL)
        return g_steal_pointer(&folder);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO,
                _("在 %s 里建不了文件夹：%s。请用 --folder 另选一个"), parent, g_strerror(errno));
    return NULL;
}

static int remove_one(const char *path, const struct stat *state, int kind, struct FTW *place)
{
    (void)state;
    (void)kind;
    (void)place;
    return remove(path);
}

static void clean_up(Selftest *test)
{
    kill_daemon(test);
    sink_free(test->sink);
    if (!test->settings->keep)
        nftw(test->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    g_free(test->folder);
    g_free(test->config);
    g_free(test->log);
    g_free(test->daemon);
}

SelftestReport *selftest_run(const SelftestSettings *settings, const SelftestHooks *hooks, GError **error)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    guint sources[G_N_ELEMENTS(signals) + 1];
    Selftest test = {.settings = settings, .hooks = hooks, .report = g_new0(SelftestReport, 1)};
    g_autoptr(SelftestReport) report = test.report;
    gint64 begin = clock_monotonic();
    report->findings = g_ptr_array_new_with_free_func((GDestroyNotify)ground_finding_free);
    report->problems = g_ptr_array_new_with_free_func(g_free);
    test.folder = make_folder(settings->folder, error);
    if (test.folder == NULL)
        return NULL;
    if (hooks->began != NULL)
        hooks->began(hooks->user, test.folder);
    test.config = office_config(test.folder);
    test.log = g_build_filename(test.folder, "songfad.log", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(signals); i++)
        sources[i] = g_unix_signal_add(signals[i], interrupt, &test);
    sources[G_N_ELEMENTS(signals)] = g_timeout_add(TICK_MS, tick, NULL);
    gboolean good = run(&test, error);
    for (gsize i = 0; i < G_N_ELEMENTS(sources); i++)
        g_source_remove(sources[i]);
    clean_up(&test);
    report->seconds = (double)(clock_monotonic() - begin) / CLOCK_SECOND;
    return good ? g_steal_pointer(&report) : NULL;
}

void selftest_report_free(SelftestReport *report)
{
    if (report == NULL)
        return;
    g_ptr_array_unref(report->findings);
    g_ptr_array_unref(report->problems);
    g_free(report);
}

gboolean selftest_report_holds(const SelftestReport *report)
{
    for (guint i = 0; i < report->findings->len; i++)
        if (((const GroundFinding *)report->findings->pdata[i])->verdict == GROUND_BAD)
            return FALSE;
    return !report->interrupted && report->kills > 0 && report->problems->len == 0;
}
