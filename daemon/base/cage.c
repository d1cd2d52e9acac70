/* SPDX-License-Identifier: GPL-3.0-or-later
 * Low privilege for the children that read what strangers send. */
#include "songfa-build.h"

#include "daemon/base/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
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

static const guint32 refused = SCMP_ACT_ERRNO(EPERM);

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
    return limit_cpu(rules->cpu) && limit(RLIMIT_FSIZE, rules->file) && limit(RLIMIT_CORE, 0) &&
           limit(RLIMIT_NOFILE, rules->descriptors > 0 ? rules->descriptors : MAX_DESCRIPTORS);
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

gboolean cage_user(guint *user, guint *group)
{
    const struct passwd *nobody = geteuid() == 0 ? getpwnam("nobody") : NULL;
    if (nobody == NULL)
        return FALSE;
    *user = nobody->pw_uid;
    *group = nobody->pw_gid;
    return TRUE;
}

static gboolean become_nobody(void)
{
    guint user, group;
    if (geteuid() != 0)
        return TRUE;
    return cage_user(&user, &group) && setgroups(0, NULL) == 0 && setgid(group) == 0 && setuid(user) == 0 &&
           stay_traceable();
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

static const guint64 file_rights =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE;
static const guint64 reading_rights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const guint64 writing_rights =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_WRITE_FILE |
    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SYM;

/* A path that is not there needs no rule. */
static gboolean let(int ruleset, const char *path, guint64 rights)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return TRUE;
    const gboolean folder = g_file_test(path, G_FILE_TEST_IS_DIR);
    const struct landlock_path_beneath_attr rule = {
        .allowed_access = folder ? rights : rights & file_rights,
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
    const guint64 rights = reading_rights | (rules->program ? LANDLOCK_ACCESS_FS_EXECUTE : 0);
    for (const char *const *path = rules->readable; ok && *path != NULL; path++)
        ok = let(ruleset, *path, rights);
    ok = ok && (rules->writable == NULL || let(ruleset, rules->writable, writing_rights));
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
    SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
    SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key),
    SCMP_SYS(io_uring_setup), SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(kexec_load),
#ifndef SANITIZED
    SCMP_SYS(ptrace),
#endif
};

static const int running_calls[] = {SCMP_SYS(execve), SCMP_SYS(execveat)};

/* What a program could do to files of its user that landlock(7) does not know of, and to processes. */
static const int reaching_calls[] = {
    SCMP_SYS(truncate), SCMP_SYS(chmod), SCMP_SYS(fchmod), SCMP_SYS(fchmodat), SCMP_SYS(chown), SCMP_SYS(lchown),
    SCMP_SYS(fchown), SCMP_SYS(fchownat), SCMP_SYS(setxattr), SCMP_SYS(lsetxattr), SCMP_SYS(fsetxattr),
    SCMP_SYS(removexattr), SCMP_SYS(lremovexattr), SCMP_SYS(fremovexattr), SCMP_SYS(utime), SCMP_SYS(utimes),
    SCMP_SYS(futimesat), SCMP_SYS(utimensat), SCMP_SYS(kill), SCMP_SYS(tkill), SCMP_SYS(rt_sigqueueinfo),
    SCMP_SYS(rt_tgsigqueueinfo), SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_send_signal), SCMP_SYS(pidfd_getfd),
    SCMP_SYS(shmget), SCMP_SYS(msgget), SCMP_SYS(semget), SCMP_SYS(mq_open), SCMP_SYS(fork), SCMP_SYS(vfork),
    SCMP_SYS(connect), SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(sendto), SCMP_SYS(sendmsg),
    SCMP_SYS(sendmmsg), SCMP_SYS(setpriority), SCMP_SYS(sched_setaffinity), SCMP_SYS(sched_setscheduler),
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

static gboolean refuse_breaking(scmp_filter_ctx filter)
{
    return add_rules(filter, refused, breaking_calls, G_N_ELEMENTS(breaking_calls));
}

/* A program that insists on a socket to hear of its like gets one that nobody can reach: it is told that
 * its name is bound. clone3 hides from a filter whether a thread is meant: the C library goes back to clone. */
static gboolean confine_program(scmp_filter_ctx filter)
{
    static const int pretended[] = {SCMP_SYS(bind), SCMP_SYS(listen)}, hidden[] = {SCMP_SYS(clone3)};
    const scmp_datum_t self = (scmp_datum_t)getpid();
    return refuse_breaking(filter) && add_rules(filter, refused, reaching_calls, G_N_ELEMENTS(reaching_calls)) &&
           add_rules(filter, SCMP_ACT_ERRNO(0), pretended, G_N_ELEMENTS(pretended)) &&
           add_rules(filter, SCMP_ACT_ERRNO(ENOSYS), hidden, G_N_ELEMENTS(hidden)) &&
           seccomp_rule_add(filter, refused, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_NE, AF_UNIX, 0)) == 0 &&
           seccomp_rule_add(filter, refused, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_NE, self, 0)) == 0 &&
           seccomp_rule_add(filter, refused, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)) == 0;
}

static gboolean add_walls(scmp_filter_ctx filter, const CageRules *rules)
{
    if (rules->program)
        return confine_program(filter);
    if (rules->network)
        return refuse_breaking(filter) && add_rules(filter, refused, running_calls, G_N_ELEMENTS(running_calls));
    return add_rules(filter, SCMP_ACT_ALLOW, reading_calls, G_N_ELEMENTS(reading_calls));
}

static gboolean wall_off_calls(const CageRules *rules)
{
    if (!has_seccomp())
        return TRUE;
    scmp_filter_ctx filter = seccomp_init(rules->network || rules->program ? SCMP_ACT_ALLOW : refused);
    gboolean ok = filter != NULL && add_walls(filter, rules) && seccomp_load(filter) == 0;
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
