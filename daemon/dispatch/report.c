/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading a report: the parts of RFC 3464 first; else what a mail system says in its own words; else
 * the marks of an automatic reply. */
#include "daemon/dispatch/report.h"

#include <string.h>

#include "daemon/inbox/automatic.h"
#include "daemon/inbox/fields.h"
#include "daemon/inbox/mime.h"
#include "daemon/inbox/report-words.h"

enum { MAX_PROSE = 65536, MAX_OUTCOMES = 1000 };

static const char *const kind_names[] = {
    [REPORT_OTHER] = "other",     [REPORT_SIGNED] = "signed",       [REPORT_AUTOMATIC] = "automatic",
    [REPORT_RELAYED] = "relayed", [REPORT_DELIVERED] = "delivered", [REPORT_DELAYED] = "delayed",
    [REPORT_FAILED] = "failed",
};

const char *report_kind_name(ReportKind kind)
{
    g_return_val_if_fail(kind < G_N_ELEMENTS(kind_names), NULL);
    return kind_names[kind];
}

gboolean report_kind_parse(const char *name, ReportKind *kind)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kind_names); i++) {
        if (g_strcmp0(name, kind_names[i]) == 0) {
            *kind = (ReportKind)i;
            return TRUE;
        }
    }
    return FALSE;
}

static void free_outcome(gpointer data)
{
    ReportOutcome *outcome = data;
    g_free(outcome->status);
    g_free(outcome->text);
    g_free(outcome->recipient);
    g_free(outcome);
}

static Report *report_new(void)
{
    Report *report = g_new0(Report, 1);
    report->outcomes = g_ptr_array_new_with_free_func(free_outcome);
    return report;
}

void report_free(Report *report)
{
    if (report == NULL)
        return;
    g_ptr_array_unref(report->outcomes);
    char *texts[] = {report->from,        report->subject,    report->token,
                     report->envelope_id, report->message_id, report->issue_label};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_free(report);
}

/* A report being read. group belongs to the recipient at hand in a status part. */
typedef struct {
    Report *report;
    GString *prose; /* the parts for people, tags taken out */
    ReportOutcome *group;
    gboolean group_has_action;
    char *final_recipient;
} Reading;

/* The first one found stays. */
static void keep(char **place, char *found)
{
    if (*place == NULL)
        *place = found;
    else
        g_free(found);
}

/* ---- the mail that is returned ---- */

static void take_returned(gpointer user, const char *name, const char *value)
{
    Report *report = user;
    if (name == NULL || value == NULL)
        return;
    if (g_ascii_strcasecmp(name, "X-Songfa-Delivery") == 0)
        keep(&report->token, fields_token(value));
    else if (g_ascii_strcasecmp(name, "X-Songfa-Issue") == 0)
        keep(&report->issue_label, fields_line(value));
    else if (g_ascii_strcasecmp(name, "Message-ID") == 0)
        keep(&report->message_id, fields_message_id(value));
}

