/* SPDX-License-Identifier: GPL-3.0-or-later
 * The message. GMime, seen here and in inbox/mime.c, makes the MIME frame once with holes where bodies go; the
 * bodies are spliced (splice.h) and the header fields are our own (rfc2047.h, attachment.h). */
#include "daemon/dispatch/compose.h"

#include <gmime/gmime.h>
#include <inttypes.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"
#include "daemon/base/address.h"
#include "daemon/dispatch/attachment.h"
#include "daemon/dispatch/rfc2047.h"
#include "daemon/dispatch/splice.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeContentType, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeDataWrapper, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeFormatOptions, g_mime_format_options_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeObject, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)

#define MAX_BODIES 4
#define BOUNDARY_DIGITS 23

enum { SLOT_SALUTATION, SLOT_RECIPIENT, SLOT_LINK, N_SLOTS };
static const char *const marks[N_SLOTS + 1] = {COMPOSE_SLOT_SALUTATION, COMPOSE_SLOT_RECIPIENT, COMPOSE_SLOT_LINK,
                                              NULL};

/* One base64 body and the hole it fills. The hole is a byte that no header or boundary has. */
typedef struct {
    char hole[2];
    gboolean is_html;
    Splice *splice;
    const char *before; /* the frame from the end of the hole before to this one, lent */
    gsize before_length;
} Body;

struct Composed {
    GString *fields; /* the shared header fields */
    char *frame;     /* MIME headers, boundaries, holes */
    Body bodies[MAX_BODIES];
    gsize n_bodies;
    const char *end; /* the frame behind the last hole, lent */
};

static gboolean is_utf8(const char *text, const char *what, GError **error)
{
    if (g_utf8_validate(text, -1, NULL))
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("邮件的%s不是 UTF-8 文本，不能发送"), what);
    return FALSE;
}

/* Text with CR LF line ends (RFC 2046 §4.1.1). */
static GString *with_crlf(const char *text)
{
    GString *out = g_string_sized_new(strlen(text) + 256);
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\n' || *at == '\r')
            g_string_append(out, "\r\n");
        else
            g_string_append_c(out, *at);
        if (at[0] == '\r' && at[1] == '\n')
            at++;
    }
    return out;
}

/* The end of a line, in plain ASCII: whatever else there is becomes "?". */
static void append_value(GString *out, const char *value)
{
    gsize length = strlen(value);
    g_string_append_len(out, value, (gssize)length);
    for (char *p = out->str + out->len - length; *p != '\0'; p++)
        if (!g_ascii_isprint(*p))
            *p = '?';
    g_string_append(out, "\r\n");
}

static void append_plain(GString *out, const char *field, const char *value)
{
    rfc2047_begin(out, field);
    append_value(out, value);
}

static gboolean append_list_id(GString *out, const char *list_id, GError **error)
{
    const char *open = strrchr(list_id, '<');
    const char *close = open != NULL ? strchr(open, '>') : NULL;
    g_autofree char *id = close != NULL ? g_strndup(open + 1, (gsize)(close - open - 1)) : NULL;
    g_autofree char *as_address = g_strconcat("list@", id, NULL);
    if (id == NULL || close[1] != '\0' || !address_check(as_address, NULL)) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("List-Id“%s”不能用，应写成：名称 <标识.域名>"),
                    list_id);
        return FALSE;
    }
    g_autofree char *name = g_strndup(list_id, (gsize)(open - list_id));
    rfc2047_append_mailbox(out, "List-Id", name, id);
    return TRUE;
}

/* All of them, parted by blanks, a line each. */
static void append_references(GString *out, const char *references)
{
    g_auto(GStrv) ids = g_strsplit(references, " ", -1);
    for (char **id = ids; *id != NULL; id++) {
        g_string_append(out, id == ids ? "References: " : " ");
        append_value(out, *id);
    }
}

/* What it answers, and that no person wrote it (RFC 3834 §5): nobody answers that by itself. */
static void append_answered(GString *out, const ComposeMail *mail)
{
    append_plain(out, "Auto-Submitted", mail->in_reply_to != NULL ? "auto-replied" : "auto-generated");
    if (mail->in_reply_to != NULL)
        append_plain(out, "In-Reply-To", mail->in_reply_to);
    if (mail->references != NULL)
        append_references(out, mail->references);
}

static gboolean append_fields(GString *out, const ComposeMail *mail, GError **error)
{
    if (!address_check(mail->sender_address, error) ||
        (mail->reply_to != NULL && !address_check(mail->reply_to, error)))
        return FALSE;
    rfc2047_append_mailbox(out, "From", mail->sender_name, mail->sender_address);
    if (mail->reply_to != NULL)
        rfc2047_append_mailbox(out, "Reply-To", NULL, mail->reply_to);
    if (mail->group != NULL)
        rfc2047_append_group(out, "To", mail->group);
    rfc2047_append_text(out, "Subject", mail->subject);
    g_autofree char *date = clock_rfc5322(mail->date);
    append_plain(out, "Date", date);
    if (mail->list_id != NULL && !append_list_id(out, mail->list_id, error))
        return FALSE;
    append_answered(out, mail);
    if (mail->issue != NULL)
        append_plain(out, "X-Songfa-Issue", mail->issue);
    if (mail->priority == 1 || mail->priority == 2)
        g_string_append_printf(out, "Importance: high\r\nX-Priority: %d\r\n", mail->priority);
    return TRUE;
}

