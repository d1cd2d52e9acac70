/* SPDX-License-Identifier: GPL-3.0-or-later
 * Mail addresses, checked strictly before they reach a library or a relay. Pure. */
#ifndef SONGFA_BASE_ADDRESS_H
#define SONGFA_BASE_ADDRESS_H

#include <glib.h>

/* TRUE for a Mailbox of RFC 5321 §4.1.2 with dot-string local part (≤ 64) and a domain name
 * (≤ 255) of at least two labels or "localhost". No quotes, CR, LF, control bytes, blanks, comments,
 * address literals. Otherwise FALSE and an error that says in Chinese what is wrong and where. */
gboolean address_check(const char *address, GError **error);

/* The domain part, lent from address (which must have passed the check). */
const char *address_domain(const char *address);

/* TRUE when the domain equals one of domains or is under one that begins with a dot
 * (case-insensitive). NULL domains: always TRUE. */
gboolean address_is_internal(const char *address, const char *const *domains);

/* TRUE for a host that is this machine itself: "localhost", 127.0.0.0/8, ::1. */
gboolean address_is_loopback(const char *host);

#endif
