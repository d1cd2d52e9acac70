/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading a report: the parts of RFC 3464 first; else what a mail system says in its own words; else
 * the marks of an automatic reply. GMime parses the frame, with limits on depth and parts of ours. */
#include "daemon/dispatch/report.h"

#include <gmime/gmime.h>
#include <string.h>

#include "daemon/dispatch/fields.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)

enum { MAX_DEPTH = 8, MAX_PARTS = 50, MAX_PROSE = 65536 };

static const char *const kind_names[] = {
    [REPORT_OTHER] = "other",         [REPORT_AUTOMATIC] = "automatic", [REPORT_RELAYED] = "relayed",
    [REPORT_DELIVERED] = "delivered", [REPORT_DELAYED] = "delayed",     [REPORT_FAILED] = "failed",
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

void report_free(Report *report)
{
    if (report == NULL)
        return;
    g_free(report->status);
    g_free(report->text);
    g_free(report->recipient);
    g_free(report->token);
    g_free(report->issue_label);
    g_free(report->envelope_id);
    g_free(report->message_id);
    g_free(report);
}

/* A report being read. group_ belongs to the recipient at hand in a status part. */
typedef struct {
    Report *report;
    GString *prose; /* the parts for people, tags taken out */
    guint n_parts;
    gboolean has_action, group_has_action;
    Report group;
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

static void read_returned(Report *report, GMimeMessage *message)
{
    static const char *const names[] = {"X-Songfa-Delivery", "X-Songfa-Issue", "Message-ID"};
    for (gsize i = 0; message != NULL && i < G_N_ELEMENTS(names); i++)
        take_returned(report, names[i], g_mime_object_get_header(GMIME_OBJECT(message), names[i]));
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
            reading->group.kind = actions[i].kind;
            reading->group_has_action = TRUE;
        }
    }
}

/* The worst recipient's group becomes the report; of equals the first. */
static void end_group(Reading *reading)
{
    Report *group = &reading->group, *report = reading->report;
    keep(&group->recipient, g_steal_pointer(&reading->final_recipient));
    if (reading->group_has_action && (!reading->has_action || group->kind > report->kind)) {
        char **texts[][2] = {{&report->status, &group->status},
                             {&report->text, &group->text},
                             {&report->recipient, &group->recipient}};
        for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
            g_free(*texts[i][0]);
            *texts[i][0] = g_steal_pointer(texts[i][1]);
        }
        report->kind = group->kind;
        report->reply_code = group->reply_code;
        reading->has_action = TRUE;
    }
    g_free(group->status);
    g_free(group->text);
    g_free(group->recipient);
    *group = (Report){0};
    reading->group_has_action = FALSE;
}

static void take_diagnostic(Report *group, const char *value)
{
    const char *said = fields_untyped(value);
    keep(&group->text, fields_line(said));
    if (g_ascii_strncasecmp(value, "smtp", 4) == 0)
        group->reply_code = fields_reply_code(said);
}

static void take_status_field(gpointer user, const char *name, const char *value)
{
    Reading *reading = user;
    Report *group = &reading->group;
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

static char *content_of(GMimePart *part)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    if (content == NULL)
        return g_strdup("");
    g_autoptr(GMimeStream) out = g_mime_stream_mem_new();
    g_mime_data_wrapper_write_to_stream(content, out);
    const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(out));
    return bytes->len > 0 ? g_strndup((const char *)bytes->data, bytes->len) : g_strdup("");
}

static void read_status(Reading *reading, GMimePart *part)
{
    g_autofree char *text = content_of(part);
    fields_walk(text, take_status_field, reading);
    end_group(reading);
}

static void read_header_part(Reading *reading, GMimePart *part)
{
    g_autofree char *text = content_of(part);
    fields_walk(text, take_returned, reading->report);
}

/* Each tag ends a line, so that a sentence of the table around it is a line of its own. */
static void append_without_tags(GString *prose, const char *html)
{
    gboolean in_tag = FALSE;
    for (; *html != '\0' && prose->len < MAX_PROSE; html++) {
        if (*html == '<')
            g_string_append_c(prose, '\n');
        in_tag = *html == '<' || (in_tag && html[-1] != '>');
        if (!in_tag)
            g_string_append_c(prose, *html);
    }
}

static void read_prose(Reading *reading, GMimePart *part)
{
    g_autofree char *text = GMIME_IS_TEXT_PART(part) ? g_mime_text_part_get_text(GMIME_TEXT_PART(part)) : NULL;
    if (text == NULL)
        return;
    if (g_mime_content_type_is_type(g_mime_object_get_content_type(GMIME_OBJECT(part)), "text", "html"))
        append_without_tags(reading->prose, text);
    else if (reading->prose->len < MAX_PROSE)
        g_string_append_len(reading->prose, text, (gssize)strnlen(text, MAX_PROSE - reading->prose->len));
    g_string_append_c(reading->prose, '\n');
}

static const struct {
    const char *type, *subtype;
    void (*read)(Reading *reading, GMimePart *part);
} part_readers[] = {
    {"message", "delivery-status", read_status},
    {"message", "global-delivery-status", read_status},
    {"text", "rfc822-headers", read_header_part},
    {"message", "global-headers", read_header_part},
    {"text", "*", read_prose},
};

static void read_part(Reading *reading, GMimePart *part)
{
    GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
    for (gsize i = 0; i < G_N_ELEMENTS(part_readers); i++) {
        if (g_mime_content_type_is_type(type, part_readers[i].type, part_readers[i].subtype)) {
            part_readers[i].read(reading, part);
            return;
        }
    }
}

