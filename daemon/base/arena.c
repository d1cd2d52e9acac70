/* SPDX-License-Identifier: GPL-3.0-or-later
 * Memory that is given back all at once. */
#include "daemon/base/arena.h"

#include <stddef.h>
#include <string.h>

enum { BLOCK = 64 * 1024, ALIGNMENT = _Alignof(max_align_t) };

struct Arena {
    GPtrArray *blocks;
    char *next;
    gsize left;
};

Arena *arena_new(void)
{
    Arena *arena = g_new0(Arena, 1);
    arena->blocks = g_ptr_array_new_with_free_func(g_free);
    return arena;
}

void arena_free(Arena *arena)
{
    g_ptr_array_unref(arena->blocks);
    g_free(arena);
}

/* Large pieces get a block of their own, so that what is left of the current one is not lost. */
static char *take(Arena *arena, gsize size)
{
    if (size > BLOCK / 4) {
        g_ptr_array_add(arena->blocks, g_malloc0(size));
        return arena->blocks->pdata[arena->blocks->len - 1];
    }
    if (size > arena->left) {
        g_ptr_array_add(arena->blocks, arena->next = g_malloc0(BLOCK));
        arena->left = BLOCK;
    }
    char *taken = arena->next;
    arena->next += size;
    arena->left -= size;
    return taken;
}

gpointer arena_alloc(Arena *arena, gsize size)
{
    gsize odd = (gsize)(GPOINTER_TO_SIZE(arena->next) % ALIGNMENT);
    if (odd != 0 && arena->left >= ALIGNMENT)
        take(arena, ALIGNMENT - odd);
    else if (odd != 0)
        arena->left = 0;
    return take(arena, size);
}

char *arena_text(Arena *arena, const char *text)
{
    static char empty[] = "";
    if (text == NULL || *text == '\0')
        return empty;
    gsize size = strlen(text) + 1;
    return memcpy(take(arena, size), text, size);
}
