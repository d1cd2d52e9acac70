/* SPDX-License-Identifier: GPL-3.0-or-later
 * Low privilege for the children that read what strangers send. */
#include "songfa-build.h"

#include "daemon/base/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
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

enum { MAX_DESCRIPTORS = 64 };

/* ---- limits ---- */

static gboolean limit(__rlimit_resource_t resource, rlim_t most)
{
    const struct rlimit value = {most, most};
    return setrlimit(resource, &value) == 0;
}

/* SIGXCPU says why it ended; SIGKILL, a second later, would not. */
static gboolean limit_cpu(rlim_t seconds)
{
    const struct rlimit value = {seconds, seconds + 1};
    return setrlimit(RLIMIT_CPU, &value) == 0;
}

static gboolean set_limits(const CageRules *rules)
{
#ifndef SANITIZED /* which reserves terabytes of addresses */
    if (!limit(RLIMIT_AS, rules->memory))
        return FALSE;
#endif
    return limit_cpu(rules->cpu) && limit(RLIMIT_NOFILE, MAX_DESCRIPTORS) && limit(RLIMIT_FSIZE, 0) &&
           limit(RLIMIT_CORE, 0);
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

/* ---- landlock(7): which files ---- */

static int landlock_version(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return version > 0 ? (int)version : 0;
}

/* The rights over files of the first version; later ones only add to them. */
static const guint64 all_rights =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
    LANDLOCK_ACCESS_FS_MAKE_SYM;

/* A path that is not there needs no rule. */
static gboolean let_read(int ruleset, const char *path)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return TRUE;
    const gboolean folder = g_file_test(path, G_FILE_TEST_IS_DIR);
    const struct landlock_path_beneath_attr rule = {
        .allowed_access = folder ? LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR
                                 : LANDLOCK_ACCESS_FS_READ_FILE,
        .parent_fd = fd,
    };
    gboolean ok = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    close(fd);
    return ok;
}

static gboolean wall_off_files(const CageRules *rules)
{
    if (rules->readable == NULL || landlock_version() == 0)
        return TRUE;
    const struct landlock_ruleset_attr attributes = {.handled_access_fs = all_rights};
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    gboolean ok = ruleset >= 0;
    for (const char *const *path = rules->readable; ok && *path != NULL; path++)
        ok = let_read(ruleset, *path);
    ok = ok && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    if (ruleset >= 0)
        close(ruleset);
    return ok;
}

/* ---- seccomp(2): which system calls ---- */

/* What it takes to read what is there, to think, and to write to what is open. */
static const int reading_calls[] = {
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(lseek),
    SCMP_SYS(close), SCMP_SYS(dup), SCMP_SYS(fcntl), SCMP_SYS(ioctl), SCMP_SYS(open), SCMP_SYS(openat),
    SCMP_SYS(stat), SCMP_SYS(fstat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(statfs),
    SCMP_SYS(fstatfs), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink),
    SCMP_SYS(readlinkat), SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(fadvise64), SCMP_SYS(mmap),
    SCMP_SYS(mmap2), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise), SCMP_SYS(brk),
    SCMP_SYS(futex), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres),
    SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getuid),
    SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(getrandom), SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(getrlimit), SCMP_SYS(prlimit64), SCMP_SYS(sysinfo), SCMP_SYS(uname),
    SCMP_SYS(tgkill), SCMP_SYS(rseq), SCMP_SYS(set_robust_list), SCMP_SYS(membarrier), SCMP_SYS(restart_syscall),
};

/* What no child of ours needs, and who broke into one would want. */
static const int breaking_calls[] = {
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
    SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key),
    SCMP_SYS(io_uring_setup), SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(kexec_load),
#ifndef SANITIZED
    SCMP_SYS(ptrace),
#endif
};

static gboolean has_seccomp(void)
{
    return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
}

/* A call that this machine's kind of processor does not have needs no rule. */
static gboolean add_rules(scmp_filter_ctx filter, guint32 action, const int *calls, gsize n_calls)
{
    for (gsize i = 0; i < n_calls; i++) {
        int result = seccomp_rule_add(filter, action, calls[i], 0);
        if (result != 0 && result != -EDOM && result != -EINVAL && result != -EFAULT)
            return FALSE;
    }
    return TRUE;
}

static gboolean wall_off_calls(const CageRules *rules)
{
    const guint32 refused = SCMP_ACT_ERRNO(EPERM);
    if (!has_seccomp())
        return TRUE;
    scmp_filter_ctx filter = seccomp_init(rules->network ? SCMP_ACT_ALLOW : refused);
    gboolean ok = filter != NULL;
    if (ok && rules->network)
        ok = add_rules(filter, refused, breaking_calls, G_N_ELEMENTS(breaking_calls));
    else if (ok)
        ok = add_rules(filter, SCMP_ACT_ALLOW, reading_calls, G_N_ELEMENTS(reading_calls));
    ok = ok && seccomp_load(filter) == 0;
    if (filter != NULL)
        seccomp_release(filter);
    return ok;
}

CageKernel cage_kernel(void)
{
    return (CageKernel){.seccomp = has_seccomp(), .landlock = landlock_version()};
}

gboolean cage_enter(const CageRules *rules, GError **error)
{
    signal(SIGPIPE, SIG_IGN); /* a peer that goes away is an error, not a death */
    signal(SIGXFSZ, SIG_IGN); /* so is a standard error that is a file */
    if (become_nobody() && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && set_limits(rules) &&
        wall_off_files(rules) && wall_off_calls(rules))
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("无法放弃权限：%s"), g_strerror(errno));
    return FALSE;
}
