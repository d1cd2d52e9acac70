/* SPDX-License-Identifier: GPL-3.0-or-later
 * One connection to a relay: TCP, TLS, EHLO and AUTH by libcurl, then bytes both ways. With
 * stream.h the only one that sees libcurl; knows nothing of mails. */
#ifndef SONGFA_DISPATCH_LINK_H
#define SONGFA_DISPATCH_LINK_H

#include <glib.h>
#include <sys/uio.h>

#include "daemon/dispatch/dialogue.h"
#include "daemon/dispatch/relay.h"

/* Once a process, before the first thread. */
void link_library_init(void);

typedef struct Link Link;

/* A line of the dialogue up to AUTH; a note says where the connection goes and how it is encrypted. Passwords are
 * left out. Any thread. */
typedef void (*LinkTrace)(gpointer user, DialogueKind kind, const char *line, gsize length);

/* Connects; blocks up to the relay's timeout, or until *cancel (nullable, atomic) is set. Errors in
 * Chinese with the relay's own words: CONFIG for settings that would give a password away or cannot
 * be read, IO otherwise. */
Link *link_open(const RelaySettings *relay, const gint *cancel, LinkTrace trace, gpointer user, GError **error);
void link_close(Link *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Link, link_close)

/* Lines of the last EHLO reply without their codes, the greeting first. Lent. */
const GPtrArray *link_capabilities(const Link *link);
int link_fd(const Link *link);

/* How many bytes of the pieces were written, 0 = not now (wait for the fd to become writable, then
 * offer the same bytes again), -1 = the link is broken. */
gssize link_send(Link *link, const struct iovec *pieces, gsize n, GError **error);
/* How many bytes were read, 0 = none now, -1 = closed or broken. Read until 0: TLS keeps bytes that
 * the fd no longer shows. */
gssize link_recv(Link *link, char *data, gsize n, GError **error);
/* Whether more may have come when link_recv() gave n of room bytes. What a socket has is told by the next poll;
 * a TLS library may keep bytes that no poll sees. */
gboolean link_may_hold_more(const Link *link, gsize n, gsize room);

#endif
