/* SPDX-License-Identifier: GPL-3.0-or-later
 * What songfa-reports writes: a line of JSON at a time. The child is not trusted, so all of it is checked. */
#ifndef SONGFA_DISPATCH_BOUNCE_LINE_H
#define SONGFA_DISPATCH_BOUNCE_LINE_H

#include "daemon/store/reports.h"

typedef enum {
    BOUNCE_LINE_READING, /* it begins with this mail: uidvalidity, uid */
    BOUNCE_LINE_REPORT,  /* what is in it: report */
    BOUNCE_LINE_WAITING, /* all is read, it waits for more */
    BOUNCE_LINE_PROBLEM, /* it gives up */
    BOUNCE_LINE_NONSENSE
} BounceLineKind;

typedef struct {
    BounceLineKind kind;
    gint64 uidvalidity, uid;
    const char *problem;
    StoreReport report;     /* without mailbox and time */
    gboolean for_people;    /* somebody should read the mail itself */
    gpointer object;        /* what the texts are lent from */
    GArray *outcomes;
    char *facts;
} BounceLine;

/* Never fails: what cannot be read is nonsense. */
void bounce_line_parse(BounceLine *line, const char *text, gsize length);
void bounce_line_clear(BounceLine *line);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BounceLine, bounce_line_clear)

#endif
