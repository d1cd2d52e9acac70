/* SPDX-License-Identifier: GPL-3.0-or-later
 * The parts of a workbook (ECMA-376 part 1, 18): relations, names of the sheets, number formats, shared
 * strings; then each worksheet. */
#include "recipients/xlsx.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "recipients/xlsx-cells.h"
#include "recipients/xlsx-number.h"

enum {
    MAX_SHEETS = 256,
    MAX_STYLES = 65536,
    MAX_STRINGS = 4 << 20,
    MAX_SIZE = 192 << 20, /* bytes of all shared strings; of all cells */
    ARENA_BLOCK = 1 << 16
};

typedef struct {
    Package *package;
    XlsxBook book;
    char *main;               /* the part of the workbook */
    char *styles, *shared;    /* parts, NULL without one */
    GHashTable *worksheets;   /* relation → part */
    GPtrArray *names, *parts; /* of the worksheets, in order */
    GHashTable *codes;        /* format with a code of its own → it shows a day */
    gboolean in_cell_styles;  /* while reading the styles */
    GStringChunk *arena;      /* of the shared strings */
    gsize shared_size;
    GString *text;            /* of the shared string being read */
} Reader;

static void reader_init(Reader *reader)
{
    reader->book.strings = g_ptr_array_new();
    reader->book.dates = g_array_new(FALSE, FALSE, sizeof(guint8));
    reader->worksheets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    reader->names = g_ptr_array_new_with_free_func(g_free);
    reader->parts = g_ptr_array_new_with_free_func(g_free);
    reader->codes = g_hash_table_new(NULL, NULL);
    reader->arena = g_string_chunk_new(ARENA_BLOCK);
    reader->text = g_string_new(NULL);
}

