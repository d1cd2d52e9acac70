/* SPDX-License-Identifier: GPL-3.0-or-later
 * Takes from a process what it does not need before it meets hostile input. */
#ifndef SONGFA_BASE_CAGE_H
#define SONGFA_BASE_CAGE_H

#include <glib.h>

typedef struct {
    gboolean network;            /* it goes on to use sockets; else its system calls are those of reading */
    const char *const *readable; /* the folders and files it may still open, to read only, NULL-terminated;
                                  * NULL = what its user may */
    gsize memory;                /* bytes of addresses */
    guint cpu;                   /* seconds of processor time, then SIGXCPU */
} CageRules;

/* For good: no new privileges, no core, no files to write, bounded memory, processor time and
 * descriptors; a root process becomes nobody; and what the kernel has of cage_kernel(). FALSE when any
 * of it could not be had. */
gboolean cage_enter(const CageRules *rules, GError **error);

/* What this kernel has to offer; where it has less, the other walls stand alone. */
typedef struct {
    gboolean seccomp; /* filters of system calls, seccomp(2) */
    int landlock;     /* version of landlock(7), 0 = none */
} CageKernel;

CageKernel cage_kernel(void);

#endif
