/* SPDX-License-Identifier: GPL-3.0-or-later
 * From OFD.xml to the documents, from each Document.xml to its resources, templates, pages and annotations;
 * ofd-scene.c knows what is drawn on them, ofd-view.c what is seen, layout.c makes paragraphs of it. */
#include "daemon/issue/extract/ofd.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/issue/extract/layout.h"
#include "daemon/issue/extract/ofd-scene.h"
#include "daemon/issue/extract/ofd-view.h"

enum { MAX_PAGES = 2000, MAX_DOCUMENTS = 64 };

static const char entry[] = "OFD.xml", encryptions[] = "Encryptions.xml"; /* the second: GM/T 0099-2020, C.3 */

typedef struct {
    double width, height; /* in millimetres */
} Box;

static const Box a4 = {210, 297};

typedef struct {
    char *part;
    gboolean drawn;
} Template;

typedef struct {
    Package *package;
    Blocks *blocks;
    OfdCommon common;
    GHashTable *said;     /* hidden lines already written */
    GPtrArray *documents; /* names of parts */
    /* of the document that is being read: */
    const char *root;      /* its part */
    Box box;
    GPtrArray *pages, *resources, *annotations, *attachments; /* names of parts */
    GHashTable *templates; /* id → Template */
    Layout *layout;
} Ofd;

static gboolean fail(GError **error, const char *message)
{
    g_set_error_literal(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, message);
    return FALSE;
}

static void template_free(gpointer data)
{
    Template *template = data;
    g_free(template->part);
    g_free(template);
}

static void scene_free(gpointer data)
{
    ofd_scene_free(data);
}

/* ---- places in the package ---- */

/* The part meant by a path that stands in the part from (ST_Loc: from the root with a slash, else beside it).
 * NULL and error when it leads out of the package; caller frees. */
static char *locate(const char *from, const char *path, GError **error)
{
    g_autofree char *plain = g_strdelimit(g_strstrip(g_strdup(path)), "\\", '/');
    g_auto(GStrv) folders = g_strsplit(*plain == '/' ? "" : from, "/", -1);
    g_auto(GStrv) steps = g_strsplit(plain, "/", -1);
    gssize depth = MAX((gssize)g_strv_length(folders) - 1, 0);
    for (char **step = steps; *step != NULL; step++) {
        depth += strcmp(*step, "..") == 0 ? -1 : **step != '\0' && strcmp(*step, ".") != 0;
        if (depth < 0) {
            fail(error, _("OFD 里的路径指到了文件之外，不是正常的 OFD 文件，没有读取"));
            return NULL;
        }
    }
    return package_resolve(from, plain);
}

static gboolean take_location(const char *from, const char *path, GPtrArray *parts, GError **error)
{
    char *part = path != NULL ? locate(from, path, error) : NULL;
    if (part != NULL)
        g_ptr_array_add(parts, part);
    return part != NULL || path == NULL;
}

/* ---- reading a part ---- */

/* Elements that hold nothing but a word of text are taken at their end. */
typedef struct Reading Reading;
struct Reading {
    Ofd *ofd;
    const char *part;
    GString *text;     /* since the last start or end */
    OfdScene *scene;   /* what is drawn goes there, NULL = nowhere */
    Box box;
    gboolean templates; /* may draw them */
    char *id;           /* of the open unit, or name of custom data */
    gboolean (*take)(Reading *reading, PackagePart *part, GError **error);
};

static gboolean take_event(PackagePart *part, gpointer data, GError **error)
{
    Reading *reading = data;
    PackageEvent event = package_part_event(part);
    if (event == PACKAGE_TEXT)
        g_string_append(reading->text, package_part_text(part));
    gboolean ok = reading->take(reading, part, error);
    if (event != PACKAGE_TEXT)
        g_string_truncate(reading->text, 0);
    return ok;
}

static gboolean read_part(Reading *reading, GError **error)
{
    reading->text = g_string_new(NULL);
    gboolean ok = package_read(reading->ofd->package, reading->part, take_event, reading, error);
    g_string_free(reading->text, TRUE);
    g_clear_pointer(&reading->id, g_free);
    return ok;
}

