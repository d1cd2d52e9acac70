/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rules of directory-check.h as functions, shared by its files only. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_CHECK_RUN_H
#define SONGFA_RECIPIENTS_DIRECTORY_CHECK_RUN_H

#include "recipients/directory-check.h"
#include "recipients/directory-field.h"

typedef struct {
    const Directory *directory;
    const DirectoryCheckOptions *options;
    const DirectoryCheckRule *rule; /* whose turn it is */
    GHashTable *reached;            /* unit → name of the first group or alias that reaches it */
    GHashTable *named;              /* post → where it is named, in words; made when it is asked for */
    GPtrArray *findings;
} DirectoryCheckRun;

/* Adds a finding of the rule whose turn it is; detail is taken. */
void directory_check_run_found(DirectoryCheckRun *run, DirectoryKindId kind, gconstpointer record, char *detail);

/* TRUE while the days from … to (inclusive, "" = open) hold on the run's day. */
gboolean directory_check_run_holds(const DirectoryCheckRun *run, const char *from, const char *to);

/* Who speaks of the post, in words, NULL = nobody; caller frees. */
char *directory_check_run_where_named(DirectoryCheckRun *run, const DirectoryPost *post);

/* directory-check-reach.c */
void directory_check_run_sets(DirectoryCheckRun *run); /* must be the first: fills reached too */
void directory_check_run_lost_units(DirectoryCheckRun *run);
void directory_check_run_lost_persons(DirectoryCheckRun *run);
void directory_check_run_silent_units(DirectoryCheckRun *run);

/* directory-check-mailboxes.c */
void directory_check_run_suspended(DirectoryCheckRun *run);
void directory_check_run_flagged(DirectoryCheckRun *run);
void directory_check_run_outside(DirectoryCheckRun *run);
void directory_check_run_shared(DirectoryCheckRun *run);
void directory_check_run_review(DirectoryCheckRun *run);
void directory_check_run_no_keeper(DirectoryCheckRun *run);

/* directory-check-names.c */
void directory_check_run_unused(DirectoryCheckRun *run);
void directory_check_run_near_names(DirectoryCheckRun *run);

/* directory-check-tenures.c */
void directory_check_run_ended(DirectoryCheckRun *run);
void directory_check_run_vacant(DirectoryCheckRun *run); /* named by somebody */
void directory_check_run_idle(DirectoryCheckRun *run);   /* the other vacant ones */
void directory_check_run_ending(DirectoryCheckRun *run);
void directory_check_run_two_chiefs(DirectoryCheckRun *run);
void directory_check_run_circles(DirectoryCheckRun *run);
void directory_check_run_chains(DirectoryCheckRun *run);

#endif
