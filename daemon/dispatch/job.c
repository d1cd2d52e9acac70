/* SPDX-License-Identifier: GPL-3.0-or-later
 * Jobs: from claimed row to outcome, with the retry schedule. */
#include "daemon/dispatch/job.h"

#include "daemon/base/clock.h"
#include "daemon/base/decimal.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"

Job *job_new(StoreDelivery *delivery, SharedMail *mail)
{
    Job *job = g_new0(Job, 1);
    job->link.data = job;
    job->delivery = delivery;
    job->mail = mail;
    job->slot = -1;
    return job;
}

void job_free(Job *job)
{
    if (job == NULL)
        return;
    mails_unref(job->mail);
    store_delivery_free(job->delivery);
    g_free(job->enhanced);
    g_free(job->text);
    g_free(job->queue_id);
    g_clear_pointer(&job->said, g_array_unref);
    transcript_unref(job->opening);
    g_clear_pointer(&job->timing, g_ref_string_release);
    g_free(job);
}

void job_start(Job *job)
{
    job->starts++;
    job->again = job->over = job->telling = FALSE;
}

/* ---- what was said ---- */

static void clear_said(gpointer data)
{
    transcript_unref(((JobSaid *)data)->transcript);
}

void job_keep(Job *job, Transcript *transcript, int recipient)
{
    JobSaid said = {transcript_ref(transcript), recipient};
    if (job->said == NULL) {
        job->said = g_array_new(FALSE, FALSE, sizeof(JobSaid));
        g_array_set_clear_func(job->said, clear_said);
    }
    g_array_append_val(job->said, said);
}

void job_keep_timing(Job *job, Transcript *opening, GRefString *timing)
{
    job->opening = transcript_ref(opening);
    job->timing = g_ref_string_acquire(timing);
}

/* An attempt that does not count has nothing to tell. */
static guint n_said(const Job *job)
{
    return job->said != NULL && job->state != DELIVERY_QUEUED ? job->said->len : 0;
}

gboolean job_store_said(const Job *job, Store *store, GError **error)
{
    if (job->opening != NULL && !transcript_store(job->opening, store, error))
        return FALSE;
    for (guint i = 0; i < n_said(job); i++) {
        const JobSaid *said = &g_array_index(job->said, JobSaid, i);
        if (!transcript_store(said->transcript, store, error) ||
            !store_dialogue_attach(store, job->delivery->id, job->delivery->attempts, transcript_id(said->transcript),
                                   said->recipient, error))
            return FALSE;
    }
    return TRUE;
}

void job_note_stored(const Job *job)
{
    if (job->opening != NULL)
        transcript_note_stored(job->opening);
    for (guint i = 0; i < n_said(job); i++)
        transcript_note_stored(g_array_index(job->said, JobSaid, i).transcript);
}

/* ---- outcomes ---- */

static void set_outcome(Job *job, DeliveryState state, int code, const char *text, const char *relay)
{
    const char *words;
    job->state = state;
    job->at = clock_now();
    job->code = code;
    job->relay = relay;
    g_free(job->enhanced);
    g_free(job->text);
    job->enhanced = outcome_enhanced_code(text, &words);
    job->text = g_strdup(words);
}

static gint64 scheduled(const Job *job, const RetrySettings *retry)
{
    guint n = retry->delays != NULL ? retry->delays->len : 0;
    guint attempt = (guint)MAX(job->delivery->attempts, 1);
    gint64 delay = n > 0 ? GPOINTER_TO_INT(g_ptr_array_index(retry->delays, MIN(attempt, n) - 1)) : JOB_DEFAULT_DELAY;
    return job->at + delay * CLOCK_SECOND;
}

static void give_up(Job *job)
{
    g_autofree char *last = g_steal_pointer(&job->text);
    job->state = DELIVERY_REFUSED;
    job->text = g_strdup_printf(_("试了 %d 次仍未送出，已过期限，不再重试；最后一次：%s"), job->delivery->attempts, last);
    g_free(job->enhanced);
    job->enhanced = g_strdup("4.4.7");
}

