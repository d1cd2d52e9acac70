/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports from the reader into the store, which alone says what was handled. A mail is answered only after
 * its commit, so whoever dies, it is either recorded or told again. */
#include "daemon/dispatch/bounce.h"

#include "daemon/base/clock.h"
#include "daemon/base/crashpoint.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/dispatch/bounce-line.h"
#include "daemon/store/letters.h"

struct Bounce {
    Reader *reader;
    Store *store;
    char *mailbox;
    guint unmatched; /* since it was last told */
};

/* ---- a report ---- */

static void log_outcome(const StoreReport *report, gsize i, const StoreReportTaken *taken)
{
    const StoreReportOutcome *outcome = &report->outcomes[i];
    g_autofree char *uid = g_strdup_printf("%" G_GINT64_FORMAT, report->uid);
    g_autofree char *delivery = taken->delivery_id != 0 ? g_strdup_printf("%" G_GINT64_FORMAT, taken->delivery_id) : NULL;
    log_event(LOG_LEVEL_INFO, "reports", "report", "uid", uid, "kind", outcome->kind, "result",
              store_report_result_name(taken->result), "delivery", delivery, "status", outcome->enhanced_code, NULL);
}

/* Stores it and says what became of its recipients: the worst result is the answer's. */
static gboolean store_report(Bounce *bounce, StoreReport *report, StoreReportResult *worst)
{
    g_autoptr(GError) error = NULL;
    g_autofree StoreReportTaken *taken = g_new0(StoreReportTaken, report->n_outcomes);
    report->mailbox = bounce->mailbox;
    report->at = clock_now();
    if (!store_report_take(bounce->store, report, taken, &error)) {
        log_event(LOG_LEVEL_ERROR, "reports", "not-stored", "error", error->message, NULL);
        return FALSE;
    }
    crash_point(CRASH_REPORT_COMMITTED);
    *worst = STORE_REPORT_SETTLED;
    for (gsize i = 0; i < report->n_outcomes; i++) {
        log_outcome(report, i, &taken[i]);
        *worst = MAX(*worst, taken[i].result);
        bounce->unmatched += taken[i].result == STORE_REPORT_UNMATCHED;
    }
    return TRUE;
}

/* What is for people, or about nothing we know, stays unread in the mailbox. */
static const char *answer_for(const BounceLine *line, StoreReportResult worst)
{
    if (worst == STORE_REPORT_EARLY)
        return "stop";
    return worst <= STORE_REPORT_NOTED && !line->for_people ? "seen" : "left";
}

static gboolean take_report(gpointer user, json_t *object)
{
    Bounce *bounce = user;
    StoreReportResult worst;
    g_auto(BounceLine) line;
    if (!bounce_line_parse(&line, object)) {
        log_event(LOG_LEVEL_ERROR, "reports", "reader-confused", NULL);
        return FALSE;
    }
    reader_forgive(bounce->reader);
    return store_report(bounce, &line.report, &worst) && reader_say(bounce->reader, answer_for(&line, worst));
}

static void take_stock(gpointer user, const char *problem)
{
    Bounce *bounce = user;
    g_autoptr(GError) error = NULL;
    if (!store_inbox_note(bounce->store, bounce->mailbox, problem, clock_now(), &error))
        log_event(LOG_LEVEL_ERROR, "reports", "not-stored", "error", error->message, NULL);
    g_autofree char *unmatched = g_strdup_printf("%u", bounce->unmatched);
    if (bounce->unmatched > 0)
        log_event(LOG_LEVEL_INFO, "reports", "left-unread", "mailbox", bounce->mailbox, "unmatched", unmatched, NULL);
    bounce->unmatched = 0;
}

/* ---- mails that end their reader ---- */

/* It goes to the tray unread. */
static void skip_mail(gpointer user, const ReaderMail *mail)
{
    const StoreReportOutcome outcome = {
        .kind = "unreadable", .text = _("读取程序几次都读不完这封邮件，请到邮箱里打开看")};
    StoreReport report = {.uidvalidity = mail->uidvalidity, .uid = mail->uid, .outcomes = &outcome, .n_outcomes = 1};
    StoreReportResult worst;
    store_report(user, &report, &worst);
}

static gboolean count_trouble(gpointer user, const ReaderMail *mail, gint64 *n, GError **error)
{
    Bounce *bounce = user;
    return store_report_trouble(bounce->store, bounce->mailbox, mail->uidvalidity, mail->uid, n, error);
}

/* ---- its life ---- */

static gboolean last_mail(gpointer user, ReaderMail *last, GError **error)
{
    Bounce *bounce = user;
    return store_report_last(bounce->store, bounce->mailbox, &last->uidvalidity, &last->uid, error);
}

Bounce *bounce_start(const InboxSettings *settings, Store *store)
{
    static const ReaderJob job = {.name = "reports", .last = last_mail, .take = take_report, .lost = count_trouble,
                                  .skip = skip_mail, .rested = take_stock};
    Bounce *bounce = g_new0(Bounce, 1);
    bounce->store = store;
    bounce->mailbox = inbox_settings_name(settings);
    bounce->reader = reader_start(settings, &job, bounce);
    return bounce;
}

void bounce_stop(Bounce **bounce)
{
    Bounce *self = *bounce;
    if (self == NULL)
        return;
    reader_stop(&self->reader);
    g_free(self->mailbox);
    g_clear_pointer(bounce, g_free);
}
