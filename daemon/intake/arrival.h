/* SPDX-License-Identifier: GPL-3.0-or-later
 * When is a file that arrives final? The rule alone: times and states are handed in. Pure; only
 * watch.c includes it. */
#ifndef SONGFA_INTAKE_ARRIVAL_H
#define SONGFA_INTAKE_ARRIVAL_H

#include <glib.h>
#include <sys/stat.h>

/* What is known of its writer, from inotify. */
typedef enum {
    ARRIVAL_SEEN,    /* nothing: final when size and time rest for the settle time */
    ARRIVAL_WRITING, /* one is at work: final when it closes, or has rested very long */
    ARRIVAL_CLOSED,  /* it closed the file: final after a breath, in case it opens it again */
    ARRIVAL_MOVED    /* the file was moved in: final at once */
} ArrivalHint;

typedef struct {
    gint64 size, mtime; /* bytes, ns */
    guint64 inode;
    gboolean regular;
    ArrivalHint hint;
    gint64 changed_at;  /* µs, monotonic: last sign of a change */
    gint64 retry_at;    /* not before */
    int failures;
    gboolean queued;    /* waits for its turn */
    gboolean in_hand;   /* somebody is at work on it */
    gint64 handed;      /* changed_at when it was handed over */
    guint rests;        /* looks at it in a row that found it unchanged */
    guint scan;         /* the last scan that saw it */
} Arrival;

/* Takes note of the state now; a change starts the wait anew and forgives failures. */
void arrival_observe(Arrival *arrival, const struct stat *state, gint64 now);

/* Something is known of its writer. A new file counts as being written only when it is plain and
 * empty: other new names may be links, whose writer is long done. */
void arrival_hint(Arrival *arrival, ArrivalHint hint, gint64 now);
void arrival_hint_new(Arrival *arrival, gint64 now);

/* It could not be taken: try later, and later each time, at most 5 minutes apart. */
void arrival_fail(Arrival *arrival, gint64 now);

/* When it is final (µs, monotonic), if nothing happens until then; settle in seconds. */
gint64 arrival_due(const Arrival *arrival, int settle);

#endif
