/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names of attached files. */
#include "daemon/intake/letter-name.h"

#include <string.h>

enum { MAX_BYTES = 180, MAX_ENDING = 12 };

/* ---- safe ---- */

static gboolean is_harmful(gunichar c)
{
    return g_unichar_iscntrl(c) || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF;
}

/* The last part of a path, of either system. */
static const char *last_part(const char *name)
{
    const char *part = name;
    for (const char *at = name; *at != '\0'; at++)
        if (*at == '/' || *at == '\\')
            part = at + 1;
    return part;
}

/* ".docx", or "" at the end of name. */
static const char *ending_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot != NULL && dot > name && strlen(dot) <= MAX_ENDING ? dot : name + strlen(name);
}

/* Cut on a character before the ending. */
static void shorten(GString *name)
{
    if (name->len <= MAX_BYTES)
        return;
    g_autofree char *ending = g_strdup(ending_of(name->str));
    const char *end = name->str + MAX_BYTES - strlen(ending);
    end = g_utf8_find_prev_char(name->str, end + 1);
    g_string_truncate(name, (gsize)(end - name->str));
    g_string_append(name, ending);
}

char *letter_name_clean(const char *name)
{
    g_autofree char *valid = g_utf8_make_valid(name, -1);
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *at = last_part(valid); *at != '\0'; at = g_utf8_next_char(at))
        if (!is_harmful(g_utf8_get_char(at)))
            g_string_append_unichar(out, g_utf8_get_char(at));
    while (out->len > 0 && strchr(". ", out->str[out->len - 1]) != NULL)
        g_string_truncate(out, out->len - 1);
    g_string_erase(out, 0, (gssize)strspn(out->str, ". "));
    shorten(out);
    return out->len > 0 && strcmp(out->str, "-") != 0 ? g_strdup(out->str) : NULL;
}

/* ---- what it says ---- */

/* In the order of their rank. */
static const char *const documents[] = {".docx", ".odt", ".doc", ".wps", ".wpt", ".rtf", ".ofd", ".pdf",
                                        ".html", ".htm", ".md",  ".txt", NULL};
static const char *const archives[] = {".zip", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".iso", NULL};
static const char *const pictures[] = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".svg", ".ico",
                                       ".tif", ".tiff", ".heic", ".emf", ".wmf", NULL};
static const char *const signatures[] = {".p7s", ".p7m", ".asc", ".sig", ".pgp", ".gpg", ".vcf", ".ics", NULL};
static const char *const others[] = {".xls", ".xlsx", ".et", ".csv", ".ppt", ".pptx", ".dps", ".mp3", ".mp4", ".wav",
                                     ".exe", ".msi", ".bat", ".cmd", ".js", ".vbs", ".lnk", ".apk", ".eml", NULL};

static const struct {
    LetterNameKind kind;
    const char *const *endings;
} kinds[] = {
    {LETTER_NAME_DOCUMENT, documents},    {LETTER_NAME_ARCHIVE, archives}, {LETTER_NAME_PICTURE, pictures},
    {LETTER_NAME_SIGNATURE, signatures}, {LETTER_NAME_OTHER, others},
};

static int place_of(const char *ending, const char *const *endings)
{
    for (int i = 0; endings[i] != NULL; i++)
        if (g_ascii_strcasecmp(ending, endings[i]) == 0)
            return i;
    return -1;
}

LetterNameKind letter_name_kind(const char *name)
{
    if (g_ascii_strcasecmp(name, "winmail.dat") == 0)
        return LETTER_NAME_TNEF;
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (place_of(ending_of(name), kinds[i].endings) >= 0)
            return kinds[i].kind;
    return LETTER_NAME_UNKNOWN;
}

int letter_name_rank(const char *name)
{
    int place = place_of(ending_of(name), documents);
    return place >= 0 ? place : (int)G_N_ELEMENTS(documents);
}

char *letter_name_base(const char *name)
{
    g_autofree char *base = g_strndup(name, (gsize)(ending_of(name) - name));
    g_autofree char *plain = g_utf8_normalize(base, -1, G_NORMALIZE_ALL_COMPOSE);
    return g_utf8_casefold(plain != NULL ? plain : base, -1);
}
