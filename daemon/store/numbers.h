/* SPDX-License-Identifier: GPL-3.0-or-later
 * The numbers of a series in the register, as their order is asked for (daemon/sequence.h): those that issues
 * hold, each once. */
#ifndef SONGFA_STORE_NUMBERS_H
#define SONGFA_STORE_NUMBERS_H

#include "daemon/store/issues.h"

typedef struct {
    gint64 issue_id;
    char *series, *identity, *date;
    int year, number, total_number, supplement;
} StoreNumber;

void store_number_free(StoreNumber *number);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreNumber, store_number_free)

/* What stands next to an issue, in its own counting; NULL = nothing. */
typedef struct {
    StoreNumber *before, *after; /* the next lower and higher one, of the same year but for running totals */
    StoreNumber *last_year;      /* the highest of the year before */
    StoreNumber *later;          /* the first of a later year */
    int supplements;             /* dated from before (else last_year) to the issue */
    gboolean is_first;           /* the series has none but this one */
} StoreNumbersNear;

void store_numbers_clear(StoreNumbersNear *near);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StoreNumbersNear, store_numbers_clear)

/* Of issue, series, identity, year, numbers and date count; it may be in the store itself. FALSE and error. */
gboolean store_numbers_near(Store *store, const StoreIssue *issue, StoreNumbersNear *near, GError **error);

/* All of a series since that year. StoreNumber elements with free function. */
GPtrArray *store_numbers_list(Store *store, const char *series, int since, GError **error);

/* Those of the series since that year that are held, and hold no number: files that were handed in but not
 * sent. Likewise. */
GPtrArray *store_numbers_held(Store *store, const char *series, int since, GError **error);

#endif
