/* SPDX-License-Identifier: GPL-3.0-or-later
 * The watched folders of the configuration, with their sub-folders of series, as one. */
#ifndef SONGFA_FOLDERS_H
#define SONGFA_FOLDERS_H

#include "daemon/config.h"
#include "daemon/intake/watch.h"

typedef struct Folders Folders;

/* Watches the spool's incoming and all of the configuration's, which is lent; callback as in watch_new(). A
 * sub-folder that comes or goes later is noticed within 10 seconds; one that is named after no series is left
 * alone, and said once. NULL and error when a folder cannot be made. */
Folders *folders_start(const Config *config, WatchFile callback, gpointer data, GError **error);
void folders_stop(Folders **folders);

/* The work on a file is over (watch_done()). */
void folders_done(Folders *folders, const char *folder, const char *name);

/* A file that lies in a folder and is not declared finished, though the folder asks for it. */
typedef struct {
    char *folder, *name; /* name as people see it */
} FolderWaiting;

/* What lies in the folders now and waits to be declared finished, at most limit; *n = all of them. FolderWaiting
 * elements with free function. */
GPtrArray *folders_waiting(const Config *config, guint limit, guint *n);

#endif
