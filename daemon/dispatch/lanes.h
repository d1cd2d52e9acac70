/* SPDX-License-Identifier: GPL-3.0-or-later
 * Jobs that wait, in two lanes: urgent ones go first, each lane in its own order. One thread. */
#ifndef SONGFA_DISPATCH_LANES_H
#define SONGFA_DISPATCH_LANES_H

#include "daemon/dispatch/job.h"

typedef struct {
    GQueue lane[2]; /* bulk, urgent */
} Lanes;

/* All zero is empty too. */
guint lanes_length(const Lanes *lanes);
void lanes_push(Lanes *lanes, Job *job);
/* Before the others of its lane: it was next once. */
void lanes_push_front(Lanes *lanes, Job *job);
/* The next of a lane, NULL = none. */
Job *lanes_pop_lane(Lanes *lanes, gboolean urgent);
/* The next one, urgent first; NULL = none. */
Job *lanes_pop(Lanes *lanes);
/* All of them to the end of jobs. */
void lanes_drain(Lanes *lanes, GQueue *jobs);

#endif
