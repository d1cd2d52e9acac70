/* SPDX-License-Identifier: GPL-3.0-or-later
 * The words songfactl has for states, issues and reasons; people never read an English state name. */
#ifndef SONGFA_CTL_WORDS_H
#define SONGFA_CTL_WORDS_H

#include "daemon/store/deliveries.h"
#include "daemon/store/issues.h"

/* 已排队, 已受理 …: the relay took it is 已受理, never "delivered". Static, translated. */
const char *words_delivery_state(DeliveryState state);

/* 待处理, 待放行 … for a shown_state of issues.h; the name itself when unknown. */
const char *words_issue_state(const char *state);

/* Both the stored name and the word for people are understood; FALSE and error (USAGE) that lists
 * them. *state of words_parse_issue_state is the stored name, static. */
gboolean words_parse_delivery_state(const char *text, DeliveryState *state, GError **error);
gboolean words_parse_issue_state(const char *text, const char **state, GError **error);

/* What people call an issue: 上街信息 2020年第19期, else its file name; caller frees. */
char *words_issue(const StoreIssue *issue);

/* The reasons of a row (JSON), a line each: "原因：…", and for what a plan waits for "等待：…"; "" when
 * there are none. Caller frees. */
char *words_reasons(const char *json);

/* The notices of a row (JSON), a line each: "请留意：…"; "" when there are none. Caller frees. */
char *words_notices(const char *json);

/* The first of them alone, NULL when there is none. Caller frees. */
char *words_first_reason(const char *json);

#endif
