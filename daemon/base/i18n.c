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
    const char *folder = g_getenv("SONGFA_LOCALEDIR");
    bindtextdomain(SONGFA_GETTEXT_DOMAIN, folder != NULL ? folder : SONGFA_LOCALEDIR);
    bind_textdomain_codeset(SONGFA_GETTEXT_DOMAIN, "UTF-8");
}
