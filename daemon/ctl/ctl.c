/* SPDX-License-Identifier: GPL-3.0-or-later
 * The frame of songfactl: options that hold for all commands, what a command needs, exit codes. */
#include "daemon/ctl/ctl.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/help.h"
#include "daemon/ctl/output.h"

#define GLOBAL_OPTIONS "c= as= json csv help version h"

static void ctl_close(Ctl *ctl)
{
    store_close(ctl->store);
    config_free(ctl->config);
}

static const char *login_name(void)
{
    const char *names[] = {g_getenv("SUDO_USER"), g_getenv("USER"), g_get_user_name()};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (names[i] != NULL && *names[i] != '\0' && g_utf8_validate(names[i], -1, NULL))
            return names[i];
    return "?";
}

/* The word that stands in the audit log must be readable there. */
static gboolean check_who(const char *who, GError **error)
{
    gboolean readable = g_utf8_validate(who, -1, NULL), blank = TRUE;
    for (const char *p = who; readable && *p != '\0'; p = g_utf8_next_char(p)) {
        readable = !g_unichar_iscntrl(g_utf8_get_char(p));
        blank = blank && g_unichar_isspace(g_utf8_get_char(p));
    }
    if (!readable) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE,
                    _("--as 后面的名字里有控制字符，或不是 UTF-8，请改正"));
        return FALSE;
    }
    if (!blank)
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("--as 后面要写经办人的名字"));
    return FALSE;
}

/* The options of a and, for what it lacks, of b. */
static const char *option_of(const Args *a, const Args *b, const char *name)
{
    const char *value = args_get(a, name);
    return value != NULL || b == NULL ? value : args_get(b, name);
}

static gboolean read_globals(Ctl *ctl, const Args *own, const Args *before, GError **error)
{
    const char *file = option_of(own, before, "c");
    if (file == NULL)
        file = g_getenv("SONGFA_CONF");
    ctl->config_chosen = file != NULL && *file != '\0';
    ctl->config_file = ctl->config_chosen ? file : CONFIG_DEFAULT_FILE;
    gboolean json = option_of(own, before, "json") != NULL;
    gboolean csv = option_of(own, before, "csv") != NULL;
    if (json && csv) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("--json 和 --csv 只能写一个"));
        return FALSE;
    }
    ctl->format = json ? TABLE_JSON : csv ? TABLE_CSV : TABLE_TEXT;
    const char *who = option_of(own, before, "as");
    ctl->who = who != NULL ? who : login_name();
    return check_who(ctl->who, error);
}

gboolean ctl_check_form(const Ctl *ctl, const char *forms, const char *command, GError **error)
{
    static const char *const options[] = {[TABLE_JSON] = "--json", [TABLE_CSV] = "--csv"};
    const char *asked = options[ctl->format];
    if (asked == NULL || strstr(forms, asked) != NULL)
        return TRUE;
    if (strstr(forms, "--json") != NULL)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("%s 没有 %s 格式，只有 --json"), command, asked);
    else
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("%s 没有 %s 格式"), command, asked);
    return FALSE;
}

static gboolean open_config(Ctl *ctl, GError **error)
{
    g_autoptr(GPtrArray) problems =
        g_ptr_array_new_with_free_func((GDestroyNotify)config_problem_free);
    ctl->config = config_load(ctl->config_file, problems);
    if (ctl->config != NULL)
        return TRUE;
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < problems->len; i++) {
        const ConfigProblem *problem = problems->pdata[i];
        const char *file = problem->file != NULL ? problem->file : ctl->config_file;
        if (problem->line > 0)
            g_string_append_printf(text, "\n  %s:%d: %s", file, problem->line, problem->message);
        else
            g_string_append_printf(text, "\n  %s: %s", file, problem->message);
    }
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG,
                _("配置不能用，请改正（或用 -c 指定另一个配置文件）：%s"), text->str);
    return FALSE;
}

static gboolean open_needs(Ctl *ctl, CtlNeeds needs, GError **error)
{
    if (needs == CTL_NOTHING)
        return TRUE;
    if (!open_config(ctl, error))
        return FALSE;
    ctl->store = store_open(ctl->config->store, needs == CTL_NEW_STORE, error);
    return ctl->store != NULL;
}

