/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a series says of issues whose number or date is odd (config.h). */
#ifndef SONGFA_CONFIG_CHECKS_H
#define SONGFA_CONFIG_CHECKS_H

#include "daemon/sequence.h"

typedef enum {
    ODD_NOTICE, /* the clerk is told, and it goes its way */
    ODD_HOLD,   /* a clerk decides */
    ODD_IGNORE
} ConfigOdd;

/* What becomes of an issue whose number or date is odd. */
typedef struct {
    ConfigOdd on[SEQUENCE_CHECKS];
    int days_ahead;       /* how many days an issue may be dated ahead */
} ConfigChecks;

#endif
