/* SPDX-License-Identifier: GPL-3.0-or-later
 * The mark file: lines of key=value, the two that change first and of fixed width. */
#include "daemon/dispatch/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

#define HEAD "number=%020" PRId64 "\nalive=%020" PRId64 "\n"

struct Seal {
    int fd;
    gint64 number, alive; /* as written */
};

void seal_mark_clear(SealMark *mark)
{
    g_clear_pointer(&mark->id, g_free);
    g_clear_pointer(&mark->machine, g_free);
    g_clear_pointer(&mark->hardware, g_free);
}

static char *mark_file(const char *spool)
{
    return g_build_filename(spool, "store.mark", NULL);
}

static void read_line(SealMark *mark, const char *line)
{
    struct {
        const char *key;
        char **text;
        gint64 *number;
    } fields[] = {
        {"number=", NULL, &mark->number}, {"alive=", NULL, &mark->alive},       {"id=", &mark->id, NULL},
        {"inode=", NULL, &mark->inode},   {"machine=", &mark->machine, NULL},   {"hardware=", &mark->hardware, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (!g_str_has_prefix(line, fields[i].key))
            continue;
        const char *value = line + strlen(fields[i].key);
        if (fields[i].number != NULL) {
            *fields[i].number = g_ascii_strtoll(value, NULL, 10);
        } else {
            g_free(*fields[i].text);
            *fields[i].text = g_strdup(value);
        }
    }
}

SealMark seal_left(const char *spool)
{
    SealMark mark = {0};
    g_autofree char *file = mark_file(spool);
    g_autofree char *text = NULL;
    if (!g_file_get_contents(file, &text, NULL, NULL))
        return mark;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        read_line(&mark, *line);
    return mark;
}

/* ---- what is there ---- */

static char *line_of_file(const char *file)
{
    char *text = NULL;
    if (!g_file_get_contents(file, &text, NULL, NULL))
        return g_strdup("");
    return g_strstrip(text);
}

static int by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Cards with a device behind them: bridges and containers make up their addresses. */
static char *network_cards(void)
{
    static const char net[] = "/sys/class/net";
    g_autoptr(GPtrArray) cards = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) folder = g_dir_open(net, 0, NULL);
    for (const char *name; folder != NULL && (name = g_dir_read_name(folder)) != NULL;) {
        g_autofree char *device = g_build_filename(net, name, "device", NULL);
        g_autofree char *address = g_build_filename(net, name, "address", NULL);
        if (g_file_test(device, G_FILE_TEST_EXISTS))
            g_ptr_array_add(cards, line_of_file(address));
    }
    g_ptr_array_sort(cards, by_text);
    g_ptr_array_add(cards, NULL);
    return g_strjoinv(",", (char **)cards->pdata);
}

SealMark seal_found(const char *store_path, const char *id, gint64 number)
{
    GStatBuf info;
    return (SealMark){
        .id = g_strdup(id),
        .number = number,
        .inode = g_stat(store_path, &info) == 0 ? (gint64)info.st_ino : 0,
        .machine = line_of_file("/etc/machine-id"),
        .hardware = network_cards(),
    };
}

/* ---- the comparison ---- */

static gboolean differ(const char *a, const char *b)
{
    return a != NULL && b != NULL && *a != '\0' && *b != '\0' && strcmp(a, b) != 0;
}

/* A card may be exchanged; a clone has none of the cards. */
static gboolean share_no_card(const char *left, const char *found)
{
    if (!differ(left, found))
        return FALSE;
    g_auto(GStrv) old = g_strsplit(left, ",", -1), new = g_strsplit(found, ",", -1);
    for (char **card = new; *card != NULL; card++)
        if (g_strv_contains((const char *const *)old, *card))
            return FALSE;
    return TRUE;
}

const char *seal_difference(const SealMark *left, const SealMark *found)
{
    if (left->id == NULL)
        return found->has_sent ? _("工作目录里没有这个数据库发送过的记录：数据库是复制来的，或工作目录换过") : NULL;
    if (differ(left->id, found->id))
        return _("工作目录属于另一个数据库");
    if (found->number < left->number)
        return _("数据库比上次运行时旧：是从备份恢复的");
    if (differ(left->machine, found->machine) || share_no_card(left->hardware, found->hardware))
        return _("换了机器：数据库和工作目录是搬来的，或整台机器是克隆的");
    if (left->inode != 0 && found->inode != 0 && left->inode != found->inode)
        return _("数据库文件不是原来那一个：是复制或恢复来的");
    return NULL;
}

/* ---- the marks at work ---- */

Seal *seal_new(const char *spool, const SealMark *mark, GError **error)
{
    g_autofree char *file = mark_file(spool);
    g_autofree char *text = g_strdup_printf(HEAD "id=%s\ninode=%" PRId64 "\nmachine=%s\nhardware=%s\n", mark->number,
                                            mark->alive, mark->id, mark->inode, mark->machine, mark->hardware);
    if (!g_file_set_contents_full(file, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0640,
                                  error))
        return NULL;
    int fd = g_open(file, O_WRONLY | O_CLOEXEC, 0);
    if (fd < 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("无法打开 %s：%s"), file, g_strerror(errno));
        return NULL;
    }
    Seal *seal = g_new0(Seal, 1);
    seal->fd = fd;
    return seal;
}

void seal_free(Seal *seal)
{
    if (seal == NULL)
        return;
    close(seal->fd);
    g_free(seal);
}

/* A mark that cannot be written is behind, which is harmless. */
void seal_note(Seal *seal, gint64 number, gint64 now)
{
    char head[80];
    if (number <= seal->number && ABS(now - seal->alive) < G_USEC_PER_SEC)
        return;
    seal->number = MAX(number, seal->number);
    seal->alive = now;
    int length = g_snprintf(head, sizeof(head), HEAD, seal->number, now);
    if (pwrite(seal->fd, head, (gsize)length, 0) != length)
        seal->alive = 0;
}
