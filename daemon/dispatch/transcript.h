/* SPDX-License-Identifier: GPL-3.0-or-later
 * A dialogue that is kept: shared by the jobs it was about, from the thread that sends to the one that
 * stores. */
#ifndef SONGFA_DISPATCH_TRANSCRIPT_H
#define SONGFA_DISPATCH_TRANSCRIPT_H

#include "daemon/dispatch/dialogue.h"
#include "daemon/store/dialogues.h"

typedef struct Transcript Transcript;

/* As far as the dialogue goes now. relay is copied; link: of the connection it was held on, NULL when it is one
 * itself. */
Transcript *transcript_new(const Dialogue *dialogue, const char *relay, Transcript *link);
/* Counted; any thread. NULL is nothing. */
Transcript *transcript_ref(Transcript *transcript);
void transcript_unref(Transcript *transcript);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Transcript, transcript_unref)

/* The number of its row. */
gint64 transcript_id(const Transcript *transcript);

/* Before the first is made: the highest number there is. */
void transcript_count_from(gint64 last);

/* ---- by the registrar alone ---- */
/* Puts its row, and that of its connection, into the store, unless transcript_note_stored() was called, as it is
 * to be when the transaction is committed. */
gboolean transcript_store(const Transcript *transcript, Store *store, GError **error);
void transcript_note_stored(Transcript *transcript);

#endif
