/* SPDX-License-Identifier: GPL-3.0-or-later
 * An odt: headers from styles.xml, the text with its boxes, tables and notes from content.xml, footers.
 * A table says what each element means. */
#include "daemon/issue/extract/odt.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

enum { MAX_SPANS = 64, MAX_CHAIN = 16, MAX_BLANKS = 256 };

/* What a style says of its text; -1 = nothing. */
typedef struct {
    int bold, hidden;
    char *parent;
} OdtStyle;

typedef enum { READ_STYLES, READ_HEADERS, READ_FOOTERS, READ_TEXT } Pass;

typedef struct {
    Blocks *blocks;
    GHashTable *styles; /* family/name → OdtStyle */
    OdtStyle *style;    /* being read */
    Pass pass;
    guint skip;         /* level below which nothing counts, 0 = none */
    guint hidden;       /* level of the outermost element that hides, 0 = none */
    guint notes, boxes, cells, edges; /* how deep in each */
    guint paragraphs;   /* how deep in them; no text stands outside */
    gboolean after_blank;
    gboolean bold[MAX_SPANS];
    guint n_spans;
} Odt;

static void style_free(gpointer data)
{
    OdtStyle *style = data;
    g_free(style->parent);
    g_free(style);
}

/* ---- styles ---- */

static char *style_key(const char *family, const char *name)
{
    return g_strdup_printf("%s/%s", family != NULL ? family : "", name != NULL ? name : "");
}

static void begin_style(Odt *odt, PackagePart *part)
{
    g_autofree char *family = g_strdup(package_part_attribute(part, "family"));
    g_autofree char *name = g_strdup(package_part_attribute(part, "name"));
    const char *parent = package_part_attribute(part, "parent-style-name");
    odt->style = g_new0(OdtStyle, 1);
    odt->style->bold = odt->style->hidden = -1;
    odt->style->parent = parent != NULL ? style_key(family, parent) : NULL;
    g_hash_table_replace(odt->styles, style_key(family, name), odt->style);
}

/* fo:font-weight is a word or a number (XSL 1.1, 7.9.9). */
static gboolean is_bold(const char *weight)
{
    return strcmp(weight, "bold") == 0 || strcmp(weight, "bolder") == 0 || g_ascii_strtoull(weight, NULL, 10) >= 600;
}

static void take_text_properties(Odt *odt, PackagePart *part)
{
    const char *weight = package_part_attribute(part, "font-weight");
    if (odt->style != NULL && weight != NULL)
        odt->style->bold = is_bold(weight);
    const char *display = odt->style != NULL ? package_part_attribute(part, "display") : NULL;
    if (display != NULL)
        odt->style->hidden = strcmp(display, "none") == 0;
}

static OdtStyle style_of(const Odt *odt, const char *family, const char *name)
{
    OdtStyle found = {-1, -1, NULL};
    g_autofree char *first = style_key(family, name);
    const char *key = first;
    for (int i = 0; key != NULL && i < MAX_CHAIN; i++) {
        const OdtStyle *style = g_hash_table_lookup(odt->styles, key);
        if (style == NULL)
            break;
        found.bold = found.bold >= 0 ? found.bold : style->bold;
        found.hidden = found.hidden >= 0 ? found.hidden : style->hidden;
        key = style->parent;
    }
    return found;
}

/* ---- text ---- */

static Place place_here(const Odt *odt)
{
    if (odt->hidden > 0)
        return PLACE_HIDDEN;
    if (odt->edges > 0)
        return odt->pass == READ_HEADERS ? PLACE_HEADER : PLACE_FOOTER;
    if (odt->notes > 0)
        return PLACE_NOTE;
    return odt->boxes > 0 ? PLACE_BOX : odt->cells > 0 ? PLACE_CELL : PLACE_BODY;
}

static gboolean bold_here(const Odt *odt)
{
    return odt->n_spans > 0 && odt->bold[MIN(odt->n_spans, MAX_SPANS) - 1];
}

static void push_bold(Odt *odt, const OdtStyle *style)
{
    gboolean bold = style->bold >= 0 ? style->bold == 1 : bold_here(odt);
    if (odt->n_spans < MAX_SPANS)
        odt->bold[odt->n_spans] = bold;
    odt->n_spans++;
}

static void pop_bold(Odt *odt)
{
    odt->n_spans -= odt->n_spans > 0;
}

static void add(Odt *odt, const char *text, gssize length)
{
    if (odt->paragraphs > 0)
        blocks_text(odt->blocks, text, length, bold_here(odt));
}

