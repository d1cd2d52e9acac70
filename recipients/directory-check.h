/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is amiss in the directory of one day: not mistakes of form, which the store does not let in,
 * but what would stop an issue, or what somebody should look at. Pure; one pass a rule. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_CHECK_H
#define SONGFA_RECIPIENTS_DIRECTORY_CHECK_H

#include "recipients/directory-kind.h"

typedef enum {
    CHECK_STOPS, /* an issue that meets it is held */
    CHECK_WARNS, /* mail goes another way than people may think, or soon will */
    CHECK_TELLS  /* worth knowing */
} DirectoryCheckWeight;

typedef struct {
    const char *code;           /* stable, English */
    DirectoryCheckWeight weight;
    const char *heading;        /* N_(): what is found */
    const char *advice;         /* N_(): what to do next */
    gboolean counted;           /* only their number is worth a look, unless all are asked for */
} DirectoryCheckRule;

/* One record that a rule found. */
typedef struct {
    const DirectoryCheckRule *rule;
    const DirectoryKind *kind;
    gint64 id;
    char *name;   /* as people call the record */
    char *detail; /* what is with it, in words; "" when the heading says all */
} DirectoryFinding;

typedef struct {
    const char *const *internal_domains; /* NULL = any address will do */
    const char *const *chosen; /* members that clerks chose for good, NULL = none */
    const char *const *texts; /* distribution texts as printed of late; NULL = use is not looked at */
    GHashTable *flagged;      /* address in lower case → what mail systems say of it; NULL = nothing */
} DirectoryCheckOptions;

/* The findings by rule, the weightiest first, in the directory's order; never NULL. The directory
 * must be indexed and of a day. */
GPtrArray *directory_check(const Directory *directory, const DirectoryCheckOptions *options);

/* stops, warns, tells for programs; the words for people. Static. */
const char *directory_check_weight_code(DirectoryCheckWeight weight);
const char *directory_check_weight_word(DirectoryCheckWeight weight);

#endif
