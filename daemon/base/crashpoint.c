/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbered crash points for the crash tests. */
#include "daemon/base/crashpoint.h"

#ifdef SONGFA_CRASH_POINTS
#include <glib.h>
#include <signal.h>
#include <unistd.h>

static int wanted(const char *variable, int fallback)
{
    const char *text = g_getenv(variable);
    return text != NULL ? (int)g_ascii_strtoll(text, NULL, 10) : fallback;
}

void crash_point(CrashPoint point)
{
    static gint passed = 0;
    if ((int)point != wanted("SONGFA_CRASH_AT", 0))
        return;
    if (g_atomic_int_add(&passed, 1) + 1 == wanted("SONGFA_CRASH_NTH", 1))
        kill(getpid(), SIGKILL);
}
#else
typedef int crashpoint_is_compiled_out; /* ISO C wants one declaration a file */
#endif
