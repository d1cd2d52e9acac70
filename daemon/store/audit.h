/* SPDX-License-Identifier: GPL-3.0-or-later
 * The audit log: who changed what and when, append-only, each row chained to the one before it by
 * SHA-256. */
#ifndef SONGFA_STORE_AUDIT_H
#define SONGFA_STORE_AUDIT_H

#include "daemon/store/store.h"

/* Appends within the caller's transaction. action is "unit.set", "issue.release" …; subject names the record;
 * before and after are JSON or NULL. */
gboolean store_audit_add(Store *store, const char *who, const char *action, const char *subject,
                         const char *before, const char *after, GError **error);

/* Many rows within one transaction, which must be open: the chain's end is read once and written once.
 * add gives the row's id, 0 on error. */
typedef struct StoreAuditChain StoreAuditChain;
StoreAuditChain *store_audit_chain_open(Store *store, GError **error);
gint64 store_audit_chain_add(StoreAuditChain *chain, const char *who, const char *action, const char *subject,
                             const char *before, const char *after, GError **error);
gboolean store_audit_chain_end(StoreAuditChain *chain, GError **error);
void store_audit_chain_free(StoreAuditChain *chain);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreAuditChain, store_audit_chain_free)

typedef struct {
    gint64 id, at;
    char *who, *action, *subject, *before, *after;
} StoreAudit;

void store_audit_free(StoreAudit *row);

/* Newest first; subject NULL = all. StoreAudit elements with free function. */
GPtrArray *store_audit_list(Store *store, const char *subject, int limit, GError **error);

/* Walks the chain; FALSE and SONGFA_ERROR_STORE naming the first broken row. *n = rows seen. */
gboolean store_audit_verify(Store *store, gint64 *n, GError **error);

#endif
