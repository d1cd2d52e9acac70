/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who a mail says it is from, and whether he may hand in. From alone proves nothing: anybody can write
 * anything there. Pure but for the file of secret words; the mail is hostile. */
#ifndef SONGFA_INTAKE_WRITER_H
#define SONGFA_INTAKE_WRITER_H

#include "daemon/inbox/mime.h"

/* The one address in the one From of the mail, fit to be written to, its domain in ASCII and lower case; NULL when
 * there may be two opinions on which it is: several fields, several or no addresses, a group, a second "@" outside
 * of quotes and comments. Caller frees. */
char *writer_of(const MimeMail *mail);

typedef struct {
    char **allow;       /* "clerk@example.test", or "@example.test" for all of exactly that domain */
    char *authserv_id;  /* the name under which our mail server writes its results, NULL = it does not */
    char *words_file;   /* secret words, NULL = none */
    gboolean trust_from; /* being on the list is enough */
} WriterRules;

void writer_rules_clear(WriterRules *rules);

/* Whether an entry of the list can be one. */
gboolean writer_rule_is_valid(const char *entry);

typedef enum {
    WRITER_ALLOWED,
    WRITER_UNCLEAR,  /* who wrote it cannot be said */
    WRITER_STRANGER, /* not on the list */
    WRITER_UNPROVED  /* on the list, but it may be anybody else */
} WriterVerdict;

const char *writer_verdict_name(WriterVerdict verdict); /* "allowed" … */

/* What the mail shows for itself. Texts lent. */
typedef struct {
    const char *address;  /* writer_of() */
    const char *proof;    /* authres_proof() */
    const char *subject;
    const char *const *recipients; /* addresses, NULL-terminated */
} WriterClaim;

/* words as writer_words_load() gives it, or NULL. *by (static) = what convinced: "dmarc", "dkim", "spf", "word",
 * "list". */
WriterVerdict writer_judge(const WriterRules *rules, GHashTable *words, const WriterClaim *claim, const char **by);

/* The file: a line each "address word" or "@domain word", # begins a comment; a word has 12 characters or more,
 * of letters, digits, "-" and "_". Address in lower case → word; NULL and error (CONFIG) with the first line
 * that is none. */
GHashTable *writer_words_load(const char *file, GError **error);

#endif
