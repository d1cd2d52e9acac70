/* SPDX-License-Identifier: GPL-3.0-or-later
 * The words and options of a command line that name a record of the directory, or say what is to
 * stand in it. Knows no store. */
#ifndef SONGFA_CTL_RECORD_WORDS_H
#define SONGFA_CTL_RECORD_WORDS_H

#include "daemon/ctl/args.h"
#include "recipients/directory-kind.h"

/* The words behind the verb, NULL-terminated: a post in one word (UNIT/POST) becomes two, person and
 * post may stand in either order. Free with g_strfreev. */
char **record_words(const DirectoryKind *kind, const Args *args);

/* The one record of the indexed directory that the words name, or --id; fewer words than it has names
 * will do when one record has them; of several tenures the one that holds on the day is meant. NULL and
 * error: USAGE without words, INPUT when several have the name (told with their ids), NOT_FOUND with the
 * nearest names. */
DirectoryRecord *record_words_find(const DirectoryKind *kind, Directory *directory, const Args *args, GError **error);

/* What a record of that name is called, whether or not there is one: 中共上街区委员会/书记 王明; NULL and error
 * when its words name nothing. Caller frees. */
char *record_words_label(const DirectoryKind *kind, Directory *directory, const Args *args, GError **error);

/* Writes the words that name a new record into it. */
gboolean record_words_name(const DirectoryKind *kind, Directory *directory, gpointer record, const Args *args,
                           GError **error);

/* Writes what else is said into the record: words behind the name (members), options by field, --add and
 * --drop. *said tells whether anything was. FALSE and error (INPUT, USAGE). */
gboolean record_words_read(const DirectoryKind *kind, Directory *directory, gpointer record, const Args *args,
                           gboolean *said, GError **error);

/* The command line again, as the history keeps it: "unit set 区委 --order 2"; caller frees. */
char *record_words_line(const char *command, const DirectoryKind *kind, const Args *args);

/* The field's option, without dashes before it: stand-in; caller frees. */
char *record_words_option(const DirectoryField *field);

#endif
