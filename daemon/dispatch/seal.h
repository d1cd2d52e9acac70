/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPOOL/store.mark: which store was sent from here, how far it had come, and on which machine. A store
 * that does not fit was restored from a backup, copied, or runs on a cloned machine. */
#ifndef SONGFA_DISPATCH_SEAL_H
#define SONGFA_DISPATCH_SEAL_H

#include <glib.h>

/* The marks; empty texts and 0 = not known. */
typedef struct {
    char *id;         /* of the store; NULL = nothing was left here */
    gint64 number;    /* store_identity_number() */
    gint64 inode;     /* of the store's file */
    char *machine;    /* machine-id */
    char *hardware;   /* addresses of real network cards, separated by commas */
    gint64 alive;     /* when a daemon last ran here, wall µs; 0 = never */
    gboolean has_sent; /* of what is there: mails went out by this store */
} SealMark;

void seal_mark_clear(SealMark *mark);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SealMark, seal_mark_clear)

/* What was left in the spool. */
SealMark seal_left(const char *spool);
/* What is there now; texts are copied. */
SealMark seal_found(const char *store_path, const char *id, gint64 number);

/* Why found is not what was left, in words, static; NULL = it is, or it is new. Pure. */
const char *seal_difference(const SealMark *left, const SealMark *found);

typedef struct Seal Seal;

/* Writes the marks anew; NULL and IO. */
Seal *seal_new(const char *spool, const SealMark *mark, GError **error);
void seal_free(Seal *seal);
/* The store has come this far; costs no sync: after a power loss the mark may be behind, never ahead. */
void seal_note(Seal *seal, gint64 number, gint64 now);

#endif
