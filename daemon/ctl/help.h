/* SPDX-License-Identifier: GPL-3.0-or-later
 * Help on the commands, made from their table. */
#ifndef SONGFA_CTL_HELP_H
#define SONGFA_CTL_HELP_H

#include "daemon/ctl/ctl.h"

void help_overview(void);
void help_command(const CtlCommand *command);
void help_version(void);
/* What stands behind the name of the command, translated; lent. */
const char *help_usage(const CtlCommand *command);

/* The commands nearest to a word, as args_nearest() gives them; caller frees. */
char *help_nearest(const char *word);

#endif