/* The last attempt is at the deadline itself, not at the first step of the schedule behind it. */
static void plan_retry(Job *job, const RetrySettings *retry, gint64 next)
{
    const StoreDelivery *delivery = job->delivery;
    gint64 deadline = delivery->first_queued + delivery->held_for + retry->give_up_after * CLOCK_SECOND;
    if (job->at >= deadline)
        give_up(job);
    else
        job->next_attempt = MIN(next, deadline);
}

/* That of the job's series, or the one for all. */
static const RetrySettings *own_retry(const Job *job, const RetrySettings *all)
{
    return job->mail != NULL && job->mail->retry != NULL ? job->mail->retry : all;
}

void job_settle(Job *job, const RetrySettings *all, const SmtpResult *result, const char *relay)
{
    const RetrySettings *retry = own_retry(job, all);
    static const DeliveryState states[] = {
        [OUTCOME_ACCEPTED] = DELIVERY_ACCEPTED, [OUTCOME_DEFERRED] = DELIVERY_DEFERRED,
        [OUTCOME_REFUSED] = DELIVERY_REFUSED, [OUTCOME_UNKNOWN] = DELIVERY_UNKNOWN,
    };
    set_outcome(job, states[result->outcome], result->code, result->text, relay);
    if (result->outcome == OUTCOME_ACCEPTED)
        job->queue_id = outcome_queue_id(result->text);
    else if (result->outcome == OUTCOME_DEFERRED)
        plan_retry(job, retry, scheduled(job, retry));
}

void job_postpone(Job *job, const RetrySettings *all, const char *text, const char *relay, gint64 not_before)
{
    const RetrySettings *retry = own_retry(job, all);
    set_outcome(job, DELIVERY_DEFERRED, 0, text, relay);
    plan_retry(job, retry, not_before > 0 ? not_before : scheduled(job, retry));
}

void job_refuse(Job *job, const char *enhanced, const char *text)
{
    set_outcome(job, DELIVERY_REFUSED, 0, text, NULL);
    g_free(job->enhanced);
    job->enhanced = g_strdup(enhanced);
}

void job_put_back(Job *job)
{
    job_put_off(job, NULL, 0); /* due as it was */
}

void job_put_off(Job *job, const char *words, gint64 until)
{
    job->state = DELIVERY_QUEUED;
    job->at = clock_now();
    job->next_attempt = until;
    g_free(job->text);
    job->text = g_strdup(words);
}

/* Takes the scope. */
static void count(GHashTable *used, char *scope)
{
    relay_set_used(used, scope, relay_used(used, scope) + 1);
}

void job_count(const Job *job, GHashTable *used)
{
    if (!job->counted || job->state == DELIVERY_QUEUED || job->relay == NULL)
        return;
    count(used, relay_scope(job->relay));
    if (job->domain_settings != NULL)
        count(used, relay_domain_scope(job->domain_settings));
}

DeliveryOutcome job_outcome(const Job *job)
{
    return (DeliveryOutcome){
        .delivery_id = job->delivery->id, .state = job->state, .at = job->at, .next_attempt = job->next_attempt,
        .reply_code = job->code, .enhanced_code = job->enhanced, .reply_text = job->text, .relay = job->relay,
        .queue_id = job->queue_id, .timing = job->timing,
    };
}

void job_log(const Job *job)
{
    const StoreDelivery *delivery = job->delivery;
    char id[DECIMAL_ROOM], issue[DECIMAL_ROOM], mail[DECIMAL_ROOM], attempt[DECIMAL_ROOM], code[DECIMAL_ROOM],
        delay[DECIMAL_ROOM];
    decimal_put(id, delivery->id);
    decimal_put(issue, delivery->issue_id);
    decimal_put(mail, delivery->mail_id);
    decimal_put(attempt, delivery->attempts);
    decimal_put(code, job->code);
    decimal_put_thousandths(delay, (job->at - delivery->first_queued) * 1000 / CLOCK_SECOND);
    log_event(LOG_LEVEL_INFO, "dispatch", "delivery", "id", id, "issue", issue, "mail", mail, "recipient",
              delivery->recipient, "state", delivery_state_name(job->state), "attempt", attempt, "code", code,
              "enhanced", job->enhanced, "relay", job->relay, "queue_id", job->queue_id, "delay", delay, NULL);
}
