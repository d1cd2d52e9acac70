/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files of the pipeline share. */
#ifndef SONGFA_PIPELINE_PRIVATE_H
#define SONGFA_PIPELINE_PRIVATE_H

#include "daemon/intake/claim.h"
#include "daemon/pipeline.h"

struct Pipeline {
    const Config *config;
    Store *store;
    gint64 started;    /* wall µs */
    gint64 doubt_next; /* when a mail of unknown outcome is to be sent again, -1 = none */
    gboolean overdue;  /* no daemon ran for a long time before */
};

/* The original as it was handed in: wherever it was filed, else the spool's copy. NULL and error when
 * it is not to be found any more. */
Claim *pipeline_open_original(const Pipeline *pipeline, const StoreIssue *row, GError **error);

/* Moves an original that still lies in held/ to the archive; logs when it cannot. */
void pipeline_file_original(Pipeline *pipeline, const Claim *claim, StoreIssue *row);

#endif
