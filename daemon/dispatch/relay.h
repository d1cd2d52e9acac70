/* SPDX-License-Identifier: GPL-3.0-or-later
 * One relay (smarthost) as configured, and who we are to it. Settings only. */
#ifndef SONGFA_DISPATCH_RELAY_H
#define SONGFA_DISPATCH_RELAY_H

#include <glib.h>

#include "daemon/base/hours.h"
#include "daemon/base/tls.h"
#include "daemon/dispatch/dsn.h"

/* At most; 0 = without limit. */
typedef struct {
    int per_minute, per_day; /* mails, each recipient counts; the day ends at local midnight */
    int gap;                 /* seconds between the beginnings of two */
} LimitSettings;

typedef enum {
    RELAY_AUTH_PASSWORD, /* PLAIN or LOGIN, whichever is offered */
    RELAY_AUTH_PLAIN,
    RELAY_AUTH_LOGIN,
    RELAY_AUTH_XOAUTH2   /* a bearer token in place of the password */
} RelayAuth;

typedef struct {
    char *name;
    char *host;
    guint16 port;
    Tls tls;             /* STARTTLS is the default off loopback; IMPLICIT: port 465 */
    gboolean allow_plain; /* TLS_NONE off loopback was asked for in so many words */
    char *ca_file;       /* NULL = the system's */
    char *user;          /* NULL = no AUTH */
    RelayAuth auth;
    char *password_file; /* a file, or a systemd credential's name when it has no slash */
    char *token_file;    /* XOAUTH2: likewise, read anew for each connection */
    char **token_command; /* XOAUTH2: program and arguments; the first line it prints is the token */
    DsnNotify notify;    /* which reports are asked for */
    char *mail_from;     /* of every mail over this relay; NULL = the sender's address */
    char *helo;          /* NULL = the machine's name */
    gboolean pipelining; /* use PIPELINING (RFC 2920) when offered */
    int connections;     /* at most, 1 to 200 */
    int recipients;      /* of one mail in one transaction, at most */
    LimitSettings limit;
    int timeout;         /* seconds for connecting and for each answer */
} RelaySettings;

void relay_settings_free(RelaySettings *relay);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RelaySettings, relay_settings_free)

/* A destination that wants to be spared, over all relays. */
typedef struct {
    char *domain;    /* "example.test", or ".example.test" with all below it */
    int connections; /* mails under way at once, 0 = without limit */
    LimitSettings limit;
} DomainSettings;

void relay_domain_free(DomainSettings *domain);

/* Under which name the store counts what was sent today; caller frees. */
char *relay_scope(const char *relay_name);
char *relay_domain_scope(const DomainSettings *domain);
/* The count of such a table (scope → gint64), 0 when it has none or is NULL. */
gint64 relay_used(GHashTable *used, const char *scope);
/* Takes the scope. */
void relay_set_used(GHashTable *used, char *scope, gint64 n);

typedef struct {
    char *name;     /* 上街区委办公室 */
    char *address;  /* From and MAIL FROM */
    char *reply_to; /* NULL = address */
} SenderSettings;

/* When no mail goes to leaders. */
typedef struct {
    Hours hours;
    int passes; /* mails of this priority and above go all the same: 0 = none, 1 = 特急, 2 = 加急 too */
} QuietSettings;

typedef struct {
    GPtrArray *delays;  /* seconds as GINT_TO_POINTER: 60, 300, 900 … the last repeats */
    gint64 give_up_after; /* seconds from the first attempt; then refused with 4.4.7 */
} RetrySettings;

#endif
