/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who wrote a mail, and whether that counts. */
#include "daemon/intake/writer.h"

#include <string.h>

#include "daemon/base/address.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"
#include "daemon/inbox/fields.h"
#include "daemon/intake/authres.h"

enum { MIN_WORD = 12 };
#define WORD_BYTES G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_"

/* ---- From ---- */

/* Behind what stands in quotes, a comment or an encoded word at text; text itself when none begins there,
 * NULL when it does not end. */
static const char *behind_hidden(const char *text)
{
    const char *end = text[0] == '=' && text[1] == '?' ? strstr(text + 2, "?=") : NULL;
    if (end != NULL)
        return end + 2;
    return *text == '"' || *text == '(' ? fields_behind(text) : text;
}

/* TRUE when nobody can read two addresses out of it, or a group. */
static gboolean is_plain(const char *from)
{
    int ats = 0;
    for (const char *at = from; *at != '\0';) {
        const char *behind = behind_hidden(at);
        if (behind == NULL || strchr(",;:", *at) != NULL)
            return FALSE;
        ats += *at == '@';
        at = behind > at ? behind : at + 1;
    }
    return ats == 1;
}

char *writer_of(const MimeMail *mail)
{
    g_autoptr(GPtrArray) fields = mime_mail_headers(mail, "From");
    const char *address = mime_mail_writer(mail), *at = address != NULL ? strrchr(address, '@') : NULL;
    if (fields->len != 1 || at == NULL || !is_plain(fields->pdata[0]) || !g_utf8_validate(at, -1, NULL))
        return NULL;
    g_autofree char *ascii = g_hostname_to_ascii(at + 1);
    g_autofree char *lower = ascii != NULL ? g_ascii_strdown(ascii, -1) : NULL;
    g_autofree char *whole = lower != NULL ? g_strdup_printf("%.*s@%s", (int)(at - address), address, lower) : NULL;
    return whole != NULL && address_check(whole, NULL) ? g_steal_pointer(&whole) : NULL;
}

/* ---- the list ---- */

void writer_rules_clear(WriterRules *rules)
{
    g_strfreev(rules->allow);
    g_free(rules->authserv_id);
    g_free(rules->words_file);
}

gboolean writer_rule_is_valid(const char *entry)
{
    const char *at = strrchr(entry, '@');
    g_autofree char *ascii = at != NULL ? g_hostname_to_ascii(at + 1) : NULL;
    g_autofree char *address =
        ascii != NULL ? g_strdup_printf("%.*s@%s", at > entry ? (int)(at - entry) : 1, at > entry ? entry : "a", ascii) : NULL;
    return address != NULL && address_check(address, NULL);
}

/* Local parts are told apart by case in theory alone; nobody gains another's by it. */
static gboolean covers(const char *entry, const char *address)
{
    const char *domain = strrchr(entry, '@'), *at = strrchr(address, '@');
    gsize local = (gsize)(domain - entry);
    return authres_same_domain(domain + 1, at + 1) &&
           (local == 0 || (local == (gsize)(at - address) && g_ascii_strncasecmp(entry, address, local) == 0));
}

static gboolean is_listed(const WriterRules *rules, const char *address)
{
    for (char **entry = rules->allow; entry != NULL && *entry != NULL; entry++)
        if (covers(*entry, address))
            return TRUE;
    return FALSE;
}

/* ---- secret words ---- */

/* The word stands in text by itself. */
static gboolean has_word(const char *text, const char *word)
{
    for (const char *at = text; *at != '\0';) {
        gsize length = strspn(at, WORD_BYTES);
        g_autofree char *one = g_strndup(at, length);
        if (length > 0 && ident_same(one, word))
            return TRUE;
        at += length > 0 ? length : 1;
    }
    return FALSE;
}

/* "handin+WORD@example.test" (RFC 5233). */
static gboolean is_addressed_with(const char *recipient, const char *word)
{
    const char *at = strrchr(recipient, '@'), *plus = strchr(recipient, '+');
    if (at == NULL || plus == NULL || plus > at)
        return FALSE;
    g_autofree char *detail = g_strndup(plus + 1, (gsize)(at - plus - 1));
    return ident_same(detail, word);
}

static gboolean knows_word(const WriterClaim *claim, const char *word)
{
    if (word == NULL)
        return FALSE;
    gboolean known = claim->subject != NULL && has_word(claim->subject, word);
    for (const char *const *one = claim->recipients; one != NULL && *one != NULL && !known; one++)
        known = is_addressed_with(*one, word);
    return known;
}

/* His own, else that of his domain. */
static const char *word_for(GHashTable *words, const char *address)
{
    g_autofree char *lower = g_ascii_strdown(address, -1);
    const char *own = g_hash_table_lookup(words, lower);
    return own != NULL ? own : g_hash_table_lookup(words, strrchr(lower, '@'));
}

static gboolean add_line(GHashTable *words, const char *line)
{
    g_auto(GStrv) parts = g_strsplit_set(line, " \t", -1);
    g_autoptr(GPtrArray) filled = g_ptr_array_new();
    for (char **part = parts; *part != NULL; part++)
        if (**part != '\0')
            g_ptr_array_add(filled, *part);
    if (filled->len == 0 || *(char *)filled->pdata[0] == '#')
        return TRUE;
    const char *address = filled->pdata[0], *word = filled->len == 2 ? filled->pdata[1] : "";
    if (strlen(word) < MIN_WORD || word[strspn(word, WORD_BYTES)] != '\0' || !writer_rule_is_valid(address))
        return FALSE;
    g_hash_table_insert(words, g_ascii_strdown(address, -1), g_strdup(word));
    return TRUE;
}

GHashTable *writer_words_load(const char *file, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) cause = NULL;
    if (!g_file_get_contents(file, &text, NULL, &cause)) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG, _("读不到暗号文件：%s"), cause->message);
        return NULL;
    }
    g_autoptr(GHashTable) words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) lines = g_strsplit_set(text, "\r\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        if (add_line(words, lines[i]))
            continue;
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG,
                    _("暗号文件 %s 第 %u 行不合格式：每行写“地址 暗号”，暗号至少 12 个字母、数字、- 或 _"), file, i + 1);
        return NULL;
    }
    return g_steal_pointer(&words);
}

/* ---- the verdict ---- */

const char *writer_verdict_name(WriterVerdict verdict)
{
    static const char *const names[] = {
        [WRITER_ALLOWED] = "allowed", [WRITER_UNCLEAR] = "unclear", [WRITER_STRANGER] = "stranger", [WRITER_UNPROVED] = "unproved"};
    g_return_val_if_fail(verdict < G_N_ELEMENTS(names), NULL);
    return names[verdict];
}

WriterVerdict writer_judge(const WriterRules *rules, GHashTable *words, const WriterClaim *claim, const char **by)
{
    *by = NULL;
    if (claim->address == NULL)
        return WRITER_UNCLEAR;
    if (!is_listed(rules, claim->address))
        return WRITER_STRANGER;
    if (rules->authserv_id != NULL && claim->proof != NULL)
        *by = claim->proof;
    else if (words != NULL && knows_word(claim, word_for(words, claim->address)))
        *by = "word";
    else if (rules->trust_from)
        *by = "list";
    return *by != NULL ? WRITER_ALLOWED : WRITER_UNPROVED;
}
