/* SPDX-License-Identifier: GPL-3.0-or-later
 * Low privilege for the children that read mail of strangers. */
#include "daemon/dispatch/cage.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#endif

static const struct {
    __rlimit_resource_t resource;
    rlim_t limit;
} limits[] = {
#ifndef SANITIZED /* which reserves terabytes of addresses */
    {RLIMIT_AS, (rlim_t)512 << 20},
#endif
    {RLIMIT_CPU, 60},
    {RLIMIT_NOFILE, 64},
    {RLIMIT_FSIZE, 0},
    {RLIMIT_CORE, 0},
};

static gboolean set_limits(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
        const struct rlimit limit = {limits[i].limit, limits[i].limit};
        if (setrlimit(limits[i].resource, &limit) != 0)
            return FALSE;
    }
    return TRUE;
}

/* The leak checker traces its own process, which the kernel forbids after a change of user. */
static gboolean stay_traceable(void)
{
#ifdef SANITIZED
    return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
#else
    return TRUE;
#endif
}

static gboolean become_nobody(void)
{
    if (geteuid() != 0)
        return TRUE;
    const struct passwd *nobody = getpwnam("nobody");
    return nobody != NULL && setgroups(0, NULL) == 0 && setgid(nobody->pw_gid) == 0 &&
           setuid(nobody->pw_uid) == 0 && stay_traceable();
}

gboolean cage_enter(GError **error)
{
    signal(SIGPIPE, SIG_IGN); /* a peer that goes away is an error, not a death */
    signal(SIGXFSZ, SIG_IGN); /* so is a standard error that is a file */
    if (become_nobody() && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && set_limits())
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("无法放弃权限：%s"), g_strerror(errno));
    return FALSE;
}
