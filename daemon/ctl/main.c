/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl: look, decide, correct. */
#include <signal.h>

#include "daemon/base/i18n.h"
#include "daemon/ctl/ctl.h"

int main(int argc, char **argv)
{
    (void)argc;
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away ends the output, not the program */
    i18n_init();
    return ctl_main(argv);
}
