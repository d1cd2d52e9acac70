/* SPDX-License-Identifier: GPL-3.0-or-later
 * A text object has a matrix, a size and runs of characters; each character gets its place on the page.
 * What an object is (seen, hidden, background) is kept beside it and judged when all of a page is known. */
#include "daemon/issue/extract/ofd-scene.h"

#include <math.h>
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

enum {
    MAX_GLYPHS = 2 << 20,  /* of a package, templates and units as often as they are drawn */
    MAX_BACKGROUND = 100,  /* objects on a page; more are a pattern, no letterhead */
    BOLD_WEIGHT = 600,     /* of 0 to 1000 */
};

#define POINTS 72 / 25.4   /* in a millimetre */
#define ASCENT 0.88        /* of a character's square; the rest stands below its baseline */
#define NARROW 0.5         /* width of what is no Han character, where nothing tells it */
#define BROAD 0.85        /* width of the broadest of those */
#define ASKEW 0.1          /* rise of a line that is read as level; step aside of one set downwards */
#define SMALLEST 0.5       /* millimetres of type that can be read */
#define FARTHEST 1e5       /* millimetres; also keeps what is no number out */

typedef struct {
    double x, y;
} Point;

/* x' = ax + cy + e, y' = bx + dy + f (clause 8.4) */
typedef struct {
    double a, b, c, d, e, f;
} Matrix;

typedef struct {
    Point right, down;   /* an em to the right of and below the baseline's beginning */
    gboolean bold, hidden, background, downward; /* downward: one character below the other */
    guint first, end;    /* its glyphs */
} Object;

typedef struct {
    gunichar character;
    double width;        /* in ems */
    Point at;            /* its origin on the baseline */
} Glyph;

struct OfdScene {
    OfdCommon *common;
    GArray *objects;     /* Object */
    GArray *glyphs;      /* Glyph */
    /* while it is being read: */
    guint skip, background, object; /* levels of these elements, 0 = not within one */
    Matrix matrix;       /* of the text object */
    double size, scale;
    gboolean in_code;
    Point code;          /* where the run begins, in the object */
    char *delta_x, *delta_y;
    GString *text;
};

OfdScene *ofd_scene_new(OfdCommon *common)
{
    OfdScene *scene = g_new0(OfdScene, 1);
    scene->common = common;
    scene->objects = g_array_new(FALSE, FALSE, sizeof(Object));
    scene->glyphs = g_array_new(FALSE, FALSE, sizeof(Glyph));
    scene->text = g_string_new(NULL);
    return scene;
}

void ofd_scene_free(OfdScene *scene)
{
    if (scene == NULL)
        return;
    g_array_unref(scene->objects);
    g_array_unref(scene->glyphs);
    g_string_free(scene->text, TRUE);
    g_free(scene->delta_x);
    g_free(scene->delta_y);
    g_free(scene);
}

/* ---- numbers ---- */

static double bounded(double number)
{
    return isfinite(number) ? CLAMP(number, -FARTHEST, FARTHEST) : 0;
}

/* FALSE at the end, or at what is no number. */
static gboolean next_number(const char **at, double *number)
{
    char *end;
    double found = g_ascii_strtod(*at, &end);
    if (end == *at)
        return FALSE;
    *at = end;
    *number = bounded(found);
    return TRUE;
}

guint ofd_scene_numbers(const char *text, double *numbers, guint n)
{
    guint found = 0;
    while (found < n && next_number(&text, &numbers[found]))
        found++;
    return found;
}

static double attribute(PackagePart *part, const char *name, double otherwise)
{
    const char *text = package_part_attribute(part, name);
    double number = otherwise;
    return text != NULL && ofd_scene_numbers(text, &number, 1) == 1 ? number : otherwise;
}

/* Offsets from one character to the next: "3.5 3.5 7", or "g 12 3.5" for the same one twelve times
 * (clause 11.3). Where there are too few, the last one goes on, as readers do it. */
typedef struct {
    const char *at; /* NULL = no offsets at all */
    double last, repeat;
} Deltas;

static double next_delta(Deltas *deltas)
{
    if (deltas->repeat >= 1) {
        deltas->repeat--;
        return deltas->last;
    }
    while (g_ascii_isspace(*deltas->at))
        deltas->at++;
    if (*deltas->at == 'g') {
        deltas->at++;
        if (next_number(&deltas->at, &deltas->repeat))
            deltas->repeat--;
    }
    next_number(&deltas->at, &deltas->last);
    return deltas->last;
}