static gboolean starts(PackagePart *part, const char *name)
{
    return package_part_event(part) == PACKAGE_START && package_part_is(part, name);
}

static gboolean ends(PackagePart *part, const char *name)
{
    return package_part_event(part) == PACKAGE_END && package_part_is(part, name);
}

/* PhysicalBox: x, y, width, height. */
static void take_box(const Reading *reading, Box *box)
{
    double numbers[4];
    if (ofd_scene_numbers(reading->text->str, numbers, 4) == 4 && numbers[2] > 0 && numbers[3] > 0)
        *box = (Box){numbers[2], numbers[3]};
}

static gboolean write_hidden(const Ofd *ofd, const char *text, GError **error)
{
    blocks_begin(ofd->blocks, PLACE_HIDDEN, 0);
    blocks_text(ofd->blocks, text, -1, FALSE);
    return blocks_end(ofd->blocks, error);
}

/* ---- resources (clause 7.9) ---- */

static void take_fount(const Ofd *ofd, PackagePart *part)
{
    const char *id = package_part_attribute(part, "ID"), *bold = package_part_attribute(part, "Bold");
    if (id != NULL && (g_strcmp0(bold, "true") == 0 || g_strcmp0(bold, "1") == 0 ||
                       layout_is_bold(package_part_attribute(part, "FontName"))))
        g_hash_table_add(ofd->common.founts, g_strdup(id));
}

static gboolean take_resource(Reading *reading, PackagePart *part, GError **error)
{
    Ofd *ofd = reading->ofd;
    if (starts(part, "Font")) {
        take_fount(ofd, part);
    } else if (starts(part, "CompositeGraphicUnit") && reading->scene == NULL) {
        reading->id = g_strdup(package_part_attribute(part, "ID"));
        reading->scene = ofd_scene_new(&ofd->common);
    } else if (ends(part, "CompositeGraphicUnit") && reading->scene != NULL) {
        g_hash_table_replace(ofd->common.units, reading->id != NULL ? reading->id : g_strdup(""), reading->scene);
        reading->scene = NULL;
        reading->id = NULL;
    }
    return reading->scene == NULL || ofd_scene_take(reading->scene, part, error);
}

/* What is only named and not there is not drawn by any reader. */
static gboolean read_resources(Ofd *ofd, const char *name, GError **error)
{
    Reading reading = {.ofd = ofd, .part = name, .take = take_resource};
    gboolean ok = !package_has(ofd->package, name) || read_part(&reading, error);
    ofd_scene_free(reading.scene);
    return ok;
}

/* ---- pages (clause 7.7) ---- */

static gboolean read_scene(Ofd *ofd, const char *name, OfdScene *scene, Box *box, GError **error);

/* Each page's is the same: it is read on the first one that has it. */
static gboolean draw_template(Reading *reading, PackagePart *part, GError **error)
{
    Ofd *ofd = reading->ofd;
    const char *id = package_part_attribute(part, "TemplateID");
    Template *template = id != NULL ? g_hash_table_lookup(ofd->templates, id) : NULL;
    if (template == NULL || template->drawn)
        return TRUE;
    template->drawn = TRUE;
    g_autoptr(OfdScene) scene = ofd_scene_new(&ofd->common);
    return read_scene(ofd, template->part, scene, NULL, error) && ofd_scene_draw(reading->scene, scene, error);
}

static gboolean take_page(Reading *reading, PackagePart *part, GError **error)
{
    if (starts(part, "Template") && reading->templates)
        return draw_template(reading, part, error);
    if (ends(part, "PhysicalBox"))
        take_box(reading, &reading->box);
    if (ends(part, "PageRes")) {
        g_autofree char *name = locate(reading->part, reading->text->str, error);
        return name != NULL && read_resources(reading->ofd, name, error);
    }
    return ofd_scene_take(reading->scene, part, error);
}

/* box: of the page, so it is no template; else NULL. */
static gboolean read_scene(Ofd *ofd, const char *name, OfdScene *scene, Box *box, GError **error)
{
    Reading reading = {.ofd = ofd, .part = name, .scene = scene, .box = ofd->box, .templates = box != NULL,
                       .take = take_page};
    if (!package_has(ofd->package, name)) {
        g_autofree char *missing = package_shown_name(name);
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                    _("OFD 里缺少 %s，文件不完整：请重新复制或重新导出后交送"), missing);
        return FALSE;
    }
    gboolean ok = read_part(&reading, error);
    if (box != NULL)
        *box = reading.box;
    return ok;
}

