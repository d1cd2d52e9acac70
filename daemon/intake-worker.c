/* SPDX-License-Identifier: GPL-3.0-or-later
 * A queue of paths, and a thread that runs each through the pipeline. */
#include "daemon/intake-worker.h"

#include <gio/gio.h>

/* path NULL = the last one, nothing to take; issue_id instead of a file: path is only its name in the line. */
typedef struct {
    char *folder, *name, *path;
    gint64 issue_id;
    PipelineResult result;
    IntakeWorker *worker; /* a reference: a job may come back after the worker was stopped */
} Job;

struct IntakeWorker {
    Store *store;
    Pipeline *pipeline;
    GThread *thread;
    GAsyncQueue *jobs;
    GHashTable *waiting; /* paths in the queue or at hand; main thread only */
    GCancellable *stopping;
    IntakeDone done;
    gpointer data;
};

static void worker_clear(gpointer data)
{
    IntakeWorker *worker = data;
    g_async_queue_unref(worker->jobs);
    g_hash_table_unref(worker->waiting);
    g_object_unref(worker->stopping);
}

static Job *job_new(IntakeWorker *worker, const char *folder, const char *name)
{
    Job *job = g_new0(Job, 1);
    job->worker = g_atomic_rc_box_acquire(worker);
    job->folder = g_strdup(folder);
    job->name = g_strdup(name);
    job->path = folder != NULL ? g_build_filename(folder, name, NULL) : NULL;
    return job;
}

static void job_free(gpointer data)
{
    Job *job = data;
    g_atomic_rc_box_release_full(job->worker, worker_clear);
    g_free(job->folder);
    g_free(job->name);
    g_free(job->path);
    g_free(job);
}

/* ---- in the main thread ---- */

static gboolean report(gpointer data)
{
    Job *job = data;
    IntakeWorker *worker = job->worker;
    g_hash_table_remove(worker->waiting, job->path);
    if (!g_cancellable_is_cancelled(worker->stopping))
        worker->done(job->folder, job->name, job->result, worker->data);
    return G_SOURCE_REMOVE;
}

/* ---- in the worker's ---- */

static void take(IntakeWorker *worker, Job *job)
{
    if (g_cancellable_is_cancelled(worker->stopping))
        job->result = PIPELINE_RETRY;
    else if (job->issue_id > 0)
        job->result = pipeline_release_due(worker->pipeline, job->issue_id);
    else
        job->result = pipeline_take(worker->pipeline, job->folder, job->name);
    g_idle_add_full(G_PRIORITY_DEFAULT, report, job, job_free);
}

static gpointer run(gpointer data)
{
    IntakeWorker *worker = data;
    g_cancellable_push_current(worker->stopping);
    for (;;) {
        Job *job = g_async_queue_pop(worker->jobs);
        if (job->path == NULL) {
            job_free(job);
            break;
        }
        take(worker, job);
    }
    g_cancellable_pop_current(worker->stopping);
    return NULL;
}

/* ---- its life ---- */

static void close_store(IntakeWorker *worker)
{
    g_clear_pointer(&worker->pipeline, pipeline_free);
    g_clear_pointer(&worker->store, store_close);
}

IntakeWorker *intake_worker_start(const Config *config, IntakeDone done, gpointer data, GError **error)
{
    Store *store = store_open(config->store, FALSE, error);
    if (store == NULL)
        return NULL;
    IntakeWorker *worker = g_atomic_rc_box_new0(IntakeWorker);
    worker->store = store;
    worker->pipeline = pipeline_new(config, store);
    worker->jobs = g_async_queue_new_full(job_free);
    worker->waiting = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    worker->stopping = g_cancellable_new();
    worker->done = done;
    worker->data = data;
    worker->thread = g_thread_new("intake", run, worker);
    return worker;
}

static void put_in_line(IntakeWorker *worker, Job *job)
{
    if (g_hash_table_add(worker->waiting, g_strdup(job->path)))
        g_async_queue_push(worker->jobs, job);
    else
        job_free(job);
}

void intake_worker_take(IntakeWorker *worker, const char *folder, const char *name)
{
    put_in_line(worker, job_new(worker, folder, name));
}

void intake_worker_release(IntakeWorker *worker, gint64 issue_id)
{
    Job *job = job_new(worker, NULL, NULL);
    job->issue_id = issue_id;
    job->path = g_strdup_printf("issue:%" G_GINT64_FORMAT, issue_id);
    put_in_line(worker, job);
}

void intake_worker_stop(IntakeWorker **worker)
{
    IntakeWorker *self = g_steal_pointer(worker);
    if (self == NULL)
        return;
    g_cancellable_cancel(self->stopping);
    g_async_queue_push(self->jobs, job_new(self, NULL, NULL));
    g_thread_join(self->thread);
    close_store(self);
    g_atomic_rc_box_release_full(self, worker_clear);
}
