/* SPDX-License-Identifier: GPL-3.0-or-later
 * Why somebody does not get an issue: left office, away, excepted, taken out of a group, suspended,
 * not chosen yet, not named at all, or not known. Pure. */
#ifndef SONGFA_RECIPIENTS_EXPLAIN_H
#define SONGFA_RECIPIENTS_EXPLAIN_H

#include "recipients/resolve.h"

typedef struct {
    const Directory *directory;
    const LineReading *reading;
    const Resolution *resolution; /* of that reading, with that directory */
    const char *series, *office;  /* as in ResolveOptions */
} ExplainGround;

/* Whom a name means: as written, and the records it names, NULL where there is none. */
typedef struct {
    const char *name;
    const DirectoryUnit *unit;
    const DirectoryPerson *person;
    const DirectoryPost *post;
} ExplainWanted;

/* A unit, a person, UNIT/POST, or the title of one post (区委书记). */
ExplainWanted explain_wanted(const Directory *directory, const char *name);

/* What speaks against it, a sentence each, the most telling first; never empty. Free with
 * g_strfreev. */
char **explain_absence(const ExplainGround *ground, const ExplainWanted *wanted);

/* Of one who gets it, what stands against another way to them: a mailbox outside the internal domains.
 * May be empty; likewise. */
char **explain_obstacles(const ExplainGround *ground, const ExplainWanted *wanted);

#endif