static void walk(Reading *reading, GMimeObject *object, int depth)
{
    if (object == NULL || depth > MAX_DEPTH || ++reading->n_parts > MAX_PARTS)
        return;
    if (GMIME_IS_MULTIPART(object)) {
        GMimeMultipart *multipart = GMIME_MULTIPART(object);
        int n = MIN(g_mime_multipart_get_count(multipart), MAX_PARTS);
        for (int i = 0; i < n; i++)
            walk(reading, g_mime_multipart_get_part(multipart, i), depth + 1);
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        read_returned(reading->report, g_mime_message_part_get_message(GMIME_MESSAGE_PART(object)));
    } else if (GMIME_IS_PART(object)) {
        read_part(reading, GMIME_PART(object));
    }
}

/* ---- a mail system's own words ---- */

static const char *header_of(GMimeMessage *message, const char *name)
{
    const char *value = g_mime_object_get_header(GMIME_OBJECT(message), name);
    return value != NULL ? value : "";
}

static gboolean contains_any(const char *text, const char *const *words)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autofree char *folded = g_utf8_casefold(valid, -1);
    for (; *words != NULL; words++)
        if (strstr(folded, *words) != NULL)
            return TRUE;
    return FALSE;
}

static const char *const system_senders[] = {"mailer-daemon", "postmaster", "mail-daemon", "系统退信", NULL};
static const char *const delay_words[] = {"delay", "could not send message for past", "延迟", "暂未送达", NULL};
static const char *const failure_words[] = {
    "undeliver", "failure", "delivery fail", "mail delivery failed", "returned mail", "returned to sender",
    "退信", "退回", "无法投递", "投递失败", "发送失败", "未传递", "未送达", NULL};

/* The first line that names a code is the diagnostic. */
static void read_own_words(Report *report, const char *prose)
{
    g_auto(GStrv) lines = g_strsplit_set(prose, "\r\n", -1);
    for (char **line = lines; *line != NULL && report->text == NULL; line++) {
        char *status = fields_status(*line);
        int code = fields_reply_code(*line);
        if (status == NULL && code == 0)
            continue;
        report->status = status;
        report->reply_code = code;
        report->text = fields_line(*line);
    }
}

static ReportKind kind_in_own_words(GMimeMessage *message)
{
    const char *subject = g_mime_message_get_subject(message);
    if (subject == NULL || !contains_any(header_of(message, "From"), system_senders))
        return REPORT_OTHER;
    if (contains_any(subject, delay_words))
        return REPORT_DELAYED;
    return contains_any(subject, failure_words) ? REPORT_FAILED : REPORT_OTHER;
}

/* ---- automatic replies ---- */

static const char *const automatic_subjects[] = {"自动回复", "自动答复", "automatic reply", "autoreply",
                                                 "auto reply", "out of office", NULL};

/* RFC 3834 §5, and the marks in use before it. A machine writes every multipart/report. */
static gboolean is_automatic(GMimeMessage *message)
{
    static const char *const precedence[] = {"auto_reply", "auto-reply", NULL};
    const char *subject = g_mime_message_get_subject(message);
    GMimeObject *body = g_mime_message_get_mime_part(message);
    GMimeContentType *type = body != NULL ? g_mime_object_get_content_type(body) : NULL;
    return g_ascii_strncasecmp(header_of(message, "Auto-Submitted"), "auto-", 5) == 0 ||
           *header_of(message, "X-Autoreply") != '\0' || *header_of(message, "X-Autorespond") != '\0' ||
           contains_any(header_of(message, "Precedence"), precedence) ||
           (type != NULL && g_mime_content_type_is_type(type, "multipart", "report")) ||
           (subject != NULL && contains_any(subject, automatic_subjects));
}

/* ---- the whole ---- */

/* What a mail answers is what it reports on, unless it returns that itself. */
static void read_answered(Report *report, GMimeMessage *message)
{
    const char *references = strrchr(header_of(message, "References"), '<');
    keep(&report->message_id, fields_message_id(header_of(message, "In-Reply-To")));
    if (references != NULL)
        keep(&report->message_id, fields_message_id(references));
}

static void judge(Reading *reading, GMimeMessage *message)
{
    Report *report = reading->report;
    if (!reading->has_action) {
        report->kind = kind_in_own_words(message);
        if (report->kind != REPORT_OTHER) {
            read_own_words(report, reading->prose->str);
            fields_walk(reading->prose->str, take_returned, report);
        } else if (is_automatic(message)) {
            report->kind = REPORT_AUTOMATIC;
        }
    }
    read_answered(report, message);
}

static GMimeMessage *parse_message(const char *data, gsize length)
{
    static gsize ready = 0;
    if (g_once_init_enter(&ready)) {
        g_mime_init();
        g_once_init_leave(&ready, 1);
    }
    g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(data, length);
    g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);
    return g_mime_parser_construct_message(parser, NULL);
}

Report *report_parse(const char *data, gsize length)
{
    Reading reading = {.report = g_new0(Report, 1), .prose = g_string_new(NULL)};
    g_autoptr(GMimeMessage) message = parse_message(data, length);
    if (message != NULL) {
        walk(&reading, g_mime_message_get_mime_part(message), 0);
        judge(&reading, message);
    }
    g_string_free(reading.prose, TRUE);
    return reading.report;
}
