/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names and types of attachments. */
#include "daemon/dispatch/attachment.h"

#include <string.h>

#include "daemon/dispatch/rfc2047.h"

#define MAX_NAME 180 /* percent-encoded three times that: one line well under 998 (RFC 5322 §2.1.1) */
#define MAX_EXTENSION 8

static const struct { const char *extension, *type; } types[] = {
    {".doc", "application/msword"},
    {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {".odt", "application/vnd.oasis.opendocument.text"},
    {".ofd", "application/ofd"},
    {".pdf", "application/pdf"},
    {".rtf", "application/rtf"},
    {".zip", "application/zip"},
};

/* The extension with its dot: ASCII letters and digits, not too many; else "". */
static const char *extension_of(const char *name)
{
    const char *end = name + strlen(name), *dot = strrchr(name, '.');
    if (dot == NULL || dot == name || end - dot < 2 || end - dot > MAX_EXTENSION + 1)
        return end;
    for (const char *at = dot + 1; *at != '\0'; at++)
        if (!g_ascii_isalnum(*at))
            return end;
    return dot;
}

char *attachment_safe_name(const char *name)
{
    g_autofree char *clean = rfc2047_clean(name);
    g_strdelimit(clean, "\\/:*?\"<>|", '_');
    if (*clean == '.')
        *clean = '_';
    const char *extension = extension_of(clean);
    gsize stem = (gsize)(extension - clean), most = MAX_NAME - strlen(extension);
    while (stem > most)
        stem = (gsize)(g_utf8_find_prev_char(clean, clean + stem) - clean);
    if (stem == 0)
        return g_strconcat("附件", extension, NULL);
    return g_strdup_printf("%.*s%s", (int)stem, clean, extension);
}

char *attachment_pdf_name(const char *name)
{
    return g_strdup_printf("%.*s.pdf", (int)(extension_of(name) - name), name);
}

/* What is ASCII in the name: "上街信息2020年第19期.txt" → "bulletin-2020-19.txt". */
static char *ascii_name(const char *safe)
{
    const char *extension = extension_of(safe);
    GString *out = g_string_new("bulletin");
    gboolean parted = TRUE;
    for (const char *at = safe; at < extension; at++) {
        if (!g_ascii_isalnum(*at)) {
            parted = TRUE;
            continue;
        }
        if (parted)
            g_string_append_c(out, '-');
        g_string_append_c(out, *at);
        parted = FALSE;
    }
    g_string_append(out, extension);
    return g_string_free(out, FALSE);
}

char *attachment_content_type(const char *name)
{
    g_autofree char *safe = attachment_safe_name(name);
    const char *type = "application/octet-stream";
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
        if (g_ascii_strcasecmp(extension_of(safe), types[i].extension) == 0)
            type = types[i].type;
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, " %s;\r\n name=\"", type);
    if (g_str_is_ascii(safe))
        g_string_append(out, safe);
    else
        rfc2047_append_words(out, safe, strlen(" name=\""));
    g_string_append(out, "\"\r\n");
    return g_string_free(out, FALSE);
}

char *attachment_disposition(const char *name)
{
    g_autofree char *safe = attachment_safe_name(name);
    if (g_str_is_ascii(safe))
        return g_strdup_printf(" attachment;\r\n filename=\"%s\"\r\n", safe);
    g_autofree char *fallback = ascii_name(safe);
    g_autofree char *encoded = g_uri_escape_string(safe, "!#$&+^`|", FALSE);
    /* the extended form first: parsers that take the first of two, like Python's, then show it */
    return g_strdup_printf(" attachment;\r\n filename*=utf-8''%s;\r\n filename=\"%s\"\r\n", encoded, fallback);
}
