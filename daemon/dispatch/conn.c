/* SPDX-License-Identifier: GPL-3.0-or-later
 * Connections at work. The order around the final dot is the heart of the promise: slot marked, dot
 * written, answer read, answer marked, and only then the outcome on its way to the store. */
#include "daemon/dispatch/conn.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/crashpoint.h"
#include "daemon/base/decimal.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/dispatch/domains.h"

enum { PIECES = 32, READ_SIZE = 16384, MAX_STARTS = 3 };
enum { SPARE = 4, DIALOGUE_LINES = 1100 /* a transaction has at most 1,000 recipients */ };
enum { IDLE_SECONDS = 15, QUIT_SECONDS = 2, LULL_SECONDS = 10 };

struct Conn {
    const ConnExits *exits;
    Relay *relay;
    Link *link;
    Smtp *smtp;
    Parcel *parcel;      /* what is loaded and not yet out, or NULL */
    guint offered_room;  /* recipients that the relay says it takes in a transaction, 0 = nothing said */
    gint64 progress;  /* monotonic µs of the last whole reply or written byte */
    gint64 now;       /* monotonic µs when bytes came or jobs were given last: the time of lines */
    Dialogue *spare[SPARE]; /* those that no parcel has */
    guint n_spare, n_mails;
    Transcript *opening;    /* what was said until the first mail */
    gboolean tracing;
    guint n_replies;
    SmtpPace asked;
    gboolean blocked, quitting, retired;
    gboolean proved;  /* the relay decided about some mail here */
    gboolean closing; /* it said 421 */
    char *problem;    /* the last thing that went wrong */
};

/* The first that the relay will take leads: its slot, marked last, speaks for all. */
static void before_dot(gpointer user, const SmtpEnvelope *envelope)
{
    const Conn *conn = user;
    Wire *wire = conn->exits->parts->wire;
    const Parcel *parcel = envelope->tag;
    const Job *leader = NULL;
    for (guint i = 0; i < parcel->n; i++) {
        const Job *job = parcel->jobs[i];
        if (job->over)
            continue;
        if (leader == NULL)
            leader = job;
        else
            wire_follow(wire, job->slot, job->delivery->id, leader->slot);
    }
    gint64 now = clock_monotonic();
    dialogue_add_body(parcel->dialogue, now, envelope->size);
    dialogue_add(parcel->dialogue, now, DIALOGUE_SENT, -1, ".", 1);
    wire_mark_dot(wire, leader->slot, leader->delivery->id, conn->relay->settings->name);
    crash_point(CRASH_DOT_MARKED);
}

static void note_answer(Conn *conn, const Job *job, const SmtpResult *result)
{
    crash_point(CRASH_ANSWERED);
    wire_answer(conn->exits->parts->wire, job->slot, result->code, result->text, job->queue_id);
    crash_point(CRASH_ANSWER_MARKED);
}

/* It took some and wants the rest in another mail; so it will next time. */
static void learn_room(Conn *conn, const Parcel *parcel, gsize recipient)
{
    guint taken = 0;
    for (gsize i = 0; i < recipient; i++)
        taken += parcel->jobs[i]->over ? 0 : 1;
    if (taken == 0 || taken >= conn->relay->recipients)
        return;
    char n[12];
    g_snprintf(n, sizeof(n), "%u", taken);
    conn->relay->recipients = taken;
    log_event(LOG_LEVEL_INFO, "dispatch", "fewer-recipients", "relay", conn->relay->settings->name, "n", n, NULL);
}

/* What a settled transaction says about the relay rather than about the mail. */
static void judge_relay(Conn *conn, const SmtpResult *result)
{
    if (result->code == 0 && result->outcome == OUTCOME_REFUSED)
        return; /* we refused it ourselves */
    if (outcome_is_rate_limit(result->stage, result->code, result->text))
        relays_note_slow(conn->relay);
    else if (result->outcome == OUTCOME_ACCEPTED)
        relays_note_accepted(conn->relay);
    if (result->code == 421)
        conn->closing = TRUE;
    if (result->code == 421 || result->code == 0) {
        g_free(conn->problem);
        conn->problem = g_strdup(result->text);
    } else {
        conn->proved = TRUE;
        relays_note_success(conn->relay);
    }
}

