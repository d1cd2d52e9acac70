/* SPDX-License-Identifier: GPL-3.0-or-later
 * The directory as tables for Excel: units, posts, persons, tenures, groups, aliases, mailboxes, each
 * a CSV file known by its heading line. Text to records and back; names become ids. Pure. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_CSV_H
#define SONGFA_RECIPIENTS_DIRECTORY_CSV_H

#include "recipients/directory.h"

typedef struct {
    const char *name; /* for messages */
    const char *bytes;
    gsize length;
} DirectoryCsvFile;

typedef struct {
    char *file;
    guint line;            /* 1 = heading; 0 = the whole file */
    char *column, *value;  /* "" when the whole line is meant */
    char *message;         /* Chinese: what is wrong and what to do */
} DirectoryCsvError;

/* Reads the tables (UTF-8 with or without BOM, else GBK; strict) in any order; references may go to
 * records of the tables or of known (NULL = none). A record that known has keeps its id (units,
 * persons, groups by name; posts by unit and name; tenures by post, person and start; aliases by text
 * and series; mailboxes by owner and address), a new one gets an id that known has not. The result
 * holds the records of the tables, units after their parents, indexed as of date. NULL when anything
 * is wrong: then errors (DirectoryCsvError, may not be NULL) has every error of every file. */
Directory *directory_csv_read(const DirectoryCsvFile *files, gsize n, const Directory *known,
                              const char *date, GPtrArray *errors);

/* An array that frees DirectoryCsvError, for directory_csv_read(). */
GPtrArray *directory_csv_errors_new(void);

/* "units.csv 第 3 行“上级单位”=“区政腐”：…"; caller frees. */
char *directory_csv_error_text(const DirectoryCsvError *error);

/* The tables in the order in which they are written and best read: units, posts, persons, tenures,
 * groups, aliases, mailboxes; NULL ends the list. */
const char *const *directory_csv_tables(void);

/* One table of an indexed directory as CSV, UTF-8 with BOM, or GBK with gbk; caller frees the bytes,
 * *length is their number. NULL and error (INPUT) when a character is not in GBK. */
char *directory_csv_write(const Directory *directory, const char *table, gboolean gbk, gsize *length,
                          GError **error);

#endif
