/* SPDX-License-Identifier: GPL-3.0-or-later
 * Children are found beside their parent, so that a build tree never starts those of an installation. */
#include "daemon/base/program.h"

#include <glib.h>

static char *find_in(const char *up, const char *name)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = self != NULL ? g_path_get_dirname(self) : g_strdup(".");
    g_autofree char *path = g_build_filename(folder, up, name, NULL);
    return g_file_test(path, G_FILE_TEST_IS_EXECUTABLE) ? g_canonicalize_filename(path, NULL) : NULL;
}

char *program_path(const char *name)
{
    char *beside = find_in(".", name);
    return beside != NULL ? beside : g_build_filename(SONGFA_LIBEXECDIR, name, NULL);
}

char *program_find(const char *name)
{
    static const char *const places[] = {".", "../sbin", "../bin"};
    char *found = NULL;
    for (gsize i = 0; found == NULL && i < G_N_ELEMENTS(places); i++)
        found = find_in(places[i], name);
    return found;
}
