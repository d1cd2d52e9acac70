/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers of the series that nobody has seen, as the register has them. */
#ifndef SONGFA_CTL_GAPS_H
#define SONGFA_CTL_GAPS_H

#include "daemon/ctl/ctl.h"

typedef struct {
    const char *series, *name; /* lent from the configuration */
    char *words;               /* "2026 年第 18 期" */
    gint64 year, first, last;  /* year 0: running totals */
    char *before, *after;      /* "2026 年第 17 期（2026-07-01）"; before NULL: the year begins with the gap */
    char *held;                /* the register numbers of files of these numbers that are held, "7、9"; or NULL */
} Gap;

/* Of one series (key) or (NULL) of all, of that year and later. Gap elements with free function; NULL and error. */
GPtrArray *gaps_load(Ctl *ctl, const char *series, int since, GError **error);

/* The year before this one: older gaps will hardly be filled. */
int gaps_since(void);

#endif
