/* SPDX-License-Identifier: GPL-3.0-or-later
 * Commands whose first word is a verb: "directory import", "reports match". */
#ifndef SONGFA_CTL_VERBS_H
#define SONGFA_CTL_VERBS_H

#include "daemon/ctl/ctl.h"

typedef struct {
    const char *name;
    int (*run)(Ctl *ctl, const Args *args, GError **error);
    guint min_words, max_words; /* with the verb itself */
    const char *options;        /* of the command's, those the verb takes */
    const char *forms;          /* as ctl_check_form() takes them */
} CtlVerb;

/* Runs the verb of that name, after its words and options were checked; 2 and error (USAGE). */
int verbs_run(Ctl *ctl, const Args *args, const char *name, const CtlVerb *verbs, gsize n_verbs, GError **error);

#endif
