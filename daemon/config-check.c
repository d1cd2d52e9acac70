/* SPDX-License-Identifier: GPL-3.0-or-later
 * What songfad -n looks at beyond the text of the configuration: folders, secrets, templates, store
 * and directory as they are on this machine. It makes and changes nothing. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/config-reader.h"
#include "daemon/config.h"
#include "daemon/office.h"
#include "daemon/store/directory.h"
#include "templates/templates.h"

typedef struct {
    const Config *config;
    GPtrArray *problems;
} Check;

/* A problem at the line that gave the setting. */
static void report(const Check *check, gconstpointer setting, gboolean warning, char *message)
{
    config_problem_add(check->problems, check->config->file, config_line(check->config, setting),
                       warning, message);
}

#define FAIL(check, setting, ...) report(check, setting, FALSE, g_strdup_printf(__VA_ARGS__))
#define WARN(check, setting, ...) report(check, setting, TRUE, g_strdup_printf(__VA_ARGS__))

/* --- folders */

/* The folder itself or the nearest one above it that exists; caller frees. */
static char *nearest_existing(const char *path)
{
    char *folder = g_strdup(path);
    while (!g_file_test(folder, G_FILE_TEST_EXISTS) && strcmp(folder, "/") != 0) {
        char *above = g_path_get_dirname(folder);
        g_free(folder);
        folder = above;
    }
    return folder;
}

/* Whether files can be made in path, a folder that is there or can be made. */
static gboolean check_folder(const Check *check, gconstpointer setting, const char *path)
{
    g_autofree char *there = nearest_existing(path);
    if (!g_file_test(there, G_FILE_TEST_IS_DIR))
        FAIL(check, setting, _("“%s”不是文件夹：请改用别的路径，或移走它"), there);
    else if (access(there, R_OK | W_OK | X_OK) != 0)
        FAIL(check, setting, _("“%s”写不进去：请让运行 songfad 的用户（现在是 %s）可以读写它"), there,
             g_get_user_name());
    else
        return TRUE;
    return FALSE;
}

/* A watched folder is not made with all above it: a share that is not mounted must be noticed. */
static void check_watch(const Check *check, const ConfigWatch *watch)
{
    static const char *const sub_folders[] = {"archive", "held"};
    g_autofree char *above = g_path_get_dirname(watch->folder);
    if (!g_file_test(above, G_FILE_TEST_IS_DIR)) {
        FAIL(check, &watch->folder, _("“%s”不存在：请先建立，或检查共享文件夹是否已挂载"), above);
        return;
    }
    if (!check_folder(check, &watch->folder, watch->folder))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(sub_folders); i++) {
        g_autofree char *path = g_build_filename(watch->folder, sub_folders[i], NULL);
        check_folder(check, &watch->folder, path);
    }
}

/* The path with the links of its existing part resolved; caller frees. */
static char *real_path(const char *path)
{
    g_autofree char *there = nearest_existing(path);
    char *resolved = realpath(there, NULL);
    char *real = g_strconcat(resolved != NULL ? resolved : there, path + strlen(there), NULL);
    free(resolved);
    return real;
}

static gboolean is_within(const char *path, const char *folder)
{
    g_autofree char *inner = real_path(path), *outer = real_path(folder);
    gsize length = strlen(outer);
    return strncmp(inner, outer, length) == 0 && (inner[length] == '\0' || inner[length] == '/');
}

static void check_overlap(const Check *check, const ConfigWatch *watch)
{
    const Config *config = check->config;
    if (is_within(config->spool, watch->folder) || is_within(watch->folder, config->spool))
        FAIL(check, &watch->folder, _("收件文件夹“%s”和 spool“%s”互相包含：请分开放"), watch->folder,
             config->spool);
    if (is_within(config->store, watch->folder))
        FAIL(check, &watch->folder, _("收件文件夹“%s”里放着数据库“%s”：请分开放"), watch->folder,
             config->store);
    for (guint i = 0; i < config->watches->len; i++) {
        const ConfigWatch *other = g_ptr_array_index(config->watches, i);
        if (other != watch && is_within(watch->folder, other->folder))
            FAIL(check, &watch->folder, _("收件文件夹“%s”就是“%s”，或在它里面：请分开放"), watch->folder,
                 other->folder);
    }
}

static void check_folders(const Check *check)
{
    const Config *config = check->config;
    g_autofree char *store_folder = g_path_get_dirname(config->store);
    check_folder(check, &config->spool, config->spool);
    if (g_file_test(store_folder, G_FILE_TEST_IS_DIR))
        check_folder(check, &config->store, store_folder);
    else
        FAIL(check, &config->store, _("“%s”不存在：请先建立这个文件夹"), store_folder);
    for (guint i = 0; i < config->watches->len; i++) {
        const ConfigWatch *watch = g_ptr_array_index(config->watches, i);
        check_watch(check, watch);
        check_overlap(check, watch);
    }
}

