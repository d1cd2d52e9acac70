/* SPDX-License-Identifier: GPL-3.0-or-later
 * From a plan to rows: the issue, its mail, one delivery for each recipient, the print run, the
 * notice to the clerk. All within the caller's transaction. Used by the pipeline only. */
#ifndef SONGFA_RECORD_H
#define SONGFA_RECORD_H

#include <jansson.h>

#include "daemon/dispatch/outcome.h"
#include "daemon/plan.h"
#include "daemon/store/deliveries.h"
#include "daemon/store/issues.h"

/* The compact text of json, which is taken over; caller frees with g_free. */
char *record_json(json_t *json);

/* Puts into row what the plan says (state held, refused or planned, reasons, identity when
 * planned). digest, file_name, path and times are the caller's. */
void record_fill(StoreIssue *row, const Plan *plan);

/* Inserts (id 0) or updates the row and audits it as who under action. */
gboolean record_issue(Store *store, StoreIssue *row, const char *who, const char *action,
                      GError **error);

/* The frozen plan: mail, deliveries in state planned, print run. Earlier rows of the same issue that
 * never left state planned are replaced. */
gboolean record_plan(Store *store, const Config *config, const StoreIssue *row, const Plan *plan,
                     GError **error);

/* The notice for a held, refused or waiting row, made from the template of its kind, queued to clerk (an
 * address, NULL = not). origin says who handed in. *text (caller frees) is its body, for the .reason.txt
 * beside the file. */
gboolean record_notice(Store *store, const Config *config, const StoreIssue *row, const char *origin,
                       const char *clerk, char **text, GError **error);

/* A mail to one person, who is no recipient of an issue. */
typedef struct {
    gint64 issue_id;            /* 0 = it belongs to no issue */
    const char *name, *address;
    const char *subject, *text;
    const char *in_reply_to, *references; /* as in StoreMail, NULL = it answers none */
} RecordMail;

/* Queues it, to be sent as any mail is; its id, 0 and error. */
gint64 record_mail(Store *store, const Config *config, const RecordMail *mail, GError **error);

/* Any other mail to a clerk, queued; issue_id 0 = it belongs to no issue. */
gboolean record_answer(Store *store, const Config *config, gint64 issue_id, const char *clerk, const char *subject,
                       const char *text, GError **error);

/* Mails that failed alike, and in such numbers that it is not their recipients' fault. */
typedef struct {
    char *relay;
    OutcomeFault fault;
    guint failed, given;           /* of the mails it was given of late */
    const StoreDelivery *example;  /* one of them, lent */
} RecordBlame;

/* What there is to tell of an issue at once. */
typedef struct {
    GPtrArray *rows;    /* StoreDelivery that went wrong by themselves */
    GPtrArray *blames;  /* RecordBlame not told before */
} RecordFailures;

/* Whether the row says that its mailbox does not exist. */
gboolean record_flags(const StoreDelivery *row);

/* The notice to the clerk of what went wrong, queued. */
gboolean record_failures(Store *store, const Config *config, const StoreIssue *row, const RecordFailures *failures,
                         GError **error);

#endif
