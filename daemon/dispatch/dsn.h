/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is asked of a relay that offers DSN (RFC 3461), so that its reports name the delivery. Pure. */
#ifndef SONGFA_DISPATCH_DSN_H
#define SONGFA_DISPATCH_DSN_H

#include <glib.h>

typedef enum {
    DSN_FAILURE, /* reports of failure and delay */
    DSN_SUCCESS, /* of success too */
    DSN_NONE     /* nothing is asked for */
} DsnNotify;

/* " RET=HDRS ENVID=…" for MAIL; " NOTIFY=… ORCPT=rfc822;…" for RCPT; caller frees. */
char *dsn_mail_parameters(const char *envelope_id);
char *dsn_recipient_parameters(const char *address, DsnNotify notify);

/* RFC 3461 §4: every byte but the printable ones without + and = as +XX; caller frees. */
char *dsn_xtext(const char *text);

#endif
