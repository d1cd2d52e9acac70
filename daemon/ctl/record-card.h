/* SPDX-License-Identifier: GPL-3.0-or-later
 * Everything the directory knows of one record, as a card to read or as JSON. Knows no store. */
#ifndef SONGFA_CTL_RECORD_CARD_H
#define SONGFA_CTL_RECORD_CARD_H

#include "recipients/directory-kind.h"

/* The record (of either directory) as of the day of slice, with what belongs to it on that day, and its
 * versions out of all; both indexed. Caller frees. JSON: {"kind","id","name","change","valid_from",
 * "valid_to","fields":{…},"versions":[…],…}, further members are arrays of texts. */
char *record_card(const DirectoryKind *kind, const DirectoryRecord *record, const Directory *slice,
                  const Directory *all, gboolean json);

#endif
