/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading one folder of an IMAP server with libetpan, which is seen only here. Mails come as raw
 * bytes: libetpan's own MIME parser is never given them. Blocking; for a process of low privilege. */
#ifndef SONGFA_INBOX_IMAP_H
#define SONGFA_INBOX_IMAP_H

#include "daemon/inbox/stream.h"

typedef struct Imap Imap;

/* Logs in over the stream, which is greeted and which it takes. All errors here are IO, in Chinese. */
Imap *imap_open(Stream *stream, const char *user, const char *password, GError **error);
void imap_close(Imap *imap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Imap, imap_close)

/* Opens the folder (UTF-8 name) for reading and flagging; its UIDVALIDITY. */
gboolean imap_select(Imap *imap, const char *folder, guint32 *uidvalidity, GError **error);

/* The UIDs above after, rising. guint32 elements. */
GArray *imap_list(Imap *imap, guint32 after, GError **error);

/* At most max bytes of the mail from its beginning, not marked as read; NULL without error when it
 * is gone. */
GBytes *imap_fetch(Imap *imap, guint32 uid, guint32 max, GError **error);

/* Whether the server offers IDLE (RFC 2177). */
gboolean imap_can_wait(const Imap *imap);

/* Waits with it until the folder changes, the descriptor is readable or closed, or so many seconds are
 * over. What changed since the folder was last listed does not wait. */
gboolean imap_wait(Imap *imap, int fd, int seconds, GError **error);

/* Moves the mail to another folder, which is made when it is not there. FALSE and error when the server does
 * not do it (RFC 6851): the mail stays. */
gboolean imap_move(Imap *imap, guint32 uid, const char *folder, GError **error);

/* Marks the mail as read, where the folder takes marks. */
void imap_mark_seen(Imap *imap, guint32 uid);

#endif
