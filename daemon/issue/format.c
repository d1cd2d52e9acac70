/* SPDX-License-Identifier: GPL-3.0-or-later
 * The first bytes of the formats that offices use. */
#include "songfa-build.h"

#include "daemon/issue/format.h"

#include <string.h>

#include "daemon/base/i18n.h"

/* Readers of PDF accept its mark anywhere in the first kilobyte (ISO 32000-1, annex H, note 13). */
enum { PDF_HEAD = 1024 };

typedef struct {
    Format format;
    gsize length;
    const char *magic;
} Magic;

static const Magic magics[] = {
    {FORMAT_ZIP, 4, "PK\x03\x04"},
    {FORMAT_OLE, 8, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"},
    {FORMAT_RTF, 5, "{\\rtf"},
};

/* Markup that opens a page; a byte-order mark and blanks may stand before it. */
static gboolean is_html(const guint8 *data, gsize length)
{
    static const char *const openings[] = {"<!doctype html", "<html"};
    gsize at = length >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (at < length && g_ascii_isspace(data[at]))
        at++;
    for (gsize i = 0; i < G_N_ELEMENTS(openings); i++)
        if (length - at >= strlen(openings[i]) &&
            g_ascii_strncasecmp((const char *)data + at, openings[i], strlen(openings[i])) == 0)
            return TRUE;
    return FALSE;
}

Format format_of(const guint8 *data, gsize length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(magics); i++)
        if (length >= magics[i].length && memcmp(data, magics[i].magic, magics[i].length) == 0)
            return magics[i].format;
    if (memmem(data, MIN(length, PDF_HEAD), "%PDF-", 5) != NULL)
        return FORMAT_PDF;
    return is_html(data, length) ? FORMAT_HTML : FORMAT_TEXT;
}

/* Where the mark stands, and what it marks. Short marks are enough, for these bytes are no text. */
static const struct {
    gsize at, length;
    const char *magic, *name;
} others[] = {
    {0, 3, "\xff\xd8\xff", N_("图片")},
    {0, 4, "\x89PNG", N_("图片")},
    {0, 4, "GIF8", N_("图片")},
    {0, 2, "BM", N_("图片")},
    {0, 4, "II*\0", N_("图片")},
    {0, 4, "MM\0*", N_("图片")},
    {8, 4, "WEBP", N_("图片")},
    {0, 2, "MZ", N_("程序")},
    {0, 4, "\x7f" "ELF", N_("程序")},
    {0, 4, "Rar!", N_("压缩文件")},
    {0, 4, "7z\xbc\xaf", N_("压缩文件")},
    {0, 2, "\x1f\x8b", N_("压缩文件")},
    {0, 3, "BZh", N_("压缩文件")},
    {0, 5, "\xfd" "7zXZ", N_("压缩文件")},
    {257, 5, "ustar", N_("压缩文件")},
    {0, 3, "ID3", N_("音像文件")},
    {4, 4, "ftyp", N_("音像文件")},
    {8, 4, "AVI ", N_("音像文件")},
    {8, 4, "WAVE", N_("音像文件")},
};

const char *format_name_of_other(const guint8 *data, gsize length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        if (length >= others[i].at + others[i].length &&
            memcmp(data + others[i].at, others[i].magic, others[i].length) == 0)
            return _(others[i].name);
    return NULL;
}
