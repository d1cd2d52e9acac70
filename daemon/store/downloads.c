/* SPDX-License-Identifier: GPL-3.0-or-later
 * Links and downloads. */
#include "daemon/store/downloads.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/ident.h"
#include "daemon/store/store-private.h"
#include "daemon/store/tokens.h"

/* ---- links ---- */

/* The delivery that a link may be about, before its signature is known to be right. */
typedef struct {
    gint64 id, expires_at;
    char *digest, *name;
    gboolean stopped;
} Candidate;

static gpointer read_candidate(const DbRows *row)
{
    Candidate *candidate = g_new0(Candidate, 1);
    candidate->id = db_column_int(row, 0);
    candidate->expires_at = db_column_int(row, 1) + db_column_int(row, 2) * CLOCK_SECOND;
    candidate->digest = db_column_dup(row, 3);
    candidate->name = db_column_dup(row, 4);
    candidate->stopped = strcmp(db_column_text(row, 5), "released") != 0;
    return candidate;
}

static void candidate_free(Candidate *candidate)
{
    if (candidate == NULL)
        return;
    g_free(candidate->digest);
    g_free(candidate->name);
    g_free(candidate);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Candidate, candidate_free)

static Candidate *find(Store *store, const char *delivery_token, GError **error)
{
    return db_one(store->db,
                  "SELECT d.id, d.first_queued, m.link_lasts, m.attachment_digest, m.attachment_name, i.state"
                  " FROM delivery d JOIN mail m ON m.id = d.mail_id JOIN issue i ON i.id = d.issue_id"
                  " WHERE d.token = $1 AND m.link_lasts > 0 AND d.first_queued IS NOT NULL"
                  " AND d.state <> 'cancelled'",
                  DB_PARAMS(db_text(delivery_token)), read_candidate, error);
}

static StoreLinkTrust trust_in(const Candidate *candidate, gint64 now)
{
    if (candidate->stopped)
        return STORE_LINK_STOPPED;
    return now < candidate->expires_at ? STORE_LINK_GOOD : STORE_LINK_EXPIRED;
}

StoreLink *store_link_judge(Store *store, const char *token, gint64 now, GError **error)
{
    GError *failed = NULL;
    g_autofree char *delivery_token = store_token_of_link(store, token, &failed);
    g_autoptr(Candidate) candidate = delivery_token != NULL ? find(store, delivery_token, &failed) : NULL;
    g_autofree char *key = candidate != NULL ? store_token_link_key(store, candidate->digest, &failed) : NULL;
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return NULL;
    }
    StoreLink *link = g_new0(StoreLink, 1);
    g_autofree char *right = key != NULL ? store_token_link(key, delivery_token) : NULL;
    link->trust = right != NULL && ident_same(right, token) ? trust_in(candidate, now) : STORE_LINK_UNKNOWN;
    if (link->trust == STORE_LINK_GOOD) {
        link->delivery_id = candidate->id;
        link->digest = g_strdup(candidate->digest);
        link->name = g_strdup(candidate->name);
    }
    return link;
}

void store_link_free(StoreLink *link)
{
    if (link == NULL)
        return;
    g_free(link->digest);
    g_free(link->name);
    g_free(link);
}

/* ---- downloads ---- */

void store_download_free(StoreDownload *download)
{
    if (download == NULL)
        return;
    g_free(download->address);
    g_free(download);
}

static void destroy_download(gpointer download)
{
    store_download_free(download);
}

static gpointer read_download(const DbRows *row)
{
    StoreDownload *download = g_new0(StoreDownload, 1);
    download->at = db_column_int(row, 0);
    download->address = db_column_dup(row, 1);
    download->whole = db_column_int(row, 2) != 0;
    return download;
}

gboolean store_download_add(Store *store, gint64 delivery_id, const StoreDownload *download, GError **error)
{
    return db_run(store->db, "INSERT INTO download (delivery_id, at, address, whole) VALUES ($1, $2, $3, $4)",
                  DB_PARAMS(db_int(delivery_id), db_int(download->at), db_string(download->address),
                            db_int(download->whole)), NULL, error);
}

GPtrArray *store_download_list(Store *store, gint64 delivery_id, GError **error)
{
    return db_all(store->db, "SELECT at, address, whole FROM download WHERE delivery_id = $1 ORDER BY id",
                  DB_PARAMS(db_int(delivery_id)), read_download, destroy_download, error);
}
