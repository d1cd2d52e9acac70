/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files of the integrity check share: the run, and a step each. A name is claimed by its record
 * for the days of its version; words and references are then looked up among claims and versions. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_INTEGRITY_RUN_H
#define SONGFA_RECIPIENTS_DIRECTORY_INTEGRITY_RUN_H

#include "daemon/base/arena.h"
#include "daemon/base/error.h"
#include "recipients/directory-integrity.h"
#include "recipients/directory-versions.h"

/* A name that a version has, or a class that it is in. */
typedef struct DirectoryClaim {
    DirectoryDays days;
    const DirectoryKind *kind;
    const DirectoryRecord *version;
    struct DirectoryClaim *next; /* of the same key */
} DirectoryClaim;

typedef struct {
    Directory *all;
    const Directory *before; /* NULL = none */
    Arena *arena;       /* claims, their keys, days that were computed */
    GHashTable *claims; /* "unit:KEY", "post:UNIT ID/KEY" …, "kind:CODE", "rank:KEY" → DirectoryClaim */
    GString *key;       /* under way */
    GHashTable *broken; /* versions with texts that cannot be read: no more is asked of them */
    GPtrArray *problems;
} DirectoryIntegrity;

/* ---- problems ---- */

/* Notes a problem of the record (0 = several) and lends it; text and mark are taken. */
DirectoryProblem *directory_integrity_complain(DirectoryIntegrity *check, SongfaError code,
                                               const DirectoryKind *kind, gint64 id, char *text, char *mark);

/* The same of the value of one field: what is wanted instead. */
void directory_integrity_field(DirectoryIntegrity *check, const DirectoryKind *kind, const DirectoryRecord *record,
                               const char *heading, const char *value, const char *wanted);

/* Sets until where a version that began later would be free of the problem on these days. */
void directory_integrity_ends_early(DirectoryProblem *problem, const DirectoryRecord *version, DirectoryDays days);

/* 组“领导”: what every message begins with; caller frees. */
char *directory_integrity_name(const DirectoryIntegrity *check, const DirectoryKind *kind,
                               const DirectoryRecord *record);

/* "自 2020-03-06 起", "" for all days; caller frees. */
char *directory_integrity_days_text(DirectoryDays days);

/* ---- claims ---- */

/* Begins check->key: "unit:"; adds an id, or with directory_key_append() a name. */
void directory_integrity_key(DirectoryIntegrity *check, const char *scope);
void directory_integrity_key_id(DirectoryIntegrity *check, gint64 id);

/* The claims of a name, or of a unit's post, lent; NULL = none. */
const DirectoryClaim *directory_integrity_claims(DirectoryIntegrity *check, const char *scope, const char *name);
const DirectoryClaim *directory_integrity_post_claims(DirectoryIntegrity *check, gint64 unit_id, const char *name);

/* ---- steps, each for every record; circles once, when all claims are made ---- */

void directory_integrity_fields(DirectoryIntegrity *check, const DirectoryKind *kind, DirectoryRecord *record);
void directory_integrity_claim(DirectoryIntegrity *check, const DirectoryKind *kind, DirectoryRecord *record);
void directory_integrity_refer(DirectoryIntegrity *check, const DirectoryKind *kind, DirectoryRecord *record);
void directory_integrity_circles(DirectoryIntegrity *check);

#endif
