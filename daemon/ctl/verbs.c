/* SPDX-License-Identifier: GPL-3.0-or-later
 * Verbs of a command. */
#include "daemon/ctl/verbs.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

static gboolean check(const Ctl *ctl, const Args *args, const CtlVerb *verb, GError **error)
{
    guint n = MAX(args_count(args), 1); /* a verb may be understood */
    if (!args_check_verb(args, ctl_command(ctl->command)->options, verb->options, ctl->command, verb->name, error) ||
        !ctl_check_form(ctl, verb->forms, verb->name, error))
        return FALSE;
    if (n < verb->min_words)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("%s 后面还缺内容"), verb->name);
    else if (n > verb->max_words)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("%s 后面多了“%s”"), verb->name,
                    args_word(args, verb->max_words));
    return n >= verb->min_words && n <= verb->max_words;
}

int verbs_run(Ctl *ctl, const Args *args, const char *name, const CtlVerb *verbs, gsize n_verbs, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (gsize i = 0; i < n_verbs; i++) {
        if (strcmp(verbs[i].name, name) == 0)
            return check(ctl, args, &verbs[i], error) ? verbs[i].run(ctl, args, error) : 2;
        g_ptr_array_add(names, (gpointer)verbs[i].name);
    }
    g_ptr_array_add(names, NULL);
    g_autofree char *list = g_strjoinv("、", (char **)names->pdata);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("%s 后面应是其中之一：%s，不是“%s”"), ctl->command, list, name);
    return 2;
}
