/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two queues of jobs. */
#include "daemon/dispatch/lanes.h"

static GQueue *lane_of(Lanes *lanes, const Job *job)
{
    return &lanes->lane[job->delivery->urgent ? 1 : 0];
}

guint lanes_length(const Lanes *lanes)
{
    return lanes->lane[0].length + lanes->lane[1].length;
}

void lanes_push(Lanes *lanes, Job *job)
{
    g_queue_push_tail_link(lane_of(lanes, job), &job->link);
}

void lanes_push_front(Lanes *lanes, Job *job)
{
    g_queue_push_head_link(lane_of(lanes, job), &job->link);
}

Job *lanes_pop_lane(Lanes *lanes, gboolean urgent)
{
    GList *link = g_queue_pop_head_link(&lanes->lane[urgent ? 1 : 0]);
    return link != NULL ? link->data : NULL;
}

Job *lanes_pop(Lanes *lanes)
{
    Job *job = lanes_pop_lane(lanes, TRUE);
    return job != NULL ? job : lanes_pop_lane(lanes, FALSE);
}

void lanes_drain(Lanes *lanes, GQueue *jobs)
{
    for (Job *job; (job = lanes_pop(lanes)) != NULL;)
        g_queue_push_tail_link(jobs, &job->link);
}
