/* SPDX-License-Identifier: GPL-3.0-or-later
 * Authentication-Results, read by the grammar of RFC 8601 §2.2: comments out, then results between
 * semicolons, each a row of "key = value". */
#include "daemon/intake/authres.h"

#include <string.h>

#include "daemon/inbox/fields.h"

#define BLANKS " \t\r\n"

gboolean authres_same_domain(const char *one, const char *two)
{
    g_autofree char *a = g_hostname_to_ascii(one), *b = g_hostname_to_ascii(two);
    return a != NULL && b != NULL && *a != '\0' && g_ascii_strcasecmp(a, b) == 0;
}

/* ---- the grammar ---- */

/* The text with a blank for each comment; NULL when one does not end. Caller frees. */
static char *without_comments(const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL);
    while (*text != '\0') {
        const char *end = *text == '(' || *text == '"' ? fields_behind(text) : text + 1;
        if (end == NULL)
            return NULL;
        if (*text == '(')
            g_string_append_c(out, ' ');
        else
            g_string_append_len(out, text, end - text);
        text = end;
    }
    return g_strdup(out->str);
}

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, BLANKS);
}

/* A word or quoted string at *text, which goes behind it; NULL when there is none. Caller frees. */
static char *take_value(const char **text, const char *stop)
{
    const char *begin = skip_blanks(*text), *end = begin + strcspn(begin, stop);
    GString *value = g_string_new(NULL);
    if (*begin != '"') {
        g_string_append_len(value, begin, end - begin);
    } else {
        end = fields_behind(begin); /* there is one: without_comments() saw it */
        for (const char *at = begin + 1; at < end - 1; at++)
            g_string_append_c(value, *at == '\\' ? *++at : *at);
    }
    *text = end;
    return g_string_free(value, end == begin);
}

/* "key = value" at *text; FALSE when there is none. */
static gboolean take_pair(const char **text, char **key, char **value)
{
    g_autofree char *name = take_value(text, BLANKS "=;\"");
    const char *equals = skip_blanks(*text);
    if (name == NULL || *equals != '=')
        return FALSE;
    *text = equals + 1;
    *value = take_value(text, BLANKS ";\"");
    if (*value == NULL)
        return FALSE;
    *key = g_steal_pointer(&name);
    return TRUE;
}

/* ---- results ---- */

typedef enum { DMARC, DKIM, SPF, N_METHODS } Method;

static const struct {
    const char *name, *property;
} methods[N_METHODS] = {
    [DMARC] = {"dmarc", "header.from"}, [DKIM] = {"dkim", "header.d"}, [SPF] = {"spf", "smtp.mailfrom"}};

typedef struct {
    const char *domain;
    gboolean proves[N_METHODS];
    gboolean contradicted; /* by DMARC */
} Results;

/* "dkim/1" is version 1 of the method; others are not known. */
static int method_of(const char *name)
{
    gsize length = strcspn(name, "/");
    if (name[length] != '\0' && strcmp(name + length, "/1") != 0)
        return -1;
    for (int i = 0; i < N_METHODS; i++)
        if (strlen(methods[i].name) == length && g_ascii_strncasecmp(methods[i].name, name, length) == 0)
            return i;
    return -1;
}

/* The domain in a property: the whole, or what stands behind the "@". */
static gboolean is_of_domain(const Results *results, const char *value)
{
    const char *at = strrchr(value, '@');
    return authres_same_domain(at != NULL ? at + 1 : value, results->domain);
}

/* One result up to its semicolon; FALSE when it breaks the rules. */
static gboolean take_result(const char **text, Results *results)
{
    gboolean first = TRUE, passed = FALSE, ours = FALSE;
    int method = -1;
    while (*(*text = skip_blanks(*text)) != ';' && **text != '\0') {
        g_autofree char *key = NULL, *value = NULL;
        if (first && g_ascii_strncasecmp(*text, "none", 4) == 0 && strchr(BLANKS ";", (*text)[4]) != NULL) {
            *text += 4;
            continue;
        }
        if (!take_pair(text, &key, &value))
            return FALSE;
        if (first) {
            method = method_of(key);
            passed = g_ascii_strcasecmp(value, "pass") == 0;
        } else if (method >= 0 && g_ascii_strcasecmp(key, methods[method].property) == 0) {
            ours = ours || is_of_domain(results, value);
        }
        first = FALSE;
    }
    if (method >= 0)
        results->proves[method] = results->proves[method] || (passed && ours);
    results->contradicted = results->contradicted || (method == DMARC && !passed);
    return TRUE;
}

/* The results behind the server's name, when it is that one. */
static const char *results_of(const char *field, const char *authserv_id)
{
    const char *at = field;
    g_autofree char *id = take_value(&at, BLANKS ";\""), *version = NULL;
    if (id == NULL || !authres_same_domain(id, authserv_id))
        return NULL;
    version = take_value(&at, BLANKS ";\"");
    at = skip_blanks(at);
    return (version == NULL || strcmp(version, "1") == 0) && (*at == ';' || *at == '\0') ? at : "?";
}

static const char *proof_in(const char *at, const char *domain)
{
    Results results = {.domain = domain};
    while (*at == ';') {
        at++;
        if (!take_result(&at, &results))
            return NULL;
    }
    if (*at != '\0' || results.contradicted)
        return NULL;
    for (int i = 0; i < N_METHODS; i++)
        if (results.proves[i])
            return methods[i].name;
    return NULL;
}

const char *authres_proof(const GPtrArray *fields, const char *authserv_id, const char *domain)
{
    for (guint i = 0; i < fields->len; i++) {
        g_autofree char *field = without_comments(g_ptr_array_index(fields, i));
        const char *results = field != NULL ? results_of(field, authserv_id) : NULL;
        if (results != NULL)
            return proof_in(results, domain);
    }
    return NULL;
}
