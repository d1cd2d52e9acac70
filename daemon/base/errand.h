/* SPDX-License-Identifier: GPL-3.0-or-later
 * A child sent to do one thing: what it says is taken within a time and a size, and it is gone
 * afterwards, whatever it does. */
#ifndef SONGFA_BASE_ERRAND_H
#define SONGFA_BASE_ERRAND_H

#include <glib.h>

typedef struct {
    char *const *argv; /* NULL-terminated, a path first */
    int input;         /* its standard input, lent */
    int seconds;
    gsize most;        /* bytes of output */
    gboolean mute;     /* its standard error is nobody's concern */
} Errand;

typedef enum {
    ERRAND_ENDED,      /* it closed its output; *status is as of waitpid() */
    ERRAND_NOT_BEGUN,  /* it could not be started */
    ERRAND_LATE,       /* its time was over */
    ERRAND_TALKATIVE,  /* it said too much */
    ERRAND_STOPPED     /* the thread's current GCancellable was cancelled */
} ErrandEnd;

/* Appends what it says to said. Blocks until its end; then it is killed, with the processes of its group if
 * it leads one. */
ErrandEnd errand_run(const Errand *errand, GString *said, int *status);

/* A file in memory that nobody can change any more, at its beginning, or -1. */
int errand_sealed_copy(const void *data, gsize length);

#endif
