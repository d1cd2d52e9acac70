/* SPDX-License-Identifier: GPL-3.0-or-later
 * The sample district for tests, read from the tables that are installed with the program. */
#ifndef SONGFA_TESTS_SAMPLE_DIRECTORY_H
#define SONGFA_TESTS_SAMPLE_DIRECTORY_H

#include "recipients/directory-import.h"

/* The path of a file in the source tree; caller frees. */
char *sample_path(const char *relative);

/* The bytes of one sample table; caller frees. */
char *sample_table(const char *table, gsize *length);

/* The sample district as of date; the test fails when it has errors. */
Directory *sample_directory(const char *date);

/* The directory that the tables make, indexed, its records with ids as if stored. */
Directory *imported_directory(const char *date, const DirectoryFile *files, gsize n);

/* Adds a record in words, "unit name=甲局;kind=gov;parent=乙局", under a new id; and a directory of
 * such, each after those it refers to, ends with NULL. */
void spell_record(Directory *directory, const char *record);
Directory *spelled_directory(const char *date, const char *const *records);

#endif
