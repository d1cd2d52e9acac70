/* SPDX-License-Identifier: GPL-3.0-or-later
 * A directory record as JSON: fields by name, references as ids, choices as codes, validity as "from"
 * and "to" beside "fields". What the history keeps of a record, and what it is made again from. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_JSON_H
#define SONGFA_RECIPIENTS_DIRECTORY_JSON_H

#include <jansson.h>

#include "recipients/directory-kind.h"

/* {"id":12,"valid_from":"","valid_to":"2026-06-30","fields":{…}}; a new reference. */
json_t *directory_record_to_json(const DirectoryKind *kind, gconstpointer record);

/* Adds the record to the directory and lends it; members that are missing or of another type are as in
 * a new record, unknown ones are passed over. */
gpointer directory_record_from_json(Directory *directory, const DirectoryKind *kind, const json_t *json);

/* The records of an array's text, as the history keeps the versions of one; lent elements, the array is
 * the caller's. Text that is no array gives none. */
GPtrArray *directory_records_from_json(Directory *directory, const DirectoryKind *kind, const char *text);

#endif
