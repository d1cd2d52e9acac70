/* SPDX-License-Identifier: GPL-3.0-or-later
 * Decimal numbers. */
#include "daemon/base/decimal.h"

#include <string.h>

/* At least so many digits. */
static char *put(char *to, guint64 number, gsize least)
{
    char digits[DECIMAL_ROOM];
    gsize n = sizeof(digits);
    do
        digits[--n] = (char)('0' + number % 10);
    while ((number /= 10) > 0 || sizeof(digits) - n < least);
    memcpy(to, digits + n, sizeof(digits) - n);
    to += sizeof(digits) - n;
    *to = '\0';
    return to;
}

static guint64 magnitude(gint64 number)
{
    return number < 0 ? -(guint64)number : (guint64)number;
}

char *decimal_put(char *to, gint64 number)
{
    if (number < 0)
        *to++ = '-';
    return put(to, magnitude(number), 1);
}

char *decimal_put_thousandths(char *to, gint64 thousandths)
{
    guint64 n = magnitude(thousandths);
    if (thousandths < 0)
        *to++ = '-';
    to = put(to, n / 1000, 1);
    *to++ = '.';
    return put(to, n % 1000, 3);
}
