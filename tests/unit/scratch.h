/* SPDX-License-Identifier: GPL-3.0-or-later
 * Folders of the tests' own. */
#ifndef SONGFA_TESTS_SCRATCH_H
#define SONGFA_TESTS_SCRATCH_H

/* A new empty folder; caller ends it with scratch_remove() and g_free(). */
char *scratch_new(void);

/* Removes the folder with all it holds, following no links. */
void scratch_remove(const char *folder);

#endif
