/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers and dates as printed: half and full width, Chinese numerals, and the many zeros of a
 * year (DOMAIN.md §1). Blanks between the characters do not count. */
#ifndef SONGFA_ISSUE_NUMERAL_H
#define SONGFA_ISSUE_NUMERAL_H

#include <glib.h>

typedef struct {
    int year, month, day; /* day 0 = 2020年3月, a month */
} NumeralDate;

/* Reads a whole number at p: 19, １９, 十九, 一百零五, 二〇. The end, or NULL when none stands there or
 * it exceeds 999,999,999. */
const char *numeral_read(const char *p, int *value);

/* Reads a year of four digits at p, in any form of digit: 2020, 二〇一二, 二ＯＯ八. The end or NULL. */
const char *numeral_year(const char *p, int *year);

/* Reads a date at p: 2020 年 3 月 6 日, 二〇一二年三月二十二日, 2020-03-06, 2020.3.6, 2020年3月. Only
 * days of the calendar; years 1900 to 2199. The end or NULL. */
const char *numeral_date(const char *p, NumeralDate *date);

/* "2020-03-06"; NULL for a date without day; caller frees. */
char *numeral_date_text(const NumeralDate *date);

#endif
