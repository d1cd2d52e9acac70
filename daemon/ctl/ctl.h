/* SPDX-License-Identifier: GPL-3.0-or-later
 * The frame of songfactl: what a command is, and what it is given. The commands
 * themselves are in cmd-*.c, their table in commands.c. */
#ifndef SONGFA_CTL_CTL_H
#define SONGFA_CTL_CTL_H

#include <glib.h>

#include "daemon/base/table.h"
#include "daemon/config.h"
#include "daemon/ctl/args.h"
#include "daemon/store/store.h"

typedef struct {
    const char *command;     /* the name it was called by */
    TableFormat format;      /* --json, --csv */
    const char *who;         /* --as, for the audit log */
    const char *config_file; /* -c, $SONGFA_CONF or the default */
    gboolean config_chosen;  /* it was named by the user: must be usable */
    Config *config;          /* what the command needs is open, the rest NULL */
    Store *store;
} Ctl;

/* What a command needs open. CTL_MAYBE: without configuration and store it does less, with them
 * more. CTL_STORE: both. CTL_NEW_STORE: the store is made when there is none yet. */
typedef enum { CTL_NOTHING, CTL_MAYBE, CTL_STORE, CTL_NEW_STORE } CtlNeeds;

typedef struct {
    const char *name;
    const char *usage;   /* words and options behind the name, N_(); it takes --json and --csv where they stand here */
    const char *help;    /* N_(): the first line stands in the overview */
    int (*run)(Ctl *ctl, const Args *args, GError **error); /* exit code; error wins over it */
    CtlNeeds needs;
    const char *options; /* as args_new() reads them */
    guint min_words, max_words;
    gboolean takes_files; /* words may be file names in any encoding */
} CtlCommand;

extern const CtlCommand ctl_commands[]; /* ends with a NULL name */
const CtlCommand *ctl_command(const char *name);

/* TRUE when forms, words in which --json and --csv stand where they are taken, has the form that was asked
 * for; else error (USAGE): what reads as a table must be one. */
gboolean ctl_check_form(const Ctl *ctl, const char *forms, const char *command, GError **error);

/* Everything after main(): reads the options, runs the command, says what is wrong. The exit code
 * of DESIGN.md §5. */
int ctl_main(char **argv);

#endif
