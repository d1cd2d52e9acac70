/* SPDX-License-Identifier: GPL-3.0-or-later
 * Members as a clerk names them (区发改委, 区政府/区长, 李明, 镇办), put into member notation. Pure. */
#ifndef SONGFA_RECIPIENTS_CHOOSE_H
#define SONGFA_RECIPIENTS_CHOOSE_H

#include "recipients/directory.h"

/* Each word is a unit, UNIT/POST, post (区委书记), person, group, alias (of the series, of the office), or in
 * member notation; "-" before it takes out. NULL and error (INPUT) that names the first word with no
 * one answer and the nearest names, or says that nobody is left. Caller frees with g_strfreev. */
char **choose_members(const Directory *directory, const char *series, const char *office,
                      char *const *words, GError **error);

/* UNIT/POST, or the title that one post alone has (区委书记); lent, NULL when there is none. */
const DirectoryPost *choose_post(const Directory *directory, const char *word);

/* What a member means, for people: "unit:区发改委" is 区发改委, "-post:甲/乙" is “除去 甲/乙”. Caller
 * frees. */
char *choose_words(char *const *members);

#endif