/* ---- places ---- */

/* From an object's own space to what it is drawn in. */
static Matrix matrix_of(PackagePart *part)
{
    double box[4] = {0};
    Matrix m = {1, 0, 0, 1, 0, 0};
    double numbers[6];
    const char *ctm = package_part_attribute(part, "CTM");
    if (ctm != NULL && ofd_scene_numbers(ctm, numbers, 6) == 6)
        m = (Matrix){numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]};
    const char *boundary = package_part_attribute(part, "Boundary");
    if (boundary != NULL)
        ofd_scene_numbers(boundary, box, 4);
    m.e += box[0];
    m.f += box[1];
    return m;
}

static Point turn(const Matrix *m, Point p)
{
    return (Point){bounded(m->a * p.x + m->c * p.y), bounded(m->b * p.x + m->d * p.y)};
}

static Point move(const Matrix *m, Point p)
{
    Point turned = turn(m, p);
    return (Point){bounded(turned.x + m->e), bounded(turned.y + m->f)};
}

static double length_of(Point p)
{
    return hypot(p.x, p.y);
}

/* ---- text objects ---- */

static gboolean fail_too_much(GError **error)
{
    g_set_error_literal(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("文件里的文字过多，不像一期刊物：请核对文件"));
    return FALSE;
}

static gboolean add_glyph(OfdScene *scene, const Glyph *glyph, GError **error)
{
    if (++scene->common->glyphs > MAX_GLYPHS)
        return fail_too_much(error);
    g_array_append_val(scene->glyphs, *glyph);
    return TRUE;
}

static gboolean attribute_is(PackagePart *part, const char *name, const char *value)
{
    return g_strcmp0(package_part_attribute(part, name), value) == 0;
}

/* Neither filled nor stroked leaves no ink: so recognised text lies under a scan. */
static gboolean is_invisible(PackagePart *part)
{
    return attribute_is(part, "Visible", "false") || attribute_is(part, "Visible", "0") || attribute(part, "Alpha", 255) <= 0 ||
           ((attribute_is(part, "Fill", "false") || attribute_is(part, "Fill", "0")) && !attribute_is(part, "Stroke", "true") &&
            !attribute_is(part, "Stroke", "1"));
}

static Object *last_object(const OfdScene *scene)
{
    return &g_array_index(scene->objects, Object, scene->objects->len - 1);
}

static void begin_text(OfdScene *scene, PackagePart *part)
{
    const char *fount = package_part_attribute(part, "Font");
    scene->object = package_part_level(part);
    scene->matrix = matrix_of(part);
    scene->size = attribute(part, "Size", 0);
    scene->scale = attribute(part, "HScale", 1);
    scene->code = (Point){0, 0};
    Object object = {
        .right = turn(&scene->matrix, (Point){scene->size * scene->scale, 0}),
        .down = turn(&scene->matrix, (Point){0, scene->size}),
        .bold = attribute(part, "Weight", 0) >= BOLD_WEIGHT ||
                (fount != NULL && g_hash_table_contains(scene->common->founts, fount)),
        .hidden = is_invisible(part),
        .background = scene->background > 0,
        .first = scene->glyphs->len,
        .end = scene->glyphs->len,
    };
    g_array_append_val(scene->objects, object);
}

/* A run without a place of its own begins where the one before began (clause 11.3). */
static void begin_code(OfdScene *scene, PackagePart *part)
{
    scene->in_code = TRUE;
    scene->code.x = attribute(part, "X", scene->code.x);
    scene->code.y = attribute(part, "Y", scene->code.y);
    g_free(scene->delta_x);
    g_free(scene->delta_y);
    scene->delta_x = g_strdup(package_part_attribute(part, "DeltaX"));
    scene->delta_y = g_strdup(package_part_attribute(part, "DeltaY"));
    g_string_truncate(scene->text, 0);
}

static double natural_width(gunichar c)
{
    gboolean broad = c < 0x80 && strchr("%@MWmw", (int)c) != NULL;
    return g_unichar_iswide_cjk(c) ? 1 : broad ? BROAD : NARROW;
}

