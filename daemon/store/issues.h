/* SPDX-License-Identifier: GPL-3.0-or-later
 * Issues in the store: what was handed in, what became of it, the mails made from it, the print
 * run. Strings are UTF-8; "" or NULL is stored as NULL; times are µs, 0 = never. */
#ifndef SONGFA_STORE_ISSUES_H
#define SONGFA_STORE_ISSUES_H

#include "daemon/store/store.h"

typedef struct {
    gint64 id;
    char *identity;     /* "sjxx/2020/19", "/s7" for supplements, "/t92" by running total; NULL until planned */
    int revision;       /* 1, 2 … */
    char *state;        /* held, refused, planned, released (sending and done are computed) */
    char *digest;       /* SHA-256 of the file */
    char *file_name;    /* as handed in */
    char *path;         /* where the file lies now: in archive/, held/ or still in its folder */
    char *series, *title;
    int year, number, total_number, supplement;
    char *office, *date, *headline;
    char *json;         /* issue_to_json(); NULL when refused */
    char *reasons;      /* JSON array of {"code","message"}; "[]" when none */
    gboolean restricted;
    gint64 seen_at, planned_at, released_at;
    char *released_by;
    char *directory_day; /* the day whose directory said who gets it; NULL until planned */
    char *notices;       /* JSON like reasons: what is to be noted, and does not hold it; "[]" when nothing */
    gint64 corrects;     /* the version that this correction voids; 0 = it is none */
    char *correction_reason;
    gint64 superseded_by; /* the correction that voids it; 0 = it is in force; read only, corrections.h */
    gint64 changes;     /* of the row when it was read */
    /* Computed on reading: held, refused, planned; once released: sending while a mail row is queued,
     * sending, deferred or unknown (an unknown one until it is sent again or signed for); released
     * while mail rows are planned only; else done. Notices do not count. */
    char *shown_state;
} StoreIssue;

void store_issue_free(StoreIssue *issue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreIssue, store_issue_free)

/* Inserts and gives the id, 0 and error on failure; SONGFA_ERROR_CONFLICT when the digest is known, or
 * identity + revision is taken by one planned, released or stopped after its release. A refused issue has no json and no
 * headline. */
gint64 store_issue_insert(Store *store, const StoreIssue *issue, GError **error);
/* Writes all fields but id, digest and seen_at. CONFLICT as above, and when somebody changed the row
 * since it was read: so a decision may be prepared outside the transaction that records it. */
gboolean store_issue_update(Store *store, StoreIssue *issue, GError **error);
/* The file has moved. */
gboolean store_issue_set_path(Store *store, gint64 id, const char *path, GError **error);

/* NULL without error when there is none. by_ref takes an id ("12"), an identity ("sjxx/2020/19",
 * newest revision) or identity + "r2". */
StoreIssue *store_issue_by_id(Store *store, gint64 id, GError **error);
StoreIssue *store_issue_by_ref(Store *store, const char *ref, GError **error);
StoreIssue *store_issue_by_digest(Store *store, const char *digest, GError **error);
/* The newest that holds this identity: planned, released, or stopped after its release. */
StoreIssue *store_issue_by_identity(Store *store, const char *identity, GError **error);
/* Those of the identity that were released, of revisions below that one, oldest first. StoreIssue elements with
 * free function. */
GPtrArray *store_issue_versions(Store *store, const char *identity, int below, GError **error);
/* The last of the series before this one, by date and number, that was released, is not stopped and not
 * wholly cancelled; its newest such revision. Of issue, series, identity, date and numbers count. */
StoreIssue *store_issue_previous(Store *store, const StoreIssue *issue, GError **error);
/* Newest first; state as stored or as shown, NULL = all; limit 0 = all. StoreIssue elements with free
 * function. */
GPtrArray *store_issue_list(Store *store, const char *state, int limit, GError **error);

/* A mail made once, sent to many: the issue's own (kind "issue") or a notice (kind "notice"). */
typedef struct {
    gint64 id, issue_id;
    char *kind;
    char *subject, *text, *html; /* html NULL for notices */
    char *attachment_digest;     /* spool object, or NULL */
    gint64 link_lasts;           /* seconds: it is carried as a link, that holds so long; 0 = attached */
    char *attachment_name;
    char *pdf_digest;            /* spool object of the PDF made from the attachment, or NULL */
    char *list_id;
    char *issue_label;           /* X-Songfa-Issue: identity and revision, or NULL */
    char *message_id;            /* one mail for all, without personal parts; NULL = one for each */
    int priority;                /* 1 = 特急, 2 = 加急: both urgent; 3 = normal (0 is stored as 3) */
    gint64 date;
    char *in_reply_to;           /* the Message-ID of the mail that it answers, NULL = none; sql/029-answers.sql */
    char *references;            /* that and those before it, parted by blanks */
    char *series;                /* of its issue, read only */
} StoreMail;

void store_mail_free(StoreMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreMail, store_mail_free)
gint64 store_mail_insert(Store *store, const StoreMail *mail, GError **error);
StoreMail *store_mail_by_id(Store *store, gint64 id, GError **error);
/* The newest mail of kind "issue" of this issue, NULL when none. */
StoreMail *store_mail_of_issue(Store *store, gint64 issue_id, GError **error);

/* Print count per issue, recorded when planned. */
typedef struct {
    gint64 issue_id;
    int declared;  /* 0 = not said */
    int computed;  /* paper copies by unit + archive + spare */
    int archive, spare;
    int printed, handed_over, signed_copies; /* recorded later; 0 = not yet */
} StorePrintRun;

gboolean store_print_run_put(Store *store, const StorePrintRun *run, GError **error);
/* FALSE without error when the issue has none. */
gboolean store_print_run_get(Store *store, gint64 issue_id, StorePrintRun *run, GError **error);

#endif
