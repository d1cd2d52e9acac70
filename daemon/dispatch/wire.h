/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is on the wire: a piece of shared memory with a slot for each row in a transaction whose final dot
 * may have been written. Rows that share a transaction follow one of them, the leader, whose slot alone tells
 * how far it went: they pass from one phase to the next together. It outlives a killed process without a sync
 * per mail, and no disk can give back an older one; another boot has none. Knows no store and no SMTP. */
#ifndef SONGFA_DISPATCH_WIRE_H
#define SONGFA_DISPATCH_WIRE_H

#include <glib.h>

enum { WIRE_SLOTS = 4096, WIRE_TEXT = 400, WIRE_NAME = 64, WIRE_QUEUE_ID = 104 };

typedef struct Wire Wire;

/* Where the table of a spool that was opened is, by the name in its lock and its inode, for a copy is another
 * spool: /dev/shm/…; caller frees. NULL: no such spool. */
char *wire_file(const char *spool);

/* Maps the spool's table, made anew when it is missing, damaged, another user's or of another version
 * (then wire_is_of_this_boot() is FALSE). Locks the spool: SONGFA_ERROR_CONFLICT when another engine
 * holds it. */
Wire *wire_open(const char *spool, GError **error);
void wire_close(Wire *wire);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wire, wire_close)

/* Removes the table from memory when it is closed: no row is under way, so the next start needs none. */
void wire_forget(Wire *wire);

/* TRUE when the table was written since the machine started. */
gboolean wire_is_of_this_boot(const Wire *wire);

typedef enum { WIRE_FREE, WIRE_DOT, WIRE_ANSWERED } WirePhase;

typedef struct {
    WirePhase phase;
    gint64 delivery_id;
    int code;
    const char *text, *relay, *queue_id; /* lent from the table; texts cut to its widths */
} WireEntry;

/* What slot says, or the one that it follows; phase WIRE_FREE when it says nothing. */
WireEntry wire_entry(const Wire *wire, int slot);

/* Frees all slots and stamps this boot: when everything in them is settled in the store. */
void wire_reset(Wire *wire);

/* A slot for one row, -1 when all are taken. Sending thread only. */
int wire_take(Wire *wire);
/* This delivery shares the transaction of the leader's, whose dot is marked behind all its followers. */
void wire_follow(Wire *wire, int slot, gint64 delivery_id, int leader);
/* From now on the final dot of this delivery, and of those that follow it, may be written. */
void wire_mark_dot(Wire *wire, int slot, gint64 delivery_id, const char *relay);
/* The answer to the dot has been read. */
void wire_answer(Wire *wire, int slot, int code, const char *text, const char *queue_id);
/* The outcome is in the store (or there was no dot). Any thread. */
void wire_release(Wire *wire, int slot);

#endif
