/* SPDX-License-Identifier: GPL-3.0-or-later
 * Number formats and serial days. */
#include "recipients/xlsx-number.h"

#include <math.h>
#include <string.h>

enum {
    FALSE_LEAP_DAY = 60,  /* 1900-02-29, which Lotus 1-2-3 took for a day */
    LAST_SERIAL = 2958465 /* 9999-12-31 */
};

/* The formats that have a number instead of a code; 27 and up are those of Chinese Excel. */
static gboolean is_built_in_date(guint format)
{
    static const struct { guint first, last; } rows[] = {
        {14, 17}, {22, 22}, {27, 31}, {36, 36}, {50, 54}, {57, 58}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (format >= rows[i].first && format <= rows[i].last)
            return TRUE;
    return FALSE;
}

/* Behind a quoted text, a bracket ([Red], [$-804]) or a character that \ _ * takes with it. */
static const char *skip_literal(const char *p)
{
    const char *end = NULL;
    if (*p == '"')
        end = strchr(p + 1, '"');
    else if (*p == '[')
        end = strchr(p, ']');
    else if (strchr("\\_*", *p) != NULL && p[1] != '\0')
        return g_utf8_next_char(p + 1);
    else
        return p;
    return end != NULL ? end + 1 : p + strlen(p);
}

/* An m beside h or s is minutes, else months. */
gboolean xlsx_number_is_date(guint format, const char *code)
{
    if (code == NULL)
        return is_built_in_date(format);
    gboolean day = FALSE, month = FALSE, time = FALSE;
    for (const char *p = code; *p != '\0' && *p != ';';) {
        const char *behind = skip_literal(p);
        if (behind != p) {
            p = behind;
            continue;
        }
        char c = g_ascii_tolower(*p++);
        day = day || c == 'y' || c == 'd';
        month = month || c == 'm';
        time = time || c == 'h' || c == 's';
    }
    return day || (month && !time);
}

/* FALSE when the serial is no day that can be written. */
static gboolean append_day(GString *out, double serial, gboolean from_1904)
{
    static const double half_a_second = 0.5 / 86400;
    double days = floor(serial + half_a_second);
    if (days < (from_1904 ? 0 : 1) || days > LAST_SERIAL)
        return FALSE;
    if (!from_1904 && days == FALSE_LEAP_DAY) {
        g_string_append(out, "1900-02-29");
        return TRUE;
    }
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, from_1904 ? 1 : 31, from_1904 ? G_DATE_JANUARY : G_DATE_DECEMBER,
                   from_1904 ? 1904 : 1899);
    g_date_add_days(&date, (guint)days - (!from_1904 && days > FALSE_LEAP_DAY ? 1 : 0));
    if (g_date_get_year(&date) > 9999)
        return FALSE;
    g_string_append_printf(out, "%04u-%02u-%02u", g_date_get_year(&date), g_date_get_month(&date),
                           g_date_get_day(&date));
    return TRUE;
}

void xlsx_number_append(GString *out, const char *value, gboolean is_date, gboolean from_1904)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE], *end;
    double number = g_ascii_strtod(value, &end);
    gboolean plain = end != value && *end == '\0' && isfinite(number) &&
                     value[strspn(value, "+-.0123456789eE")] == '\0';
    if (!plain)
        g_string_append(out, value);
    else if (!is_date || !append_day(out, number, from_1904))
        g_string_append(out, g_ascii_formatd(digits, sizeof digits, "%.15g", number));
}