static void read_returned(Report *report, const MimeMail *mail)
{
    static const char *const names[] = {"X-Songfa-Delivery", "X-Songfa-Issue", "Message-ID"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        take_returned(report, names[i], mime_mail_header(mail, names[i]));
}

/* ---- the status part, RFC 3464 ---- */

static const struct {
    const char *action;
    ReportKind kind;
} actions[] = {
    {"failed", REPORT_FAILED},   {"delayed", REPORT_DELAYED},  {"delivered", REPORT_DELIVERED},
    {"relayed", REPORT_RELAYED}, {"expanded", REPORT_RELAYED},
};

static void take_action(Reading *reading, const char *value)
{
    gsize length = strspn(value, G_CSET_a_2_z G_CSET_A_2_Z);
    for (gsize i = 0; i < G_N_ELEMENTS(actions); i++) {
        if (strlen(actions[i].action) == length && g_ascii_strncasecmp(value, actions[i].action, length) == 0) {
            reading->group->kind = actions[i].kind;
            reading->group_has_action = TRUE;
        }
    }
}

/* A group without an action is the report's own, or says nothing. */
static void end_group(Reading *reading)
{
    keep(&reading->group->recipient, g_steal_pointer(&reading->final_recipient));
    if (reading->group_has_action && reading->report->outcomes->len < MAX_OUTCOMES)
        g_ptr_array_add(reading->report->outcomes, reading->group);
    else
        free_outcome(reading->group);
    reading->group = g_new0(ReportOutcome, 1);
    reading->group_has_action = FALSE;
}

static void take_diagnostic(ReportOutcome *group, const char *value)
{
    const char *said = fields_untyped(value);
    keep(&group->text, fields_line(said));
    if (g_ascii_strncasecmp(value, "smtp", 4) == 0)
        group->reply_code = fields_reply_code(said);
}

static void take_status_field(gpointer user, const char *name, const char *value)
{
    Reading *reading = user;
    ReportOutcome *group = reading->group;
    if (name == NULL)
        end_group(reading);
    else if (g_ascii_strcasecmp(name, "Original-Envelope-Id") == 0)
        keep(&reading->report->envelope_id, fields_line(value));
    else if (g_ascii_strcasecmp(name, "Action") == 0)
        take_action(reading, value);
    else if (g_ascii_strcasecmp(name, "Status") == 0)
        keep(&group->status, fields_status(value));
    else if (g_ascii_strcasecmp(name, "Diagnostic-Code") == 0)
        take_diagnostic(group, value);
    else if (g_ascii_strcasecmp(name, "Original-Recipient") == 0)
        keep(&group->recipient, fields_line(fields_untyped(value)));
    else if (g_ascii_strcasecmp(name, "Final-Recipient") == 0)
        keep(&reading->final_recipient, fields_line(fields_untyped(value)));
}

/* ---- the parts ---- */

static char *content_of(const MimePart *part)
{
    gsize length;
    g_autoptr(GBytes) content = mime_part_content(part);
    const char *bytes = g_bytes_get_data(content, &length);
    return length > 0 ? g_strndup(bytes, length) : g_strdup("");
}

static void read_status(Reading *reading, const MimePart *part)
{
    g_autofree char *text = content_of(part);
    fields_walk(text, take_status_field, reading);
    end_group(reading);
}

static void read_header_part(Reading *reading, const MimePart *part)
{
    g_autofree char *text = content_of(part);
    fields_walk(text, take_returned, reading->report);
}

static void read_prose(Reading *reading, const MimePart *part)
{
    g_autofree char *text = mime_part_text(part);
    if (text == NULL)
        return;
    if (mime_part_is(part, "text", "html"))
        report_words_of_html(reading->prose, text, MAX_PROSE);
    else if (reading->prose->len < MAX_PROSE)
        g_string_append_len(reading->prose, text, (gssize)strnlen(text, MAX_PROSE - reading->prose->len));
    g_string_append_c(reading->prose, '\n');
}

static const struct {
    const char *type, *subtype;
    void (*read)(Reading *reading, const MimePart *part);
} part_readers[] = {
    {"message", "delivery-status", read_status},
    {"message", "global-delivery-status", read_status},
    {"text", "rfc822-headers", read_header_part},
    {"message", "global-headers", read_header_part},
    {"text", "*", read_prose},
};

static void read_part(gpointer user, const MimePart *part)
{
    Reading *reading = user;
    const MimeMail *returned = mime_part_mail(part);
    if (returned != NULL)
        read_returned(reading->report, returned);
    for (gsize i = 0; returned == NULL && i < G_N_ELEMENTS(part_readers); i++) {
        if (mime_part_is(part, part_readers[i].type, part_readers[i].subtype)) {
            part_readers[i].read(reading, part);
            return;
        }
    }
}

/* ---- a mail system's own words ---- */

/* The first line that names a code is the diagnostic. */
static void read_own_words(ReportOutcome *outcome, const char *prose)
{
    g_auto(GStrv) lines = g_strsplit_set(prose, "\r\n", -1);
    for (char **line = lines; *line != NULL && outcome->text == NULL; line++) {
        char *status = fields_status(*line);
        int code = fields_reply_code(*line);
        if (status == NULL && code == 0)
            continue;
        outcome->status = status;
        outcome->reply_code = code;
        outcome->text = fields_line(*line);
    }
}

static ReportKind kind_in_own_words(const MimeMail *mail)
{
    const char *subject = mime_mail_subject(mail);
    if (!report_words_in(mime_mail_header(mail, "From"), REPORT_WORDS_SYSTEM))
        return REPORT_OTHER;
    if (report_words_in(subject, REPORT_WORDS_DELAY))
        return REPORT_DELAYED;
    return report_words_in(subject, REPORT_WORDS_FAILURE) ? REPORT_FAILED : REPORT_OTHER;
}

/* Exim and others name those who failed in a field of the mail itself. */
static void add_failed_recipients(Report *report, const MimeMail *mail, const ReportOutcome *like)
{
    g_auto(GStrv) addresses = g_strsplit_set(mime_mail_header(mail, "X-Failed-Recipients"), ", \t\r\n", -1);
    for (char **address = addresses; *address != NULL && report->outcomes->len < MAX_OUTCOMES; address++) {
        if (**address == '\0')
            continue;
        ReportOutcome *outcome = g_memdup2(like, sizeof(*like));
        outcome->status = g_strdup(like->status);
        outcome->text = g_strdup(like->text);
        outcome->recipient = fields_line(*address);
        g_ptr_array_add(report->outcomes, outcome);
    }
}

static void take_own_words(Reading *reading, const MimeMail *mail, ReportKind kind)
{
    ReportOutcome *outcome = g_new0(ReportOutcome, 1);
    outcome->kind = kind;
    read_own_words(outcome, reading->prose->str);
    fields_walk(reading->prose->str, take_returned, reading->report);
    add_failed_recipients(reading->report, mail, outcome);
    if (reading->report->outcomes->len == 0)
        g_ptr_array_add(reading->report->outcomes, outcome);
    else
        free_outcome(outcome);
}

/* ---- automatic replies ---- */

/* A machine writes every multipart/report. */
static gboolean is_automatic(const MimeMail *mail, const char *prose)
{
    g_autofree char *line = report_words_own_line(prose, NULL);
    return automatic_is(mail) || mime_mail_is(mail, "multipart", "report") ||
           (line != NULL && report_words_in(line, REPORT_WORDS_AUTOMATIC));
}

/* ---- the whole ---- */

/* What a mail answers is what it reports on, unless it returns that itself. */
static void read_answered(Report *report, const MimeMail *mail)
{
    const char *references = strrchr(mime_mail_header(mail, "References"), '<');
    keep(&report->message_id, fields_message_id(mime_mail_header(mail, "In-Reply-To")));
    if (references != NULL)
        keep(&report->message_id, fields_message_id(references));
}

static void read_head(Report *report, const MimeMail *mail)
{
    const char *writer = mime_mail_writer(mail);
    report->from = writer != NULL ? fields_line(writer) : NULL;
    report->subject = fields_line(mime_mail_subject(mail));
    report->date = mime_mail_date(mail);
}

static void take_letter(Reading *reading, gboolean automatic)
{
    Report *report = reading->report;
    ReportOutcome *outcome = g_new0(ReportOutcome, 1);
    g_autofree char *line = report_words_own_line(reading->prose->str, &report->says_more);
    outcome->kind = automatic ? REPORT_AUTOMATIC : line != NULL && report_words_sign(line) ? REPORT_SIGNED : REPORT_OTHER;
    if (!automatic && line != NULL)
        outcome->text = fields_line(line);
    g_ptr_array_add(report->outcomes, outcome);
}

/* What stands behind "RECIPIENT:" at the beginning of a line, NULL = nothing; caller frees. */
static char *said_of(const char *prose, const char *recipient)
{
    gsize length = strlen(recipient);
    g_auto(GStrv) lines = g_strsplit_set(prose, "\r\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        const char *at = g_strchug(*line);
        if (g_ascii_strncasecmp(at, recipient, length) == 0 && at[length] == ':' && at[length + 1] != '\0')
            return fields_line(at + length + 1);
    }
    return NULL;
}

/* OpenSMTPD tells the reason only to people, a line for each recipient; its status is 5.0.0 for all. */
static void complete_from_prose(Reading *reading)
{
    for (guint i = 0; i < reading->report->outcomes->len; i++) {
        ReportOutcome *outcome = reading->report->outcomes->pdata[i];
        if (outcome->text != NULL || outcome->recipient == NULL)
            continue;
        outcome->text = said_of(reading->prose->str, outcome->recipient);
        if (outcome->text != NULL)
            outcome->reply_code = fields_reply_code(outcome->text);
    }
}

static void judge(Reading *reading, const MimeMail *mail)
{
    read_head(reading->report, mail);
    complete_from_prose(reading);
    if (reading->report->outcomes->len == 0) {
        ReportKind kind = kind_in_own_words(mail);
        if (kind != REPORT_OTHER)
            take_own_words(reading, mail, kind);
        else
            take_letter(reading, is_automatic(mail, reading->prose->str));
    }
    read_answered(reading->report, mail);
}

Report *report_parse(const char *data, gsize length)
{
    Reading reading = {.report = report_new(), .prose = g_string_new(NULL), .group = g_new0(ReportOutcome, 1)};
    g_autoptr(MimeMail) mail = mime_mail_parse(data, length);
    if (mail != NULL) {
        mime_mail_walk(mail, read_part, &reading);
        judge(&reading, mail);
    }
    if (reading.report->outcomes->len == 0)
        g_ptr_array_add(reading.report->outcomes, g_new0(ReportOutcome, 1));
    free_outcome(reading.group);
    g_free(reading.final_recipient);
    g_string_free(reading.prose, TRUE);
    return reading.report;
}
