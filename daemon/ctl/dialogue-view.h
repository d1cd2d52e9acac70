/* SPDX-License-Identifier: GPL-3.0-or-later
 * A delivery's attempts with what was said at each, for people and as JSON. */
#ifndef SONGFA_CTL_DIALOGUE_VIEW_H
#define SONGFA_CTL_DIALOGUE_VIEW_H

#include <jansson.h>

#include "daemon/ctl/waiting.h"

/* To standard output. all: the other recipients of a shared transaction too. FALSE and error when the store
 * cannot say. */
gboolean dialogue_view_print(Ctl *ctl, const Waiting *waiting, const StoreDelivery *delivery, gboolean all, GError **error);

/* The caller's; NULL and error. */
json_t *dialogue_view_json(Ctl *ctl, const Waiting *waiting, const StoreDelivery *delivery, GError **error);

#endif
