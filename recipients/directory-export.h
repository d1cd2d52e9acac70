/* SPDX-License-Identifier: GPL-3.0-or-later
 * The directory written as tables for Excel, which directory-import.h reads back unchanged. Pure. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_EXPORT_H
#define SONGFA_RECIPIENTS_DIRECTORY_EXPORT_H

#include "recipients/directory-kind.h"
#include "recipients/sheet.h"

/* The kind's records of an indexed directory as a sheet, named by the kind's word: a heading, then one
 * row each. 自 and 至 are there when a record has such days, 版本 when one is stored. */
Sheet *directory_export(const Directory *directory, const DirectoryKind *kind);

/* The sheet as CSV, UTF-8 with BOM, or GBK with gbk; caller frees the bytes, *length is their number.
 * NULL and error (INPUT) when a character is not in GBK. */
char *directory_export_csv(const Sheet *sheet, gboolean gbk, gsize *length, GError **error);

#endif
