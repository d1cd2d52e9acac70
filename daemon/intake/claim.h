/* SPDX-License-Identifier: GPL-3.0-or-later
 * One file of a watched folder: opened safely, read, digested; later filed in archive/ or held/.
 * Knows files, not bulletins. */
#ifndef SONGFA_INTAKE_CLAIM_H
#define SONGFA_INTAKE_CLAIM_H

#include <glib.h>

typedef struct {
    char *folder;   /* the watched folder */
    char *name;     /* raw bytes of the name */
    char *shown_name; /* name as valid UTF-8 (GBK bytes decoded), for people */
    GBytes *data;   /* NULL when problem is set */
    char *digest;   /* SHA-256 hex; for unreadable files of name, size and time */
    char *problem;  /* NULL, or why it cannot be read: empty, too large, not a plain file … */
    guint64 device, inode; /* which file it was */
    gint64 size, mtime;    /* and in which state: bytes, ns */
    gint64 here_since;     /* µs: when it came to lie where it was taken */
} Claim;

void claim_free(Claim *claim);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Claim, claim_free)

/* The name for people: GB18030 bytes of old systems decoded, control characters made visible, without blanks at
 * its ends. Caller frees. */
char *claim_shown_name(const char *name);

/* TRUE for names that are never taken: those of programs at work (~$…, .…, *.tmp, *.part, *.crdownload, *.bak,
 * eight hexadecimal digits …), Thumbs.db and desktop.ini, and our own notes. */
gboolean claim_is_temporary(const char *name);

/* Opens with O_NOFOLLOW|O_NONBLOCK, takes only plain files up to max_size. NULL without error when
 * the file is gone, NULL with error when it may work later (still being written, I/O error); a file
 * that cannot be taken as it is becomes a claim with problem set. */
Claim *claim_open(const char *folder, const char *name, gint64 max_size, GError **error);

/* Copies the bytes to SPOOL/objects/DIGEST (temporary name, fsync, rename, fsync of the folder);
 * TRUE when it is there already. Only for a claim without problem. */
gboolean claim_store_object(const Claim *claim, const char *spool, GError **error);

/* Where the file will lie in folder/archive or folder/held: a free name (name, name-2 …), unless a
 * file of the same digest lies there already, which is then the answer. Caller frees. */
char *claim_destination(const Claim *claim, const char *sub_folder, GError **error);

#define CLAIM_REASON ".reason.txt"
#define CLAIM_RESULT ".result.txt"

/* A text for people beside the file: destination + suffix, in UTF-8 with BOM. text NULL = none. */
typedef struct {
    const char *suffix, *text;
} ClaimNote;

/* Moves the file there by rename (the claimed bytes are copied when it has changed or gone, or lies
 * on another file system), after writing the note. Never replaces another file: SONGFA_ERROR_CONFLICT.
 * Safe to repeat. */
gboolean claim_file(const Claim *claim, const char *destination, ClaimNote note, GError **error);

/* Takes the file away, unless another lies there by now; safe to repeat. */
gboolean claim_remove(const Claim *claim, GError **error);

#endif
