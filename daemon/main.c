/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfad: options, signals, and the main loop that joins watched folders, pipeline and engine. */
#include "songfa-build.h" /* F_OFD_SETLK is an extension */

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/config.h"
#include "daemon/dispatch/bounce.h"
#include "daemon/dispatch/engine.h"
#include "daemon/dispatch/seal.h"
#include "daemon/folders.h"
#include "daemon/intake-worker.h"
#include "daemon/mailbox.h"
#include "daemon/pipeline.h"
#include "daemon/store/tracing.h"
#include "daemon/web/web.h"

enum { STOP_GRACE = 30, POLL_INTERVAL = 1 };

typedef struct {
    char *config_file;
    gboolean check, foreground, debug, version;
    char *trace;
} Options;

typedef struct {
    const Options *options;
    GMainLoop *loop;
    Config *config;
    Store *store;
    Pipeline *pipeline;
    IntakeWorker *intake;
    Web *web;
    Engine *engine;
    GHashTable *series_retry, *series_quiet; /* lent to it */
    Bounce *bounce;
    Mailbox *mailbox;
    Folders *folders;
    gint64 change;
    int lock, store_lock;
    int parent; /* where the process that was started waits for a word, or -1 */
    int status; /* what the process ends with */
} Daemon;

static void print_problem(const ConfigProblem *problem)
{
    const char *head = problem->warning ? _("注意：") : "";
    if (problem->line > 0)
        g_printerr("%s:%d: %s%s\n", problem->file, problem->line, head, problem->message);
    else
        g_printerr("%s: %s%s\n", problem->file, head, problem->message);
}

/* A daemon in the background has no other place to say it. */
static void log_problem(const ConfigProblem *problem)
{
    g_autofree char *line = g_strdup_printf("%d", problem->line);
    log_event(problem->warning ? LOG_LEVEL_WARNING : LOG_LEVEL_ERROR, "main", "configuration", "file",
              problem->file, "line", line, "problem", problem->message, NULL);
}

static Config *load_config(const char *file, gboolean deep, void (*tell)(const ConfigProblem *problem))
{
    g_autoptr(GPtrArray) problems =
        g_ptr_array_new_with_free_func((GDestroyNotify)config_problem_free);
    g_autoptr(Config) config = config_load(file, problems);
    if (config != NULL && deep)
        config_check(config, problems);
    for (guint i = 0; i < problems->len; i++)
        tell(problems->pdata[i]);
    if (config == NULL || (deep && config_problems_are_fatal(problems)))
        return NULL;
    return g_steal_pointer(&config);
}

static gboolean take_file(const char *folder, const char *name, gpointer data)
{
    intake_worker_take(((Daemon *)data)->intake, folder, name);
    return TRUE;
}

static void file_done(const char *folder, const char *name, PipelineResult result, gpointer data)
{
    Daemon *daemon = data;
    if (daemon->folders != NULL && folder != NULL) /* else it was an issue whose time had come */
        folders_done(daemon->folders, folder, name);
    if (result != PIPELINE_RETRY && result != PIPELINE_GONE)
        engine_wake(daemon->engine);
}

/* What -T names, and what songfactl trace asks for. */
static void set_trace(Daemon *daemon)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *asked = store_tracing_get(daemon->store, &error);
    if (asked == NULL) {
        log_event(LOG_LEVEL_WARNING, "main", "trace-not-read", "error", error->message, NULL);
        return;
    }
    const char *own = daemon->options->trace;
    g_autofree char *both = g_strjoin(",", own != NULL ? own : asked, own != NULL ? asked : NULL, NULL);
    log_set_trace(both);
}

/* Where files are taken: a document is read again, which may last. */
static void release_due(Daemon *daemon, gboolean changed)
{
    g_autoptr(GArray) due = pipeline_due(daemon->pipeline, changed);
    for (guint i = 0; due != NULL && i < due->len; i++)
        intake_worker_release(daemon->intake, g_array_index(due, gint64, i));
}