/* The words that stand in for a reply: once for all recipients. */
static void note_end(Parcel *parcel, gint64 now, const char *words)
{
    if (!parcel->ended)
        dialogue_add(parcel->dialogue, now, DIALOGUE_NOTE, -1, words, strlen(words));
    parcel->odd = parcel->ended = TRUE;
}

static void settled(gpointer user, const SmtpEnvelope *envelope, gsize recipient, const SmtpResult *result)
{
    Conn *conn = user;
    Parcel *parcel = envelope->tag;
    Job *job = parcel->jobs[recipient];
    judge_relay(conn, result);
    job->over = TRUE;
    job->telling = !result->too_many && (job->telling || result->outcome != OUTCOME_ACCEPTED);
    if (result->code == 0)
        note_end(parcel, conn->now, result->text);
    job->again = result->too_many || (result->untried && job->starts < MAX_STARTS);
    if (result->too_many) {
        job->starts--;
        learn_room(conn, parcel, recipient);
    }
    if (job->again)
        return;
    job_settle(job, conn->exits->parts->settings->retry, result, conn->relay->settings->name);
    if (result->stage == OUTCOME_AT_DOT && result->code != 0)
        note_answer(conn, job, result);
}

static void part_with(const Conn *conn, Job *job)
{
    conn->relay->n_open--;
    if (job->domain != NULL)
        domain_leave(job->domain);
    g_queue_push_tail_link(job->again ? conn->exits->again : conn->exits->settled, &job->link);
}

/* ---- what is said ---- */

static void trace_line(const Conn *conn, const SmtpLine *line)
{
    char number[16], code[16] = "";
    g_snprintf(number, sizeof(number), "%d", conn_fd(conn));
    if (line->code > 0)
        g_snprintf(code, sizeof(code), "%d ", line->code);
    g_autofree char *text = g_strdup_printf("%s%.*s", code, (int)line->length, line->text);
    log_event(LOG_LEVEL_DEBUG, "smtp", line->sent ? "out" : "in", "relay", conn->relay->settings->name, "link", number,
              "line", text, NULL);
}

/* The usual answers are 250, and 354 to DATA: what else is said about one recipient is his, the rest is all
 * recipients'. */
static void note_reply(Parcel *parcel, const SmtpLine *line)
{
    if (line->recipient >= 0)
        parcel->jobs[line->recipient]->telling |= line->code != 250;
    else
        parcel->odd |= line->code != 250 && line->code != 354;
}

static void spoke(gpointer user, const SmtpLine *line)
{
    const Conn *conn = user;
    if (conn->tracing)
        trace_line(conn, line);
    if (line->envelope == NULL)
        return;
    Parcel *parcel = line->envelope->tag;
    if (line->sent) {
        dialogue_add(parcel->dialogue, conn->now, DIALOGUE_SENT, (int)line->recipient, line->text, line->length);
        return;
    }
    dialogue_answer(parcel->dialogue, conn->now, line->code, line->text);
    note_reply(parcel, line);
}

static GRefString *timing_of(const Conn *conn, const Dialogue *dialogue)
{
    char text[6 * DECIMAL_ROOM];
    char *end = decimal_put(text, transcript_id(conn->opening));
    *end++ = ' ';
    end = decimal_put(end, conn->n_mails);
    static const int commands[] = {0, -3, -2, -1}; /* MAIL, the last RCPT, DATA, the dot */
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        *end++ = ' ';
        end = decimal_put(end, MAX(dialogue_elapsed(dialogue, commands[i]), 0));
    }
    return g_ref_string_new_len(text, end - text);
}

/* Written as text only for those who may be asked about; of the others the times are kept. */
static void keep_dialogue(const Conn *conn, const Parcel *parcel)
{
    gboolean all = parcel->odd || conn->exits->parts->settings->whole_dialogues;
    g_autoptr(Transcript) transcript = NULL;
    GRefString *timing = NULL;
    for (guint i = 0; i < parcel->n; i++) {
        Job *job = parcel->jobs[i];
        if (all || job->telling || job->said != NULL) {
            if (transcript == NULL)
                transcript = transcript_new(parcel->dialogue, conn->relay->settings->name, conn->opening);
            job_keep(job, transcript, (int)i);
        } else if (!job->again) {
            if (timing == NULL)
                timing = timing_of(conn, parcel->dialogue);
            job_keep_timing(job, conn->opening, timing);
        }
    }
    g_clear_pointer(&timing, g_ref_string_release);
}

