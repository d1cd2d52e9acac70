/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tokens that mails carry (X-Songfa-Delivery, ENVID), signed with a key of this store, so that what
 * comes back with one is known to be about a mail of ours. The key stands in the store: it is backed up
 * and restored with the rows that it signed. */
#ifndef SONGFA_STORE_TOKENS_H
#define SONGFA_STORE_TOKENS_H

#include "daemon/store/store.h"

/* A new token: a random name and its signature, in lower-case base32; NULL and error. Caller frees. */
char *store_token_new(Store *store, GError **error);

/* "<NAME@domain>" with the name alone: who has read a Message-ID cannot make the token. Caller frees. */
char *store_token_message_id(const char *token, const char *domain);

typedef enum {
    STORE_TOKEN_SIGNED,   /* made by this store */
    STORE_TOKEN_UNSIGNED, /* a bare name, as mails carried it before there were signatures */
    STORE_TOKEN_FORGED,   /* looks like one of ours, the signature is not */
    STORE_TOKEN_OTHER     /* no token at all */
} StoreTokenTrust;

gboolean store_token_judge(Store *store, const char *token, StoreTokenTrust *trust, GError **error);

/* Links to an attachment, a token for each delivery: not made from what its mail shows to relays, but with a
 * key of the file's own, so that nothing but the link opens it. Caller frees; NULL and error (STORE). */
char *store_token_link_key(Store *store, const char *digest, GError **error);
char *store_token_link(const char *link_key, const char *delivery_token);
/* The token of the delivery that a link says it is about; NULL without error when it cannot be one. */
char *store_token_of_link(Store *store, const char *link, GError **error);

#endif
