/* SPDX-License-Identifier: GPL-3.0-or-later
 * Folders of the tests' own. */
#include "songfa-build.h" /* nftw() is an extension */

#include "tests/unit/scratch.h"

#include <ftw.h>
#include <glib.h>
#include <stdio.h>

char *scratch_new(void)
{
    g_autoptr(GError) error = NULL;
    char *folder = g_dir_make_tmp("songfa-test-XXXXXX", &error);
    g_assert_no_error(error);
    return folder;
}

static int remove_one(const char *path, const struct stat *state, int kind, struct FTW *place)
{
    (void)state;
    (void)kind;
    (void)place;
    return remove(path);
}

void scratch_remove(const char *folder)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
