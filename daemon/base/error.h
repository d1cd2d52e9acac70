/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one GError domain. The code says what the user can do next and sets the exit code;
 * the message says what, where, and what to do. The callee explains, the edge logs. */
#ifndef SONGFA_BASE_ERROR_H
#define SONGFA_BASE_ERROR_H

#include <glib.h>

#define SONGFA_ERROR (songfa_error_quark())

typedef enum {
    SONGFA_ERROR_INPUT,    /* the text, file or argument is wrong: exit 1 */
    SONGFA_ERROR_USAGE,    /* the command line is wrong: exit 2 */
    SONGFA_ERROR_CONFIG,   /* configuration unusable: exit 3 */
    SONGFA_ERROR_STORE,    /* store unusable, locked or damaged: exit 3 */
    SONGFA_ERROR_IO,       /* a file, folder or socket failed: exit 3 */
    SONGFA_ERROR_CONFLICT, /* somebody else changed it, or it exists already: exit 1 */
    SONGFA_ERROR_NOT_FOUND /* no such record: exit 1 */
} SongfaError;

GQuark songfa_error_quark(void);

/* The exit code of DESIGN.md §5 for an error of any domain (others count as IO). */
int songfa_error_exit_code(const GError *error);

#endif
