/* SPDX-License-Identifier: GPL-3.0-or-later
 * Help on the commands, made from their table. */
#include "daemon/ctl/help.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "daemon/ctl/output.h"
#include "recipients/directory-kind.h"
#include "songfa-build.h"

#define NAME_WIDTH 13

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

/* What the commands on records of the directory have in common. */
static const char *record_help(const DirectoryKind *kind)
{
    if (kind->dated)
        return _("--date    list、show 看哪一天的名录，list 只列那天在任、在代收的\n"
                 "--from    用在 remove 上：从哪一天起不再有效，不写则从今天起，- 表示全部删除\n");
    return _("--date    list、show 看哪一天的名录\n"
             "--from    从哪一天起：不写时 add 一直有效，set、remove 从今天起；- 表示从一开始（更正）\n");
}

void help_command(const CtlCommand *command)
{
    const DirectoryKind *kind = directory_kind(command->name);
    output_print(_("用法：songfactl %s %s\n\n"), command->name, help_usage(command));
    output_print("%s\n", _(command->help));
    if (kind == NULL)
        return;
    output_text(record_help(kind));
    output_text(_("--id      用编号指明          --limit  history 只列最近几次\n"
                  "--seen    编辑时看到的改动号：之后有人改过就不写入，并说明是谁\n"
                  "list 后面的词和选项用来筛选。每次改动都有改动号，可以用 songfactl directory undo 撤销。\n"));
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
