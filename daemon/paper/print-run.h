/* SPDX-License-Identifier: GPL-3.0-or-later
 * The print run of an issue: how many copies are to be printed and for whom, against what the issue
 * itself declares (共印 130 份). Pure. */
#ifndef SONGFA_PAPER_PRINT_RUN_H
#define SONGFA_PAPER_PRINT_RUN_H

#include <glib.h>

typedef struct {
    const char *unit;  /* lent */
    const char *name;  /* recipient, lent */
    int copies;
} PrintRunPaper;

typedef struct {
    char *unit;
    int copies;
} PrintRunUnit;

typedef struct {
    GPtrArray *units;   /* PrintRunUnit, in the order of the papers */
    int for_recipients; /* sum of units */
    int archive, spare;
    int computed;       /* all of it */
    int declared;       /* 0 = not said */
} PrintRun;

PrintRun *print_run_new(const PrintRunPaper *papers, gsize n, int archive, int spare, int declared);
void print_run_free(PrintRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PrintRun, print_run_free)

/* declared - computed; 0 when nothing is declared. */
int print_run_difference(const PrintRun *run);

/* The sum in words a clerk checks by: "区委 12，… ，存档 2，备用 5，合计 97；标注共印 130 份，多 33 份";
 * caller frees. */
char *print_run_words(const PrintRun *run);

#endif
