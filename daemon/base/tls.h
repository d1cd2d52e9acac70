/* SPDX-License-Identifier: GPL-3.0-or-later
 * How a connection to a server is kept from strangers; to a relay and to a mailbox alike. */
#ifndef SONGFA_BASE_TLS_H
#define SONGFA_BASE_TLS_H

typedef enum {
    TLS_NONE,     /* plain text: default only for loopback, elsewhere it must be asked for */
    TLS_STARTTLS, /* RFC 3207, RFC 2595 §3: enforced, certificate verified */
    TLS_IMPLICIT  /* RFC 8314 §3: from the first byte */
} Tls;

#endif
