/* SPDX-License-Identifier: GPL-3.0-or-later
 * The way in by HTTP: programs hand in issues, recipients fetch large attachments. It has threads and a
 * store handle of its own, and shares nothing with the loop but what is in the store and the spool. */
#ifndef SONGFA_WEB_WEB_H
#define SONGFA_WEB_WEB_H

#include "daemon/config.h"

typedef struct Web Web;

/* config is lent. NULL and error when the address cannot be had; to be called in the main thread. */
Web *web_start(const Config *config, GError **error);

/* Ends what is on the wire. */
void web_stop(Web **web);

#endif
