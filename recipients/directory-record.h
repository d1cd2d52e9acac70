/* SPDX-License-Identifier: GPL-3.0-or-later
 * The records of the directory: units, posts, persons, tenures, stand-ins, groups, aliases, mailboxes.
 * Their texts and lists belong to the Directory that holds them. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_RECORD_H
#define SONGFA_RECIPIENTS_DIRECTORY_RECORD_H

#include <glib.h>

typedef enum { POST_CHIEF, POST_DEPUTY, POST_MEMBER } PostKind;
typedef enum { CHANNEL_EMAIL = 1, CHANNEL_PAPER = 2, CHANNEL_BOTH = 3 } Channel;
typedef enum { OWNER_UNIT, OWNER_POST, OWNER_PERSON } OwnerKind;

/* What every record begins with: its id, unique over all kinds; the number of the change that wrote
 * this version (0 = not stored); the first and last day on which it holds (YYYY-MM-DD, "" = open).
 * A record may have several versions with disjoint days. */
#define DIRECTORY_RECORD  \
    gint64 id, change;    \
    const char *valid_from, *valid_to

typedef struct {
    DIRECTORY_RECORD;
} DirectoryRecord;

typedef struct {
    DIRECTORY_RECORD;
    const char *name;       /* canonical: 上街区发展和改革委员会 */
    char **short_names;     /* forms in print: 区发改委 … (NULL-terminated) */
    const char *kind;       /* party, body, gov, zone, street, town, higher, school, company … */
    gint64 parent_id;       /* 0 = none */
    int order;              /* protocol order among its sisters */
} DirectoryUnit;

typedef struct {
    DIRECTORY_RECORD;
    gint64 unit_id;
    const char *name;       /* 书记, 副区长, 负责同志 … */
    PostKind kind;
    const char *rank;       /* 县处级 … or "" */
    int order;
} DirectoryPost;

typedef struct {
    DIRECTORY_RECORD;
    const char *name;       /* 张伟, or 张伟（财政局） where two share the name */
    const char *salutation; /* "" = made from post and name */
} DirectoryPerson;

/* Who holds a post; kept whole in every slice. */
typedef struct {
    DIRECTORY_RECORD;
    gint64 post_id, person_id;
    const char *from, *to;  /* YYYY-MM-DD inclusive; "" = open */
} DirectoryTenure;

/* Who receives in place of another while he is away; kept whole in every slice. */
typedef struct {
    DIRECTORY_RECORD;
    gint64 person_id, stand_in_id;
    const char *from, *to;  /* as in DirectoryTenure */
    gboolean both;          /* the one who is away receives too */
} DirectoryStandIn;

/* A member of a group or the target of an alias, in words: "unit:NAME", "post:UNIT/POST",
 * "person:NAME", "group:NAME", "kind:street" (all units of a kind), "rank:县处级" (holders of all
 * posts of a rank), "under:UNIT" (its direct sub-units), "within:UNIT" (all units below it),
 * "posts:UNIT" (all posts of a unit). Terms hold from left to right: a bare one adds, a leading "-"
 * takes out, a leading "&" keeps only what it names too. */
typedef struct {
    DIRECTORY_RECORD;
    const char *name;       /* 区直单位, 街道办事处, 县处级领导 */
    char **members;
} DirectoryGroup;

typedef struct {
    DIRECTORY_RECORD;
    const char *text;       /* as printed: 区县处级领导, 镇办, 三省一市 */
    const char *series;     /* "" = all series */
    const char *office;     /* issuing office whose word it is, "" = any; series wins over office */
    char **targets;         /* member notation */
} DirectoryAlias;

typedef struct {
    DIRECTORY_RECORD;
    OwnerKind owner_kind;
    gint64 owner_id;
    const char *address;    /* "" when only paper */
    Channel channel;
    int copies;             /* paper copies, at least 1 when paper */
    gboolean suspended;
    const char *secretary;  /* who reads it for the owner, "" = the owner */
    const char *keeper;     /* who answers for the mailbox, "" = not said */
    const char *review;     /* day by which it is to be checked, "" = none */
} DirectoryMailbox;

typedef enum {
    DIRECTORY_UNIT, DIRECTORY_POST, DIRECTORY_PERSON, DIRECTORY_TENURE, DIRECTORY_STAND_IN,
    DIRECTORY_GROUP, DIRECTORY_ALIAS, DIRECTORY_MAILBOX, DIRECTORY_KINDS
} DirectoryKindId;

#endif
