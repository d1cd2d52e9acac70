/* SPDX-License-Identifier: GPL-3.0-or-later
 * Each object is judged as a whole when all of a page is known. */
#include "daemon/issue/extract/ofd-view.h"

#include <math.h>

enum { MAX_ASIDE = 100 };  /* objects on a page; more are a pattern, no letterhead */

#define POINTS 72 / 25.4   /* in a millimetre */
#define ASCENT 0.88        /* of a character's square; the rest stands below its baseline */
#define ASKEW 0.1          /* rise of a line that is read as level */
#define SMALLEST 0.5       /* millimetres of type that can be read */

typedef struct {
    const OfdView *view;
    const OfdObject *objects;
    const OfdGlyph *glyphs;
    guint n, n_aside;      /* objects; of those that are seen, how many stand aside */
    gboolean *seen;        /* one an object */
} Page;

/* ---- what is seen ---- */

static double length_of(OfdPoint p)
{
    return hypot(p.x, p.y);
}

static gboolean is_level(const OfdObject *object)
{
    return object->right.x > 0 && fabs(object->right.y) <= object->right.x * ASKEW && object->down.y > 0 &&
           !object->downward;
}

static gboolean is_visible(gunichar c)
{
    return !g_unichar_isspace(c) && !g_unichar_iscntrl(c) && !g_unichar_iszerowidth(c);
}

static gboolean is_inside(const OfdView *view, const OfdGlyph *glyph)
{
    return glyph->at.x >= 0 && glyph->at.x <= view->width && glyph->at.y >= 0 && glyph->at.y <= view->height;
}

/* By its first character: half a word is of no use to anybody. */
static gboolean is_seen(const Page *page, const OfdObject *object)
{
    return page->view->layout != NULL && object->first < object->end && !object->hidden && is_level(object) &&
           length_of(object->down) >= SMALLEST && is_inside(page->view, &page->glyphs[object->first]);
}

/* The square of a character, in millimetres; right is as far as the character goes. */
static LayoutGlyph square_of(const OfdObject *object, const OfdGlyph *glyph)
{
    double height = object->down.y, top = glyph->at.y - height * ASCENT;
    return (LayoutGlyph){glyph->character, glyph->at.x, glyph->at.x + object->right.x * glyph->width,
                         top, top + height, height, object->bold};
}

static char *text_of(const Page *page, const OfdObject *object)
{
    GString *text = g_string_new(NULL);
    for (guint i = object->first; i < object->end; i++) {
        gunichar c = page->glyphs[i].character;
        g_string_append_unichar(text, g_unichar_isspace(c) ? ' ' : c);
    }
    return g_string_free(text, FALSE);
}

/* ---- watermarks ---- */

static gboolean stands_in(const Page *page, const OfdObject *object, const LayoutGlyph *box)
{
    for (guint i = object->first; i < object->end; i++) {
        LayoutGlyph glyph = square_of(object, &page->glyphs[i]);
        double x = (glyph.left + glyph.right) / 2, y = (glyph.top + glyph.bottom) / 2;
        if (is_visible(glyph.character) && x > box->left && x < box->right && y > box->top && y < box->bottom)
            return TRUE;
    }
    return FALSE;
}

/* What a letterhead says stands alone; a watermark has the body's text over or under it. */
static gboolean is_covered(const Page *page, const OfdObject *object)
{
    LayoutGlyph box = square_of(object, &page->glyphs[object->first]);
    for (guint i = object->first; i < object->end; i++) {
        LayoutGlyph glyph = square_of(object, &page->glyphs[i]);
        box.left = fmin(box.left, glyph.left);
        box.right = fmax(box.right, glyph.right);
    }
    for (guint i = 0; i < page->n; i++)
        if (page->seen[i] && !page->objects[i].aside && stands_in(page, &page->objects[i], &box))
            return TRUE;
    return FALSE;
}

/* A watermark is repeated over the page: what says the same words is one too, though it stands alone. */
static void drop_watermarks(Page *page)
{
    g_autoptr(GHashTable) words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < page->n; i++)
        if (page->seen[i] && page->objects[i].aside &&
            (page->n_aside > MAX_ASIDE || is_covered(page, &page->objects[i])))
            g_hash_table_add(words, text_of(page, &page->objects[i]));
    for (guint i = 0; i < page->n; i++) {
        if (!page->seen[i] || !page->objects[i].aside)
            continue;
        g_autofree char *text = text_of(page, &page->objects[i]);
        page->seen[i] = !g_hash_table_contains(words, text);
    }
}

/* ---- output ---- */

static void write_seen(const Page *page)
{
    g_autoptr(GArray) glyphs = g_array_new(FALSE, FALSE, sizeof(LayoutGlyph));
    for (guint i = 0; i < page->n; i++) {
        const OfdObject *object = &page->objects[i];
        for (guint j = object->first; page->seen[i] && j < object->end; j++) {
            LayoutGlyph g = square_of(object, &page->glyphs[j]);
            LayoutGlyph in_points = {g.character, g.left * POINTS, g.right * POINTS, g.top * POINTS,
                                     g.bottom * POINTS, g.size * POINTS, g.bold};
            if (is_visible(g.character))
                g_array_append_val(glyphs, in_points);
        }
    }
    layout_page(page->view->layout, glyphs, page->view->width * POINTS, page->view->height * POINTS);
}

static gboolean write_line(const OfdView *view, const GString *line, GError **error)
{
    if (line->len == 0 || !g_hash_table_add(view->said, g_strdup(line->str)))
        return TRUE;
    blocks_begin(view->blocks, PLACE_HIDDEN, 0);
    blocks_text(view->blocks, line->str, (gssize)line->len, FALSE);
    return blocks_end(view->blocks, error);
}

/* Whether the object stands on the baseline of the one before, whatever its direction: 秘 and 密 may be two. */
static gboolean on_line(const Page *page, const OfdObject *before, const OfdObject *object)
{
    if (before == NULL || before->first == before->end || object->first == object->end)
        return FALSE;
    const OfdGlyph *a = &page->glyphs[before->first], *b = &page->glyphs[object->first];
    double size = length_of(object->right), across = object->right.y * (b->at.x - a->at.x);
    return fabs(across - object->right.x * (b->at.y - a->at.y)) < size * fmax(size, length_of(object->down)) / 2;
}

static gboolean write_hidden(const Page *page, GError **error)
{
    g_autoptr(GString) line = g_string_new(NULL);
    const OfdObject *before = NULL;
    for (guint i = 0; i < page->n; i++) {
        const OfdObject *object = &page->objects[i];
        if (page->seen[i])
            continue;
        if (!on_line(page, before, object)) {
            if (!write_line(page->view, line, error))
                return FALSE;
            g_string_truncate(line, 0);
        }
        g_autofree char *text = text_of(page, object);
        g_string_append(line, text);
        before = object;
    }
    return write_line(page->view, line, error);
}

gboolean ofd_view_write(const OfdView *view, const OfdScene *scene, GError **error)
{
    const GArray *objects = ofd_scene_objects(scene);
    g_autofree gboolean *seen = g_new0(gboolean, objects->len + 1);
    Page page = {view, (const OfdObject *)(const void *)objects->data, ofd_scene_glyphs(scene), objects->len, 0, seen};
    for (guint i = 0; i < page.n; i++) {
        seen[i] = is_seen(&page, &page.objects[i]);
        page.n_aside += seen[i] && page.objects[i].aside;
    }
    drop_watermarks(&page);
    if (view->layout != NULL)
        write_seen(&page);
    return write_hidden(&page, error);
}