/* songfactl writes to the store too: what it queued must not wait for the next due time. */
static gboolean notice_changes(gpointer data)
{
    Daemon *daemon = data;
    if (daemon->engine == NULL)
        return G_SOURCE_REMOVE; /* a reload failed: the loop is about to end */
    gint64 change = store_change_counter(daemon->store);
    gboolean changed = change != daemon->change;
    gboolean queued = pipeline_settle_doubt(daemon->pipeline, changed);
    queued |= pipeline_tell_failures(daemon->pipeline, changed);
    queued |= pipeline_tell_answers(daemon->pipeline, changed);
    queued |= pipeline_tell_calendar(daemon->pipeline);
    release_due(daemon, changed);
    queued |= mailbox_tell_answers(daemon->mailbox, changed);
    if (changed || queued)
        engine_wake(daemon->engine);
    if (changed)
        set_trace(daemon);
    daemon->change = change;
    return G_SOURCE_CONTINUE;
}

static gboolean start(Daemon *daemon, GError **error)
{
    daemon->store = store_open(daemon->config->store, TRUE, error);
    if (daemon->store == NULL)
        return FALSE;
    set_trace(daemon);
    daemon->pipeline = pipeline_new(daemon->config, daemon->store);
    pipeline_file_released(daemon->pipeline);
    g_auto(SealMark) left = seal_left(daemon->config->spool);
    if (!pipeline_hold_overdue(daemon->pipeline, left.alive, error))
        return FALSE;
    daemon->series_retry = config_series_retry(daemon->config);
    daemon->series_quiet = config_series_quiet(daemon->config);
    EngineSettings settings = {
        .store_path = daemon->config->store,
        .spool = daemon->config->spool,
        .relays = daemon->config->relays,
        .domains = daemon->config->domains,
        .sender = &daemon->config->sender,
        .retry = &daemon->config->retry,
        .series_retry = daemon->series_retry,
        .series_quiet = daemon->series_quiet,
        .whole_dialogues = daemon->config->dialogues == DIALOGUES_ALL,
    };
    daemon->engine = engine_start(&settings, error);
    if (daemon->engine == NULL || !pipeline_begin_doubt(daemon->pipeline, error))
        return FALSE;
    if (daemon->config->reports.host != NULL)
        daemon->bounce = bounce_start(&daemon->config->reports, daemon->store);
    if (daemon->config->mailbox.inbox.host != NULL)
        daemon->mailbox = mailbox_start(daemon->config, daemon->store);
    daemon->intake = intake_worker_start(daemon->config, file_done, daemon, error);
    if (daemon->intake != NULL)
        daemon->folders = folders_start(daemon->config, take_file, daemon, error);
    if (daemon->folders == NULL)
        return FALSE;
    return daemon->config->web.listen == NULL || (daemon->web = web_start(daemon->config, error)) != NULL;
}

static void stop(Daemon *daemon)
{
    web_stop(&daemon->web);
    folders_stop(&daemon->folders);
    intake_worker_stop(&daemon->intake);
    bounce_stop(&daemon->bounce);
    mailbox_stop(&daemon->mailbox);
    if (daemon->engine != NULL)
        engine_stop(&daemon->engine, STOP_GRACE);
    g_clear_pointer(&daemon->series_retry, g_hash_table_unref);
    g_clear_pointer(&daemon->series_quiet, g_hash_table_unref);
    g_clear_pointer(&daemon->pipeline, pipeline_free);
    g_clear_pointer(&daemon->store, store_close);
    g_clear_pointer(&daemon->config, config_free);
}

static gboolean on_terminate(gpointer data)
{
    Daemon *daemon = data;
    log_event(LOG_LEVEL_INFO, "main", "stopping", NULL);
    g_main_loop_quit(daemon->loop);
    return G_SOURCE_CONTINUE;
}

/* What stands in the spool and in the store belongs together, and the spool is locked. */
static gboolean may_replace(const Config *running, const Config *config)
{
    return strcmp(config->spool, running->spool) == 0 && strcmp(config->store, running->store) == 0;
}

static gboolean restart(Daemon *daemon, Config *config)
{
    g_autoptr(GError) error = NULL;
    stop(daemon);
    daemon->config = config;
    if (start(daemon, &error))
        return TRUE;
    log_event(LOG_LEVEL_ERROR, "main", "reload-failed", "error", error->message, NULL);
    return FALSE;
}

