/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sidecars in a watched folder: files that say of others that they are finished (final.h). For watch.c. */
#ifndef SONGFA_INTAKE_SIDECAR_H
#define SONGFA_INTAKE_SIDECAR_H

#include <glib.h>

typedef struct Sidecars Sidecars;

/* suffix as in final_spoken_for(); both are lent for their life. */
Sidecars *sidecars_new(const char *folder, const char *suffix);
void sidecars_free(Sidecars *sidecars);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sidecars, sidecars_free)

/* TRUE when that name is one of a sidecar: takes note of whether it lies there; scan: number of the scan. */
gboolean sidecars_look(Sidecars *sidecars, const char *name, guint scan);

/* Those that this scan did not see are gone. */
void sidecars_forget(Sidecars *sidecars, guint scan);

/* Whether one speaks for the file: under its whole name, or without its extension when no other of files (keys
 * are names) could be meant. */
gboolean sidecars_speak(const Sidecars *sidecars, const char *name, GHashTable *files);

/* The file is gone: what spoke for it is taken away, so that it does not speak for the next of that name. */
void sidecars_consume(Sidecars *sidecars, const char *name, GHashTable *files);

#endif
