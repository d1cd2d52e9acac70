/* SPDX-License-Identifier: GPL-3.0-or-later
 * Help on the commands, made from their table. */
#include "daemon/ctl/help.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "daemon/ctl/output.h"
#include "songfa-build.h"

#define NAME_WIDTH 10

void help_overview(void)
{
    output_text(_("用法：songfactl [-c 配置文件] [--json|--csv] [--as 经办人] 命令 …\n\n"));
    for (const CtlCommand *command = ctl_commands; command->name != NULL; command++) {
        g_auto(GStrv) lines = g_strsplit(_(command->help), "\n", 2);
        output_print("  %-*s  %s\n", NAME_WIDTH, command->name, lines[0]);
    }
    output_text(_("\n一条命令的用法：songfactl help 命令\n"));
}

const char *help_usage(const CtlCommand *command)
{
    return *command->usage != '\0' ? _(command->usage) : ""; /* "" is the catalogue's own head */
}

void help_command(const CtlCommand *command)
{
    output_print(_("用法：songfactl %s %s\n\n"), command->name, help_usage(command));
    output_print("%s\n", _(command->help));
}

void help_version(void)
{
    output_print("songfactl (songfad) %s\n", PACKAGE_VERSION);
}

char *help_nearest(const char *word)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const CtlCommand *command = ctl_commands; command->name != NULL; command++)
        g_ptr_array_add(names, (gpointer)command->name);
    g_ptr_array_add(names, NULL);
    return args_nearest(word, (const char *const *)names->pdata);
}
