/* SPDX-License-Identifier: GPL-3.0-or-later
 * Groups of settings that config.h holds. */
#ifndef SONGFA_CONFIG_PARTS_H
#define SONGFA_CONFIG_PARTS_H

#include <glib.h>

typedef struct {
    int shrink_limit;     /* percent of a table that an import may remove unasked */
} ConfigDirectory;

/* When failures are the relay's. */
typedef struct {
    int window;           /* seconds in which mails of a relay are counted together */
    int share;            /* percent of them that failed alike, above which the relay is blamed */
} ConfigFailures;

/* The HTTP interface. */
typedef struct {
    char *listen;         /* as written; NULL = there is none */
    char *host;           /* of it, an IP address */
    guint16 port;
    char *public_url;     /* how others reach it, without final slash; NULL = not said */
    char *certificate, *key; /* PEM files, absolute; NULL = plain */
    gboolean allow_plain; /* also off loopback */
} ConfigWeb;

typedef struct {
    gint64 link_above;    /* bytes above which the mail carries a link instead; 0 = never */
    gint64 link_lasts;    /* seconds from the day it is sent */
} ConfigAttachments;

#endif
