/* SPDX-License-Identifier: GPL-3.0-or-later
 * The settings of a watched folder, and who lets go what is handed in. For config.h. */
#ifndef SONGFA_CONFIG_WATCH_H
#define SONGFA_CONFIG_WATCH_H

#include "daemon/intake/final.h"

typedef enum {
    RELEASE_AUTO,      /* sent as soon as it is planned */
    RELEASE_UNCHANGED, /* likewise, when the recipients are those of the last issue; else by a clerk */
    RELEASE_CLERK,     /* waits for songfactl release */
    RELEASE_SECOND,    /* waits for two: one approves, another releases */
    RELEASE_MANUAL     /* the old word for clerk; seen in the file only */
} ReleasePolicy;

typedef struct {
    char *folder;         /* absolute */
    int settle;           /* seconds without change of size and time before a file is final */
    char *clerk;          /* address for answers on what is handed in here; NULL = the Config's */
    gboolean results;     /* what was accepted gets a text beside it too */
    char *series;         /* key that what is handed in here is of, NULL = any */
    ReleasePolicy release; /* in place of the series' */
    gboolean has_release;
    gboolean subfolders;  /* one for each series, named by key or name */
    FinalRule final;
    char *pattern;        /* final.h; NULL = the usual */
    int scan;             /* seconds, 0 = as the file system asks for */
    gboolean events;      /* FALSE: scans only */
} ConfigWatch;

/* Which hand-ins are answered to the clerk by mail. */
typedef enum {
    ANSWERS_PROBLEMS, /* those that somebody has to do something about */
    ANSWERS_ALL,
    ANSWERS_NONE
} ConfigAnswers;

#endif