static Dialogue *take_dialogue(Conn *conn)
{
    Dialogue *dialogue = conn->n_spare > 0 ? conn->spare[--conn->n_spare] : dialogue_new(DIALOGUE_LINES);
    dialogue_begin(dialogue, conn->now);
    return dialogue;
}

static void give_back(Conn *conn, Dialogue *dialogue)
{
    if (conn->n_spare < SPARE)
        conn->spare[conn->n_spare++] = dialogue;
    else
        dialogue_free(dialogue);
}

static void finished(gpointer user, const SmtpEnvelope *envelope)
{
    Conn *conn = user;
    Parcel *parcel = envelope->tag;
    const Job *last = parcel->jobs[parcel->n - 1];
    keep_dialogue(conn, parcel);
    give_back(conn, parcel->dialogue);
    for (guint i = 0; i < parcel->n; i++) {
        parcel->jobs[i]->at = last->at; /* one answer, one instant: the store takes them together */
        part_with(conn, parcel->jobs[i]);
    }
    parcel_free(parcel);
}

Conn *conn_new(const ConnExits *exits, Relay *relay, Link *link, Transcript *opening)
{
    static const SmtpHooks hooks = {before_dot, settled, finished, spoke};
    SmtpOffer offer = smtp_offer_parse(link_capabilities(link));
    Conn *conn = g_new0(Conn, 1);
    conn->exits = exits;
    conn->relay = relay;
    conn->link = link;
    conn->smtp = smtp_new(relay->pace, &offer, &hooks, conn);
    conn->opening = transcript_ref(opening);
    conn->tracing = log_traces("smtp");
    conn->asked = smtp_pace(conn->smtp);
    conn->offered_room = (guint)MIN(offer.max_recipients, G_MAXINT);
    conn->progress = conn->now = clock_monotonic();
    return conn;
}

/* A relay that stumbles over pipelining is served more slowly from now on. */
static void learn_pace(const Conn *conn, SmtpPace pace)
{
    static const char *const names[] = {"plain", "pipelined", "streamed"};
    if (conn->relay->pace <= pace)
        return;
    conn->relay->pace = pace;
    log_event(LOG_LEVEL_WARNING, "dispatch", "slower-pace", "relay", conn->relay->settings->name, "pace", names[pace], NULL);
}

static void part_from_relay(Conn *conn)
{
    SmtpPace pace = smtp_pace(conn->smtp);
    conn_retire(conn);
    if (pace < conn->asked)
        learn_pace(conn, pace);
    else if (conn->closing || (conn->problem != NULL && !conn->proved))
        relays_note_failure(conn->relay, conn->problem, NULL);
}

void conn_free(Conn *conn)
{
    if (conn == NULL)
        return;
    smtp_lost(conn->smtp, _("连接已关闭"));
    part_from_relay(conn);
    smtp_free(conn->smtp);
    link_close(conn->link);
    for (guint i = 0; i < conn->n_spare; i++)
        dialogue_free(conn->spare[i]);
    transcript_unref(conn->opening);
    g_free(conn->problem);
    g_free(conn);
}

int conn_fd(const Conn *conn)
{
    return link_fd(conn->link);
}

Relay *conn_relay(const Conn *conn)
{
    return conn->relay;
}

gboolean conn_wants(const Conn *conn)
{
    return !conn->retired && smtp_wants(conn->smtp);
}

void conn_retire(Conn *conn)
{
    if (!conn->retired)
        conn->relay->n_links--;
    conn->retired = TRUE;
}

static guint room(const Conn *conn)
{
    guint n = conn->relay->recipients;
    return MAX(conn->offered_room > 0 ? MIN(n, conn->offered_room) : n, 1);
}

