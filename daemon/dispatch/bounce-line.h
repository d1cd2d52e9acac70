/* SPDX-License-Identifier: GPL-3.0-or-later
 * A report as songfa-reports writes it, a line of JSON. The child is not trusted, so all of it is checked. */
#ifndef SONGFA_DISPATCH_BOUNCE_LINE_H
#define SONGFA_DISPATCH_BOUNCE_LINE_H

#include <jansson.h>

#include "daemon/store/reports.h"

typedef struct {
    StoreReport report;     /* without mailbox and time */
    gboolean for_people;    /* somebody should read the mail itself */
    GArray *outcomes;
    char *facts;
} BounceLine;

/* FALSE when it is no report. The texts are lent from object; to be cleared either way. */
gboolean bounce_line_parse(BounceLine *line, json_t *object);
void bounce_line_clear(BounceLine *line);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BounceLine, bounce_line_clear)

#endif
