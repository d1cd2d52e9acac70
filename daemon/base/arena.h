/* SPDX-License-Identifier: GPL-3.0-or-later
 * Memory that is given back all at once: for many small records that live and die together. */
#ifndef SONGFA_BASE_ARENA_H
#define SONGFA_BASE_ARENA_H

#include <glib.h>

typedef struct Arena Arena;

Arena *arena_new(void);
void arena_free(Arena *arena);

/* Zeroed, aligned for any type, good until arena_free(). */
gpointer arena_alloc(Arena *arena, gsize size);
#define arena_new0(arena, Type, n) ((Type *)arena_alloc((arena), sizeof(Type) * (n)))

/* A copy of the text ("" for NULL), not to be written to: equal short texts may share one. */
char *arena_text(Arena *arena, const char *text);

#endif
