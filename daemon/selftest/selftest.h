/* SPDX-License-Identifier: GPL-3.0-or-later
 * The crash proof in a bounded form, on the user's own machine: a made-up office sends over loopback,
 * its songfad is killed again and again, and at the end the register is held against the server's own
 * record. Nothing leaves the machine; nothing stays on it. */
#ifndef SONGFA_SELFTEST_SELFTEST_H
#define SONGFA_SELFTEST_SELFTEST_H

#include "daemon/selftest/ground.h"

typedef struct {
    const char *folder;     /* in which the test makes its own */
    const char *daemon;     /* the songfad to test, NULL = the one that belongs to this program */
    guint kills;
    guint recipients;       /* of an issue */
    int seconds;            /* after which it is not killed any more */
    gboolean keep;          /* leave the folder */
} SelftestSettings;

/* What it tells while it works; any may be NULL. */
typedef struct {
    void (*began)(gpointer user, const char *folder); /* its own */
    void (*checked)(gpointer user, const GroundFinding *finding);
    void (*progressed)(gpointer user, guint kills, guint taken); /* taken: mails by the server */
    gpointer user;
} SelftestHooks;

typedef struct {
    GPtrArray *findings;    /* GroundFinding */
    guint kills, issues;
    guint mails;            /* rows of the register, notices too */
    guint taken;            /* mails that the server took */
    guint lost;             /* registered as accepted, or not at all, and not taken */
    guint repeated;         /* taken more than once, or without a row */
    guint unknown, allowed; /* rows in doubt; at most one for each connection and kill */
    guint unfinished;       /* rows that came to no end */
    GPtrArray *problems;    /* texts: what is amiss, the first few */
    double seconds;
    gboolean interrupted;   /* by a signal: there is no result */
} SelftestReport;

/* Runs it whole; the default main context is iterated. NULL and error when it cannot be run at all
 * (no songfad, a folder that cannot be written, a songfad that does not start). */
SelftestReport *selftest_run(const SelftestSettings *settings, const SelftestHooks *hooks, GError **error);
void selftest_report_free(SelftestReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SelftestReport, selftest_report_free)

/* Whether what songfad promises held. */
gboolean selftest_report_holds(const SelftestReport *report);

#endif
