/* SPDX-License-Identifier: GPL-3.0-or-later
 * Mails that no person wrote, by their fields: an answer to one may come back for ever. Pure. */
#ifndef SONGFA_INBOX_AUTOMATIC_H
#define SONGFA_INBOX_AUTOMATIC_H

#include "daemon/inbox/mime.h"

/* RFC 3834 §5, the marks in use before it, and mails that want no answer themselves (§3.1.1: an empty
 * return path). */
gboolean automatic_is(const MimeMail *mail);

/* Spread by a list (RFC 2369, RFC 2919), or written by a mail system. */
gboolean automatic_is_spread(const MimeMail *mail);

#endif
