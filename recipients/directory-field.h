/* SPDX-License-Identifier: GPL-3.0-or-later
 * One field of a directory record as a text: read from a cell or an option, shown, compared. The
 * types are those of directory-kind.h. Pure. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_FIELD_H
#define SONGFA_RECIPIENTS_DIRECTORY_FIELD_H

#include "recipients/directory-kind.h"

gboolean directory_field_is_text(const DirectoryField *field);
gboolean directory_field_is_list(const DirectoryField *field);
/* Holds the id of another record. */
gboolean directory_field_is_reference(const DirectoryField *field);
/* The kind that a reference of this record goes to. */
const DirectoryKind *directory_field_refers_to(const DirectoryField *field, gconstpointer record);

/* Where the field lies in the record. */
gpointer directory_field_place(const DirectoryField *field, gpointer record);

/* Reads the text into a record of directory: dates also as 2020年3月6日, 2020/3/6; choices and flags by
 * code or word; lists with | or , between; references by name in names (which must be indexed);
 * an owner as NAME, UNIT/POST or "unit:", "post:", "person:" before it; "-" or "" = none. FALSE and
 * error (INPUT, Chinese) that says what would do, with the nearest names. */
gboolean directory_field_set(const DirectoryField *field, Directory *directory, gpointer record,
                             const char *text, const Directory *names, GError **error);

/* The field in words for people; never NULL, caller frees. */
char *directory_field_text(const DirectoryField *field, const Directory *names, gconstpointer record);

/* The same in Chinese whatever the language, as it is written into files. */
char *directory_field_cell(const DirectoryField *field, const Directory *names, gconstpointer record);

/* The same with codes for programs: chief, yes, street. */
char *directory_field_code(const DirectoryField *field, const Directory *names, gconstpointer record);

gboolean directory_field_same(const DirectoryField *field, gconstpointer a, gconstpointer b);

/* Makes a copied record's text or list the directory's own. */
void directory_field_own(const DirectoryField *field, Directory *directory, gpointer record);

/* Takes the field over from another record; the copy is the directory's own. */
void directory_field_copy(const DirectoryField *field, Directory *directory, gpointer to, gconstpointer from);

/* A day as people and spreadsheets write it (2020-3-6, 2020/3/6, 2020.3.6, 2020年3月6日) as YYYY-MM-DD; NULL when it
 * is none; caller frees. */
char *directory_day_read(const char *text);

/* TRUE for "" and a day of the calendar as YYYY-MM-DD. */
gboolean directory_is_day(const char *text);

#endif
