/* SPDX-License-Identifier: GPL-3.0-or-later
 * The wire table. A slot's fields are written before its phase, with release order, so that a kill
 * at any instruction leaves a slot that tells the truth. */
#include "daemon/dispatch/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"

#define MAGIC "songfa wire 2\n"
enum { BOOT_ID = 40, FOLLOWS = WIRE_ANSWERED + 1 };

typedef struct {
    char magic[16];
    guint32 slot_count, slot_size;
    char boot[BOOT_ID];
} Header;

typedef struct {
    guint32 phase; /* WirePhase or FOLLOWS, atomic */
    gint32 code;   /* of a follower: its leader */
    gint64 delivery_id;
    char relay[WIRE_NAME], queue_id[WIRE_QUEUE_ID], text[WIRE_TEXT];
} Slot;

typedef struct {
    Header header;
    Slot slots[WIRE_SLOTS];
} Table;

struct Wire {
    int lock;
    char *path;
    Table *table;
    char boot[BOOT_ID];
    gboolean of_this_boot;
    gint taken[WIRE_SLOTS]; /* atomic: taken by the sender, given back by whoever stored the outcome */
    int next;
};

static void set_errno_error(GError **error, const char *path, const char *advice)
{
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("无法使用 %s：%s。%s"), path, g_strerror(errno), advice);
}

static void set_memory_error(GError **error, const char *path)
{
    set_errno_error(error, path, _("请检查共享内存 /dev/shm 的权限和空间"));
}

static gboolean lock_spool(Wire *wire, const char *spool, GError **error)
{
    g_autofree char *path = g_build_filename(spool, "engine.lock", NULL);
    wire->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (wire->lock < 0) {
        set_errno_error(error, path, _("请检查 spool 目录的权限和磁盘空间"));
        return FALSE;
    }
    if (flock(wire->lock, LOCK_EX | LOCK_NB) == 0)
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                _("目录 %s 正由另一个 songfad 使用：同一目录只能有一个在运行"), spool);
    return FALSE;
}

/* A name of the spool's own, in its lock: devices change their numbers when file systems come and go, and
 * another spool's table must never be taken for this one's. */
static gboolean name_spool(const Wire *wire, const char *spool, GError **error)
{
    struct stat status;
    g_autofree char *token = ident_token(10);
    if (fstat(wire->lock, &status) == 0 &&
        (status.st_size > 0 || write(wire->lock, token, strlen(token)) == (gssize)strlen(token)))
        return TRUE;
    set_errno_error(error, spool, _("请检查 spool 目录的权限和磁盘空间"));
    return FALSE;
}

static gboolean read_boot_id(char *boot, GError **error)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents("/proc/sys/kernel/random/boot_id", &text, NULL, error))
        return FALSE;
    g_strlcpy(boot, g_strstrip(text), BOOT_ID);
    return TRUE;
}

/* All of it is allocated now: a lack of memory must not strike later as SIGBUS. */
static int make_file(const char *path, GError **error)
{
    Header header = {.magic = MAGIC, .slot_count = WIRE_SLOTS, .slot_size = sizeof(Slot)};
    g_unlink(path); /* what is not a table of ours */
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    errno = fd < 0 ? errno : posix_fallocate(fd, 0, sizeof(Table));
    if (fd >= 0 && errno == 0 && pwrite(fd, &header, sizeof(header), 0) == (gssize)sizeof(header))
        return fd;
    set_memory_error(error, path);
    if (fd >= 0)
        close(fd);
    return -1;
}

static gboolean is_table(int fd)
{
    Header header;
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
           status.st_size == (off_t)sizeof(Table) &&
           pread(fd, &header, sizeof(header), 0) == (gssize)sizeof(header) &&
           memcmp(header.magic, MAGIC, sizeof(MAGIC)) == 0 && header.slot_count == WIRE_SLOTS &&
           header.slot_size == sizeof(Slot);
}

static int open_file(const char *path, GError **error)
{
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 && is_table(fd))
        return fd;
    if (fd >= 0)
        close(fd);
    return make_file(path, error);
}

char *wire_file(const char *spool)
{
    GStatBuf info = {0};
    g_autofree char *lock = g_build_filename(spool, "engine.lock", NULL), *name = NULL;
    if (g_stat(spool, &info) != 0 || !g_file_get_contents(lock, &name, NULL, NULL))
        return NULL;
    g_strcanon(name, "abcdefghijklmnopqrstuvwxyz234567", '_');
    return g_strdup_printf("/dev/shm/songfa-%u-%.16s-%" PRIx64 ".wire", (guint)geteuid(), name, (guint64)info.st_ino);
}