/* A configuration with an error, or one that does not start, leaves the running one in force. */
static gboolean on_hangup(gpointer data)
{
    Daemon *daemon = data;
    Config *config = load_config(daemon->options->config_file, FALSE, log_problem);
    if (config == NULL || !may_replace(daemon->config, config)) {
        log_event(LOG_LEVEL_ERROR, "main", "reload-refused", "file", daemon->options->config_file, "problem",
                  config == NULL ? NULL : _("更换 spool 或 store 须重新启动 songfad"), NULL);
        config_free(config);
        return G_SOURCE_CONTINUE;
    }
    Config *before = g_steal_pointer(&daemon->config);
    if (restart(daemon, config)) {
        config_free(before);
        log_event(LOG_LEVEL_INFO, "main", "reloaded", NULL);
    } else if (!restart(daemon, before)) {
        daemon->status = 3;
        g_main_loop_quit(daemon->loop);
    }
    return G_SOURCE_CONTINUE;
}

/* Gives back the descriptor when it was locked, or -1 and error. */
static int locked_or_closed(int fd, gboolean locked, const char *file, GError **error)
{
    if (locked)
        return fd;
    if (errno == EWOULDBLOCK || errno == EACCES)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO,
                    _("%s 已由另一个 songfad 占用：同一工作目录、同一数据库只能运行一个。"), file);
    else
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO,
                    _("无法锁定 %s：%s。请检查权限和磁盘（是否已满、只读），数据库须在本机磁盘上"), file, g_strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static int open_to_lock(const char *file, int mode, GError **error)
{
    int fd = g_open(file, O_RDWR | O_CREAT | O_CLOEXEC, mode);
    if (fd < 0)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO,
                    _("无法打开 %s：%s。请检查文件夹、权限和磁盘（是否已满、只读）"), file, g_strerror(errno));
    return fd;
}

static int lock_spool(const char *file, GError **error)
{
    int fd = open_to_lock(file, 0644, error);
    return fd < 0 ? -1 : locked_or_closed(fd, flock(fd, LOCK_EX | LOCK_NB) == 0, file, error);
}

/* A byte of the store itself, whatever path led to it, and far behind those that SQLite locks. Closing the
 * descriptor would take SQLite's locks away: it stays open as long as the process lives. */
static int lock_store(const char *file, GError **error)
{
    struct flock byte = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = G_MAXINT64 - 1, .l_len = 1};
    int fd = open_to_lock(file, 0640, error);
    return fd < 0 ? -1 : locked_or_closed(fd, fcntl(fd, F_OFD_SETLK, &byte) == 0, file, error);
}

/* The lock is the truth of "running"; the process id in it is for people and for songfactl. The store
 * has a lock of its own: with two spools, each daemon would settle what the other has on the wire. */
static gboolean lock_all(Daemon *daemon, GError **error)
{
    if (g_mkdir_with_parents(daemon->config->spool, 0750) != 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("无法建立工作目录 %s：%s"),
                    daemon->config->spool, g_strerror(errno));
        return FALSE;
    }
    g_autofree char *file = g_build_filename(daemon->config->spool, "songfad.pid", NULL);
    if ((daemon->lock = lock_spool(file, error)) < 0 ||
        (daemon->store_lock = lock_store(daemon->config->store, error)) < 0)
        return FALSE;
    g_autofree char *pid = g_strdup_printf("%d\n", (int)getpid());
    if (ftruncate(daemon->lock, 0) != 0 || write(daemon->lock, pid, strlen(pid)) < 0)
        log_event(LOG_LEVEL_WARNING, "main", "pid-not-written", "file", file, NULL);
    return TRUE;
}

/* The parent ends with this status, and the terminal is let go. */
static void tell_parent(Daemon *daemon, int status)
{
    if (daemon->parent < 0)
        return;
    guint8 word = (guint8)status;
    if (write(daemon->parent, &word, 1) != 1)
        log_event(LOG_LEVEL_WARNING, "main", "parent-gone", NULL);
    close(daemon->parent);
    daemon->parent = -1;
    int null = g_open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int i = STDIN_FILENO; null >= 0 && i <= STDERR_FILENO; i++)
        dup2(null, i);
    if (null >= 0)
        close(null);
}

static int fail(const GError *error)
{
    g_printerr("songfad: %s\n", error->message);
    log_event(LOG_LEVEL_ERROR, "main", "not-started", "error", error->message, NULL);
    return songfa_error_exit_code(error);
}

