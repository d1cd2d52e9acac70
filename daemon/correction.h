/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whom a correction goes to: those who have a version that it voids, wherever it went, and nobody else; and
 * how that differs from what text and directory say now. The pipeline's; the rules are in doc/STATES.md. */
#ifndef SONGFA_CORRECTION_H
#define SONGFA_CORRECTION_H

#include "daemon/store/deliveries.h"
#include "daemon/store/issues.h"
#include "recipients/resolve.h"

typedef enum {
    CORRECTION_HAS,     /* accepted, delivered or signed for; on paper: planned and released */
    CORRECTION_MAY,     /* the outcome is unknown, or not known yet */
    CORRECTION_WAITS    /* not sent: gets the correction in place of it */
} CorrectionHad;

typedef struct {
    const StoreDelivery *row; /* lent: the sending that says where it goes */
    CorrectionHad had;
    char *follows;            /* Message-IDs of the void mails as in StoreDelivery, or NULL */
} CorrectionMember;

/* The members by the rows of all void versions (StoreDelivery, oldest version first): one a recipient and
 * channel, in the order of the first row. Elements with free function, rows are lent. Pure. */
GPtrArray *correction_members(const GPtrArray *rows);

typedef struct {
    char *reason;
    GPtrArray *versions; /* StoreIssue: the void ones, oldest first */
    GPtrArray *rows;     /* StoreDelivery of them */
    GPtrArray *members;  /* CorrectionMember, without those outside */
    GHashTable *index;   /* "channel recipient" → CorrectionMember of members and outside, lent */
    GPtrArray *outside;  /* CorrectionMember whom the marks of the new text keep out */
    GPtrArray *named;    /* Recipient: whom text and directory name now */
    GPtrArray *unresolved; /* Unresolved: what they leave open */
    GPtrArray *missing;  /* Recipient of named who has no void version, lent */
    GPtrArray *left;     /* CorrectionMember who is not named now, lent */
    char *text_before, *text_now; /* distribution; before NULL when it is not known */
} Correction;

/* Of identity, in place of its released revisions below that one. NULL and error. */
Correction *correction_new(Store *store, const char *identity, int below, const char *reason, GError **error);
void correction_free(Correction *correction);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Correction, correction_free)

/* Reads who has what, as it is now; may be called again. internal_domains: of mail addresses, NULL = any. */
gboolean correction_read(Correction *correction, Store *store, const char *const *internal_domains, GError **error);

/* The members as recipients, each with the reason that he has a void version. Recipient elements with free
 * function. */
GPtrArray *correction_recipients(const Correction *correction);

/* What the mail to that recipient (id) takes the place of, and what most mails do; lent, NULL = nothing. */
const char *correction_follows(const Correction *correction, const char *recipient);
const char *correction_follows_most(const Correction *correction);

/* How many members of that channel had it so. */
guint correction_count(const Correction *correction, const char *channel, CorrectionHad had);

/* "第 1 版", "第 1、2 版"; caller frees. */
char *correction_versions_words(const Correction *correction);

/* Why somebody named now does not get it: what became of the void version; caller frees. */
char *correction_missing_words(const Correction *correction, const Recipient *recipient);

#endif
