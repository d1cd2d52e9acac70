/* SPDX-License-Identifier: GPL-3.0-or-later
 * The answers to letters: what became of each file in the words of answer.h, and what stayed behind, why, and
 * what to do. */
#ifndef SONGFA_MAILBOX_ANSWER_H
#define SONGFA_MAILBOX_ANSWER_H

#include "daemon/config.h"
#include "daemon/store/letters.h"

/* Queues an answer for each letter that was taken, is not answered yet, and whose files have all been judged,
 * in one transaction each; TRUE when there were any. *again = some could not be queued; those that wait for their
 * files wait for a change of the store. Logs: this is an edge. */
gboolean mailbox_answer_all(const Config *config, Store *store, gboolean *again);

#endif