static int run(Daemon *daemon)
{
    g_autoptr(GError) error = NULL;
    daemon->loop = g_main_loop_new(NULL, FALSE);
    g_unix_signal_add(SIGTERM, on_terminate, daemon);
    g_unix_signal_add(SIGINT, on_terminate, daemon);
    g_unix_signal_add(SIGHUP, on_hangup, daemon);
    if (!lock_all(daemon, &error) || !start(daemon, &error)) {
        daemon->status = fail(error);
    } else {
        g_timeout_add_seconds(POLL_INTERVAL, notice_changes, daemon);
        log_event(LOG_LEVEL_INFO, "main", "started", "config", daemon->options->config_file, NULL);
        tell_parent(daemon, 0);
        g_main_loop_run(daemon->loop);
    }
    stop(daemon);
    g_main_loop_unref(daemon->loop);
    log_event(LOG_LEVEL_INFO, "main", "stopped", NULL);
    tell_parent(daemon, daemon->status);
    return daemon->status;
}

static void options_clear(Options *options)
{
    g_free(options->config_file);
    g_free(options->trace);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static gboolean parse_options(Options *options, int *argc, char ***argv, GError **error)
{
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config_file, N_("配置文件"), "FILE"},
        {"check", 'n', 0, G_OPTION_ARG_NONE, &options->check, N_("只检查配置、模板、目录和名录"), NULL},
        {"foreground", 'f', 0, G_OPTION_ARG_NONE, &options->foreground, N_("留在前台，日志写到标准错误"), NULL},
        {"debug", 'd', 0, G_OPTION_ARG_NONE, &options->debug, N_("前台运行并写详细日志"), NULL},
        {"trace", 'T', 0, G_OPTION_ARG_STRING, &options->trace, N_("跟踪这些部分，如 smtp,intake"), "NAMES"},
        {"version", 'V', 0, G_OPTION_ARG_NONE, &options->version, N_("显示版本"), NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_set_summary(context, _("送发：按刊物自己的分发栏把刊物发到人"));
    g_option_context_set_translation_domain(context, SONGFA_GETTEXT_DOMAIN);
    g_option_context_add_main_entries(context, entries, SONGFA_GETTEXT_DOMAIN);
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    if (*argc > 1) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("多余的参数“%s”，见 songfad --help"), (*argv)[1]);
        return FALSE;
    }
    if (options->config_file == NULL)
        options->config_file = g_strdup(CONFIG_DEFAULT_FILE);
    return TRUE;
}

/* Ends the process that was started with the word of the one in the background, 3 without one. */
static void G_GNUC_NORETURN wait_for_word(int from)
{
    guint8 word = 3;
    ssize_t n;
    do
        n = read(from, &word, 1);
    while (n < 0 && errno == EINTR);
    _exit(word);
}

static gboolean go_background(Daemon *daemon, GError **error)
{
    int ends[2];
    pid_t pid = g_unix_open_pipe(ends, FD_CLOEXEC, NULL) ? fork() : -1;
    if (pid < 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("无法转入后台：%s"), g_strerror(errno));
        return FALSE;
    }
    close(ends[pid > 0]);
    if (pid > 0)
        wait_for_word(ends[0]);
    daemon->parent = ends[1];
    setsid();
    log_to_syslog("songfad");
    return TRUE;
}

static int check_only(const Options *options)
{
    g_autoptr(Config) config = load_config(options->config_file, TRUE, print_problem);
    if (config == NULL)
        return 3;
    g_print(_("%s：配置可用\n"), options->config_file);
    return 0;
}

int main(int argc, char **argv)
{
    i18n_init();
    g_auto(Options) options = {0};
    g_autoptr(GError) error = NULL;
    if (!parse_options(&options, &argc, &argv, &error)) {
        g_printerr("songfad: %s\n", error->message);
        return 2;
    }
    if (options.version) {
        g_print("songfad %s\n", PACKAGE_VERSION);
        return 0;
    }
    if (options.check)
        return check_only(&options);
    log_set_level(options.debug ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
    log_set_trace(options.trace);
    Daemon daemon = {.options = &options, .lock = -1, .store_lock = -1, .parent = -1};
    daemon.config = load_config(options.config_file, FALSE, print_problem);
    if (daemon.config == NULL)
        return 3;
    if (!options.foreground && !options.debug && !go_background(&daemon, &error))
        return fail(error);
    return run(&daemon);
}
