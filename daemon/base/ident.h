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

/* HMAC-SHA-256 (RFC 2104) of the text, cut to half as §5 allows, in the same base32: 26 letters; caller
 * frees. */
enum { IDENT_SIGNATURE_BYTES = 16 };
char *ident_signature(const char *key, const char *text);

/* Whether two texts are equal, in a time that does not tell where they differ. */
gboolean ident_same(const char *one, const char *two);

/* A random whole number from 0 to n - 1, for instants and waits; n > 0. */
guint ident_below(guint n);

/* SHA-256 of the bytes as 64 lower-case hex digits; caller frees. */
char *ident_sha256(gconstpointer data, gsize length);

#endif