static gboolean read_page(Ofd *ofd, const char *name, GError **error)
{
    g_autoptr(OfdScene) scene = ofd_scene_new(&ofd->common);
    Box box;
    if (!read_scene(ofd, name, scene, &box, error))
        return FALSE;
    OfdView view = {box.width, box.height, ofd->layout, ofd->blocks, ofd->said};
    return ofd_view_write(&view, scene, error);
}

/* ---- annotations (clause 15): not the text, but they go out with it ---- */

static gboolean take_annotation(Reading *reading, PackagePart *part, GError **error)
{
    if ((ends(part, "Remark") || ends(part, "Parameter")) && !write_hidden(reading->ofd, reading->text->str, error))
        return FALSE;
    return ofd_scene_take(reading->scene, part, error);
}

static gboolean read_annotation(Ofd *ofd, const char *name, GError **error)
{
    g_autoptr(OfdScene) scene = ofd_scene_new(&ofd->common);
    Reading reading = {.ofd = ofd, .part = name, .scene = scene, .take = take_annotation};
    if (!package_has(ofd->package, name))
        return TRUE;
    OfdView view = {.blocks = ofd->blocks, .said = ofd->said};
    return read_part(&reading, error) && ofd_view_write(&view, scene, error);
}

/* The list of them, by page. */
static gboolean take_annotations(Reading *reading, PackagePart *part, GError **error)
{
    if (!ends(part, "FileLoc"))
        return TRUE;
    g_autofree char *name = locate(reading->part, reading->text->str, error);
    return name != NULL && read_annotation(reading->ofd, name, error);
}

static gboolean read_annotations(Ofd *ofd, const char *name, GError **error)
{
    Reading reading = {.ofd = ofd, .part = name, .take = take_annotations};
    return !package_has(ofd->package, name) || read_part(&reading, error);
}

/* ---- attachments (clause 20) ---- */

/* They would go out without having been searched. */
static gboolean take_attachment(Reading *reading, PackagePart *part, GError **error)
{
    (void)reading;
    return !starts(part, "Attachment") ||
           fail(error, _("OFD 里带有附件，保密检查读不到附件的内容：请去掉附件后重新导出，附件另行交送"));
}

static gboolean check_attachments(Ofd *ofd, const char *name, GError **error)
{
    Reading reading = {.ofd = ofd, .part = name, .take = take_attachment};
    return !package_has(ofd->package, name) || read_part(&reading, error);
}

/* ---- a document (clause 7.5) ---- */

static gboolean take_template(const Reading *reading, PackagePart *part, GError **error)
{
    Ofd *ofd = reading->ofd;
    const char *id = package_part_attribute(part, "ID"), *path = package_part_attribute(part, "BaseLoc");
    if (id == NULL || path == NULL)
        return TRUE;
    Template *template = g_new0(Template, 1);
    template->part = locate(reading->part, path, error);
    g_hash_table_replace(ofd->templates, g_strdup(id), template);
    return template->part != NULL;
}

static gboolean take_document(Reading *reading, PackagePart *part, GError **error)
{
    Ofd *ofd = reading->ofd;
    if (starts(part, "TemplatePage"))
        return take_template(reading, part, error);
    if (starts(part, "Page"))
        return take_location(reading->part, package_part_attribute(part, "BaseLoc"), ofd->pages, error);
    if (ends(part, "PublicRes") || ends(part, "DocumentRes"))
        return take_location(reading->part, reading->text->str, ofd->resources, error);
    if (ends(part, "Annotations"))
        return take_location(reading->part, reading->text->str, ofd->annotations, error);
    if (ends(part, "Attachments"))
        return take_location(reading->part, reading->text->str, ofd->attachments, error);
    if (ends(part, "PhysicalBox"))
        take_box(reading, &ofd->box);
    return TRUE;
}

