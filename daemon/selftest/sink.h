/* SPDX-License-Identifier: GPL-3.0-or-later
 * A small SMTP server on loopback that takes every mail and remembers which: the other side's record
 * for the self-test. Its connections have threads of their own; it is fed by the default main context. */
#ifndef SONGFA_SELFTEST_SINK_H
#define SONGFA_SELFTEST_SINK_H

#include <glib.h>

typedef struct Sink Sink;

/* Listens on a free port of 127.0.0.1. NULL and error. */
Sink *sink_new(GError **error);
/* Ends the open connections first. */
void sink_free(Sink *sink);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sink, sink_free)

guint16 sink_port(const Sink *sink);

/* Mails taken so far: the final dot was read. */
guint sink_taken(Sink *sink);
/* Which: Message-ID → how often (GPOINTER_TO_UINT). Caller unrefs. */
GHashTable *sink_record(Sink *sink);

#endif
