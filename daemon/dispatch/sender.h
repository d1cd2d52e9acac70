/* SPDX-License-Identifier: GPL-3.0-or-later
 * The sending thread: connections under one epoll. Never blocks, knows no store. */
#ifndef SONGFA_DISPATCH_SENDER_H
#define SONGFA_DISPATCH_SENDER_H

#include "daemon/dispatch/engine-private.h"

typedef struct Sender Sender;

Sender *sender_new(const EngineParts *parts, GError **error);
void sender_free(Sender *sender);
/* Works until exchange_stop(), then leaves the exchange. */
void sender_run(Sender *sender);

#endif
