/* SPDX-License-Identifier: GPL-3.0-or-later
 * Mails that hand in: each is taken once and answered once, whoever dies in between; and the state of the
 * mailboxes that are read. */
#ifndef SONGFA_STORE_LETTERS_H
#define SONGFA_STORE_LETTERS_H

#include "daemon/store/store.h"

typedef struct {
    gint64 id;
    char *mailbox;       /* which one, for good: "user@host/folder" */
    gint64 uidvalidity, uid, at;
    char *verdict;       /* a word of the table letter */
    char *sender;        /* NULL = it cannot be said */
    char *proof;         /* what convinced that it is he: dmarc, dkim, spf, word, list */
    char *subject, *message_id;
    char *identity;      /* what copies of the mail have in common; NULL unless taken or repeated */
    char *facts;         /* JSON object: references, and what was left behind */
    gint64 answer_id, answered_at; /* 0 = not answered */
} StoreLetter;

void store_letter_free(StoreLetter *letter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreLetter, store_letter_free)

typedef enum {
    STORE_LETTER_RECORDED,
    STORE_LETTER_REPEATED, /* a copy of a mail that was taken: recorded as such, without hand-ins */
    STORE_LETTER_KNOWN     /* this very mail was recorded before: nothing changed */
} StoreLetterResult;

/* Records the mail with what it handed in, in one durable transaction; id is set. hand_ins: gint64, in order. */
gboolean store_letter_add(Store *store, StoreLetter *letter, const GArray *hand_ins, StoreLetterResult *result,
                          GError **error);

/* Whether a copy of it was taken before; under another UID or in another mailbox. */
gboolean store_letter_is_taken(Store *store, const char *identity, gboolean *taken, GError **error);

/* A hand-in that was begun for such a letter when the daemon died; 0 = none. */
gboolean store_letter_begun(Store *store, const char *origin, const char *digest, gint64 *hand_in_id, GError **error);

/* The mail handled last; both 0 when there is none. */
gboolean store_letter_last(Store *store, const char *mailbox, gint64 *uidvalidity, gint64 *uid, GError **error);

/* How many mails of the sender were taken since then. */
gboolean store_letter_count(Store *store, const char *sender, gint64 since, gint64 *n, GError **error);

/* Those taken and not answered, oldest first. StoreLetter elements with free function. */
GPtrArray *store_letter_open(Store *store, GError **error);

/* Within the transaction that queues the answer; CONFLICT when it was answered before. */
gboolean store_letter_set_answered(Store *store, gint64 id, gint64 answer_id, gint64 now, GError **error);

/* What the letter handed in: ids of hand-ins, in order. gint64 elements. */
GArray *store_letter_hand_ins(Store *store, gint64 id, GError **error);

/* Newest first: those that were not taken, or all; limit 0 = without. StoreLetter elements. */
GPtrArray *store_letter_list(Store *store, gboolean all, int limit, GError **error);

/* NOT_FOUND when there is none. */
StoreLetter *store_letter_get(Store *store, gint64 id, GError **error);

/* ---- mailboxes that are read ---- */

typedef struct {
    gint64 read_at;    /* when it was last read to its end, 0 = never */
    char *problem;     /* what went wrong since, NULL = nothing */
    gint64 problem_at;
} StoreInbox;

void store_inbox_free(StoreInbox *inbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreInbox, store_inbox_free)

/* All was read now (problem NULL), or that went wrong. */
gboolean store_inbox_note(Store *store, const char *mailbox, const char *problem, gint64 now, GError **error);

/* One that was never read has all members empty. */
StoreInbox *store_inbox_get(Store *store, const char *mailbox, GError **error);

#endif
