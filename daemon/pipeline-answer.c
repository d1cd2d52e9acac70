/* SPDX-License-Identifier: GPL-3.0-or-later
 * Each hand-in is answered once: in the register, in the transaction that decides of it; beside the file; and
 * by mail to the clerk. The first few mails go at once; what comes in heaps is told in one mail a go. */
#include <inttypes.h>
#include <string.h>

#include "daemon/answer.h"
#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/pipeline-private.h"
#include "daemon/policy.h"
#include "daemon/record.h"
#include "daemon/sequence.h"

enum { AT_ONCE = 10, SHOWN = 100 }; /* mails to a clerk within notice_gap; hand-ins in one that tells of many */

#define FOLDER_ORIGIN "folder:"

/* ---- who handed it in ---- */

/* The spool's own folder, where hand_in_put() places files. */
static gboolean is_incoming(const Pipeline *pipeline, const Claim *claim)
{
    g_autofree char *incoming = g_build_filename(pipeline->config->spool, "incoming", NULL);
    return strcmp(claim->folder, incoming) == 0;
}

static char *origin_of(const Claim *claim)
{
    g_autofree char *folder = claim_shown_name(claim->folder);
    return g_strconcat(FOLDER_ORIGIN, folder, NULL);
}

static StoreHandIn *new_hand_in(const Pipeline *pipeline, const Claim *claim)
{
    StoreHandIn *hand_in = g_new0(StoreHandIn, 1);
    const ConfigWatch *watch = config_watch(pipeline->config, claim->folder);
    hand_in->at = clock_now();
    hand_in->origin = origin_of(claim);
    hand_in->file_name = g_strdup(claim->shown_name);
    hand_in->digest = g_strdup(claim->digest);
    hand_in->series = g_strdup(config_folder_series(pipeline->config, claim->folder));
    if (watch != NULL && watch->has_release)
        hand_in->release = g_strdup(policy_name(watch->release));
    hand_in->place = is_incoming(pipeline, claim) ? g_strdup(claim->shown_name) : NULL;
    return hand_in;
}

/* Decided before and still here: a run was cut off between its commit and the filing. What came to lie here
 * later is another hand-in of the same file. */
static gboolean is_unfinished(const StoreHandIn *last, const Claim *claim, const char *path)
{
    g_autofree char *origin = origin_of(claim);
    gboolean here = last->place != NULL ? strcmp(last->place, claim->shown_name) == 0 : strcmp(last->origin, origin) == 0;
    return here && strcmp(last->file_name, claim->shown_name) == 0 && last->taken_at >= claim->here_since &&
           (g_strcmp0(last->result, "duplicate") == 0 || !g_file_test(path, G_FILE_TEST_EXISTS));
}

StoreHandIn *pipeline_hand_in(Pipeline *pipeline, const Claim *claim, const StoreIssue *known, GError **error)
{
    GError *failure = NULL;
    g_autoptr(StoreHandIn) found = NULL;
    if (is_incoming(pipeline, claim))
        found = store_hand_in_waiting(pipeline->store, claim->shown_name, claim->digest, &failure);
    if (found == NULL && failure == NULL && known != NULL) {
        found = store_hand_in_last(pipeline->store, known->id, &failure);
        if (found != NULL && !is_unfinished(found, claim, known->path))
            g_clear_pointer(&found, store_hand_in_free);
    }
    if (failure == NULL)
        return found != NULL ? g_steal_pointer(&found) : new_hand_in(pipeline, claim);
    g_propagate_error(error, failure);
    return NULL;
}

/* ---- the answer ---- */

/* The folder it was put into, or NULL. Lent from the configuration. */
static const ConfigWatch *watch_of(const Pipeline *pipeline, const StoreHandIn *hand_in)
{
    return g_str_has_prefix(hand_in->origin, FOLDER_ORIGIN)
               ? config_watch(pipeline->config, hand_in->origin + strlen(FOLDER_ORIGIN)) : NULL;
}

/* Whom a mail tells of this result, or NULL. Lent from the configuration. */
static const char *clerk_for(const Pipeline *pipeline, const StoreHandIn *hand_in, gboolean problem)
{
    const Config *config = pipeline->config;
    const ConfigWatch *watch = watch_of(pipeline, hand_in);
    if (config->answers == ANSWERS_NONE || (config->answers == ANSWERS_PROBLEMS && !problem))
        return NULL;
    return watch != NULL && watch->clerk != NULL ? watch->clerk : config->clerk;
}

