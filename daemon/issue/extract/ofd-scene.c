/* SPDX-License-Identifier: GPL-3.0-or-later
 * A text object has a matrix, a size and runs of characters; each character gets its place on the page. */
#include "daemon/issue/extract/ofd-scene.h"

#include <math.h>
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

enum {
    MAX_GLYPHS = 2 << 20,  /* of a package, templates and units as often as they are drawn */
    BOLD_WEIGHT = 600,     /* of 0 to 1000 */
    FAINT = 128            /* of 255: text that lets what is below it through */
};

#define NARROW 0.5         /* width of what is no Han character, where nothing tells it */
#define BROAD 0.85         /* width of the broadest of those */
#define ASIDE 0.1          /* least step to the right, in ems, of what is not set downwards */
#define FARTHEST 1e5       /* millimetres; also keeps what is no number out */

/* x' = ax + cy + e, y' = bx + dy + f (clause 8.4) */
typedef struct {
    double a, b, c, d, e, f;
} Matrix;

struct OfdScene {
    OfdCommon *common;
    GArray *objects;     /* OfdObject */
    GArray *glyphs;      /* OfdGlyph */
    /* while it is being read: */
    guint skip, aside, object; /* levels of these elements, 0 = not within one */
    Matrix matrix;       /* of the text object */
    double size, scale;
    gboolean in_code;
    OfdPoint code;          /* where the run begins, in the object */
    char *delta_x, *delta_y;
    GString *text;
};

