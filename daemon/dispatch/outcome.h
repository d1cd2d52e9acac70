/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one place that decides what a reply means (RFC 5321 §4.2, RFC 3463). */
#ifndef SONGFA_DISPATCH_OUTCOME_H
#define SONGFA_DISPATCH_OUTCOME_H

#include <glib.h>

typedef enum { OUTCOME_ACCEPTED, OUTCOME_DEFERRED, OUTCOME_REFUSED, OUTCOME_UNKNOWN } Outcome;

/* Where in the transaction the reply, or its absence, came. */
typedef enum {
    OUTCOME_AT_CONNECT, /* TCP, TLS, banner, EHLO, AUTH */
    OUTCOME_AT_MAIL,
    OUTCOME_AT_RCPT,
    OUTCOME_AT_DATA,
    OUTCOME_AT_DOT /* final dot may have been written */
} OutcomeStage;

/* code 0 = no (intelligible) reply: link lost, time-out, nonsense. */
Outcome outcome_of_reply(OutcomeStage stage, int code, const char *text);

/* TRUE when the reply says that we send too much or too fast: 421, 45x about the session rather than
 * a mailbox, or a provider's own words. */
gboolean outcome_is_rate_limit(OutcomeStage stage, int code, const char *text);

const char *outcome_name(Outcome outcome); /* "accepted" … */

/* What the clerk should do next, Chinese, or "" (554 spam policy, 550 user unknown …). */
const char *outcome_advice(Outcome outcome, int code, const char *enhanced, const char *text);

/* What kind of thing a refusal tells of: whether the address, or how the mail is sent, is at fault. */
typedef enum {
    OUTCOME_FAULT_OTHER,
    OUTCOME_FAULT_ADDRESS, /* there is no such mailbox (any more): 5.1.x, 5.2.1 */
    OUTCOME_FAULT_POLICY,  /* the relay, its address or our domain is not let in: 5.7.x, SPF, blocked, spam */
    OUTCOME_FAULT_ROUTE    /* the relay does not find or reach the others: 5.4.x */
} OutcomeFault;

OutcomeFault outcome_fault(int code, const char *enhanced, const char *text);
const char *outcome_fault_name(OutcomeFault fault); /* "policy" … */

/* The enhanced status code at the start of a reply text ("2.1.5 Ok" → "2.1.5"), or NULL; caller
 * frees. *rest points behind it. RFC 2034. */
char *outcome_enhanced_code(const char *text, const char **rest);

/* The queue id in an accepting reply of Postfix, Exim, Sendmail, OpenSMTPD, Coremail; or NULL;
 * caller frees. */
char *outcome_queue_id(const char *text);

#endif
