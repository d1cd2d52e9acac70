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
    char *problem;  /* NULL, or why it cannot be read: too large, not a plain file, unreadable */
} Claim;

void claim_free(Claim *claim);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Claim, claim_free)

/* TRUE for names that are never taken: ~$…, .…, *.tmp, *.part, *.swp, *.reason.txt. */
gboolean claim_is_temporary(const char *name);

/* Opens with O_NOFOLLOW|O_NONBLOCK, takes only plain files up to max_size. NULL without error when
 * the file is gone; a file that cannot be read is a claim with problem set. */
Claim *claim_open(const char *folder, const char *name, gint64 max_size, GError **error);

/* Copies the bytes to SPOOL/objects/DIGEST (temporary name, fsync, rename, fsync of the folder);
 * TRUE when it is there already. */
gboolean claim_store_object(const Claim *claim, const char *spool, GError **error);

/* Where the file will lie in folder/archive or folder/held: a free name (name, name-2 …), unless a
 * file of the same digest lies there already, which is then the answer. Caller frees. */
char *claim_destination(const Claim *claim, const char *sub_folder, GError **error);

/* Moves the file there by rename on the same file system (copy, fsync, unlink across), after
 * writing reason (NULL = none) to destination + ".reason.txt" in UTF-8 with BOM. Safe to repeat. */
gboolean claim_file(const Claim *claim, const char *destination, const char *reason, GError **error);

#endif
