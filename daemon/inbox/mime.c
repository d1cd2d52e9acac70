/* SPDX-License-Identifier: GPL-3.0-or-later
 * The frame of a mail, parsed by GMime with limits of ours. A MimeMail is a GMimeMessage, a MimePart a
 * GMimeObject, under names that say no more. */
#include "daemon/inbox/mime.h"

#include <gmime/gmime.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParserOptions, g_mime_parser_options_free)

enum { MAX_DEPTH = 8, MAX_PARTS = 50, MAX_NAME = 1024 };

static GMimeMessage *message_of(const MimeMail *mail)
{
    return (GMimeMessage *)mail;
}

static GMimeObject *object_of(const MimePart *part)
{
    return (GMimeObject *)part;
}

/* ---- the whole ---- */

/* What breaks the rules of encoding is read as it is meant; what names no charset is Chinese. */
static GMimeParserOptions *lenient_options(void)
{
    static const char *charsets[] = {"utf-8", "gb18030", "iso-8859-1", NULL};
    GMimeParserOptions *options = g_mime_parser_options_new();
    g_mime_parser_options_set_parameter_compliance_mode(options, GMIME_RFC_COMPLIANCE_LOOSE);
    g_mime_parser_options_set_rfc2047_compliance_mode(options, GMIME_RFC_COMPLIANCE_LOOSE);
    g_mime_parser_options_set_fallback_charsets(options, charsets);
    return options;
}

MimeMail *mime_mail_parse(const char *data, gsize length)
{
    static gsize ready = 0;
    if (g_once_init_enter(&ready)) {
        g_mime_init();
        g_once_init_leave(&ready, 1);
    }
    g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(data, length);
    g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);
    g_autoptr(GMimeParserOptions) options = lenient_options();
    return (MimeMail *)g_mime_parser_construct_message(parser, options);
}

void mime_mail_free(MimeMail *mail)
{
    if (mail != NULL)
        g_object_unref(message_of(mail));
}

const char *mime_mail_header(const MimeMail *mail, const char *name)
{
    const char *value = g_mime_object_get_header(GMIME_OBJECT(message_of(mail)), name);
    return value != NULL ? value : "";
}

GPtrArray *mime_mail_headers(const MimeMail *mail, const char *name)
{
    GMimeHeaderList *list = g_mime_object_get_header_list(GMIME_OBJECT(message_of(mail)));
    GPtrArray *values = g_ptr_array_new();
    for (int i = 0; i < g_mime_header_list_get_count(list); i++) {
        GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
        const char *value = g_mime_header_get_raw_value(header);
        if (g_ascii_strcasecmp(g_mime_header_get_name(header), name) == 0)
            g_ptr_array_add(values, (gpointer)(value != NULL ? value : ""));
    }
    return values;
}

const char *mime_mail_subject(const MimeMail *mail)
{
    const char *subject = g_mime_message_get_subject(message_of(mail));
    return subject != NULL ? subject : "";
}

gint64 mime_mail_date(const MimeMail *mail)
{
    GDateTime *date = g_mime_message_get_date(message_of(mail));
    return date != NULL ? g_date_time_to_unix(date) * G_USEC_PER_SEC : 0;
}

const char *mime_mail_writer(const MimeMail *mail)
{
    InternetAddressList *list = g_mime_message_get_from(message_of(mail));
    InternetAddress *one = list != NULL && internet_address_list_length(list) == 1
                               ? internet_address_list_get_address(list, 0) : NULL;
    if (one == NULL || !INTERNET_ADDRESS_IS_MAILBOX(one))
        return NULL;
    return internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one));
}

static void add_addresses(GPtrArray *out, InternetAddressList *list, guint max)
{
    for (int i = 0; list != NULL && i < internet_address_list_length(list) && out->len < max; i++) {
        InternetAddress *one = internet_address_list_get_address(list, i);
        const char *address = INTERNET_ADDRESS_IS_MAILBOX(one)
                                  ? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one)) : NULL;
        if (address != NULL)
            g_ptr_array_add(out, g_utf8_make_valid(address, -1));
    }
}