/* Blanks and line ends of the XML are one blank together, none at the beginning (ODF 1.2 part 1, 6.1.2). */
static void add_text(Odt *odt, const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (; *text != '\0'; text++) {
        gboolean blank = strchr(" \t\r\n", *text) != NULL;
        if (!blank || !odt->after_blank)
            g_string_append_c(out, blank ? ' ' : *text);
        odt->after_blank = blank;
    }
    add(odt, out->str, (gssize)out->len);
}

/* From here to the end of this element nothing is to be seen. */
static void hide(Odt *odt, PackagePart *part)
{
    if (odt->hidden == 0)
        odt->hidden = package_part_level(part);
}

static void begin_paragraph(Odt *odt, PackagePart *part)
{
    const char *level = package_part_is(part, "h") ? package_part_attribute(part, "outline-level") : NULL;
    int heading = level != NULL ? (int)CLAMP(g_ascii_strtoll(level, NULL, 10), 0, 9) : 0;
    OdtStyle style = style_of(odt, "paragraph", package_part_attribute(part, "style-name"));
    if (style.hidden == 1)
        hide(odt, part);
    blocks_begin(odt->blocks, place_here(odt), heading);
    odt->paragraphs++;
    odt->after_blank = TRUE;
    push_bold(odt, &style);
}

static gboolean end_paragraph(Odt *odt, GError **error)
{
    odt->paragraphs -= odt->paragraphs > 0;
    odt->after_blank = FALSE;
    pop_bold(odt);
    return blocks_end(odt->blocks, error);
}

/* Hidden words inside a paragraph are one of their own. */
static void begin_span(Odt *odt, PackagePart *part)
{
    OdtStyle style = style_of(odt, "text", package_part_attribute(part, "style-name"));
    push_bold(odt, &style);
    if (style.hidden != 1 || odt->hidden != 0)
        return;
    hide(odt, part);
    blocks_begin(odt->blocks, PLACE_HIDDEN, 0);
}

static gboolean end_span(Odt *odt, PackagePart *part, GError **error)
{
    pop_bold(odt);
    return odt->hidden != package_part_level(part) || blocks_end(odt->blocks, error);
}

static void add_blanks(Odt *odt, PackagePart *part)
{
    const char *count = package_part_attribute(part, "c");
    guint64 n = count != NULL ? g_ascii_strtoull(count, NULL, 10) : 1;
    for (guint64 i = 0; i < MIN(n, MAX_BLANKS); i++)
        add(odt, " ", 1);
    odt->after_blank = FALSE;
}

/* ---- elements ---- */

typedef enum {
    SKIP,      /* what is no text of the document, though it is text in the XML */
    HIDE,
    PARAGRAPH,
    SPAN,
    BLANKS,
    TAB,
    BREAK,
    NOTE,
    BOX,
    CELL,
    ROW,
    HEADER,
    FOOTER,
    STYLE,
    TEXT_PROPERTIES,
    NOTHING
} Meaning;

static const struct {
    const char *name;
    Meaning meaning;
} elements[] = {
    {"p", PARAGRAPH},           {"h", PARAGRAPH},          {"span", SPAN},
    {"s", BLANKS},              {"tab", TAB},              {"line-break", BREAK},
    {"table-cell", CELL},       {"table-row", ROW},        {"text-box", BOX},
    {"note-body", NOTE},        {"note-citation", SKIP},   {"ruby-text", SKIP},
    {"title", SKIP},            {"desc", SKIP},            {"creator", SKIP},
    {"date", SKIP},             {"binary-data", SKIP},     {"script", SKIP},
    {"tracked-changes", HIDE},  {"annotation", HIDE},      {"hidden-text", HIDE},
    {"header", HEADER},         {"header-left", HEADER},   {"header-first", HEADER},
    {"footer", FOOTER},         {"footer-left", FOOTER},   {"footer-first", FOOTER},
    {"style", STYLE},           {"text-properties", TEXT_PROPERTIES},
};

static Meaning meaning_of(const PackagePart *part)
{
    for (gsize i = 0; i < G_N_ELEMENTS(elements); i++)
        if (package_part_is(part, elements[i].name))
            return elements[i].meaning;
    return NOTHING;
}

