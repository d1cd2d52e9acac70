/* SPDX-License-Identifier: GPL-3.0-or-later
 * From addressees to recipients: who gets it, by which channel, how many copies, and why. Nobody is
 * guessed and nobody is dropped: what has no answer is unresolved, with the nearest names. Pure. */
#ifndef SONGFA_RECIPIENTS_RESOLVE_H
#define SONGFA_RECIPIENTS_RESOLVE_H

#include "recipients/directory.h"
#include "recipients/line.h"

typedef struct {
    char *id;          /* stable: "mailbox:ADDRESS" for mail, "paper:unit:NAME" or "paper:person:NAME" */
    char *name;        /* unit, or person with post, as a clerk would write it */
    char *salutation;  /* 王明同志：/ 区发改委： */
    char *unit;        /* the unit under which its paper copies are counted */
    Channel channel;   /* CHANNEL_EMAIL or CHANNEL_PAPER, never both: one recipient a channel */
    char *address;     /* mail address, or "" for paper */
    int copies;        /* 1 for mail */
    gboolean leader;   /* a leader (directory_post_leads()) receives here, perhaps with others */
    GPtrArray *because; /* char *: "发：各街道办事处 → 济源路街道 → 收文邮箱" */
} Recipient;

typedef struct {
    char *code;        /* unknown-name, unspecified (有关), nobody (an empty group), no-holder,
                          stand-in (comes to nobody), no-mailbox, suspended, outside-domain, left-over, unknown-exception */
    char *field, *text;
    char *message;     /* for the clerk, Chinese */
    char **suggestions;
    gsize start, end;  /* place in the distribution text, in characters */
} Unresolved;

typedef struct {
    GPtrArray *recipients; /* Recipient: mail first in protocol order, then paper */
    GPtrArray *unresolved; /* Unresolved */
    int paper_copies;      /* of all paper recipients */
    int archive_copies;    /* printed 存档 */
    int declared_copies;   /* printed, 0 = not said */
} Resolution;

/* What a clerk chose for a term that names an unspecified part (rule 11). */
typedef struct {
    const char *field;    /* NULL = any */
    const char *term;     /* 有关部门, as resolve_choice_term() gives it */
    char **members;       /* member notation (directory.h) */
    const char *who, *date;
    gboolean remembered;  /* chosen for the series, not for this issue alone */
} ResolveChoice;

typedef struct {
    const char *series, *office;         /* whose aliases hold; NULL = not known */
    const char *const *internal_domains; /* with restricted: others are unresolved; NULL = any */
    gboolean restricted;
    const GPtrArray *choices;            /* ResolveChoice, the first that fits holds; NULL = none */
} ResolveOptions;

/* The one form of an unspecified term however it is printed (各有关部门, 相关部门): 有关部门. Caller
 * frees. */
char *resolve_choice_term(const char *printed);

/* Never NULL. Every recipient carries at least one reason; one mailbox is one recipient with all
 * reasons; copies by rule 13. */
Resolution *resolve_reading(const Directory *directory, const LineReading *reading,
                            const ResolveOptions *options);
void recipient_free(gpointer recipient);
void resolution_free(Resolution *resolution);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Resolution, resolution_free)

/* The names the directory knows whole, for line_read(); lends directory, series and office (as in
 * ResolveOptions). Free with g_free. */
LineNames *resolve_names(const Directory *directory, const char *series, const char *office);

/* The JSON of `songfactl resolve --json`; computed = paper + archive as given in total_computed. */
char *resolution_to_json(const Resolution *resolution, int total_computed, int declared);

#endif
