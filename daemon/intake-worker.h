/* SPDX-License-Identifier: GPL-3.0-or-later
 * Takes files in a thread of its own, with a store of its own, so that a document that takes long to
 * read delays nothing but the files behind it; issues that are due are released there too. */
#ifndef SONGFA_INTAKE_WORKER_H
#define SONGFA_INTAKE_WORKER_H

#include "daemon/config.h"
#include "daemon/pipeline.h"

typedef struct IntakeWorker IntakeWorker;

/* Called in the default main context when something came of a file, or (folder and name NULL) of an issue whose
 * time had come. */
typedef void (*IntakeDone)(const char *folder, const char *name, PipelineResult result, gpointer data);

/* config is lent for the worker's life. */
IntakeWorker *intake_worker_start(const Config *config, IntakeDone done, gpointer data, GError **error);

/* Puts the file at the end of the line; one that stands in it already is not put there again. */
void intake_worker_take(IntakeWorker *worker, const char *folder, const char *name);

/* Likewise an issue whose time has come, pipeline_release_due(). */
void intake_worker_release(IntakeWorker *worker, gint64 issue_id);

/* Ends after the file at hand; a document that is being read is given up and comes again at the next
 * start. done is not called any more. */
void intake_worker_stop(IntakeWorker **worker);

#endif
