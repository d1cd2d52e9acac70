/* SPDX-License-Identifier: GPL-3.0-or-later
 * A blocking stream of bytes to an IMAP server, with verified TLS by libcurl, which hears the greeting and
 * turns TLS on. */
#ifndef SONGFA_INBOX_STREAM_H
#define SONGFA_INBOX_STREAM_H

#include <glib.h>

#include "daemon/base/tls.h"

typedef struct {
    const char *host;
    guint16 port;
    Tls tls;        /* NONE only to this machine; STARTTLS (RFC 2595 §3) is enforced */
    const char *ca_file; /* NULL = the system's */
    int timeout;         /* seconds for connecting and for each wait */
} StreamServer;

typedef struct Stream Stream;

/* Connects up to where one logs in: greeted, and under TLS where it is asked for. Errors IO in Chinese, CONFIG when a plain stream would leave the machine. */
Stream *stream_open(const StreamServer *server, GError **error);
void stream_close(Stream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stream, stream_close)

int stream_fd(const Stream *stream);

/* Waits until some bytes went through: how many, 0 = the server closed (recv only), -1 = broken or
 * timed out. */
gssize stream_send(Stream *stream, const void *data, gsize n);
gssize stream_recv(Stream *stream, void *data, gsize n);

#endif
