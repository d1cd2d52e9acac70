/* SPDX-License-Identifier: GPL-3.0-or-later
 * A docx from front to back: headers, the text with its boxes and tables, notes, footers; what is
 * hidden, deleted or a comment comes apart. One walk serves every part, for all are made of the same
 * paragraphs. */
#include "daemon/issue/extract/docx.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/issue/extract/docx-styles.h"

typedef struct {
    Package *package;
    Blocks *blocks;
    DocxStyles *styles;
    Place place;         /* of the part that is being read */
    guint boxes, cells;  /* how deep in text boxes and table cells */
    guint skip;          /* level below which nothing counts, 0 = none */
    guint deleted;       /* level of a deletion, 0 = none */
    gboolean in_run, in_properties, in_text, is_hidden, has_macros;
    DocxStyle paragraph, run;
    char *main, *styles_part;
    GPtrArray *headers, *footers, *notes, *comments; /* names of parts */
} Docx;

/* ---- elements ---- */

static Place place_here(const Docx *docx)
{
    if (docx->place != PLACE_BODY)
        return docx->place;
    return docx->boxes > 0 ? PLACE_BOX : docx->cells > 0 ? PLACE_CELL : PLACE_BODY;
}

static void add_text(Docx *docx, const char *text)
{
    gboolean bold = docx->run.bold >= 0 ? docx->run.bold : docx->paragraph.bold == 1;
    blocks_text(docx->blocks, text, -1, bold);
}

/* What cannot be seen is told apart, so that it is not read as the text and yet is scanned. */
static gboolean begin_run(Docx *docx)
{
    docx->in_run = TRUE;
    docx->run = (DocxStyle)DOCX_STYLE_UNSAID;
    return TRUE;
}

static gboolean show_or_hide(Docx *docx, GError **error)
{
    gboolean hidden = docx->deleted > 0 || docx->run.hidden == 1;
    if (hidden == docx->is_hidden)
        return TRUE;
    docx->is_hidden = hidden;
    if (!hidden)
        return blocks_end(docx->blocks, error);
    blocks_begin(docx->blocks, PLACE_HIDDEN, 0);
    return TRUE;
}

static gboolean end_hidden(Docx *docx, GError **error)
{
    docx->in_run = FALSE;
    if (!docx->is_hidden)
        return TRUE;
    docx->is_hidden = FALSE;
    return blocks_end(docx->blocks, error);
}

static void take_property(Docx *docx, PackagePart *part)
{
    if (package_part_is(part, "pStyle")) {
        docx->paragraph = docx_style(docx->styles, package_part_attribute(part, "val"));
        if (docx->paragraph.heading > 0)
            blocks_heading(docx->blocks, docx->paragraph.heading);
    } else if (package_part_is(part, "rStyle") && docx->in_run) {
        docx->run = docx_style(docx->styles, package_part_attribute(part, "val"));
    } else if (docx->in_run) {
        docx_style_take(&docx->run, part);
    } else if (package_part_is(part, "outlineLvl")) {
        docx_style_take(&docx->paragraph, part);
        blocks_heading(docx->blocks, MAX(docx->paragraph.heading, 0));
    }
}

static void begin_paragraph(Docx *docx)
{
    docx->paragraph = (DocxStyle)DOCX_STYLE_UNSAID;
    blocks_begin(docx->blocks, place_here(docx), 0);
}

static void take_break(Docx *docx, PackagePart *part)
{
    if (g_strcmp0(package_part_attribute(part, "type"), "page") == 0)
        blocks_page(docx->blocks);
    add_text(docx, "\n");
}

/* Elements within a run that stand for characters (17.3.3). */
static const struct {
    const char *name, *text;
} characters[] = {
    {"tab", "\t"}, {"ptab", "\t"}, {"cr", "\n"}, {"noBreakHyphen", "-"},
};

static void take_character(Docx *docx, PackagePart *part)
{
    for (gsize i = 0; i < G_N_ELEMENTS(characters); i++)
        if (package_part_is(part, characters[i].name))
            add_text(docx, characters[i].text);
    if (package_part_is(part, "br"))
        take_break(docx, part);
}

static gboolean begins_properties(const PackagePart *part)
{
    return package_part_is(part, "rPr") || package_part_is(part, "pPr");
}

/* Before and after a tracked move the same words stand twice; the first place is a deletion. */
static gboolean begins_deletion(const PackagePart *part)
{
    return package_part_is(part, "del") || package_part_is(part, "moveFrom");
}

static gboolean start(Docx *docx, PackagePart *part, GError **error)
{
    if (package_part_is(part, "Fallback")) /* the same contents again, for older readers */
        docx->skip = package_part_level(part);
    else if (begins_deletion(part) && !docx->in_properties && docx->deleted == 0)
        docx->deleted = package_part_level(part);
    else if (package_part_is(part, "p"))
        begin_paragraph(docx);
    else if (package_part_is(part, "txbxContent"))
        docx->boxes++;
    else if (package_part_is(part, "tc"))
        docx->cells++;
    else if (package_part_is(part, "r"))
        return begin_run(docx);
    else if (begins_properties(part))
        docx->in_properties = TRUE;
    else if (docx->in_properties)
        take_property(docx, part);
    else if (package_part_is(part, "t") || package_part_is(part, "delText")) {
        docx->in_text = TRUE;
        return show_or_hide(docx, error);
    } else if (docx->in_run)
        take_character(docx, part);
    return TRUE;
}

