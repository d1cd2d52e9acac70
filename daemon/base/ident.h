/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one place for randomness, identifiers and digests, so that tests can be exact.
 * It hides libcrypto. */
#ifndef SONGFA_BASE_IDENT_H
#define SONGFA_BASE_IDENT_H

#include <glib.h>

/* A token of n random bytes in lower-case base32 (RFC 4648 alphabet, no padding): safe in a URL,
 * a header and an address; caller frees. With SONGFA_SEED=N in the environment (tests only) the
 * sequence is repeatable. */
char *ident_token(gsize n_bytes);

/* SHA-256 of the bytes as 64 lower-case hex digits; caller frees. */
char *ident_sha256(gconstpointer data, gsize length);

#endif
