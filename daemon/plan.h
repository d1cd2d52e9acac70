/* SPDX-License-Identifier: GPL-3.0-or-later
 * What would happen to one file: parsed, recognised, resolved, counted and rendered, but nothing
 * stored or sent yet. Used by the pipeline only. */
#ifndef SONGFA_PLAN_H
#define SONGFA_PLAN_H

#include "daemon/config.h"
#include "daemon/correction.h"
#include "daemon/issue/issue.h"
#include "daemon/paper/print-run.h"
#include "daemon/plan-basis.h"
#include "daemon/store/store.h"
#include "templates/templates.h"

typedef struct {
    Issue *issue;               /* its reasons include those of every later stage */
    const ConfigSeries *series; /* lent; NULL when not recognised */
    ReleasePolicy release;      /* of the series, or of the folder it came by */
    char *identity;             /* "sjxx/2020/19"; NULL when it cannot be told */
    int revision;
    GPtrArray *notices;         /* IssueReason: what is odd, but does not hold it; NULL when nobody looked */
    PlanBasis *basis;           /* NULL when it did not come to that */
    char *distribution;         /* the text that was resolved, "label：text" a line; NULL likewise */
    Resolution *resolution;     /* NULL when it did not come to that */
    PrintRun *print_run;
    Rendered *rendered;
    char *pdf_digest;           /* of the PDF that goes with the original, NULL = none; the pipeline's to set */
    gboolean linked;            /* the mail carries a link in place of the file */
    Correction *correction;     /* of a correction: whom it goes to, in resolution, comes from here; else NULL */
} Plan;

typedef struct {
    gboolean override;     /* holds that a clerk may set aside are set aside */
    gboolean as_revision;  /* a number sent before becomes the next revision */
    gint64 issue_id;       /* of the row, whose choices hold; 0 = none yet */
    const char *series;    /* key that it must be of, or it is held; NULL = any */
    const char *otherwise; /* key of what it is when it is not recognised; NULL = it is held */
    const char *release;   /* name of the policy in place of the series' (policy.h); NULL = that of the series */
    const char *correction; /* why: it corrects the versions sent before; NULL = it does not */
} PlanOptions;

/* digest is that of data. Never NULL for bad input: what stops the issue is a reason in plan->issue, whose verdict is then
 * held or refused. NULL and error only when the store or the templates fail. */
Plan *plan_make(const Config *config, Store *store, GBytes *data, const char *digest,
                const char *file_name, const PlanOptions *options, GError **error);

/* The recognised, resolved and counted plan of an issue already parsed (taken over); issue_id as in
 * PlanOptions, date as in plan_basis_load(). */
Plan *plan_resolve(const Config *config, Store *store, Issue *issue, gint64 issue_id,
                   const char *date, GError **error);

/* Of a correction: whom it goes to and how much is printed, as the register is now. */
gboolean plan_correct(Plan *plan, Store *store, GError **error);

/* Counts the print run of these recipients (Recipient) in place of the plan's own. */
void plan_recount(Plan *plan, const GPtrArray *recipients, int archive, int spare, int declared);

void plan_free(Plan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Plan, plan_free)

/* "第 19 期", "总第 92 期", "增刊第 7 期"; caller frees. */
char *plan_number_words(const Issue *issue);

#endif
