/* SPDX-License-Identifier: GPL-3.0-or-later
 * The register of the self-test's office against what its mail server took. */
#ifndef SONGFA_SELFTEST_PROOF_H
#define SONGFA_SELFTEST_PROOF_H

#include "daemon/selftest/selftest.h"

typedef struct Proof Proof;

/* expected: how many mails of issues there are to be. NULL and error when the store is unusable. */
Proof *proof_open(const char *store, guint expected, GError **error);
void proof_free(Proof *proof);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Proof, proof_free)

/* Whether anybody wrote to the store since it was last asked. */
gboolean proof_advanced(Proof *proof);
/* Every mail that is to be has a row, and none is under way. */
gboolean proof_is_settled(Proof *proof);

/* Fills the counts and problems of the report; record is as sink_record() gives it, and is emptied.
 * FALSE and error when the store cannot be read. */
gboolean proof_compare(Proof *proof, GHashTable *record, SelftestReport *report, GError **error);

#endif