static void reader_clear(Reader *reader)
{
    package_free(reader->package);
    g_ptr_array_unref(reader->book.strings);
    g_array_unref(reader->book.dates);
    g_free(reader->main);
    g_free(reader->styles);
    g_free(reader->shared);
    g_hash_table_unref(reader->worksheets);
    g_ptr_array_unref(reader->names);
    g_ptr_array_unref(reader->parts);
    g_hash_table_unref(reader->codes);
    g_string_chunk_free(reader->arena);
    g_string_free(reader->text, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_clear)

/* Calls take at the start of each element of the part. */
static gboolean walk(Reader *reader, const char *name,
                     gboolean (*take)(Reader *reader, PackagePart *part, GError **error), GError **error)
{
    g_autoptr(PackagePart) part = package_part_open(reader->package, name, error);
    if (part == NULL)
        return FALSE;
    while (package_part_next(part, error)) {
        if (package_part_event(part) == PACKAGE_EOF)
            return TRUE;
        if (package_part_event(part) == PACKAGE_START && !take(reader, part, error))
            return FALSE;
    }
    return FALSE;
}

/* The first of a kind counts. */
static void keep_first(char **found, const char *target)
{
    if (*found == NULL)
        *found = g_strdup(target);
}

static void take_root_relation(const PackageRelation *relation, gpointer data)
{
    Reader *reader = data;
    if (strcmp(relation->type, "officeDocument") == 0)
        keep_first(&reader->main, relation->target);
}

static void take_relation(const PackageRelation *relation, gpointer data)
{
    Reader *reader = data;
    if (strcmp(relation->type, "styles") == 0)
        keep_first(&reader->styles, relation->target);
    else if (strcmp(relation->type, "sharedStrings") == 0)
        keep_first(&reader->shared, relation->target);
    else if (strcmp(relation->type, "worksheet") == 0)
        g_hash_table_replace(reader->worksheets, g_strdup(relation->id != NULL ? relation->id : ""),
                             g_strdup(relation->target));
}

/* A chart has no worksheet; one that only programs can show holds no table of the clerk's. */
static gboolean take_book(Reader *reader, PackagePart *part, GError **error)
{
    if (package_part_is(part, "workbookPr")) {
        const char *flag = package_part_attribute(part, "date1904");
        reader->book.from_1904 = g_strcmp0(flag, "1") == 0 || g_strcmp0(flag, "true") == 0;
    }
    if (!package_part_is(part, "sheet") || g_strcmp0(package_part_attribute(part, "state"), "veryHidden") == 0)
        return TRUE;
    const char *id = package_part_attribute(part, "id");
    const char *worksheet = id != NULL ? g_hash_table_lookup(reader->worksheets, id) : NULL;
    if (worksheet == NULL)
        return TRUE;
    const char *name = package_part_attribute(part, "name");
    g_ptr_array_add(reader->names, g_strdup(name != NULL ? name : ""));
    g_ptr_array_add(reader->parts, g_strdup(worksheet));
    return reader->parts->len <= MAX_SHEETS || xlsx_cells_too_many(error);
}

static void take_format(Reader *reader, PackagePart *part, guint format)
{
    const char *code = package_part_attribute(part, "formatCode");
    gboolean is_date = xlsx_number_is_date(format, code != NULL ? code : "");
    g_hash_table_insert(reader->codes, GUINT_TO_POINTER(format), GINT_TO_POINTER(is_date));
}

/* The formats come before the cell styles (18.8.39). */
static gboolean take_style(Reader *reader, PackagePart *part, GError **error)
{
    guint format = xlsx_cells_number(part, "numFmtId", 0);
    if (package_part_is(part, "numFmt")) {
        take_format(reader, part, format);
    } else if (package_part_is(part, "xf") && reader->in_cell_styles) {
        gpointer own;
        gboolean has_code = g_hash_table_lookup_extended(reader->codes, GUINT_TO_POINTER(format), NULL, &own);
        gboolean shown = has_code ? own != NULL : xlsx_number_is_date(format, NULL);
        guint8 is_date = shown ? 1 : 0;
        g_array_append_val(reader->book.dates, is_date);
    } else if (package_part_level(part) == 2) {
        reader->in_cell_styles = package_part_is(part, "cellXfs");
    }
    return reader->book.dates->len <= MAX_STYLES || xlsx_cells_too_many(error);
}

static gboolean take_shared(Reader *reader, PackagePart *part, GError **error)
{
    if (!package_part_is(part, "si"))
        return TRUE;
    if (!xlsx_cells_text(part, reader->text, error))
        return FALSE;
    g_ptr_array_add(reader->book.strings, g_string_chunk_insert(reader->arena, reader->text->str));
    reader->shared_size += reader->text->len;
    return (reader->book.strings->len <= MAX_STRINGS && reader->shared_size <= MAX_SIZE) ||
           xlsx_cells_too_many(error);
}

static gboolean read_book(Reader *reader, GError **error)
{
    if (!package_relations(reader->package, "", take_root_relation, reader, error))
        return FALSE;
    if (reader->main == NULL)
        return xlsx_cells_damaged(error);
    if (!package_relations(reader->package, reader->main, take_relation, reader, error) ||
        !walk(reader, reader->main, take_book, error) ||
        (reader->styles != NULL && !walk(reader, reader->styles, take_style, error)) ||
        (reader->shared != NULL && !walk(reader, reader->shared, take_shared, error)))
        return FALSE;
    if (reader->parts->len > 0)
        return TRUE;
    g_set_error_literal(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                        _("没有工作表：不是 Excel 文件，请在 Excel 或 WPS 中另存为 .xlsx"));
    return FALSE;
}

GPtrArray *xlsx_read(const void *bytes, gsize length, GError **error)
{
    g_auto(Reader) reader = {0};
    g_autoptr(GPtrArray) sheets = g_ptr_array_new_with_free_func((GDestroyNotify)sheet_free);
    gsize size = 0;
    reader_init(&reader);
    reader.package = package_open(bytes, length, error);
    if (reader.package == NULL || !read_book(&reader, error))
        return NULL;
    for (guint i = 0; i < reader.parts->len; i++) {
        Sheet *sheet = xlsx_cells_read(reader.package, reader.parts->pdata[i], reader.names->pdata[i],
                                       &reader.book, MAX_SIZE - size, error);
        if (sheet == NULL)
            return NULL;
        g_ptr_array_add(sheets, sheet);
        size += sheet_size(sheet);
    }
    return g_steal_pointer(&sheets);
}