static gboolean end(Docx *docx, PackagePart *part, GError **error)
{
    if (docx->deleted == package_part_level(part))
        docx->deleted = 0;
    if (begins_properties(part))
        docx->in_properties = FALSE;
    else if (package_part_is(part, "t") || package_part_is(part, "delText"))
        docx->in_text = FALSE;
    else if (package_part_is(part, "r"))
        return end_hidden(docx, error);
    else if (package_part_is(part, "p"))
        return blocks_end(docx->blocks, error);
    else if (package_part_is(part, "txbxContent"))
        docx->boxes -= docx->boxes > 0;
    else if (package_part_is(part, "tc")) {
        docx->cells -= docx->cells > 0;
        blocks_cell(docx->blocks);
    } else if (package_part_is(part, "tr"))
        blocks_row(docx->blocks);
    return TRUE;
}

static gboolean take_event(PackagePart *part, gpointer data, GError **error)
{
    Docx *docx = data;
    PackageEvent event = package_part_event(part);
    if (docx->skip > 0) {
        if (event == PACKAGE_END && package_part_level(part) == docx->skip)
            docx->skip = 0;
        return TRUE;
    }
    if (event == PACKAGE_START)
        return start(docx, part, error);
    if (event == PACKAGE_END)
        return end(docx, part, error);
    if (docx->in_text)
        add_text(docx, package_part_text(part));
    return TRUE;
}

/* ---- parts ---- */

static gboolean read_part(Docx *docx, const char *name, Place place, GError **error)
{
    docx->place = place;
    docx->boxes = docx->cells = docx->skip = docx->deleted = 0;
    docx->in_run = docx->in_properties = docx->in_text = docx->is_hidden = FALSE;
    docx->run = docx->paragraph = (DocxStyle)DOCX_STYLE_UNSAID;
    return package_read(docx->package, name, take_event, docx, error);
}

static gboolean read_parts(Docx *docx, const GPtrArray *names, Place place, GError **error)
{
    for (guint i = 0; i < names->len; i++)
        if (!read_part(docx, names->pdata[i], place, error))
            return FALSE;
    return TRUE;
}

static void take_root_relation(const PackageRelation *relation, gpointer data)
{
    Docx *docx = data;
    if (docx->main == NULL && strcmp(relation->type, "officeDocument") == 0)
        docx->main = g_strdup(relation->target);
}

static void take_relation(const PackageRelation *relation, gpointer data)
{
    Docx *docx = data;
    const struct {
        const char *type;
        GPtrArray *parts;
    } kinds[] = {
        {"header", docx->headers}, {"footer", docx->footers},    {"footnotes", docx->notes},
        {"endnotes", docx->notes}, {"comments", docx->comments},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (strcmp(relation->type, kinds[i].type) == 0)
            g_ptr_array_add(kinds[i].parts, g_strdup(relation->target));
    docx->has_macros = docx->has_macros || strcmp(relation->type, "vbaProject") == 0;
    if (strcmp(relation->type, "styles") == 0 && docx->styles_part == NULL)
        docx->styles_part = g_strdup(relation->target);
}

static void docx_clear(Docx *docx)
{
    g_ptr_array_unref(docx->headers);
    g_ptr_array_unref(docx->footers);
    g_ptr_array_unref(docx->notes);
    g_ptr_array_unref(docx->comments);
    docx_styles_free(docx->styles);
    g_free(docx->main);
    g_free(docx->styles_part);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Docx, docx_clear)

gboolean docx_read(Package *package, Blocks *blocks, GError **error)
{
    g_auto(Docx) docx = {.package = package, .blocks = blocks};
    docx.headers = g_ptr_array_new_with_free_func(g_free);
    docx.footers = g_ptr_array_new_with_free_func(g_free);
    docx.notes = g_ptr_array_new_with_free_func(g_free);
    docx.comments = g_ptr_array_new_with_free_func(g_free);
    if (!package_relations(package, "", take_root_relation, &docx, error))
        return FALSE;
    if (docx.main == NULL)
        docx.main = g_strdup("word/document.xml");
    if (!package_relations(package, docx.main, take_relation, &docx, error))
        return FALSE;
    if (docx.has_macros) {
        g_set_error_literal(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                            _("文件带有宏，可能损害收件人的电脑：请另存为不带宏的文档后重新交送"));
        return FALSE;
    }
    if ((docx.styles = docx_styles_read(package, docx.styles_part, error)) == NULL)
        return FALSE;
    return read_parts(&docx, docx.headers, PLACE_HEADER, error) &&
           read_part(&docx, docx.main, PLACE_BODY, error) && read_parts(&docx, docx.notes, PLACE_NOTE, error) &&
           read_parts(&docx, docx.footers, PLACE_FOOTER, error) &&
           read_parts(&docx, docx.comments, PLACE_HIDDEN, error);
}
