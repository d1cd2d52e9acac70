/* SPDX-License-Identifier: GPL-3.0-or-later
 * The way in for whoever holds the bytes: songfactl, the mailbox, HTTP. They are put into the spool, and the
 * daemon takes them from there as it takes any file; answer.h tells what became of them. */
#ifndef SONGFA_HAND_IN_H
#define SONGFA_HAND_IN_H

#include "daemon/config.h"
#include "daemon/store/store.h"

typedef struct {
    const char *origin;  /* who hands in, kept in the register: "songfactl:zhang", "mail:a@b", "http:name" */
    const char *name;    /* of the file, perhaps with folders, which count for nothing; any encoding */
    const char *series;  /* key that it is expected to be of, or NULL */
} HandIn;

/* FALSE and error (INPUT) for a name that the daemon would pass over: this is where somebody reads the answer. */
gboolean hand_in_check_name(const char *name, GError **error);

/* Records the hand-in and places the file durably; its id, for answer_load(). 0 and error when it could
 * not. *place (caller frees, may be NULL) is where the file waits, NULL when this very file was handed in
 * before: then the answer is there already, and nothing is placed. One that is held is taken again. */
gint64 hand_in_put(const Config *config, Store *store, const HandIn *hand_in, GBytes *bytes, char **place,
                   GError **error);

#endif
