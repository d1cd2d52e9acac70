/* SPDX-License-Identifier: GPL-3.0-or-later
 * Each check is one row of a table. None can prove a disk honest: only pulling the plug can. But it
 * can be too fast to be true. */
#include "songfa-build.h" /* locks of open files, and the kinds of file systems, are Linux's own */

#include "daemon/selftest/ground.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/magic.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/dispatch/wire.h"

#define DISK_TIME (CLOCK_SECOND / 2)
#define DISK_TOO_FAST 20                      /* µs: no medium is that fast, only a cache */
#define DISK_SLOW 50000                       /* µs: twenty commits a second */
#define CLOCK_SKEW (2 * CLOCK_SECOND)
#define CLOCK_EARLIEST (G_GINT64_CONSTANT(1700000000) * CLOCK_SECOND) /* November 2023 */
enum { BLOCK = 4096, DISK_ROUNDS = 200, DELIVERY = 4711 };

typedef GroundVerdict (*Try)(const char *folder, char **text);

static GroundVerdict failed(char **text, const char *what)
{
    *text = g_strdup_printf(_("%s：%s"), what, g_strerror(errno));
    return GROUND_BAD;
}

static int open_file(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    return g_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

/* --- disk */

typedef enum { ON_DISK, IN_MEMORY, ON_NETWORK } Medium;

static const struct {
    gint64 magic;
    const char *name;
    Medium medium;
} file_systems[] = {
    {EXT4_SUPER_MAGIC, "ext4", ON_DISK},     {XFS_SUPER_MAGIC, "xfs", ON_DISK},
    {BTRFS_SUPER_MAGIC, "btrfs", ON_DISK},   {F2FS_SUPER_MAGIC, "f2fs", ON_DISK},
    {0x2fc12fc1, "zfs", ON_DISK},            {OVERLAYFS_SUPER_MAGIC, "overlayfs", ON_DISK},
    {TMPFS_MAGIC, "tmpfs", IN_MEMORY},       {RAMFS_MAGIC, "ramfs", IN_MEMORY},
    {NFS_SUPER_MAGIC, "nfs", ON_NETWORK},    {SMB_SUPER_MAGIC, "smb", ON_NETWORK},
    {CIFS_SUPER_MAGIC, "cifs", ON_NETWORK},  {SMB2_SUPER_MAGIC, "smb", ON_NETWORK},
    {V9FS_MAGIC, "9p", ON_NETWORK},          {CEPH_SUPER_MAGIC, "ceph", ON_NETWORK},
    {FUSE_SUPER_MAGIC, "fuse", ON_NETWORK},
};

static int by_value(gconstpointer a, gconstpointer b)
{
    gint64 one = *(const gint64 *)a, other = *(const gint64 *)b;
    return one < other ? -1 : one > other;
}

/* The median time that a block takes to the medium, in µs; -1 with errno. */
static gint64 time_of_sync(int fd)
{
    static const char block[BLOCK];
    gint64 times[DISK_ROUNDS], begin = clock_monotonic(), last = begin;
    int n = 0;
    while (n < DISK_ROUNDS && last - begin < DISK_TIME) {
        if (pwrite(fd, block, sizeof(block), (off_t)n * BLOCK) != sizeof(block) || fdatasync(fd) != 0)
            return -1;
        gint64 now = clock_monotonic();
        times[n++] = now - last;
        last = now;
    }
    qsort(times, (gsize)n, sizeof(times[0]), by_value);
    return times[n / 2];
}

static GroundVerdict judge_disk(const char *name, Medium medium, gint64 time, char **text)
{
    double ms = (double)time / 1000;
    if (medium == IN_MEMORY)
        *text = g_strdup_printf(_("%s 在内存里，断电或重启就没有了：请把 store 和 spool 放到磁盘上"), name);
    else if (medium == ON_NETWORK)
        *text = g_strdup_printf(_("%s 不在本机的磁盘上，断线时数据库可能损坏：请把 store 和 spool 放到本机磁盘"), name);
    else if (time < DISK_TOO_FAST)
        *text = g_strdup_printf(_("%s，落盘一次只要 %.3f 毫秒，快得不像真写进了磁盘：请核对磁盘或虚拟机的写缓存，断电时可能丢失登记"), name, ms);
    else if (time > DISK_SLOW)
        *text = g_strdup_printf(_("%s，落盘一次要 %.0f 毫秒，很慢：发送会受它限制"), name, ms);
    else {
        *text = g_strdup_printf(_("%s，落盘一次 %.1f 毫秒"), name, ms);
        return GROUND_GOOD;
    }
    return GROUND_DOUBT;
}

static GroundVerdict try_disk(const char *folder, char **text)
{
    g_autofree char *name = NULL;
    Medium medium = ON_DISK;
    struct statfs info;
    int fd = open_file(folder, "disk");
    gint64 time = fd >= 0 && fstatfs(fd, &info) == 0 ? time_of_sync(fd) : -1;
    if (time < 0)
        failed(text, _("写不到磁盘"));
    if (fd >= 0)
        close(fd);
    if (time < 0)
        return GROUND_BAD;
    for (gsize i = 0; i < G_N_ELEMENTS(file_systems); i++)
        if ((gint64)(guint32)info.f_type == file_systems[i].magic) {
            name = g_strdup(file_systems[i].name);
            medium = file_systems[i].medium;
        }
    if (name == NULL)
        name = g_strdup_printf(_("文件系统 %08x"), (guint)info.f_type);
    return judge_disk(name, medium, time, text);
}

/* --- locks */

/* SQLite's kind, which other processes must see. A lock of an open file is refused by one of a process,
 * so one process can try it (fcntl(2)). */
static GroundVerdict try_locks(const char *folder, char **text)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int one = open_file(folder, "lock"), other = open_file(folder, "lock");
    GroundVerdict verdict = GROUND_GOOD;
    if (one < 0 || other < 0 || fcntl(one, F_SETLK, &whole) != 0) {
        verdict = failed(text, _("文件锁不可用，store 不能放在这里"));
    } else if (fcntl(other, F_OFD_SETLK, &whole) == 0) {
        *text = g_strdup(_("文件锁不起作用，两个程序会同时写数据库：请把 store 和 spool 放到本机磁盘"));
        verdict = GROUND_BAD;
    } else {
        *text = g_strdup(_("锁住的文件，别的程序进不来"));
    }
    if (one >= 0)
        close(one);
    if (other >= 0)
        close(other);
    return verdict;
}

