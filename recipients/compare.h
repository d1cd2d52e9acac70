/* SPDX-License-Identifier: GPL-3.0-or-later
 * What changed between the recipients of two issues, and why: by the text, by a clerk's choice, or by
 * the directory, and then by which record. Pure. */
#ifndef SONGFA_RECIPIENTS_COMPARE_H
#define SONGFA_RECIPIENTS_COMPARE_H

#include "recipients/resolve.h"

typedef enum {
    COMPARE_ADDED,
    COMPARE_REMOVED,
    COMPARE_RENAMED, /* the same person or unit under another title */
    COMPARE_ADDRESS, /* a mailbox: moved, one more ("" before), one less ("" after) */
    COMPARE_COPIES   /* on paper: "" = none */
} CompareKind;

typedef enum { COMPARE_BY_TEXT, COMPARE_BY_CHOICE, COMPARE_BY_DIRECTORY } CompareCause;

typedef struct {
    CompareKind kind;
    CompareCause cause;
    char *name;           /* 王某（副区长）, 区统计局; the newer one when renamed */
    char *before, *after; /* title, address or copies; "" where there is none */
    char *why;            /* 2020-03-03 离任 */
    gint64 change;        /* number of the directory's change behind it, 0 = not known */
} CompareChange;

/* The same question answered three times (Recipient each), and what the answers stand on. A change
 * from before to middle is the directory's, one from middle to now the text's. */
typedef struct {
    const GPtrArray *before; /* the earlier issue, as it was planned */
    const GPtrArray *middle; /* its text, with the directory of now */
    const GPtrArray *now;
    const GPtrArray *open;   /* Unresolved of now; NULL = none */
    const char *text_before, *text_now; /* the distribution texts */
    const Directory *then, *here; /* of the day of before, and of now */
    const char *series, *office; /* whose aliases hold, as in ResolveOptions */
} CompareSides;

/* CompareChange elements with free function: removed, added, then what changed about those who stay,
 * each in the order of its list. */
GPtrArray *compare_recipients(const CompareSides *sides);

/* "+3 −1", and "，改 2" when something changed about others; "" when nothing did. Caller frees. */
char *compare_summary(const GPtrArray *changes);

/* "− 王某（副区长）：2020-03-03 离任". Caller frees. */
char *compare_words(const CompareChange *change);

/* "added", "removed" …; "text", "choice", "directory". */
const char *compare_kind_name(CompareKind kind);
const char *compare_cause_name(CompareCause cause);

#endif
