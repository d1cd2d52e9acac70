/* SPDX-License-Identifier: GPL-3.0-or-later
 * Watches folders: inotify is a hint, the scan is the truth. Calls back once for each final file;
 * a file is final when moved in, or closed by its writer, or unchanged in size and time for the
 * settle time; and when it is declared finished, where the folder asks for that (final.h). */
#ifndef SONGFA_INTAKE_WATCH_H
#define SONGFA_INTAKE_WATCH_H

#include <glib.h>

#include "daemon/intake/final.h"

typedef struct Watch Watch;

typedef struct {
    int settle;          /* seconds */
    int scan;            /* seconds between scans at most; 0: 10, where there are no events 30 */
    gboolean no_events;  /* scans only, as on file systems of other machines (SMB, NFS, FUSE), which are known
                            by themselves: there a file is final when two scans found it the same */
    FinalRule final;
    const char *pattern; /* of a name or the suffix of sidecars, as in final.h; lent */
} WatchRules;

/* Called from the main loop, one file a turn; must not free the watch. TRUE: it is in hand, and watch_done()
 * is called when it is not any more. A file that still lies there unchanged then (disk full, store locked)
 * comes again after 1 s, 2 s, 4 s … at most 5 minutes. */
typedef gboolean (*WatchFile)(const char *folder, const char *name, gpointer user_data);

/* Starts watching in the default main context; the folder is scanned at once. A folder that vanishes is
 * reported once and watched again when it is back. Folders are made when missing (with archive/ and held/)
 * if their parent exists. */
Watch *watch_new(const char *folder, const WatchRules *rules, WatchFile callback, gpointer user_data,
                 GError **error);
void watch_free(Watch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Watch, watch_free)

/* Scan now. */
void watch_scan(Watch *watch);

/* The work on a file that was in hand is over, whatever came of it. */
void watch_done(Watch *watch, const char *name);

#endif
