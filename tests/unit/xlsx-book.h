/* SPDX-License-Identifier: GPL-3.0-or-later
 * Workbooks made by hand, part by part, good and bad. */
#ifndef SONGFA_TESTS_XLSX_BOOK_H
#define SONGFA_TESTS_XLSX_BOOK_H

#include <glib.h>

#define XLSX_BOOK_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define XLSX_BOOK_MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define XLSX_BOOK_TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

enum {
    XLSX_BOOK_ROOT_RELS, XLSX_BOOK_RELS, XLSX_BOOK_MAIN_PART, XLSX_BOOK_STYLES, XLSX_BOOK_STRINGS,
    XLSX_BOOK_SHEET, XLSX_BOOK_PARTS
};

typedef struct {
    const char *name;
    const char *text; /* NULL = left out */
} XlsxBookPart;

/* A workbook with one empty sheet, 单位, four cell styles and four shared strings. */
extern const XlsxBookPart xlsx_book_usual[XLSX_BOOK_PARTS];

/* The parts as a zip. */
GBytes *xlsx_book_zip(const XlsxBookPart *parts, gsize n, gboolean deflate);

/* The usual workbook with one part replaced, or left out. */
GBytes *xlsx_book_with(guint which, const char *text);

#endif