GPtrArray *mime_mail_recipients(const MimeMail *mail, guint max)
{
    static const char *const by_servers[] = {"Delivered-To", "X-Original-To"};
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(by_servers); i++) {
        InternetAddressList *list = internet_address_list_parse(NULL, mime_mail_header(mail, by_servers[i]));
        add_addresses(out, list, max);
        g_clear_object(&list);
    }
    add_addresses(out, g_mime_message_get_to(message_of(mail)), max);
    add_addresses(out, g_mime_message_get_cc(message_of(mail)), max);
    return out;
}

static gboolean object_is(GMimeObject *object, const char *type, const char *subtype)
{
    GMimeContentType *content_type = object != NULL ? g_mime_object_get_content_type(object) : NULL;
    return content_type != NULL && g_mime_content_type_is_type(content_type, type, subtype);
}

gboolean mime_mail_is(const MimeMail *mail, const char *type, const char *subtype)
{
    return object_is(g_mime_message_get_mime_part(message_of(mail)), type, subtype);
}

/* ---- the parts ---- */

typedef struct {
    MimeTake take;
    gpointer user;
    guint n;
} Walk;

static gboolean walk(Walk *at, GMimeObject *object, int depth)
{
    gboolean all = TRUE;
    if (object == NULL)
        return TRUE;
    if (depth > MAX_DEPTH || ++at->n > MAX_PARTS)
        return FALSE;
    if (!GMIME_IS_MULTIPART(object)) {
        at->take(at->user, (const MimePart *)object);
        return TRUE;
    }
    GMimeMultipart *multipart = GMIME_MULTIPART(object);
    int n = g_mime_multipart_get_count(multipart);
    for (int i = 0; i < MIN(n, MAX_PARTS); i++)
        all = walk(at, g_mime_multipart_get_part(multipart, i), depth + 1) && all;
    return all && n <= MAX_PARTS;
}

gboolean mime_mail_walk(const MimeMail *mail, MimeTake take, gpointer user)
{
    Walk at = {.take = take, .user = user};
    return walk(&at, g_mime_message_get_mime_part(message_of(mail)), 0);
}

gboolean mime_part_is(const MimePart *part, const char *type, const char *subtype)
{
    return object_is(object_of(part), type, subtype);
}

const MimeMail *mime_part_mail(const MimePart *part)
{
    if (!GMIME_IS_MESSAGE_PART(object_of(part)))
        return NULL;
    return (const MimeMail *)g_mime_message_part_get_message(GMIME_MESSAGE_PART(object_of(part)));
}

const char *mime_part_disposition(const MimePart *part)
{
    static const char *const known[] = {"inline", "attachment"};
    const char *disposition = g_mime_object_get_disposition(object_of(part));
    for (gsize i = 0; disposition != NULL && i < G_N_ELEMENTS(known); i++)
        if (g_ascii_strcasecmp(disposition, known[i]) == 0)
            return known[i];
    return "";
}

gboolean mime_part_has_id(const MimePart *part)
{
    return g_mime_object_get_content_id(object_of(part)) != NULL;
}

char *mime_part_name(const MimePart *part)
{
    GMimeObject *object = object_of(part);
    const char *name = g_mime_object_get_content_disposition_parameter(object, "filename");
    if (name == NULL || *name == '\0')
        name = g_mime_object_get_content_type_parameter(object, "name");
    if (name == NULL || *name == '\0')
        return NULL;
    g_autofree char *cut = g_strndup(name, strnlen(name, MAX_NAME));
    return g_utf8_make_valid(cut, -1);
}

GBytes *mime_part_content(const MimePart *part)
{
    GMimeDataWrapper *content = GMIME_IS_PART(object_of(part)) ? g_mime_part_get_content(GMIME_PART(object_of(part))) : NULL;
    if (content == NULL)
        return g_bytes_new_static("", 0);
    GMimeStream *out = g_mime_stream_mem_new();
    g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(out), FALSE);
    g_mime_data_wrapper_write_to_stream(content, out);
    GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(out));
    g_object_unref(out);
    return g_byte_array_free_to_bytes(bytes);
}

char *mime_part_text(const MimePart *part)
{
    GMimeObject *object = object_of(part);
    return GMIME_IS_TEXT_PART(object) ? g_mime_text_part_get_text(GMIME_TEXT_PART(object)) : NULL;
}
