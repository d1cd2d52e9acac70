/* SPDX-License-Identifier: GPL-3.0-or-later
 * One long text, encoded in base64 once, with places for short personal ones. Fixed runs are
 * encoded ahead in each of the three phases a quantum can be in, so that a recipient costs only his
 * own bytes and at most two beside them. It must not know what the texts are. */
#ifndef SONGFA_DISPATCH_SPLICE_H
#define SONGFA_DISPATCH_SPLICE_H

#include <glib.h>
#include <sys/uio.h>

/* Pieces to write in order: shared ones are lent, personal ones gather in one buffer. */
typedef struct {
    GArray *pieces;    /* struct iovec; a personal one has no base before splice_out_end() */
    GString *personal; /* append here for bytes of one recipient */
    gsize taken;       /* bytes of personal that are in pieces */
} SpliceOut;

void splice_out_begin(SpliceOut *out);

/* Appends bytes that outlive the pieces, behind whatever stands in personal. */
void splice_out_shared(SpliceOut *out, gconstpointer data, gsize length);

/* Ends the list: personal must not grow any more. pieces and personal are the caller's. */
void splice_out_end(SpliceOut *out);

typedef struct Splice Splice;

/* Cuts data at each of the marks (NULL-terminated list of texts) and encodes what lies between. */
Splice *splice_new(const char *data, gsize length, const char *const *marks);
void splice_free(Splice *splice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Splice, splice_free)

/* The base64 of data with values[i] for marks[i]: lines of at most 76 letters, CR LF behind each,
 * padding only at the end. Shared pieces point into splice. */
void splice_write(const Splice *splice, const char *const *values, SpliceOut *out);

#endif