/* --- clock */

static GroundVerdict try_clock(const char *folder, char **text)
{
    struct stat info;
    int fd = open_file(folder, "clock");
    gboolean written = fd >= 0 && write(fd, "x", 1) == 1 && fstat(fd, &info) == 0;
    gint64 now = clock_now();
    if (!written)
        failed(text, _("写不到磁盘"));
    if (fd >= 0)
        close(fd);
    if (!written)
        return GROUND_BAD;
    g_autofree char *shown = clock_text(now);
    if (now < CLOCK_EARLIEST)
        *text = g_strdup_printf(_("现在是 %s？请校准本机的时钟"), shown);
    else if (ABS(now - (gint64)info.st_mtim.tv_sec * CLOCK_SECOND) > CLOCK_SKEW)
        *text = g_strdup_printf(_("本机是 %s，文件系统的时间与此不同：请校准两边的时钟"), shown);
    else
        *text = g_steal_pointer(&shown);
    return shown == NULL ? GROUND_GOOD : GROUND_DOUBT;
}

/* --- the table of what is on the wire */

/* Marks a slot as a sending daemon does, says so, and waits for its end. */
static void G_GNUC_NORETURN be_killed(const char *folder, int word)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    g_autoptr(Wire) wire = wire_open(folder, NULL);
    if (wire == NULL)
        _exit(1);
    wire_reset(wire);
    wire_mark_dot(wire, wire_take(wire), DELIVERY, "selftest");
    if (write(word, "x", 1) == 1)
        pause();
    _exit(1);
}

static gboolean is_marked(const Wire *wire)
{
    for (int slot = 0; slot < WIRE_SLOTS; slot++) {
        WireEntry entry = wire_entry(wire, slot);
        if (entry.phase == WIRE_DOT && entry.delivery_id == DELIVERY)
            return wire_is_of_this_boot(wire);
    }
    return FALSE;
}

/* NULL when all is well, else what is not. */
static const char *fault_of_table(const char *folder, pid_t pid, int word)
{
    char said;
    g_autoptr(GError) error = NULL;
    gboolean ready = read(word, &said, 1) == 1;
    g_autoptr(Wire) locked = ready ? wire_open(folder, &error) : NULL;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    if (!ready)
        return _("在途记录建不起来：请看磁盘是否已满、是否可写");
    if (locked != NULL || !g_error_matches(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT))
        return _("锁不住在途记录，两个 songfad 会同时发：请把 spool 放到本机磁盘");
    g_autoptr(Wire) wire = wire_open(folder, NULL);
    return wire != NULL && is_marked(wire) ? NULL : _("进程被强行终止后，在途记录没有留下：请把 spool 放到本机磁盘");
}

static GroundVerdict try_table(const char *folder, char **text)
{
    int ends[2];
    pid_t pid = -1;
    if (pipe2(ends, O_CLOEXEC) != 0 || (pid = fork()) < 0)
        return failed(text, _("启动不了另一个进程"));
    if (pid == 0)
        be_killed(folder, ends[1]);
    close(ends[1]);
    const char *fault = fault_of_table(folder, pid, ends[0]);
    close(ends[0]);
    *text = g_strdup(fault != NULL ? fault : _("进程被强行终止后还在；同时只有一个 songfad 能用它"));
    return fault != NULL ? GROUND_BAD : GROUND_GOOD;
}

static const struct {
    const char *name, *word;
    Try try;
} checks[GROUND_CHECKS] = {
    {"disk", N_("磁盘"), try_disk},
    {"locks", N_("文件锁"), try_locks},
    {"clock", N_("时钟"), try_clock},
    {"table", N_("在途记录"), try_table},
};

GroundFinding *ground_check(int i, const char *folder)
{
    g_return_val_if_fail(i >= 0 && i < GROUND_CHECKS, NULL);
    GroundFinding *finding = g_new0(GroundFinding, 1);
    finding->name = checks[i].name;
    finding->word = checks[i].word;
    finding->verdict = checks[i].try(folder, &finding->text);
    return finding;
}

void ground_finding_free(GroundFinding *finding)
{
    if (finding == NULL)
        return;
    g_free(finding->text);
    g_free(finding);
}

const char *ground_verdict_name(GroundVerdict verdict)
{
    static const char *const names[] = {[GROUND_GOOD] = "good", [GROUND_DOUBT] = "doubt", [GROUND_BAD] = "bad"};
    return names[verdict];
}