static gboolean each(Ofd *ofd, const GPtrArray *parts, gboolean (*read)(Ofd *ofd, const char *name, GError **error),
                     GError **error)
{
    for (guint i = 0; i < parts->len; i++)
        if (!read(ofd, parts->pdata[i], error))
            return FALSE;
    return TRUE;
}

static gboolean read_pages(Ofd *ofd, GError **error)
{
    if (ofd->pages->len > MAX_PAGES)
        return fail(error, _("OFD 页数过多，不像一期刊物：请核对文件"));
    return each(ofd, ofd->attachments, check_attachments, error) &&
           each(ofd, ofd->resources, read_resources, error) && each(ofd, ofd->pages, read_page, error) &&
           each(ofd, ofd->annotations, read_annotations, error) && layout_end(ofd->layout, error);
}

/* Ids hold within one document. */
static gboolean read_document(Ofd *ofd, const char *name, GError **error)
{
    Reading reading = {.ofd = ofd, .part = name, .take = take_document};
    g_autoptr(Layout) layout = layout_new(ofd->blocks);
    ofd->layout = layout;
    ofd->box = a4;
    g_ptr_array_set_size(ofd->pages, 0);
    g_ptr_array_set_size(ofd->resources, 0);
    g_ptr_array_set_size(ofd->annotations, 0);
    g_ptr_array_set_size(ofd->attachments, 0);
    g_hash_table_remove_all(ofd->templates);
    g_hash_table_remove_all(ofd->common.founts);
    g_hash_table_remove_all(ofd->common.units);
    blocks_page(ofd->blocks);
    return read_part(&reading, error) && read_pages(ofd, error);
}

/* ---- the package (clause 7.4) ---- */

/* Custom data may say 密级：秘密 where no page does. */
static gboolean take_entry(Reading *reading, PackagePart *part, GError **error)
{
    if (ends(part, "DocRoot"))
        return take_location(reading->part, reading->text->str, reading->ofd->documents, error);
    if (starts(part, "CustomData")) {
        g_free(reading->id);
        reading->id = g_strdup(package_part_attribute(part, "Name"));
    }
    if (!ends(part, "CustomData") || reading->id == NULL)
        return TRUE;
    g_autofree char *line = g_strdup_printf("%s：%s", reading->id, reading->text->str);
    return write_hidden(reading->ofd, line, error);
}

static gboolean read_package(Ofd *ofd, GError **error)
{
    Reading reading = {.ofd = ofd, .part = entry, .take = take_entry};
    if (package_has(ofd->package, encryptions))
        return fail(error, _("OFD 已加密，无法读取：请解密后导出，或交送未加密的定稿文件"));
    if (!read_part(&reading, error))
        return FALSE;
    if (ofd->documents->len == 0 || ofd->documents->len > MAX_DOCUMENTS)
        return fail(error, _("OFD.xml 里没有写明文档，或者过多：请重新导出后交送"));
    return each(ofd, ofd->documents, read_document, error);
}

static void ofd_clear(Ofd *ofd)
{
    g_hash_table_unref(ofd->common.founts);
    g_hash_table_unref(ofd->common.units);
    g_hash_table_unref(ofd->said);
    g_hash_table_unref(ofd->templates);
    g_ptr_array_unref(ofd->documents);
    g_ptr_array_unref(ofd->pages);
    g_ptr_array_unref(ofd->resources);
    g_ptr_array_unref(ofd->annotations);
    g_ptr_array_unref(ofd->attachments);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Ofd, ofd_clear)

gboolean ofd_read(Package *package, Blocks *blocks, GError **error)
{
    g_auto(Ofd) ofd = {.package = package, .blocks = blocks};
    ofd.common.founts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    ofd.common.units = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, scene_free);
    ofd.said = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    ofd.templates = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, template_free);
    ofd.documents = g_ptr_array_new_with_free_func(g_free);
    ofd.pages = g_ptr_array_new_with_free_func(g_free);
    ofd.resources = g_ptr_array_new_with_free_func(g_free);
    ofd.annotations = g_ptr_array_new_with_free_func(g_free);
    ofd.attachments = g_ptr_array_new_with_free_func(g_free);
    return read_package(&ofd, error);
}