static gboolean map_table(Wire *wire, GError **error)
{
    int fd = open_file(wire->path, error);
    if (fd < 0)
        return FALSE;
    void *table = mmap(NULL, sizeof(Table), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (table == MAP_FAILED)
        set_memory_error(error, wire->path);
    else
        wire->table = table;
    close(fd);
    return wire->table != NULL;
}

Wire *wire_open(const char *spool, GError **error)
{
    g_autoptr(Wire) wire = g_new0(Wire, 1);
    wire->lock = -1;
    if (!lock_spool(wire, spool, error) || !name_spool(wire, spool, error) || !read_boot_id(wire->boot, error))
        return NULL;
    wire->path = wire_file(spool);
    if (wire->path == NULL)
        set_errno_error(error, spool, _("请检查 spool 目录的权限和磁盘空间"));
    if (wire->path == NULL || !map_table(wire, error))
        return NULL;
    wire->of_this_boot = strncmp(wire->table->header.boot, wire->boot, BOOT_ID) == 0;
    return g_steal_pointer(&wire);
}

void wire_close(Wire *wire)
{
    if (wire == NULL)
        return;
    if (wire->table != NULL)
        munmap(wire->table, sizeof(Table));
    if (wire->lock >= 0)
        close(wire->lock);
    g_free(wire->path);
    g_free(wire);
}

void wire_forget(Wire *wire)
{
    g_unlink(wire->path);
}

gboolean wire_is_of_this_boot(const Wire *wire)
{
    return wire->of_this_boot;
}

static void set_phase(Slot *slot, guint32 phase)
{
    __atomic_store_n(&slot->phase, phase, __ATOMIC_RELEASE);
}

static guint32 get_phase(const Slot *slot)
{
    return __atomic_load_n(&slot->phase, __ATOMIC_ACQUIRE);
}

/* The slot that tells for this one; a follower without a leader is rubbish. */
static const Slot *teller(const Wire *wire, const Slot *slot)
{
    gboolean follows = get_phase(slot) == FOLLOWS && slot->code >= 0 && slot->code < WIRE_SLOTS;
    return follows ? &wire->table->slots[slot->code] : slot;
}

WireEntry wire_entry(const Wire *wire, int index)
{
    gint64 delivery_id = wire->table->slots[index].delivery_id;
    const Slot *slot = teller(wire, &wire->table->slots[index]);
    guint32 phase = get_phase(slot);
    return (WireEntry){
        .phase = phase <= WIRE_ANSWERED ? (WirePhase)phase : WIRE_DOT, /* rubbish is doubt */
        .delivery_id = delivery_id,
        .code = phase == WIRE_ANSWERED ? slot->code : 0,
        .text = phase == WIRE_ANSWERED ? slot->text : "",
        .relay = slot->relay,
        .queue_id = phase == WIRE_ANSWERED ? slot->queue_id : "",
    };
}

void wire_reset(Wire *wire)
{
    for (int i = 0; i < WIRE_SLOTS; i++)
        set_phase(&wire->table->slots[i], WIRE_FREE);
    memcpy(wire->table->header.boot, wire->boot, BOOT_ID);
    wire->of_this_boot = TRUE;
}

int wire_take(Wire *wire)
{
    for (int tried = 0; tried < WIRE_SLOTS; tried++) {
        int slot = wire->next;
        wire->next = (slot + 1) % WIRE_SLOTS;
        if (g_atomic_int_compare_and_exchange(&wire->taken[slot], 0, 1))
            return slot;
    }
    return -1;
}

/* Cuts on a character, always ends with NUL. */
static void set_text(char *field, gsize size, const char *text)
{
    const char *from = text != NULL ? text : "";
    gsize length = strlen(from);
    if (length >= size) {
        const char *cut = g_utf8_find_prev_char(from, from + size);
        length = cut != NULL ? (gsize)(cut - from) : 0;
    }
    memcpy(field, from, length);
    field[length] = '\0';
}

void wire_follow(Wire *wire, int index, gint64 delivery_id, int leader)
{
    Slot *slot = &wire->table->slots[index];
    slot->delivery_id = delivery_id;
    slot->code = leader;
    set_phase(slot, FOLLOWS);
}

void wire_mark_dot(Wire *wire, int index, gint64 delivery_id, const char *relay)
{
    Slot *slot = &wire->table->slots[index];
    slot->delivery_id = delivery_id;
    set_text(slot->relay, WIRE_NAME, relay);
    set_phase(slot, WIRE_DOT);
}

void wire_answer(Wire *wire, int index, int code, const char *text, const char *queue_id)
{
    Slot *slot = &wire->table->slots[index];
    if (slot->phase != WIRE_DOT)
        return; /* refused before the dot: nothing was in doubt */
    slot->code = code;
    set_text(slot->text, WIRE_TEXT, text);
    set_text(slot->queue_id, WIRE_QUEUE_ID, queue_id);
    set_phase(slot, WIRE_ANSWERED);
}

void wire_release(Wire *wire, int index)
{
    set_phase(&wire->table->slots[index], WIRE_FREE);
    g_atomic_int_set(&wire->taken[index], 0);
}