/* What is set closer than a square touches its neighbour: no blank is seen between them. */
static double width_of(const OfdScene *scene, gunichar c, double step)
{
    double em = scene->size * scene->scale;
    return em > 0 && step > 0 && step <= em * 1.05 ? step / em : natural_width(c);
}

static void step_on(const OfdScene *scene, Deltas *x, Deltas *y, gunichar c, Point *step)
{
    step->x = x->at != NULL ? next_delta(x) : y->at != NULL ? 0 : natural_width(c) * scene->size * scene->scale;
    step->y = y->at != NULL ? next_delta(y) : 0;
}

static gboolean goes_down(const OfdScene *scene, Point step)
{
    double least = scene->size * ASKEW;
    return fabs(step.x) <= least && fabs(step.y) > least;
}

static gboolean end_code(OfdScene *scene, GError **error)
{
    Deltas x = {.at = scene->delta_x}, y = {.at = scene->delta_y};
    Point at = scene->code, step = {0, 0};
    Object *object = last_object(scene);
    scene->in_code = FALSE;
    for (const char *p = scene->text->str; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        gboolean last = *g_utf8_next_char(p) == '\0';
        step_on(scene, &x, &y, c, &step);
        Glyph glyph = {c, last ? natural_width(c) : width_of(scene, c, step.x), move(&scene->matrix, at)};
        if (!add_glyph(scene, &glyph, error))
            return FALSE;
        object->downward = object->downward || (!last && goes_down(scene, step));
        at = (Point){bounded(at.x + step.x), bounded(at.y + step.y)};
    }
    object->end = scene->glyphs->len;
    return TRUE;
}

/* ---- scenes in scenes ---- */

typedef struct {
    Matrix matrix;
    gboolean hidden, background;
} Drawing;

static gboolean draw(OfdScene *scene, const OfdScene *other, const Drawing *as, GError **error)
{
    guint base = scene->glyphs->len;
    for (guint i = 0; i < other->glyphs->len; i++) {
        Glyph glyph = g_array_index(other->glyphs, Glyph, i);
        glyph.at = move(&as->matrix, glyph.at);
        if (!add_glyph(scene, &glyph, error))
            return FALSE;
    }
    for (guint i = 0; i < other->objects->len; i++) {
        Object object = g_array_index(other->objects, Object, i);
        object.right = turn(&as->matrix, object.right);
        object.down = turn(&as->matrix, object.down);
        object.hidden = object.hidden || as->hidden;
        object.background = object.background || as->background;
        object.first += base;
        object.end += base;
        g_array_append_val(scene->objects, object);
    }
    return TRUE;
}

gboolean ofd_scene_draw(OfdScene *scene, const OfdScene *other, gboolean background, GError **error)
{
    return draw(scene, other, &(Drawing){{1, 0, 0, 1, 0, 0}, FALSE, background}, error);
}

static gboolean draw_unit(OfdScene *scene, PackagePart *part, GError **error)
{
    const char *id = package_part_attribute(part, "ResourceID");
    const OfdScene *unit = id != NULL ? g_hash_table_lookup(scene->common->units, id) : NULL;
    Drawing as = {matrix_of(part), is_invisible(part), scene->background > 0};
    return unit == NULL || draw(scene, unit, &as, error);
}

/* ---- elements ---- */

/* Colours may be transparent, and patterns may hold text that is no text of the page; so may clips. */
static void begin_skipped(OfdScene *scene, PackagePart *part)
{
    scene->skip = package_part_level(part);
    if (scene->object > 0 && package_part_is(part, "FillColor") && attribute(part, "Alpha", 255) <= 0)
        last_object(scene)->hidden = TRUE;
}

static gboolean start(OfdScene *scene, PackagePart *part, GError **error)
{
    if (package_part_is(part, "FillColor") || package_part_is(part, "StrokeColor") || package_part_is(part, "Clips"))
        begin_skipped(scene, part);
    else if (package_part_is(part, "TextObject") && scene->object == 0)
        begin_text(scene, part);
    else if (package_part_is(part, "TextCode") && scene->object > 0)
        begin_code(scene, part);
    else if (package_part_is(part, "CompositeObject"))
        return draw_unit(scene, part, error);
    else if (package_part_is(part, "Layer") && attribute_is(part, "Type", "Background"))
        scene->background = package_part_level(part);
    return TRUE;
}

