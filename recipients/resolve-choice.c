/* SPDX-License-Identifier: GPL-3.0-or-later
 * Choices for terms that name an unspecified part: 有关部门, 各相关单位负责同志. */
#include "recipients/resolve-choice.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "recipients/lexicon.h"

char *resolve_choice_term(const char *printed)
{
    g_autofree char *key = directory_key(printed);
    const char *rest = key;
    for (gsize n; (n = lexicon_begins(LEX_UNSPECIFIED, rest)) > 0;)
        rest += n;
    return g_strconcat("有关", rest, NULL);
}

const ResolveChoice *resolve_choice_find(const GPtrArray *choices, const char *field, const char *term)
{
    for (guint i = 0; choices != NULL && i < choices->len; i++) {
        const ResolveChoice *choice = choices->pdata[i];
        g_autofree char *chosen = resolve_choice_term(choice->term);
        if ((choice->field == NULL || strcmp(choice->field, field) == 0) && strcmp(chosen, term) == 0)
            return choice;
    }
    return NULL;
}

char *resolve_choice_head(const ResolveChoice *choice)
{
    g_autofree char *term = resolve_choice_term(choice->term);
    g_autofree char *chosen = g_strdup_printf(_("按 %s 由 %s 选定"), choice->date, choice->who);
    return g_strconcat(term, " → ", chosen, NULL);
}
