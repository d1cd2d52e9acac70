/* SPDX-License-Identifier: GPL-3.0-or-later
 * The made-up office of the self-test: configuration, directory, templates and issues in one folder.
 * Its only relay is a port of this machine. */
#ifndef SONGFA_SELFTEST_OFFICE_H
#define SONGFA_SELFTEST_OFFICE_H

#include <glib.h>

enum { OFFICE_CONNECTIONS = 4 };
#define OFFICE_CLERK "clerk@selftest.invalid" /* who gets the notices, and no issue */

/* Writes all but the store into the folder: songfad.conf, tables (a folder to import), templates, in. */
gboolean office_build(const char *folder, guint recipients, guint16 port, GError **error);

/* Hands in the issue of that number, to all recipients. */
gboolean office_hand_in(const char *folder, guint number, GError **error);

/* Where its parts lie; caller frees. */
char *office_config(const char *folder);
char *office_store(const char *folder);
char *office_tables(const char *folder);

#endif
