/* SPDX-License-Identifier: GPL-3.0-or-later
 * One worksheet of a workbook into a sheet of texts; shared by the files of the XLSX reader. */
#ifndef SONGFA_RECIPIENTS_XLSX_CELLS_H
#define SONGFA_RECIPIENTS_XLSX_CELLS_H

#include "daemon/base/package.h"
#include "recipients/sheet.h"

/* What cells refer to in the other parts of the workbook. */
typedef struct {
    GPtrArray *strings; /* const char *, by number */
    GArray *dates;      /* guint8 by cell style: it shows a day */
    gboolean from_1904;
} XlsxBook;

/* The worksheet in that part, of at most room bytes (sheet_size). NULL and error (INPUT), which names
 * the sheet and the line. */
Sheet *xlsx_cells_read(Package *package, const char *part, const char *name, const XlsxBook *book,
                       gsize room, GError **error);

/* Sets text to that of <si> or <is>, at whose start the part is and at whose end it is left: all its
 * runs, without the readings above them. FALSE and error when the XML is broken. */
gboolean xlsx_cells_text(PackagePart *part, GString *text, GError **error);

/* An unsigned attribute; missing without one, G_MAXUINT when it is no number or too large. */
guint xlsx_cells_number(PackagePart *part, const char *name, guint missing);

/* FALSE and error: parts of the workbook contradict each other; or it holds too much. */
gboolean xlsx_cells_damaged(GError **error);
gboolean xlsx_cells_too_many(GError **error);

#endif
