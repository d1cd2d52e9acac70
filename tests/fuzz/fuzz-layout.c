/* SPDX-License-Identifier: GPL-3.0-or-later
 * libFuzzer target: characters anywhere on any number of pages, eight bytes each. Whatever their places,
 * none is lost: a mark of secrecy may be among them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/issue/extract/layout.h"
#include "tests/fuzz/read-check.h"

enum { RECORD = 8, BOLD = 1, STRANGE = 2, PAGE_ENDS = 4, WIDTH = 595, HEIGHT = 842 };

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef struct {
    const guint8 *data;
    gsize n;
    gsize *seen; /* of each character below 0x80 */
} Input;

/* Places as a broken file gives them. */
static double length_of(guint8 high, guint8 low, gboolean strange)
{
    const double strange_ones[] = {NAN, HUGE_VAL, -HUGE_VAL, 1e300, -1e300, 0, -1, 1e-300};
    return strange ? strange_ones[high % G_N_ELEMENTS(strange_ones)] : (high * 256 + low) / 64.0;
}

static LayoutGlyph glyph_of(const guint8 *at)
{
    gboolean strange = (at[0] & STRANGE) != 0;
    double left = length_of(at[3], at[4], strange), top = length_of(at[5], at[6], strange);
    double size = strange ? length_of(at[7], 0, TRUE) : at[7] / 8.0;
    gunichar character = 0x4e00 + (gunichar)at[1] * 16;
    if (at[2] % 2 == 0)
        character = g_ascii_isgraph(at[1]) ? at[1] : 'x';
    return (LayoutGlyph){character, left, left + size, top, top + size, size, (at[0] & BOLD) != 0};
}

static gboolean read_layout(gpointer data, Blocks *blocks, GError **error)
{
    const Input *input = data;
    g_autoptr(Layout) layout = layout_new(blocks);
    g_autoptr(GArray) glyphs = g_array_new(FALSE, FALSE, sizeof(LayoutGlyph));
    for (gsize i = 0; i < input->n; i++) {
        LayoutGlyph glyph = glyph_of(input->data + i * RECORD);
        g_array_append_val(glyphs, glyph);
        if (glyph.character < 0x80)
            input->seen[glyph.character]++;
        if ((input->data[i * RECORD] & PAGE_ENDS) != 0 || i + 1 == input->n) {
            layout_page(layout, glyphs, WIDTH, HEIGHT);
            g_array_set_size(glyphs, 0);
        }
    }
    return layout_end(layout, error);
}

/* Those that stand for themselves within JSON and occur in none of its keys. What is drawn twice in one place is
 * told once: each that is there is told, none oftener than it is there. */
static void check_none_is_lost(const char *lines, const gsize *seen)
{
    static const char told_apart[] = "#$%&'()*+-./;<=>?@!^_`|~ABCDEFGHIJKLMNOPQRSTUVWXYZqjkvwz";
    gsize found[0x80] = {0};
    for (const char *p = lines; *p != '\0'; p++)
        found[(guint8)*p & 0x7f] += (guint8)*p < 0x80;
    for (const char *c = told_apart; *c != '\0'; c++)
        if (found[(guint8)*c] > seen[(guint8)*c] || (found[(guint8)*c] == 0) != (seen[(guint8)*c] == 0)) {
            fprintf(stderr, "%c: %zu of %zu\n", *c, found[(guint8)*c], seen[(guint8)*c]);
            abort();
        }
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    gsize seen[0x80] = {0};
    Input input = {data, size / RECORD, seen};
    g_autofree char *lines = read_check(read_layout, &input);
    check_none_is_lost(lines, seen);
    return 0;
}