/* Opens what there is. A configuration the user named must be usable; the default one is taken
 * when it is there, and its faults are said but do not stop. */
static gboolean open_maybe(Ctl *ctl, GError **error)
{
    g_autoptr(GError) fault = NULL;
    if (!ctl->config_chosen && !g_file_test(ctl->config_file, G_FILE_TEST_EXISTS))
        return TRUE;
    if (!open_config(ctl, &fault)) {
        if (ctl->config_chosen) {
            g_propagate_error(error, g_steal_pointer(&fault));
            return FALSE;
        }
        output_error("%s", fault->message);
    } else if (g_file_test(ctl->config->store, G_FILE_TEST_EXISTS)) {
        ctl->store = store_open(ctl->config->store, FALSE, &fault);
        if (ctl->store == NULL)
            output_error(_("不用名录，只按文字来读：%s"), fault->message);
    }
    return TRUE;
}

static gboolean check_words(const CtlCommand *command, const Args *args, char **argv,
                            GError **error)
{
    guint n = args_count(args);
    for (char **p = argv; *p != NULL && !command->takes_files; p++)
        if (!g_utf8_validate(*p, -1, NULL)) {
            g_autofree char *shown = g_strescape(*p, NULL);
            g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE,
                        _("参数 %s 不是 UTF-8 文字。请把终端编码设为 UTF-8 再试"), shown);
            return FALSE;
        }
    if (n >= command->min_words && n <= command->max_words)
        return TRUE;
    if (n < command->min_words)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("%s 后面还缺内容"), command->name);
    else
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("%s 后面多了“%s”"), command->name,
                    args_word(args, command->max_words));
    return FALSE;
}

static int run(Ctl *ctl, const CtlCommand *command, const Args *args, GError **error)
{
    gboolean ready = command->needs == CTL_MAYBE ? open_maybe(ctl, error)
                                                 : open_needs(ctl, command->needs, error);
    return ready ? command->run(ctl, args, error) : 3;
}

static int run_command(const CtlCommand *command, char **argv, const Args *before, GError **error)
{
    g_autofree char *spec = g_strjoin(" ", GLOBAL_OPTIONS, command->options, NULL);
    g_autoptr(Args) args = args_new(spec, argv, FALSE, NULL, error);
    Ctl ctl = {.command = command->name};
    if (args == NULL)
        return 2;
    if (args_has(args, "help") || args_has(args, "h")) {
        help_command(command);
        return 0;
    }
    if (!check_words(command, args, argv, error) || !read_globals(&ctl, args, before, error) ||
        !ctl_check_form(&ctl, command->usage, command->name, error))
        return 2;
    int code = run(&ctl, command, args, error);
    ctl_close(&ctl);
    return code;
}

static const CtlCommand *find_command(const char *name, GError **error)
{
    const CtlCommand *command = ctl_command(name);
    if (command != NULL)
        return command;
    g_autofree char *near = help_nearest(name);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("没有命令“%s”%s%s。全部命令：songfactl help"),
                name, near != NULL ? _("。相近的有：") : "", near != NULL ? near : "");
    return NULL;
}

static int dispatch(char **argv, const CtlCommand **command, GError **error)
{
    char **rest = NULL;
    g_autoptr(Args) before = args_new(GLOBAL_OPTIONS, argv, TRUE, &rest, error);
    if (before == NULL)
        return 2;
    if (args_has(before, "version")) {
        help_version();
        return 0;
    }
    if (args_has(before, "help") || args_has(before, "h")) {
        help_overview();
        return 0;
    }
    if (*rest == NULL) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("要做什么？全部命令：songfactl help"));
        return 2;
    }
    *command = find_command(*rest, error);
    return *command != NULL ? run_command(*command, rest + 1, before, error) : 2;
}

int ctl_main(char **argv)
{
    g_autoptr(GError) error = NULL;
    const CtlCommand *command = NULL;
    int code = dispatch(argv + 1, &command, &error);
    if (error != NULL) {
        output_error("%s", error->message);
        code = songfa_error_exit_code(error);
        if (code == 2 && command != NULL)
            output_error(_("用法：songfactl %s %s"), command->name, help_usage(command));
    }
    return output_flush() ? code : 3;
}