/* A clerk who had several mails of late gets the rest in one. */
static gboolean is_for_now(Pipeline *pipeline, const char *clerk, gboolean *now, GError **error)
{
    gint64 sent = 0, since = clock_now() - pipeline->config->notice_gap * CLOCK_SECOND;
    if (clerk != NULL && !store_hand_in_mails_since(pipeline->store, clerk, since, &sent, error))
        return FALSE;
    *now = clerk != NULL && sent < AT_ONCE;
    return TRUE;
}

/* Of what goes its way: told in the words of answer.h, for there is no template of it. */
static gboolean tell_plainly(Pipeline *pipeline, const StoreHandIn *hand_in, const StoreIssue *row, const char *clerk,
                             char **text, GError **error)
{
    g_autoptr(Answer) answer = answer_new(pipeline->store, store_hand_in_copy(hand_in), error);
    if (answer == NULL)
        return FALSE;
    g_autofree char *subject = answer_subject(answer);
    *text = answer_text(answer);
    return clerk == NULL || record_answer(pipeline->store, pipeline->config, row->id, clerk, subject, *text, error);
}

static gboolean is_problem(const char *result)
{
    return strcmp(result, "released") != 0 && strcmp(result, "duplicate") != 0;
}

/* What has a template of its own: the row may have gone on since the result. */
static gboolean has_notice(const StoreIssue *row, const char *result)
{
    return is_problem(result) && strcmp(row->state, "released") != 0;
}

/* It goes its way, but there is something that somebody should look at; that its series is new only stands in
 * the answer. */
static gboolean is_noted(const StoreIssue *row, const char *result)
{
    json_t *list = json_loads(row->notices != NULL ? row->notices : "[]", 0, NULL), *notice;
    gboolean noted = FALSE;
    gsize i;
    json_array_foreach(list, i, notice)
        noted |= g_strcmp0(json_string_value(json_object_get(notice, "code")), sequence_code(SEQUENCE_NEW_SERIES)) != 0;
    json_decref(list);
    return noted && strcmp(result, "released") == 0;
}

static void set_result(StoreHandIn *hand_in, gint64 issue_id, const char *result, const char *clerk, gboolean now)
{
    g_free(hand_in->result);
    hand_in->result = g_strdup(result);
    hand_in->issue_id = issue_id;
    hand_in->taken_at = clock_now();
    g_free(hand_in->clerk);
    hand_in->clerk = g_strdup(clerk);
    hand_in->told_at = now ? hand_in->taken_at : 0;
}

gboolean pipeline_answer(Pipeline *pipeline, StoreHandIn *hand_in, const StoreIssue *row, const char *result,
                         char **text, GError **error)
{
    const ConfigWatch *watch = watch_of(pipeline, hand_in);
    gboolean now = FALSE, again = g_strcmp0(hand_in->result, result) == 0;
    const char *clerk = again ? NULL : clerk_for(pipeline, hand_in, is_problem(result) || is_noted(row, result));
    if (!is_for_now(pipeline, clerk, &now, error))
        return FALSE;
    if (!again) {
        set_result(hand_in, row->id, result, clerk, now);
        if (!store_hand_in_put(pipeline->store, hand_in, error))
            return FALSE;
    }
    const char *to = now ? clerk : NULL;
    g_autofree char *origin = answer_origin(hand_in->origin);
    if (has_notice(row, result))
        return record_notice(pipeline->store, pipeline->config, row, origin, to, text, error);
    gboolean wanted = to != NULL || (watch != NULL && watch->results);
    return !wanted || tell_plainly(pipeline, hand_in, row, to, text, error);
}

static ClaimNote note_of(const Pipeline *pipeline, const Claim *claim, const char *result, const char *text)
{
    const ConfigWatch *watch = config_watch(pipeline->config, claim->folder);
    if (strcmp(result, "held") == 0 || strcmp(result, "refused") == 0)
        return (ClaimNote){CLAIM_REASON, text};
    return (ClaimNote){CLAIM_RESULT, watch != NULL && watch->results ? text : NULL};
}

gboolean pipeline_keeps(const Pipeline *pipeline, const Claim *claim, const char *result)
{
    return strcmp(result, "refused") != 0 || !is_incoming(pipeline, claim);
}

gboolean pipeline_file(const Pipeline *pipeline, const Claim *claim, const char *destination, const char *result,
                       const char *text, GError **error)
{
    if (!pipeline_keeps(pipeline, claim, result))
        return claim_remove(claim, error);
    return claim_file(claim, destination, note_of(pipeline, claim, result, text), error);
}

