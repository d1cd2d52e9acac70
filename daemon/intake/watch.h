/* SPDX-License-Identifier: GPL-3.0-or-later
 * Watches folders: inotify is a hint, the scan is the truth. Calls back once for each final file;
 * a file is final when moved in, or closed by its writer, or unchanged in size and time for the
 * settle time. */
#ifndef SONGFA_INTAKE_WATCH_H
#define SONGFA_INTAKE_WATCH_H

#include <glib.h>

typedef struct Watch Watch;

/* Called from the main loop, one file a turn; must not free the watch. A file that still lies there
 * unchanged afterwards (disk full, store locked) comes again after 1 s, 2 s, 4 s … at most 5 minutes. */
typedef void (*WatchFile)(const char *folder, const char *name, gpointer user_data);

/* Starts watching in the default main context; the folder is scanned at once and then at least
 * every scan_interval seconds. A folder that vanishes is reported once and watched again when it is
 * back. Folders are made when missing (with archive/ and held/) if their parent exists. */
Watch *watch_new(const char *folder, int settle, int scan_interval, WatchFile callback,
                 gpointer user_data, GError **error);
void watch_free(Watch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Watch, watch_free)

/* Scan now. */
void watch_scan(Watch *watch);

#endif