static Body *add_body(Composed *composed, Splice *splice)
{
    Body *body = &composed->bodies[composed->n_bodies];
    body->hole[0] = (char)(++composed->n_bodies);
    body->splice = splice;
    return body;
}

/* A part whose content is the body's hole, told to GMime as base64 already so that it stays. */
static GMimeObject *part_with_hole(const char *type, const Body *body)
{
    g_autoptr(GMimeContentType) content_type = g_mime_content_type_parse(NULL, type);
    GMimePart *part = g_mime_part_new();
    g_mime_object_set_content_type(GMIME_OBJECT(part), content_type);
    g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
    g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(body->hole, 1);
    g_autoptr(GMimeDataWrapper) content =
        g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_BASE64);
    g_mime_part_set_content(part, content);
    return GMIME_OBJECT(part);
}

static GMimeObject *text_part(Composed *composed, const char *text, gboolean is_html)
{
    GString *lines = with_crlf(text);
    Body *body = add_body(composed, splice_new(lines->str, lines->len, marks));
    body->is_html = is_html;
    g_string_free(lines, TRUE);
    return part_with_hole(is_html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8", body);
}

static GMimeObject *attached_part(Composed *composed, const char *name, GBytes *bytes)
{
    static const char *const no_marks[] = {NULL};
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    GMimeObject *part = part_with_hole("application/octet-stream",
                                       add_body(composed, splice_new(data, length, no_marks)));
    g_autofree char *type = attachment_content_type(name), *disposition = attachment_disposition(name);
    GMimeHeaderList *headers = g_mime_object_get_header_list(part);
    g_mime_header_set_raw_value(g_mime_header_list_get_header(headers, "Content-Type"), type);
    g_mime_object_set_disposition(part, "attachment");
    g_mime_header_set_raw_value(g_mime_header_list_get_header(headers, "Content-Disposition"), disposition);
    return part;
}

/* The same mail has the same boundaries whenever it is composed, so that a preview and a second
 * attempt are the very bytes. No base64 body can hold one. */
static char *boundary_seed(const ComposeMail *mail)
{
    g_autofree char *all = g_strdup_printf("%s\n%" PRId64 "\n%s\n%s", mail->subject, mail->date, mail->text,
                                           mail->html != NULL ? mail->html : "");
    return ident_sha256(all, strlen(all));
}

/* Takes the parts, of which the third may be NULL. */
static GMimeObject *multipart(const char *subtype, const char *seed, GMimeObject *first, GMimeObject *second,
                              GMimeObject *third)
{
    GMimeMultipart *all = g_mime_multipart_new_with_subtype(subtype);
    GMimeObject *const parts[] = {first, second, third};
    g_autofree char *boundary = g_strdup_printf("=_%c%.*s", *subtype, BOUNDARY_DIGITS, seed);
    g_mime_multipart_set_boundary(all, boundary);
    for (gsize i = 0; i < G_N_ELEMENTS(parts) && parts[i] != NULL; i++) {
        g_mime_multipart_add(all, parts[i]);
        g_object_unref(parts[i]);
    }
    return GMIME_OBJECT(all);
}

static GMimeObject *build(Composed *composed, const ComposeMail *mail)
{
    g_autofree char *seed = boundary_seed(mail);
    GMimeObject *whole = text_part(composed, mail->text, FALSE);
    if (mail->html != NULL)
        whole = multipart("alternative", seed, whole, text_part(composed, mail->html, TRUE), NULL);
    GMimeObject *attached =
        mail->attachment_name != NULL ? attached_part(composed, mail->attachment_name, mail->attachment) : NULL;
    GMimeObject *pdf = mail->pdf_name != NULL ? attached_part(composed, mail->pdf_name, mail->pdf) : NULL;
    if (attached != NULL)
        return multipart("mixed", seed, whole, attached, pdf);
    return pdf != NULL ? multipart("mixed", seed, whole, pdf, NULL) : whole;
}

static char *frame_text(GMimeObject *whole)
{
    g_autoptr(GMimeFormatOptions) options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    return g_mime_object_to_string(whole, options);
}

static void find_holes(Composed *composed)
{
    const char *at = composed->frame;
    for (gsize i = 0; i < composed->n_bodies; i++) {
        Body *body = &composed->bodies[i];
        body->before = at;
        body->before_length = (gsize)(strchr(at, body->hole[0]) - at);
        at += body->before_length + 1;
    }
    composed->end = at;
}

static void init_gmime(void)
{
    static gsize once = 0;
    if (g_once_init_enter(&once)) {
        g_mime_init();
        g_once_init_leave(&once, 1);
    }
}

Composed *compose_mail(const ComposeMail *mail, GError **error)
{
    g_return_val_if_fail((mail->attachment_name != NULL) == (mail->attachment != NULL), NULL);
    g_return_val_if_fail((mail->pdf_name != NULL) == (mail->pdf != NULL), NULL);
    if (!is_utf8(mail->text, _("正文"), error) ||
        (mail->html != NULL && !is_utf8(mail->html, _("网页正文"), error)))
        return NULL;
    g_autoptr(Composed) composed = g_new0(Composed, 1);
    composed->fields = g_string_new(NULL);
    if (!append_fields(composed->fields, mail, error))
        return NULL;
    init_gmime();
    g_autoptr(GMimeObject) whole = build(composed, mail);
    g_autofree char *mime = frame_text(whole);
    composed->frame = g_strconcat("MIME-Version: 1.0\r\n", mime, NULL);
    find_holes(composed);
    return g_steal_pointer(&composed);
}

void composed_free(Composed *composed)
{
    if (composed == NULL)
        return;
    for (gsize i = 0; i < composed->n_bodies; i++)
        splice_free(composed->bodies[i].splice);
    g_string_free(composed->fields, TRUE);
    g_free(composed->frame);
    g_free(composed);
}

/* No address that passed address_check() is changed by this. */
static void blank_address(char *address)
{
    for (; *address != '\0'; address++)
        if (!g_ascii_isgraph(*address) || strchr("<>\"(),:;\\", *address) != NULL)
            *address = '?';
}

/* g_markup_escape_text() writes &apos;, which HTML 4 and Outlook do not know. */
static char *escape_html(const char *text)
{
    if (strpbrk(text, "&<>\"'") == NULL)
        return g_strdup(text); /* clean: it has no controls either */
    g_autofree char *markup = g_markup_escape_text(text, -1);
    GString *out = g_string_new(markup);
    g_string_replace(out, "&apos;", "&#39;", 0);
    return g_string_free(out, FALSE);
}

/* In-Reply-To names the last one, References all of them. */
static void append_follows(GString *out, const char *follows)
{
    const char *last = strrchr(follows, ' ');
    append_plain(out, "In-Reply-To", last != NULL ? last + 1 : follows);
    append_references(out, follows);
}

static void append_personal(GString *out, const ComposeRecipient *recipient)
{
    if (recipient->address != NULL) {
        g_autofree char *address = g_strdup(recipient->address);
        blank_address(address);
        rfc2047_append_mailbox(out, "To", recipient->name, address);
    }
    append_plain(out, "Message-ID", recipient->message_id);
    if (recipient->follows != NULL)
        append_follows(out, recipient->follows);
    if (recipient->token != NULL)
        append_plain(out, "X-Songfa-Delivery", recipient->token);
}

Message *compose_message(const Composed *composed, const ComposeRecipient *recipient)
{
    g_autofree char *salutation = rfc2047_clean(recipient->salutation != NULL ? recipient->salutation : "");
    g_autofree char *name = rfc2047_clean(recipient->name != NULL ? recipient->name : "");
    g_autofree char *html_salutation = escape_html(salutation), *html_name = escape_html(name);
    const char *const plain[N_SLOTS] = {salutation, name, recipient->link};
    const char *const html[N_SLOTS] = {html_salutation, html_name, recipient->link};
    SpliceOut out;
    splice_out_begin(&out);
    splice_out_shared(&out, composed->fields->str, composed->fields->len);
    append_personal(out.personal, recipient);
    for (gsize i = 0; i < composed->n_bodies; i++) {
        const Body *body = &composed->bodies[i];
        splice_out_shared(&out, body->before, body->before_length);
        splice_write(body->splice, body->is_html ? html : plain, &out);
    }
    splice_out_shared(&out, composed->end, strlen(composed->end));
    splice_out_end(&out);
    Message *message = g_new0(Message, 1);
    message->n_pieces = out.pieces->len;
    message->pieces = (struct iovec *)(gpointer)g_array_free(out.pieces, FALSE);
    message->personal = out.personal;
    for (gsize i = 0; i < message->n_pieces; i++)
        message->size += message->pieces[i].iov_len;
    return message;
}

void message_free(Message *message)
{
    if (message == NULL)
        return;
    g_free(message->pieces);
    g_string_free(message->personal, TRUE);
    g_free(message);
}

GString *compose_eml(const Composed *composed, const ComposeRecipient *recipient)
{
    g_autoptr(Message) message = compose_message(composed, recipient);
    GString *eml = g_string_sized_new(message->size);
    for (gsize i = 0; i < message->n_pieces; i++)
        g_string_append_len(eml, message->pieces[i].iov_base, (gssize)message->pieces[i].iov_len);
    return eml;
}
