/* SPDX-License-Identifier: GPL-3.0-or-later
 * Randomness, identifiers and digests, over libcrypto. */
#include "daemon/base/ident.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <string.h>

static GRand *seeded(void)
{
    static gsize once = 0;
    static GRand *generator = NULL;
    if (g_once_init_enter(&once)) {
        const char *text = g_getenv("SONGFA_SEED");
        gint64 seed;
        if (text != NULL && g_ascii_string_to_signed(text, 10, 0, G_MAXINT32, &seed, NULL))
            generator = g_rand_new_with_seed((guint32)seed);
        g_once_init_leave(&once, 1);
    }
    return generator;
}

static void fill(guint8 *bytes, gsize n)
{
    GRand *generator = seeded();
    if (generator != NULL) {
        for (gsize i = 0; i < n; i++)
            bytes[i] = (guint8)g_rand_int_range(generator, 0, 256);
    } else if (RAND_bytes(bytes, (int)n) != 1) {
        g_error("the system gives no random bytes"); /* a guessable token is worse than no daemon */
    }
}

static char *base32(const guint8 *bytes, gsize n_bytes)
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    GString *out = g_string_sized_new(n_bytes * 8 / 5 + 2);
    guint32 bits = 0;
    guint n_bits = 0;
    for (gsize i = 0; i < n_bytes; i++) {
        bits = (bits << 8) | bytes[i];
        for (n_bits += 8; n_bits >= 5; n_bits -= 5)
            g_string_append_c(out, alphabet[(bits >> (n_bits - 5)) & 31]);
        bits &= (1u << n_bits) - 1;
    }
    if (n_bits > 0)
        g_string_append_c(out, alphabet[(bits << (5 - n_bits)) & 31]);
    return g_string_free(out, FALSE);
}

char *ident_token(gsize n_bytes)
{
    g_return_val_if_fail(n_bytes > 0 && n_bytes <= 64, NULL);
    guint8 bytes[64];
    fill(bytes, n_bytes);
    return base32(bytes, n_bytes);
}

char *ident_signature(const char *key, const char *text)
{
    guint8 digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (HMAC(EVP_sha256(), key, (int)strlen(key), (const guint8 *)text, strlen(text), digest, &size) == NULL)
        g_error("libcrypto gives no HMAC");
    return base32(digest, IDENT_SIGNATURE_BYTES);
}

gboolean ident_same(const char *one, const char *two)
{
    gsize length = strlen(one);
    return strlen(two) == length && CRYPTO_memcmp(one, two, length) == 0;
}

guint ident_below(guint n)
{
    g_return_val_if_fail(n > 0, 0);
    guint64 value = 0;
    fill((guint8 *)&value, sizeof(value));
    return (guint)(value % n); /* the bias is n / 2^64 */
}

char *ident_sha256(gconstpointer data, gsize length)
{
    guint8 digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (EVP_Digest(data, length, digest, &size, EVP_sha256(), NULL) != 1)
        g_error("libcrypto gives no SHA-256");
    GString *hex = g_string_sized_new(size * 2);
    for (unsigned int i = 0; i < size; i++)
        g_string_append_printf(hex, "%02x", digest[i]);
    return g_string_free(hex, FALSE);
}