static gboolean end(OfdScene *scene, PackagePart *part, GError **error)
{
    guint level = package_part_level(part);
    if (scene->in_code && package_part_is(part, "TextCode"))
        return end_code(scene, error);
    if (scene->object == level)
        scene->object = 0;
    if (scene->background == level)
        scene->background = 0;
    return TRUE;
}

gboolean ofd_scene_take(OfdScene *scene, PackagePart *part, GError **error)
{
    PackageEvent event = package_part_event(part);
    if (scene->skip > 0) {
        if (event == PACKAGE_END && package_part_level(part) == scene->skip)
            scene->skip = 0;
        return TRUE;
    }
    if (event == PACKAGE_TEXT && scene->in_code)
        g_string_append(scene->text, package_part_text(part));
    if (event == PACKAGE_START)
        return start(scene, part, error);
    return event != PACKAGE_END || end(scene, part, error);
}

/* ---- what is seen ---- */

static gboolean is_level(const Object *object)
{
    return object->right.x > 0 && fabs(object->right.y) <= object->right.x * ASKEW && object->down.y > 0 &&
           !object->downward;
}

static gboolean is_visible(gunichar c)
{
    return !g_unichar_isspace(c) && !g_unichar_iscntrl(c) && !g_unichar_iszerowidth(c);
}

/* The square of a character, in millimetres; right is as far as the character goes. */
static LayoutGlyph square_of(const Object *object, const Glyph *glyph)
{
    double height = length_of(object->down), top = glyph->at.y - height * ASCENT;
    return (LayoutGlyph){glyph->character, glyph->at.x, glyph->at.x + object->right.x * glyph->width,
                         top, top + height, height, object->bold};
}

static gboolean is_inside(const Glyph *glyph, double width, double height)
{
    return glyph->at.x >= 0 && glyph->at.x <= width && glyph->at.y >= 0 && glyph->at.y <= height;
}

/* As a whole, by its first character: half a word is of no use to anybody. */
static gboolean is_seen(const OfdScene *scene, const Object *object, double width, double height)
{
    return object->first < object->end && !object->hidden && is_level(object) &&
           length_of(object->down) >= SMALLEST &&
           is_inside(&g_array_index(scene->glyphs, Glyph, object->first), width, height);
}

static char *text_of(const OfdScene *scene, const Object *object)
{
    GString *text = g_string_new(NULL);
    for (guint i = object->first; i < object->end; i++) {
        gunichar c = g_array_index(scene->glyphs, Glyph, i).character;
        g_string_append_unichar(text, g_unichar_isspace(c) ? ' ' : c);
    }
    return g_string_free(text, FALSE);
}

/* ---- watermarks ---- */

typedef struct {
    const OfdScene *scene;
    double width, height;
    gboolean *seen;  /* one an object */
    guint n_background;
} Page;

static const Object *object_at(const Page *page, guint index)
{
    return &g_array_index(page->scene->objects, Object, index);
}

static gboolean covers(const Page *page, const LayoutGlyph *box, guint index)
{
    const Object *object = object_at(page, index);
    if (!page->seen[index] || object->background)
        return FALSE;
    for (guint i = object->first; i < object->end; i++) {
        LayoutGlyph glyph = square_of(object, &g_array_index(page->scene->glyphs, Glyph, i));
        double x = (glyph.left + glyph.right) / 2, y = (glyph.top + glyph.bottom) / 2;
        if (is_visible(glyph.character) && x > box->left && x < box->right && y > box->top && y < box->bottom)
            return TRUE;
    }
    return FALSE;
}

/* What a letterhead says stands alone; a watermark has text over it. */
static gboolean is_covered(const Page *page, const Object *object)
{
    const Glyph *glyphs = &g_array_index(page->scene->glyphs, Glyph, 0);
    LayoutGlyph box = square_of(object, &glyphs[object->first]);
    for (guint i = object->first; i < object->end; i++) {
        LayoutGlyph glyph = square_of(object, &glyphs[i]);
        box.left = fmin(box.left, glyph.left);
        box.right = fmax(box.right, glyph.right);
    }
    for (guint i = 0; i < page->scene->objects->len; i++)
        if (covers(page, &box, i))
            return TRUE;
    return FALSE;
}

