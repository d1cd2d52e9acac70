/* SPDX-License-Identifier: GPL-3.0-or-later
 * Transcripts: counted texts with the number of their row. */
#include "daemon/dispatch/transcript.h"

#include <stdatomic.h>

#include "daemon/base/clock.h"

struct Transcript {
    gint64 id, at;
    gboolean stored;
    char *relay, *text;
    Transcript *link;
};

/* Of this process, which alone writes to its store. */
static _Atomic gint64 last_id;

void transcript_count_from(gint64 last)
{
    atomic_store(&last_id, last);
}

Transcript *transcript_new(const Dialogue *dialogue, const char *relay, Transcript *link)
{
    Transcript *transcript = g_atomic_rc_box_new0(Transcript);
    transcript->id = atomic_fetch_add(&last_id, 1) + 1;
    transcript->at = clock_now() - (clock_monotonic() - dialogue_begun(dialogue));
    transcript->relay = g_strdup(relay);
    transcript->text = dialogue_text(dialogue);
    transcript->link = transcript_ref(link);
    return transcript;
}

Transcript *transcript_ref(Transcript *transcript)
{
    return transcript != NULL ? g_atomic_rc_box_acquire(transcript) : NULL;
}

static void clear(gpointer data)
{
    Transcript *transcript = data;
    g_free(transcript->relay);
    g_free(transcript->text);
    transcript_unref(transcript->link);
}

void transcript_unref(Transcript *transcript)
{
    if (transcript != NULL)
        g_atomic_rc_box_release_full(transcript, clear);
}

gint64 transcript_id(const Transcript *transcript)
{
    return transcript->id;
}

gboolean transcript_store(const Transcript *transcript, Store *store, GError **error)
{
    if (transcript->stored)
        return TRUE;
    StoreDialogue row = {.id = transcript->id, .at = transcript->at, .relay = transcript->relay, .text = transcript->text};
    if (transcript->link != NULL) {
        row.link = transcript->link->id;
        if (!transcript_store(transcript->link, store, error))
            return FALSE;
    }
    return store_dialogue_put(store, &row, error);
}

void transcript_note_stored(Transcript *transcript)
{
    transcript->stored = TRUE;
    if (transcript->link != NULL)
        transcript->link->stored = TRUE;
}
