/* SPDX-License-Identifier: GPL-3.0-or-later
 * Passwords: no copy of one outlives its use. */
#include "daemon/dispatch/secret.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

enum { PASSWORD_MAX = 1024 };

void secret_wipe(Secret *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    g_free(secret);
}

static char *path_of(const char *file)
{
    const char *credentials = g_getenv("CREDENTIALS_DIRECTORY");
    if (strchr(file, '/') != NULL || credentials == NULL)
        return g_strdup(file);
    return g_build_filename(credentials, file, NULL);
}

Secret *secret_read(const char *file, GError **error)
{
    g_autofree char *path = path_of(file != NULL ? file : "");
    g_autoptr(GError) cause = NULL;
    g_autoptr(Secret) text = NULL;
    gsize length;
    if (!g_file_get_contents(path, &text, &length, &cause)) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG, _("读不到密码文件：%s"), cause->message);
        return NULL;
    }
    text[strcspn(text, "\r\n")] = '\0';
    if (*text != '\0' && length <= PASSWORD_MAX)
        return g_steal_pointer(&text);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG, _("密码文件 %s 是空的或过长"), path);
    return NULL;
}
