/* SPDX-License-Identifier: GPL-3.0-or-later
 * A password or token in memory: read late from its file or program, wiped when it goes. */
#ifndef SONGFA_DISPATCH_SECRET_H
#define SONGFA_DISPATCH_SECRET_H

#include <glib.h>

typedef char Secret;
void secret_wipe(Secret *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Secret, secret_wipe)

/* The first line of the file; a name without a slash is a systemd credential. NULL and CONFIG when it
 * cannot be read, is empty or too long. */
Secret *secret_read(const char *file, GError **error);

/* The first line that the program prints within the seconds given. NULL and CONFIG when it cannot be
 * run, fails, takes longer, or prints nothing or too much. */
Secret *secret_run(char **argv, int seconds, GError **error);

#endif
