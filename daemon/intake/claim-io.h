/* SPDX-License-Identifier: GPL-3.0-or-later
 * Durable steps on files, for this room alone: written whole or not at all, never over another,
 * never through a link. */
#ifndef SONGFA_INTAKE_CLAIM_IO_H
#define SONGFA_INTAKE_CLAIM_IO_H

#include <glib.h>
#include <sys/stat.h>

/* A descriptor that is closed at the end of its scope. */
typedef int ClaimFd;
void claim_fd_close(ClaimFd fd);
G_DEFINE_AUTO_CLEANUP_FREE_FUNC(ClaimFd, claim_fd_close, -1)

/* Sets "what failed: why, and what to do" for an errno (CONFLICT for EEXIST, else IO); FALSE. */
gboolean claim_io_error(GError **error, int code, const char *format, ...) G_GNUC_PRINTF(3, 4);

gint64 claim_mtime(const struct stat *state); /* ns */
gint64 claim_here_since(const struct stat *state); /* µs: when it came to lie there, or was changed there */

/* Stands for the contents of a file that is not read: its name, size and time. Caller frees. */
char *claim_state_digest(const char *name, const struct stat *state);

/* Opens parent/name as a folder that is no link; made when missing, with mode (0 = as parent).
 * -1 and error. */
int claim_open_folder(const char *parent, const char *name, mode_t mode, GError **error);

/* Writes the bytes to a new file (an old one of that name is leftover and goes), fsynced. */
gboolean claim_write(int folder, const char *name, gconstpointer data, gsize length, GError **error);

/* Renames within or between folders without replacing a file, fsyncs both folders; 0 or errno. */
int claim_move(int from, const char *name, int to, const char *new_name);

/* The folder's entries are on disk. */
void claim_sync(int folder);

#endif