void conn_load(Conn *conn, Job *job, LimitTime now)
{
    conn->now = now.monotonic;
    conn->relay->n_open++;
    limit_take(conn->relay->limit, now);
    if (job->domain != NULL)
        domain_take(job->domain, now);
    job->counted = TRUE;
    if (conn->parcel == NULL)
        conn->parcel = parcel_new(job, room(conn));
    else
        parcel_add(conn->parcel, job);
}

const Parcel *conn_parcel(const Conn *conn)
{
    return conn->parcel;
}

gboolean conn_is_loaded(const Conn *conn)
{
    return conn->parcel != NULL && conn->parcel->n == conn->parcel->room;
}

void conn_dispatch(Conn *conn)
{
    const char *pinned = conn->relay->settings->mail_from;
    Parcel *parcel = g_steal_pointer(&conn->parcel);
    parcel_seal(parcel, pinned != NULL ? pinned : conn->exits->parts->settings->sender->address,
                conn->relay->settings->notify);
    parcel->dialogue = take_dialogue(conn);
    conn->n_mails++;
    smtp_add(conn->smtp, &parcel->envelope);
}

void conn_break(Conn *conn, const char *why)
{
    smtp_lost(conn->smtp, why);
}

/* After bytes came in: has the dialogue gone on, or ended? */
static void note_replies(Conn *conn)
{
    guint n = smtp_n_replies(conn->smtp);
    if (n != conn->n_replies)
        conn->progress = conn->now;
    conn->n_replies = n;
}

void conn_read(Conn *conn)
{
    char data[READ_SIZE];
    gssize n;
    g_autoptr(GError) error = NULL;
    if (smtp_is_over(conn->smtp))
        return;
    conn->now = clock_monotonic();
    do {
        n = link_recv(conn->link, data, sizeof(data), &error);
        if (n > 0)
            smtp_input(conn->smtp, data, (gsize)n);
    } while (n > 0 && link_may_hold_more(conn->link, (gsize)n, sizeof(data)) && !smtp_is_over(conn->smtp));
    note_replies(conn);
    if (n < 0)
        conn_break(conn, error->message);
}

void conn_write(Conn *conn)
{
    struct iovec pieces[PIECES];
    g_autoptr(GError) error = NULL;
    gssize sent = 1;
    conn->blocked = FALSE;
    for (gsize n; sent > 0 && !smtp_is_over(conn->smtp) && (n = smtp_output(conn->smtp, pieces, PIECES)) > 0;) {
        sent = link_send(conn->link, pieces, n, &error);
        if (sent > 0) {
            smtp_sent(conn->smtp, (gsize)sent);
            conn->progress = clock_monotonic();
        }
    }
    conn->blocked = sent == 0;
    if (sent < 0) {
        conn_read(conn); /* the relay may have said why it closed */
        conn_break(conn, error->message);
    }
}

gboolean conn_is_blocked(const Conn *conn)
{
    return conn->blocked;
}

gboolean conn_is_idle(const Conn *conn)
{
    return smtp_is_idle(conn->smtp);
}

void conn_quit(Conn *conn)
{
    conn->quitting = TRUE;
    smtp_quit(conn->smtp);
    conn->progress = clock_monotonic();
    conn_write(conn);
}

static void check_overdue(Conn *conn, gint64 waited)
{
    int timeout = conn->quitting ? QUIT_SECONDS : conn->relay->settings->timeout;
    gint64 lull = MIN(LULL_SECONDS * CLOCK_SECOND, timeout * CLOCK_SECOND / 2);
    if (waited >= lull)
        smtp_lull(conn->smtp);
    if (waited >= timeout * CLOCK_SECOND) {
        g_autofree char *why = g_strdup_printf(_("中继 %d 秒没有答复"), timeout);
        conn_break(conn, why);
    }
}

void conn_check(Conn *conn, gint64 now)
{
    gint64 waited = now - conn->progress;
    conn->now = now;
    conn->tracing = log_traces("smtp"); /* it may be switched at any time */
    if (smtp_awaits(conn->smtp))
        check_overdue(conn, waited);
    else if (conn_is_idle(conn) && (conn->retired || waited >= IDLE_SECONDS * CLOCK_SECOND))
        conn_quit(conn);
}

gboolean conn_is_over(const Conn *conn)
{
    return smtp_is_over(conn->smtp);
}
