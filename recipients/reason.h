/* SPDX-License-Identifier: GPL-3.0-or-later
 * The reasons a recipient carries, read again: "发：各街道办事处（2 份） → 济源路街道 → 收文邮箱". Pure. */
#ifndef SONGFA_RECIPIENTS_REASON_H
#define SONGFA_RECIPIENTS_REASON_H

#include <glib.h>

/* The links of a reason, the term first, without brackets that hold a number (copies, days); a bracket
 * in a name (镇（办）, 张伟（财政局）) stays. Caller frees with g_strfreev. */
char **reason_links(const char *because);

/* Whether the term carries copies of its own. */
gboolean reason_says_copies(const char *because);

#endif
