/* SPDX-License-Identifier: GPL-3.0-or-later
 * Children are found beside their parent, so that a build tree never starts those of an installation. */
#include "daemon/base/program.h"

#include <glib.h>

char *program_path(const char *name)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = self != NULL ? g_path_get_dirname(self) : g_strdup(".");
    char *beside = g_build_filename(folder, name, NULL);
    if (g_file_test(beside, G_FILE_TEST_IS_EXECUTABLE))
        return beside;
    g_free(beside);
    return g_build_filename(SONGFA_LIBEXECDIR, name, NULL);
}