OfdScene *ofd_scene_new(OfdCommon *common)
{
    OfdScene *scene = g_new0(OfdScene, 1);
    scene->common = common;
    scene->objects = g_array_new(FALSE, FALSE, sizeof(OfdObject));
    scene->glyphs = g_array_new(FALSE, FALSE, sizeof(OfdGlyph));
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

static OfdPoint turn(const Matrix *m, OfdPoint p)
{
    return (OfdPoint){bounded(m->a * p.x + m->c * p.y), bounded(m->b * p.x + m->d * p.y)};
}

static OfdPoint move(const Matrix *m, OfdPoint p)
{
    OfdPoint turned = turn(m, p);
    return (OfdPoint){bounded(turned.x + m->e), bounded(turned.y + m->f)};
}

/* ---- text objects ---- */

static gboolean fail_too_much(GError **error)
{
    g_set_error_literal(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("文件里的文字过多，不像一期刊物：请核对文件"));
    return FALSE;
}

static gboolean add_glyph(OfdScene *scene, const OfdGlyph *glyph, GError **error)
{
    if (++scene->common->glyphs > MAX_GLYPHS)
        return fail_too_much(error);
    g_array_append_val(scene->glyphs, *glyph);
    return TRUE;
}

static gboolean says(PackagePart *part, const char *name, gboolean otherwise)
{
    const char *text = package_part_attribute(part, name);
    return text == NULL ? otherwise : strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
}

/* Neither filled nor stroked leaves no ink: so recognised text lies under a scan. */
static gboolean is_invisible(PackagePart *part)
{
    return !says(part, "Visible", TRUE) || attribute(part, "Alpha", 255) <= 0 ||
           (!says(part, "Fill", TRUE) && !says(part, "Stroke", FALSE));
}

/* By its weight, or drawn round as well as filled. */
static gboolean is_bold(PackagePart *part)
{
    return attribute(part, "Weight", 0) >= BOLD_WEIGHT || (says(part, "Fill", TRUE) && says(part, "Stroke", FALSE));
}

static gboolean is_faint(PackagePart *part)
{
    return attribute(part, "Alpha", 255) < FAINT;
}

/* A layer below or above the body (clause 7.7, table 15). */
static gboolean is_aside(PackagePart *part)
{
    const char *type = package_part_attribute(part, "Type");
    return g_strcmp0(type, "Background") == 0 || g_strcmp0(type, "Foreground") == 0;
}

static OfdObject *last_object(const OfdScene *scene)
{
    return &g_array_index(scene->objects, OfdObject, scene->objects->len - 1);
}

static void begin_text(OfdScene *scene, PackagePart *part)
{
    const char *fount = package_part_attribute(part, "Font");
    scene->object = package_part_level(part);
    scene->matrix = matrix_of(part);
    scene->size = attribute(part, "Size", 0);
    scene->scale = attribute(part, "HScale", 1);
    scene->code = (OfdPoint){0, 0};
    OfdObject object = {
        .right = turn(&scene->matrix, (OfdPoint){scene->size * scene->scale, 0}),
        .down = turn(&scene->matrix, (OfdPoint){0, scene->size}),
        .bold = is_bold(part) || (fount != NULL && g_hash_table_contains(scene->common->founts, fount)),
        .hidden = is_invisible(part),
        .aside = scene->aside > 0 || is_faint(part),
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

static void step_on(const OfdScene *scene, Deltas *x, Deltas *y, gunichar c, OfdPoint *step)
{
    step->x = x->at != NULL ? next_delta(x) : y->at != NULL ? 0 : natural_width(c) * scene->size * scene->scale;
    step->y = y->at != NULL ? next_delta(y) : 0;
}

static gboolean goes_down(const OfdScene *scene, OfdPoint step)
{
    double least = scene->size * ASIDE;
    return fabs(step.x) <= least && fabs(step.y) > least;
}

static gboolean end_code(OfdScene *scene, GError **error)
{
    Deltas x = {.at = scene->delta_x}, y = {.at = scene->delta_y};
    OfdPoint at = scene->code, step = {0, 0};
    OfdObject *object = last_object(scene);
    scene->in_code = FALSE;
    for (const char *p = scene->text->str; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        gboolean last = *g_utf8_next_char(p) == '\0';
        step_on(scene, &x, &y, c, &step);
        OfdGlyph glyph = {c, last ? natural_width(c) : width_of(scene, c, step.x), move(&scene->matrix, at)};
        if (!add_glyph(scene, &glyph, error))
            return FALSE;
        object->downward = object->downward || (!last && goes_down(scene, step));
        at = (OfdPoint){bounded(at.x + step.x), bounded(at.y + step.y)};
    }
    object->end = scene->glyphs->len;
    return TRUE;
}

/* ---- scenes in scenes ---- */

typedef struct {
    Matrix matrix;
    gboolean hidden, aside;
} Drawing;

static gboolean draw(OfdScene *scene, const OfdScene *other, const Drawing *as, GError **error)
{
    guint base = scene->glyphs->len;
    for (guint i = 0; i < other->glyphs->len; i++) {
        OfdGlyph glyph = g_array_index(other->glyphs, OfdGlyph, i);
        glyph.at = move(&as->matrix, glyph.at);
        if (!add_glyph(scene, &glyph, error))
            return FALSE;
    }
    for (guint i = 0; i < other->objects->len; i++) {
        OfdObject object = g_array_index(other->objects, OfdObject, i);
        object.right = turn(&as->matrix, object.right);
        object.down = turn(&as->matrix, object.down);
        object.hidden = object.hidden || as->hidden;
        object.aside = object.aside || as->aside;
        object.first += base;
        object.end += base;
        g_array_append_val(scene->objects, object);
    }
    return TRUE;
}

gboolean ofd_scene_draw(OfdScene *scene, const OfdScene *other, GError **error)
{
    return draw(scene, other, &(Drawing){{1, 0, 0, 1, 0, 0}, FALSE, TRUE}, error);
}

static gboolean draw_unit(OfdScene *scene, PackagePart *part, GError **error)
{
    const char *id = package_part_attribute(part, "ResourceID");
    const OfdScene *unit = id != NULL ? g_hash_table_lookup(scene->common->units, id) : NULL;
    Drawing as = {matrix_of(part), is_invisible(part), scene->aside > 0 || is_faint(part)};
    return unit == NULL || draw(scene, unit, &as, error);
}

/* ---- elements ---- */

/* Colours may be transparent, and patterns may hold text that is no text of the page; so may clips. */
static void begin_skipped(OfdScene *scene, PackagePart *part)
{
    scene->skip = package_part_level(part);
    if (scene->object == 0 || !package_part_is(part, "FillColor"))
        return;
    last_object(scene)->hidden |= attribute(part, "Alpha", 255) <= 0;
    last_object(scene)->aside |= is_faint(part);
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
    else if (package_part_is(part, "Layer") && is_aside(part))
        scene->aside = package_part_level(part);
    return TRUE;
}

static gboolean end(OfdScene *scene, PackagePart *part, GError **error)
{
    guint level = package_part_level(part);
    if (scene->in_code && package_part_is(part, "TextCode"))
        return end_code(scene, error);
    if (scene->object == level)
        scene->object = 0;
    if (scene->aside == level)
        scene->aside = 0;
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

const GArray *ofd_scene_objects(const OfdScene *scene)
{
    return scene->objects;
}

const OfdGlyph *ofd_scene_glyphs(const OfdScene *scene)
{
    return (const OfdGlyph *)(const void *)scene->glyphs->data;
}
