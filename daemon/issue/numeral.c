/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers and dates as printed. */
#include "daemon/issue/numeral.h"

#include <string.h>

#include "daemon/issue/scan.h"

#define NUMERAL_MAX 999999999

/* Every character that stands for a zero inside a year: the ideograph, circles, letters. */
static gboolean is_zero(gunichar c)
{
    return c == '0' || c == 0x3007 || c == 0x96f6 || c == 0x25cb || c == 0x25ef || c == 0x2b55 ||
           c == 'O' || c == 'o' || c == 0x41e || c == 0x39f;
}

static int chinese_digit(gunichar c)
{
    static const gunichar digits[] = {0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94,
                                      0x516d, 0x4e03, 0x516b, 0x4e5d}; /* 一 to 九 */
    for (int i = 0; i < 9; i++)
        if (digits[i] == c)
            return i + 1;
    return c == 0x4e24 ? 2 : -1; /* 两 */
}

static int year_digit(gunichar c)
{
    if (is_zero(c))
        return 0;
    return g_unichar_isdigit(c) ? g_unichar_digit_value(c) : chinese_digit(c);
}

static const char *read_digits(const char *p, int *value)
{
    const char *end = NULL, *at = p;
    int total = 0;
    for (gunichar c; (c = scan_next(&at)) != 0 && g_unichar_isdigit(c); end = at) {
        if (total > (NUMERAL_MAX - 9) / 10)
            return NULL;
        total = total * 10 + g_unichar_digit_value(c);
    }
    *value = total;
    return end;
}

static int chinese_unit(gunichar c)
{
    switch (c) {
    case 0x5341: /* 十 */
        return 10;
    case 0x767e: /* 百 */
        return 100;
    case 0x5343: /* 千 */
        return 1000;
    default:
        return 0;
    }
}

/* 二百三十 and 二三〇 alike: without a unit between them digits stand in decimal places. */
static const char *read_chinese(const char *p, int *value)
{
    const char *end = NULL, *at = p;
    int total = 0, digits = 0, n_digits = 0;
    for (gunichar c; (c = scan_next(&at)) != 0; end = at) {
        int unit = chinese_unit(c);
        int digit = c == 0x3007 || c == 0x96f6 || c == 0x25cb ? 0 : chinese_digit(c);
        if (unit == 0 && digit < 0)
            break;
        if (total > NUMERAL_MAX / 10 - 9999 || digits > NUMERAL_MAX / 10000)
            return NULL;
        if (unit > 0) {
            total += (n_digits == 0 ? 1 : digits) * unit;
            digits = n_digits = 0;
        } else {
            digits = digits * 10 + digit;
            n_digits = digit == 0 && digits == 0 && total > 0 ? 0 : n_digits + 1;
        }
    }
    *value = total + digits;
    return end;
}

const char *numeral_read(const char *p, int *value)
{
    const char *end = read_digits(p, value);
    return end != NULL ? end : read_chinese(p, value);
}

const char *numeral_year(const char *p, int *year)
{
    int total = 0;
    for (int i = 0; i < 4; i++) {
        int digit = year_digit(scan_next(&p));
        if (digit < 0)
            return NULL;
        total = total * 10 + digit;
    }
    *year = total;
    return total >= 1900 && total <= 2199 ? p : NULL;
}

static gboolean is_day(const NumeralDate *date)
{
    return date->day > 0 && date->day <= 31 && date->month > 0 && date->month <= 12 &&
           g_date_valid_dmy((GDateDay)date->day, (GDateMonth)date->month, (GDateYear)date->year);
}

static const char *read_signs(const char *p, NumeralDate *date)
{
    static const char *const signs[] = {"-", ".", "/"};
    gsize sign;
    const char *at = scan_any(p, signs, G_N_ELEMENTS(signs), &sign);
    if (at == NULL || (at = read_digits(at, &date->month)) == NULL ||
        (at = scan_word(at, signs[sign])) == NULL || (at = read_digits(at, &date->day)) == NULL)
        return NULL;
    return is_day(date) ? at : NULL;
}

const char *numeral_date(const char *p, NumeralDate *date)
{
    static const char *const day_words[] = {"日", "号"};
    const char *year_end = numeral_year(p, &date->year);
    if (year_end == NULL)
        return NULL;
    const char *at = scan_word(year_end, "年");
    if (at == NULL)
        return read_signs(year_end, date);
    if ((at = numeral_read(at, &date->month)) == NULL || (at = scan_word(at, "月")) == NULL ||
        date->month < 1 || date->month > 12)
        return NULL;
    const char *month_end = at;
    if ((at = numeral_read(at, &date->day)) == NULL ||
        (at = scan_any(at, day_words, G_N_ELEMENTS(day_words), NULL)) == NULL) {
        date->day = 0;
        return month_end;
    }
    return is_day(date) ? at : NULL;
}

char *numeral_date_text(const NumeralDate *date)
{
    if (date->day == 0)
        return NULL;
    return g_strdup_printf("%04d-%02d-%02d", date->year, date->month, date->day);
}
