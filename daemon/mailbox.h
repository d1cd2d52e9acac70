/* SPDX-License-Identifier: GPL-3.0-or-later
 * Hand-in by mail: what songfa-reports finds in the mailbox is placed in the spool once, as any hand-in
 * (hand-in.h), and answered once, by mail. Lives in the main loop. */
#ifndef SONGFA_MAILBOX_H
#define SONGFA_MAILBOX_H

#include "daemon/config.h"
#include "daemon/store/letters.h"

typedef struct Mailbox Mailbox;

/* Reads at once and then whenever there is new mail. All is lent for its life. */
Mailbox *mailbox_start(const Config *config, Store *store);

/* Ends the child where it stands: the mail at hand is read again next time. */
void mailbox_stop(Mailbox **mailbox);

/* Queues the answers to letters all of whose files have been judged; TRUE when there were any. To be called each
 * second, with mailbox NULL too; changed: the store was since the last call. Logs: this is an edge. */
gboolean mailbox_tell_answers(Mailbox *mailbox, gboolean changed);

/* The most bytes that a mail may have which hands in files of at most max_file. */
gint64 mailbox_most_bytes(gint64 max_file);

#endif
