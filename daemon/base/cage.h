/* SPDX-License-Identifier: GPL-3.0-or-later
 * Takes from a process what it does not need before it meets hostile input. */
#ifndef SONGFA_BASE_CAGE_H
#define SONGFA_BASE_CAGE_H

#include <glib.h>

typedef struct {
    gboolean network;            /* it goes on to use sockets; else its system calls are those of reading */
    gboolean program;            /* it goes on as somebody else's program, within its own process: no other
                                  * is made or reached; a socket may be had, but leads nowhere */
    const char *const *readable; /* the folders and files it may still open, to read only (program: to run
                                  * too), NULL-terminated; NULL = what its user may */
    const char *writable;        /* the folder in which it may make files; NULL = none */
    gsize memory;                /* bytes of addresses */
    guint cpu;                   /* seconds of processor time, then SIGXCPU */
    gsize file;                  /* bytes of a file that it writes */
    guint descriptors;           /* 0 = few */
} CageRules;

/* For good: no new privileges, no core, bounded memory, processor time, files and descriptors; a root
 * process becomes nobody; and what the kernel has of cage_kernel(). FALSE when any of it could not be had. */
gboolean cage_enter(const CageRules *rules, GError **error);

/* What this kernel has to offer; where it has less, the other walls stand alone. */
typedef struct {
    gboolean seccomp; /* filters of system calls, seccomp(2) */
    int landlock;     /* version of landlock(7), 0 = none */
} CageKernel;

CageKernel cage_kernel(void);

/* Whom a root process becomes: user and group. FALSE when it is not root, and stays who it is. */
gboolean cage_user(guint *user, guint *group);

#endif