static void start(Odt *odt, PackagePart *part)
{
    switch (meaning_of(part)) {
    case SKIP: odt->skip = package_part_level(part); break;
    case HIDE: hide(odt, part); break;
    case PARAGRAPH: begin_paragraph(odt, part); break;
    case SPAN: begin_span(odt, part); break;
    case BLANKS: add_blanks(odt, part); break;
    case TAB: add(odt, "\t", 1); break;
    case BREAK: add(odt, "\n", 1); break;
    case NOTE: odt->notes++; break;
    case BOX: odt->boxes++; break;
    case CELL: odt->cells++; break;
    case HEADER: odt->edges += odt->pass == READ_HEADERS; break;
    case FOOTER: odt->edges += odt->pass == READ_FOOTERS; break;
    case STYLE: begin_style(odt, part); break;
    case TEXT_PROPERTIES: take_text_properties(odt, part); break;
    case ROW:
    case NOTHING: break;
    }
}

static void leave(guint *depth)
{
    *depth -= *depth > 0;
}

static gboolean end(Odt *odt, PackagePart *part, GError **error)
{
    gboolean ok = TRUE;
    switch (meaning_of(part)) {
    case PARAGRAPH: ok = end_paragraph(odt, error); break;
    case SPAN: ok = end_span(odt, part, error); break;
    case NOTE: leave(&odt->notes); break;
    case BOX: leave(&odt->boxes); break;
    case CELL:
        leave(&odt->cells);
        blocks_cell(odt->blocks);
        break;
    case ROW: blocks_row(odt->blocks); break;
    case HEADER: odt->edges -= odt->pass == READ_HEADERS && odt->edges > 0; break;
    case FOOTER: odt->edges -= odt->pass == READ_FOOTERS && odt->edges > 0; break;
    case STYLE: odt->style = NULL; break;
    default: break;
    }
    if (odt->hidden == package_part_level(part))
        odt->hidden = 0;
    return ok;
}

/* Of styles.xml each pass reads its part: the styles, the headers, the footers. */
static gboolean is_read(const Odt *odt, PackagePart *part)
{
    if (odt->pass == READ_TEXT || odt->edges > 0)
        return TRUE;
    Meaning meaning = meaning_of(part);
    return odt->pass == READ_STYLES ? meaning == STYLE || meaning == TEXT_PROPERTIES
                                    : meaning == HEADER || meaning == FOOTER;
}

static gboolean take_event(PackagePart *part, gpointer data, GError **error)
{
    Odt *odt = data;
    PackageEvent event = package_part_event(part);
    if (odt->skip > 0) {
        if (event == PACKAGE_END && package_part_level(part) == odt->skip)
            odt->skip = 0;
        return TRUE;
    }
    if (event == PACKAGE_TEXT)
        add_text(odt, package_part_text(part));
    else if (is_read(odt, part) && event == PACKAGE_START)
        start(odt, part);
    else if (is_read(odt, part))
        return end(odt, part, error);
    return TRUE;
}

static gboolean read_part(Odt *odt, Package *package, const char *name, Pass pass, GError **error)
{
    odt->pass = pass;
    odt->style = NULL;
    odt->skip = odt->hidden = odt->notes = odt->boxes = odt->cells = odt->edges = odt->paragraphs = odt->n_spans = 0;
    return package_read(package, name, take_event, odt, error);
}

static gboolean fail(GError **error, const char *message)
{
    g_set_error_literal(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, message);
    return FALSE;
}

/* The manifest says which parts are encrypted (ODF 1.2 part 3, 4.4). */
static gboolean take_manifest(PackagePart *part, gpointer data, GError **error)
{
    (void)data;
    if (package_part_event(part) == PACKAGE_START && package_part_is(part, "encryption-data"))
        return fail(error, _("文件设了打开密码，无法读取：请在 Word、Excel 或 WPS 中取消密码后另存"));
    return TRUE;
}

/* What could be opened and yet is not to be read. */
static gboolean may_read(Package *package, GError **error)
{
    static const char manifest[] = "META-INF/manifest.xml";
    if (package_has(package, "Basic/script-lc.xml"))
        return fail(error, _("文件带有宏，可能损害收件人的电脑：请另存为不带宏的文档后重新交送"));
    return !package_has(package, manifest) || package_read(package, manifest, take_manifest, NULL, error);
}

gboolean odt_read(Package *package, Blocks *blocks, GError **error)
{
    static const char text[] = "content.xml", styles[] = "styles.xml";
    g_autoptr(GHashTable) table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, style_free);
    Odt odt = {.blocks = blocks, .styles = table};
    gboolean styled = package_has(package, styles);
    return may_read(package, error) &&
           (!styled || (read_part(&odt, package, styles, READ_STYLES, error) &&
                        read_part(&odt, package, styles, READ_HEADERS, error))) &&
           read_part(&odt, package, text, READ_TEXT, error) &&
           (!styled || read_part(&odt, package, styles, READ_FOOTERS, error));
}
