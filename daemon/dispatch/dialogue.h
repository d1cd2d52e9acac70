/* SPDX-License-Identifier: GPL-3.0-or-later
 * What two sides of a connection said to each other, with the time of each line: recorded in memory that is
 * used again, written as text only where it is kept, and read from that text. Pure: the time is given.
 *   Text: a line each, "µs since the beginning, kind, number of the recipient if it is one's own, blank, words". */
#ifndef SONGFA_DISPATCH_DIALOGUE_H
#define SONGFA_DISPATCH_DIALOGUE_H

#include <glib.h>

typedef struct Dialogue Dialogue;

enum {
    DIALOGUE_MOST = 64 * 1024, /* bytes kept whole; of further lines the beginning */
    DIALOGUE_LINE = 2048,      /* bytes of a line */
    DIALOGUE_SHORT = 80        /* bytes of a line behind DIALOGUE_MOST */
};

/* most: lines that are kept; further ones are counted. */
Dialogue *dialogue_new(guint most);
void dialogue_free(Dialogue *dialogue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Dialogue, dialogue_free)

/* Forgets what it holds; times count from now (monotonic µs). */
void dialogue_begin(Dialogue *dialogue, gint64 now);
gint64 dialogue_begun(const Dialogue *dialogue);

typedef enum {
    DIALOGUE_SENT = '>',  /* a command, which is owed a reply */
    DIALOGUE_HEARD = '<', /* a reply that nothing was asked for, or a line of one */
    DIALOGUE_BODY = '#',  /* so many bytes of a mail go out: never the mail itself */
    DIALOGUE_NOTE = '!'   /* what happened beside the words */
} DialogueKind;

/* recipient: whose own line it is, by place in the transaction; -1 = nobody's. */
void dialogue_add(Dialogue *dialogue, gint64 now, DialogueKind kind, int recipient, const char *words, gsize length);
void dialogue_add_body(Dialogue *dialogue, gint64 now, gsize bytes);
/* The reply to the first command that has none yet: it will stand behind it, however much was pipelined. code 0
 * = none in front of the words. */
void dialogue_answer(Dialogue *dialogue, gint64 now, int code, const char *words);
/* µs until the reply to the n-th command, from 0; from the end with -1, -2 …; -1 = none came. */
gint64 dialogue_elapsed(const Dialogue *dialogue, int n);

/* Commands in their order, each with its reply; control characters and bytes that are no UTF-8 as \xNN.
 * Caller frees. */
char *dialogue_text(const Dialogue *dialogue);

/* One line of such a text. words are lent from the text and not ended: length counts. */
typedef struct {
    gint64 at; /* µs since the beginning */
    DialogueKind kind;
    int recipient;
    const char *words;
    gsize length;
} DialogueLine;

/* The next line of the text, *text behind it; FALSE at its end. A line of another form is passed over. */
gboolean dialogue_next(const char **text, DialogueLine *line);

#endif
