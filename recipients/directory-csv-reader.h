/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the reader of the directory's CSV tables knows while it reads, and its steps: cells into
 * records, names to ids, checks over whole records. Shared by the files of the reader. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_CSV_READER_H
#define SONGFA_RECIPIENTS_DIRECTORY_CSV_READER_H

#include "recipients/directory-csv-tables.h"

typedef struct {
    const char *file;
    guint line;
} CsvPlace;

/* A name in a cell that is to become the id in its record. */
typedef struct {
    const CsvColumn *column;
    gpointer record;
    char *name;
} CsvReference;

typedef struct {
    Directory *directory;
    const Directory *known;              /* NULL = none */
    GPtrArray *errors;                   /* DirectoryCsvError */
    GPtrArray *references;               /* CsvReference */
    GHashTable *places;                  /* record → CsvPlace */
    GHashTable *broken;                  /* records with a reference that was not found */
    GHashTable *tags, *known_tags;       /* person → the name its table calls it by */
    GHashTable *persons, *known_persons; /* key of that name → person */
} CsvReader;

/* Adds an error; column and value may be NULL; the message is taken. */
void directory_csv_error(CsvReader *reader, const CsvPlace *place, const char *column, const char *value,
                         char *message);

/* Reads a cell that is not empty into its record. */
void directory_csv_set_cell(CsvReader *reader, const CsvPlace *place, const CsvColumn *column,
                            gpointer record, const char *text);

/* When all rows are in: gives every record its id and every reference its target, sorts the units
 * and indexes the directory; then the checks. */
void directory_csv_link(CsvReader *reader);

/* Look-ups among the records of the tables, then among those known; NULL when unknown or shared. */
const DirectoryUnit *directory_csv_unit(const CsvReader *reader, const char *name);
const DirectoryPost *directory_csv_post(const CsvReader *reader, const char *name);
const DirectoryPerson *directory_csv_person(const CsvReader *reader, const char *name);

/* Dates in order, addresses where mail is to go, parents without circles, members that exist. */
void directory_csv_check(CsvReader *reader);

#endif