/* A watermark is repeated over the page: what says the same words is one too, though it stands alone. */
static void drop_watermarks(Page *page)
{
    g_autoptr(GHashTable) words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    guint n = page->scene->objects->len;
    for (guint i = 0; i < n; i++)
        if (page->seen[i] && object_at(page, i)->background &&
            (page->n_background > MAX_BACKGROUND || is_covered(page, object_at(page, i))))
            g_hash_table_add(words, text_of(page->scene, object_at(page, i)));
    for (guint i = 0; i < n; i++) {
        if (!page->seen[i] || !object_at(page, i)->background)
            continue;
        g_autofree char *text = text_of(page->scene, object_at(page, i));
        page->seen[i] = !g_hash_table_contains(words, text);
    }
}

/* ---- output ---- */

static gboolean write_line(const OfdScene *scene, Blocks *blocks, const GString *line, GError **error)
{
    if (line->len == 0 || !g_hash_table_add(scene->common->said, g_strdup(line->str)))
        return TRUE;
    blocks_begin(blocks, PLACE_HIDDEN, 0);
    blocks_text(blocks, line->str, (gssize)line->len, FALSE);
    return blocks_end(blocks, error);
}

/* Whether the object stands on the baseline of the one before, whatever its direction: 秘 and 密 may be two. */
static gboolean on_line(const OfdScene *scene, const Object *before, const Object *object)
{
    if (before == NULL || before->first == before->end || object->first == object->end)
        return FALSE;
    const Glyph *a = &g_array_index(scene->glyphs, Glyph, before->first);
    const Glyph *b = &g_array_index(scene->glyphs, Glyph, object->first);
    double size = length_of(object->right), across = object->right.y * (b->at.x - a->at.x);
    return fabs(across - object->right.x * (b->at.y - a->at.y)) < size * fmax(size, length_of(object->down)) / 2;
}

/* seen NULL: nothing is. */
static gboolean write_hidden(const OfdScene *scene, const gboolean *seen, Blocks *blocks, GError **error)
{
    g_autoptr(GString) line = g_string_new(NULL);
    const Object *before = NULL;
    for (guint i = 0; i < scene->objects->len; i++) {
        const Object *object = &g_array_index(scene->objects, Object, i);
        if (seen != NULL && seen[i])
            continue;
        if (!on_line(scene, before, object)) {
            if (!write_line(scene, blocks, line, error))
                return FALSE;
            g_string_truncate(line, 0);
        }
        g_autofree char *text = text_of(scene, object);
        g_string_append(line, text);
        before = object;
    }
    return write_line(scene, blocks, line, error);
}

static void add_seen(const Page *page, GArray *glyphs)
{
    for (guint i = 0; i < page->scene->objects->len; i++) {
        const Object *object = object_at(page, i);
        for (guint j = object->first; page->seen[i] && j < object->end; j++) {
            LayoutGlyph g = square_of(object, &g_array_index(page->scene->glyphs, Glyph, j));
            LayoutGlyph in_points = {g.character, g.left * POINTS, g.right * POINTS, g.top * POINTS,
                                     g.bottom * POINTS, g.size * POINTS, g.bold};
            if (is_visible(g.character))
                g_array_append_val(glyphs, in_points);
        }
    }
}

gboolean ofd_scene_write(const OfdScene *scene, double width, double height, Layout *layout, Blocks *blocks,
                         GError **error)
{
    g_autofree gboolean *seen = g_new0(gboolean, scene->objects->len + 1);
    g_autoptr(GArray) glyphs = g_array_new(FALSE, FALSE, sizeof(LayoutGlyph));
    Page page = {scene, width, height, seen, 0};
    for (guint i = 0; i < scene->objects->len; i++) {
        seen[i] = is_seen(scene, object_at(&page, i), width, height);
        page.n_background += seen[i] && object_at(&page, i)->background;
    }
    drop_watermarks(&page);
    add_seen(&page, glyphs);
    layout_page(layout, glyphs, width * POINTS, height * POINTS);
    return write_hidden(scene, seen, blocks, error);
}

gboolean ofd_scene_hide(const OfdScene *scene, Blocks *blocks, GError **error)
{
    return write_hidden(scene, NULL, blocks, error);
}
