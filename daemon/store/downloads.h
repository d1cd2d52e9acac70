/* SPDX-License-Identifier: GPL-3.0-or-later
 * Attachments that a mail carries as a link: what a link stands for, and who fetched it. */
#ifndef SONGFA_STORE_DOWNLOADS_H
#define SONGFA_STORE_DOWNLOADS_H

#include "daemon/store/store.h"

typedef enum {
    STORE_LINK_GOOD,
    STORE_LINK_UNKNOWN, /* not one of ours, or its mail was taken back */
    STORE_LINK_EXPIRED,
    STORE_LINK_STOPPED  /* a clerk has stopped the issue */
} StoreLinkTrust;

/* What a link stands for. */
typedef struct {
    StoreLinkTrust trust; /* the rest is there when it is GOOD */
    gint64 delivery_id;
    char *digest, *name;  /* of the file */
} StoreLink;

void store_link_free(StoreLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreLink, store_link_free)

/* Judges the token of a link (tokens.h). NULL and error only when the store fails. */
StoreLink *store_link_judge(Store *store, const char *token, gint64 now, GError **error);

typedef struct {
    gint64 at;
    char *address;
    gboolean whole;
} StoreDownload;

void store_download_free(StoreDownload *download);

gboolean store_download_add(Store *store, gint64 delivery_id, const StoreDownload *download, GError **error);

/* Of a delivery, oldest first; StoreDownload elements with free function. */
GPtrArray *store_download_list(Store *store, gint64 delivery_id, GError **error);

#endif