/* --- servers */

/* Where the secret lies; NULL when only systemd knows. Caller frees. */
static char *secret_path(const char *secret)
{
    const char *credentials = g_getenv("CREDENTIALS_DIRECTORY");
    if (strchr(secret, '/') != NULL)
        return g_strdup(secret);
    return credentials != NULL ? g_build_filename(credentials, secret, NULL) : NULL;
}

/* setting: the member that names the file. */
static void check_secret(const Check *check, char *const *setting)
{
    struct stat state;
    g_autofree char *path = secret_path(*setting);
    if (path == NULL)
        WARN(check, setting, _("口令“%s”由 systemd 在启动时提供（LoadCredential=），这里看不到，没有检查"), *setting);
    else if (stat(path, &state) != 0 || !S_ISREG(state.st_mode))
        FAIL(check, setting, _("没有口令文件“%s”：请建立它，只写口令一行"), path);
    else if ((state.st_mode & 077) != 0)
        FAIL(check, setting, _("口令文件“%s”别的用户也能读：请运行 chmod 600 %s"), path, path);
    else if (access(path, R_OK) != 0)
        FAIL(check, setting, _("口令文件“%s”读不了：请让运行 songfad 的用户拥有它"), path);
    else if (state.st_size == 0)
        FAIL(check, setting, _("口令文件“%s”是空的：请写入口令"), path);
}

static void check_program(const Check *check, char **const *setting)
{
    g_autofree char *path = g_find_program_in_path((*setting)[0]);
    if (path == NULL)
        FAIL(check, setting, _("没有程序“%s”，或它不能运行：请写全路径并检查权限"), (*setting)[0]);
}

static void check_ca_file(const Check *check, char *const *setting)
{
    if (*setting != NULL && access(*setting, R_OK) != 0)
        FAIL(check, setting, _("证书文件“%s”读不了：请检查路径和权限"), *setting);
}

static void check_server(const Check *check, const RelaySettings *server)
{
    check_ca_file(check, &server->ca_file);
    if (server->password_file != NULL)
        check_secret(check, &server->password_file);
    if (server->token_file != NULL)
        check_secret(check, &server->token_file);
    if (server->token_command != NULL)
        check_program(check, &server->token_command);
}

static void check_inbox(const Check *check, const InboxSettings *inbox)
{
    if (inbox->host == NULL)
        return;
    check_ca_file(check, &inbox->ca_file);
    check_secret(check, &inbox->password_file);
}

/* Who sees the secret words can hand in. */
static void check_words(const Check *check, char *const *setting)
{
    struct stat state;
    g_autoptr(GError) error = NULL;
    if (*setting == NULL)
        return;
    g_autoptr(GHashTable) words = writer_words_load(*setting, &error);
    if (words == NULL)
        FAIL(check, setting, "%s", error->message);
    else if (g_stat(*setting, &state) == 0 && (state.st_mode & 077) != 0)
        FAIL(check, setting, _("暗号文件“%s”别的用户也能读：请运行 chmod 600 %s"), *setting, *setting);
}

static void check_servers(const Check *check)
{
    for (guint i = 0; i < check->config->relays->len; i++)
        check_server(check, g_ptr_array_index(check->config->relays, i));
    check_inbox(check, &check->config->reports);
    check_inbox(check, &check->config->mailbox.inbox);
}

/* The certificate may be read by all, its key may not. */
static void check_web(const Check *check)
{
    const ConfigWeb *web = &check->config->web;
    struct stat state;
    if (web->certificate == NULL)
        return;
    if (access(web->certificate, R_OK) != 0)
        FAIL(check, &web->certificate, _("证书文件“%s”读不了：请检查路径和权限"), web->certificate);
    if (stat(web->key, &state) != 0 || access(web->key, R_OK) != 0)
        FAIL(check, &web->key, _("密钥文件“%s”读不了：请检查路径和权限"), web->key);
    else if ((state.st_mode & 077) != 0)
        FAIL(check, &web->key, _("密钥文件“%s”别的用户也能读：请运行 chmod 600 %s"), web->key, web->key);
}

/* Who sends again by itself should see the reports that make it needless. */
static void check_reports(const Check *check)
{
    const Config *config = check->config;
    for (guint i = 0; config->reports.host == NULL && i < config->series->len; i++) {
        const ConfigSeries *series = g_ptr_array_index(config->series, i);
        if (series->unknown != UNKNOWN_HOLD)
            WARN(check, &series->unknown,
                 _("没有配置 reports，看不到退信和回执：结果不明的会不等消息就再发一次，对方可能收到两封"));
    }
}

