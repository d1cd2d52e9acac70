/* SPDX-License-Identifier: GPL-3.0-or-later
 * Locale and catalogue of the programs. */
#include "daemon/base/i18n.h"

#include <glib.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>

void i18n_init(void)
{
    if (setlocale(LC_ALL, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_ALL, "C.UTF-8");
    /* The texts are Chinese as they stand: for a reader whose first language that is no catalogue is
     * looked up, or LANGUAGE=zh_CN:en would end in English. */
    const char *first = g_get_language_names()[0];
    if (g_str_has_prefix(first, "zh"))
        g_setenv("LANGUAGE", first, TRUE);
    const char *folder = g_getenv("SONGFA_LOCALEDIR");
    bindtextdomain(SONGFA_GETTEXT_DOMAIN, folder != NULL ? folder : SONGFA_LOCALEDIR);
    bind_textdomain_codeset(SONGFA_GETTEXT_DOMAIN, "UTF-8");
}
