/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a correction does to the versions it voids, and the copies of them on paper. Which versions there are
 * is asked in issues.h, who has them is read from their deliveries (daemon/correction.h). */
#ifndef SONGFA_STORE_CORRECTIONS_H
#define SONGFA_STORE_CORRECTIONS_H

#include "daemon/store/issues.h"

/* The versions of the correction's number before its own are void, within the caller's transaction: mails of
 * them that wait are cancelled (*n, nullable), those on the wire when they come back, what is in doubt is sent
 * to nobody again, and a stop of them is over. Rows of the correction in planned whose recipient is paused in
 * a void version are paused. Each version's change is audited as who's. */
gboolean store_correction_void(Store *store, const StoreIssue *correction, const char *who, gint64 now, int *n,
                               GError **error);

/* A copy on paper of a void version. */
typedef struct {
    gint64 issue_id;
    char *identity;
    int revision;
    char *unit, *name;
    int copies;
    gint64 signed_at; /* 0 = no record that it was handed over */
    char *signed_by;
} StoreVoidPaper;

/* Of all void versions of the issue's number, or (0) of all issues; in the order of issues and protocol.
 * StoreVoidPaper elements with free function. */
GPtrArray *store_correction_papers(Store *store, gint64 issue_id, GError **error);

#endif
