/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an operator wants to see of the daemon's work while it runs. */
#ifndef SONGFA_STORE_TRACING_H
#define SONGFA_STORE_TRACING_H

#include "daemon/store/store.h"

/* Subsystems separated by commas, "" = none; NULL and error. Caller frees. */
char *store_tracing_get(Store *store, GError **error);
/* With its line in the audit log. */
gboolean store_tracing_set(Store *store, const char *subsystems, const char *who, GError **error);

#endif
