/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the receiving mail server found out about a mail: Authentication-Results, RFC 8601. Anybody can
 * write such a field into his mail; only the server's own is worth anything. Pure; hostile input. */
#ifndef SONGFA_INTAKE_AUTHRES_H
#define SONGFA_INTAKE_AUTHRES_H

#include <glib.h>

/* fields: the values of all such fields as they stand, from the top down. Of those with authserv_id the topmost
 * alone is read (§5: the server takes forged ones out and puts its own on top). By which method it says
 * that the mail is of domain: "dmarc" (header.from), "dkim" (header.d) or "spf" (smtp.mailfrom) passed for
 * exactly this domain; NULL when it does not, when DMARC did not pass, or when the field breaks the rules. Static. */
const char *authres_proof(const GPtrArray *fields, const char *authserv_id, const char *domain);

/* Whether two domain names are the same one: case, and IDN in either form (RFC 5890). */
gboolean authres_same_domain(const char *one, const char *two);

#endif
