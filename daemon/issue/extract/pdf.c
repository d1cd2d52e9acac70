/* SPDX-License-Identifier: GPL-3.0-or-later
 * poppler gives each page's characters with their place and type; layout.c makes lines of them. */
#include "songfa-build.h"

#include "daemon/issue/extract/pdf.h"

#include <poppler.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/issue/extract/layout.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PopplerDocument, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PopplerPage, g_object_unref)

enum { MAX_PAGES = 2000 };

typedef struct {
    char *text;
    PopplerRectangle *places; /* one a character of text */
    guint n_places;
    GList *types;             /* PopplerTextAttributes */
} Page;

static void page_clear(Page *page)
{
    g_free(page->text);
    g_free(page->places);
    poppler_page_free_text_attributes(page->types);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Page, page_clear)

/* Types run forward with the text; what is known of one is kept for its characters. */
typedef struct {
    GList *at;
    const PopplerTextAttributes *type; /* NULL = none yet, or no more */
    gboolean bold;
} Types;

static void type_at(Types *types, int place)
{
    while (types->at != NULL && ((PopplerTextAttributes *)types->at->data)->end_index < place)
        types->at = types->at->next;
    const PopplerTextAttributes *type = types->at != NULL ? types->at->data : NULL;
    if (type != types->type)
        types->bold = type != NULL && layout_is_bold(type->font_name);
    types->type = type;
}

/* poppler puts blanks and line ends where it thinks best; only what can be seen is taken. */
static GArray *glyphs_of(const Page *page)
{
    GArray *glyphs = g_array_new(FALSE, FALSE, sizeof(LayoutGlyph));
    Types types = {.at = page->types};
    guint i = 0;
    for (const char *p = page->text; *p != '\0' && i < page->n_places; p = g_utf8_next_char(p), i++) {
        const PopplerRectangle *place = &page->places[i];
        type_at(&types, (int)i);
        LayoutGlyph glyph = {g_utf8_get_char(p), place->x1, place->x2, place->y1, place->y2,
                             types.type != NULL ? types.type->font_size : place->y2 - place->y1, types.bold};
        if (!g_unichar_isspace(glyph.character) && !g_unichar_iscntrl(glyph.character))
            g_array_append_val(glyphs, glyph);
    }
    return glyphs;
}

static gboolean fail(GError **error, const char *message)
{
    g_set_error_literal(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, message);
    return FALSE;
}

static gboolean starts_programs(PopplerPage *page)
{
    gboolean found = FALSE;
    GList *links = poppler_page_get_link_mapping(page);
    for (GList *at = links; at != NULL; at = at->next)
        found = found || ((PopplerLinkMapping *)at->data)->action->type == POPPLER_ACTION_LAUNCH;
    poppler_page_free_link_mapping(links);
    return found;
}

/* A page that cannot be read may bear a mark of secrecy: then none is. */
static gboolean read_page(PopplerDocument *document, int number, Layout *layout, GError **error)
{
    g_autoptr(PopplerPage) page = poppler_document_get_page(document, number);
    double width = 0, height = 0;
    if (page == NULL) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                    _("PDF 的第 %d 页无法读取，文件可能已损坏：请重新导出后交送"), number + 1);
        return FALSE;
    }
    if (starts_programs(page))
        return fail(error, _("PDF 里有启动程序的链接，可能损害收件人的电脑：请去掉后重新导出"));
    g_auto(Page) found = {.text = poppler_page_get_text(page)};
    poppler_page_get_size(page, &width, &height);
    if (found.text == NULL || !poppler_page_get_text_layout(page, &found.places, &found.n_places))
        return TRUE;
    found.types = poppler_page_get_text_attributes(page);
    g_autoptr(GArray) glyphs = glyphs_of(&found);
    layout_page(layout, glyphs, width, height);
    return TRUE;
}

static PopplerDocument *open_document(const void *bytes, gsize length, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(GBytes) data = g_bytes_new_static(bytes, length);
    PopplerDocument *document = poppler_document_new_from_bytes(data, NULL, &why);
    if (document == NULL)
        fail(error, g_error_matches(why, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED)
                        ? _("PDF 设了打开密码，无法读取：请取消密码后重新交送")
                        : _("PDF 不完整或已损坏：请重新复制或重新导出后交送"));
    return document;
}

/* poppler does not tell of a script that is run at once (OpenAction): its word in the file does. */
static gboolean has_script(PopplerDocument *document, const void *bytes, gsize length)
{
    static const char word[] = "/JavaScript";
    return poppler_document_has_javascript(document) || memmem(bytes, length, word, strlen(word)) != NULL;
}

/* What goes out with the PDF and cannot be read here, or acts at the reader's. */
static gboolean may_read(PopplerDocument *document, const void *bytes, gsize length, GError **error)
{
    if (poppler_document_get_n_pages(document) > MAX_PAGES)
        return fail(error, _("PDF 页数过多，不像一期刊物：请核对文件"));
    if (poppler_document_has_attachments(document))
        return fail(error, _("PDF 里带有附件，保密检查读不到附件的内容：请去掉附件后重新导出，附件另行交送"));
    if (has_script(document, bytes, length))
        return fail(error, _("PDF 里有脚本，可能损害收件人的电脑：请重新导出不带脚本的 PDF"));
    return TRUE;
}

gboolean pdf_read(const void *bytes, gsize length, Blocks *blocks, GError **error)
{
    g_autoptr(PopplerDocument) document = open_document(bytes, length, error);
    g_autoptr(Layout) layout = layout_new(blocks);
    if (document == NULL || !may_read(document, bytes, length, error))
        return FALSE;
    for (int i = 0, pages = poppler_document_get_n_pages(document); i < pages; i++)
        if (!read_page(document, i, layout, error))
            return FALSE;
    return layout_end(layout, error);
}