/* --- LibreOffice */

static void check_office(const Check *check)
{
    g_autofree char *program = office_program();
    for (guint i = 0; i < check->config->series->len; i++) {
        const ConfigSeries *series = g_ptr_array_index(check->config->series, i);
        if (series->pdf == PDF_NONE)
            continue;
        if (program == NULL)
            WARN(check, &series->pdf, _("“%s”要附 PDF，但本机没有 LibreOffice：请安装软件包 libreoffice-writer-nogui"),
                 series->name);
        else if (!office_has_type())
            WARN(check, &series->pdf,
                 _("“%s”要附 PDF，但本机没有中文字体：请安装单位所用的字体，或软件包 fonts-noto-cjk"), series->name);
    }
}

/* --- times */

static void check_calendar(const Check *check)
{
    const Config *config = check->config;
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)calendar_problem_free);
    g_autoptr(Calendar) calendar = config_calendar(config, problems);
    GDate today = clock_day(clock_now());
    int year = calendar_missing(calendar, &today);
    for (guint i = 0; i < problems->len; i++) {
        const CalendarProblem *problem = g_ptr_array_index(problems, i);
        config_problem_add(check->problems, problem->file, problem->line, FALSE, g_strdup(problem->message));
    }
    if (year > 0 && config_uses_calendar(config))
        WARN(check, &config->calendar,
             _("没有 %d 年的放假、调休安排，到时只把周六、周日当作休息：请照国务院办公厅的通知写成 %s/%d.txt"), year,
             config->calendar, year);
}

/* A night's rest that takes all the time there is leaves none to try again. */
static void check_quiet(const Check *check)
{
    const Config *config = check->config;
    for (guint i = 0; i < config->series->len; i++) {
        const ConfigSeries *series = g_ptr_array_index(config->series, i);
        gint64 longest = hours_longest(&series->quiet.hours) * G_GINT64_CONSTANT(60);
        if (longest > 0 && longest >= series->retry.give_up_after)
            WARN(check, &series->quiet,
                 _("免打扰时段比“give_up_after”还长：领导的邮件等过这一段，一次发不出就不再重试；请改长 give_up_after"));
    }
}

/* --- templates */

static void check_template_set(const Check *check, gconstpointer setting, const char *folder)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Templates) templates = templates_load(folder, &error);
    if (templates == NULL)
        FAIL(check, setting, _("模板不可用：%s"), error->message);
}

static void check_templates(const Check *check)
{
    const Config *config = check->config;
    check_template_set(check, &config->templates, config->templates);
    for (guint i = 0; i < config->series->len; i++) {
        const ConfigSeries *series = g_ptr_array_index(config->series, i);
        if (strcmp(series->templates, config->templates) != 0)
            check_template_set(check, &series->templates, series->templates);
    }
}

/* --- store and directory */

static void check_directory(const Check *check, const Directory *directory)
{
    gboolean reachable = FALSE;
    for (guint i = 0; i < directory->mailboxes->len; i++)
        reachable |= !((const DirectoryMailbox *)g_ptr_array_index(directory->mailboxes, i))->suspended;
    if (directory->units->len == 0)
        FAIL(check, &check->config->store, _("名录是空的：请先运行 songfactl directory import 导入单位和职务"));
    else if (!reachable)
        FAIL(check, &check->config->store, _("名录里没有一个可用的邮箱：请用 songfactl mailbox add 登记"));
}

static void check_store(const Check *check)
{
    const Config *config = check->config;
    g_autoptr(GError) error = NULL;
    if (!g_file_test(config->store, G_FILE_TEST_EXISTS)) {
        FAIL(check, &config->store, _("数据库“%s”还没有：请运行 songfactl directory import 导入名录，会自动建立"),
             config->store);
        return;
    }
    g_autoptr(Store) store = store_open(config->store, FALSE, &error);
    g_autoptr(Directory) directory =
        store != NULL ? store_directory_load(store, NULL, NULL, &error) : NULL;
    if (directory == NULL)
        FAIL(check, &config->store, _("数据库“%s”不可用：%s"), config->store, error->message);
    else
        check_directory(check, directory);
}

void config_check(const Config *config, GPtrArray *problems)
{
    const Check check = {config, problems};
    check_folders(&check);
    check_servers(&check);
    check_web(&check);
    check_reports(&check);
    check_office(&check);
    check_calendar(&check);
    check_quiet(&check);
    check_words(&check, &config->mailbox.senders.words_file);
    check_templates(&check);
    check_store(&check);
}