/* ---- many at once ---- */

static FailureWave *wave_of(Pipeline *pipeline, const char *clerk)
{
    FailureWave *wave = g_hash_table_lookup(pipeline->answers, clerk);
    if (wave == NULL) {
        wave = g_new0(FailureWave, 1);
        g_hash_table_insert(pipeline->answers, g_strdup(clerk), wave);
    }
    return wave;
}

static gboolean add_line(Pipeline *pipeline, GString *text, StoreHandIn *hand_in, GError **error)
{
    g_autoptr(Answer) answer = answer_new(pipeline->store, store_hand_in_copy(hand_in), error);
    if (answer == NULL)
        return FALSE;
    g_autofree char *reasons = answer_reasons(answer->issue->reasons);
    g_auto(GStrv) lines = g_strsplit(reasons, "\n", 2);
    g_string_append_printf(text, _("　· %s：%s（登记号 %" PRId64 "）\n"), hand_in->file_name, answer_word(hand_in->result),
                           hand_in->issue_id);
    if (lines[0] != NULL && *lines[0] != '\0')
        g_string_append_printf(text, "　　%s\n", lines[0]);
    return TRUE;
}

static char *collect(Pipeline *pipeline, const StoreUntold *untold, GError **error)
{
    g_autoptr(GPtrArray) list = store_hand_in_untold_of(pipeline->store, untold->clerk, SHOWN, error);
    g_autoptr(GString) text = g_string_new(NULL);
    if (list == NULL)
        return NULL;
    g_string_append_printf(text, _("短时间内来稿较多，以下 %" PRId64 " 件的结果合在这一封里。\n\n"), untold->n);
    for (guint i = 0; i < list->len; i++)
        if (!add_line(pipeline, text, list->pdata[i], error))
            return NULL;
    if (untold->n > list->len)
        g_string_append_printf(text, _("　另有 %" PRId64 " 件没有列出\n"), untold->n - list->len);
    g_string_append(text, _("\n每件的原因和办法：songfactl show 登记号；全部：songfactl issues\n"));
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean queue_collected(Pipeline *pipeline, const StoreUntold *untold, GError **error)
{
    g_autofree char *subject = g_strdup_printf(_("【来稿】%" PRId64 " 件的结果"), untold->n);
    g_autofree char *text = collect(pipeline, untold, error);
    return text != NULL && record_answer(pipeline->store, pipeline->config, 0, untold->clerk, subject, text, error) &&
           store_hand_in_set_told(pipeline->store, untold->clerk, clock_now(), error);
}

static gboolean tell_collected(Pipeline *pipeline, const StoreUntold *untold)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *n = g_strdup_printf("%" PRId64, untold->n);
    if (store_begin(pipeline->store, &error) &&
        store_end(pipeline->store, queue_collected(pipeline, untold, &error), &error)) {
        log_event(LOG_LEVEL_INFO, "intake", "answers-told", "hand-ins", n, NULL);
        return TRUE;
    }
    log_event(LOG_LEVEL_ERROR, "intake", "answers-not-told", "hand-ins", n, "error", error->message, NULL);
    return FALSE;
}

/* Told when no more came for a moment, or it went on for long. */
static gboolean is_time(FailureWave *wave, gint64 n, gint64 gap, gint64 now)
{
    const StoreFailures so_far = {.n = n};
    return pipeline_wave_is_over(wave, &so_far, gap, now) || now - wave->begun >= gap;
}

gboolean pipeline_tell_answers(Pipeline *pipeline, gboolean changed)
{
    g_autoptr(GError) error = NULL;
    if (!changed && !pipeline->has_untold)
        return FALSE;
    g_autoptr(GPtrArray) clerks = store_hand_in_untold(pipeline->store, &error);
    gint64 now = clock_monotonic(), gap = pipeline->config->notice_gap * CLOCK_SECOND;
    gboolean told = FALSE;
    if (clerks == NULL)
        log_event(LOG_LEVEL_ERROR, "intake", "answers-not-told", "error", error->message, NULL);
    pipeline->has_untold = clerks == NULL || clerks->len > 0;
    for (guint i = 0; clerks != NULL && i < clerks->len; i++) {
        const StoreUntold *untold = clerks->pdata[i];
        FailureWave *wave = wave_of(pipeline, untold->clerk);
        if (!is_time(wave, untold->n, gap, now) || !tell_collected(pipeline, untold))
            continue;
        *wave = (FailureWave){.told = now};
        told = TRUE;
    }
    return told;
}
