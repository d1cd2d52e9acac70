/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl status: is the daemon running, how much waits, and for what. */
#include <glib/gstdio.h>
#include <inttypes.h>
#include <jansson.h>

#include "daemon/base/cage.h"
#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/gaps.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/waiting.h"
#include "daemon/ctl/words.h"
#include "daemon/folders.h"
#include "daemon/office.h"
#include "daemon/store/deliveries.h"
#include "daemon/store/issues.h"
#include "daemon/store/letters.h"

typedef struct {
    Waiting reasons;
    gint64 deliveries[DELIVERY_CANCELLED + 1];
    GPtrArray *held, *planned; /* StoreIssue */
    GPtrArray *gaps; /* Gap */
    StoreDelivery *oldest; /* NULL = nothing waits */
    gint64 store_size;
    GPtrArray *files;      /* FolderWaiting, the first of them */
    guint n_files;
} Status;

enum { FILES_SHOWN = 20 };

static gboolean list_issues(Store *store, const char *state, GPtrArray **issues, GError **error)
{
    *issues = store_issue_list(store, state, 0, error);
    return *issues != NULL;
}

static gint64 file_size(const char *path)
{
    GStatBuf info;
    return g_stat(path, &info) == 0 ? info.st_size : 0;
}

static gboolean gather(Ctl *ctl, Status *status, GError **error)
{
    GError *failed = NULL;
    g_autofree char *wal = g_strconcat(ctl->config->store, "-wal", NULL);
    status->store_size = file_size(ctl->config->store) + file_size(wal);
    status->files = folders_waiting(ctl->config, FILES_SHOWN, &status->n_files);
    if (!waiting_load(ctl, &status->reasons, error))
        return FALSE;
    status->oldest = store_queue_oldest(ctl->store, &failed);
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return FALSE;
    }
    return store_delivery_counts(ctl->store, 0, status->deliveries, error) &&
           list_issues(ctl->store, "held", &status->held, error) &&
           list_issues(ctl->store, "planned", &status->planned, error) &&
           (status->gaps = gaps_load(ctl, NULL, gaps_since(), error)) != NULL;
}

/* What the oldest row waits for, in words; caller frees. */
static char *waits_for(const Status *status)
{
    return waiting_row(&status->reasons, status->oldest);
}

static const char *tls_word(Tls tls)
{
    static const char *const words[] = {
        [TLS_NONE] = "none", [TLS_STARTTLS] = "starttls", [TLS_IMPLICIT] = "implicit"};
    return words[tls];
}

/* What the planned ones wait for, the oldest last. */
static void print_waiting(const GPtrArray *planned)
{
    for (guint i = 0; i < planned->len; i++) {
        const StoreIssue *issue = planned->pdata[i];
        g_autofree char *label = words_issue(issue), *reason = words_first_reason(issue->reasons);
        output_print("  %" G_GINT64_FORMAT " %s%s%s\n", issue->id, label, reason != NULL ? _("：") : "",
                     reason != NULL ? reason : "");
    }
}

/* What clerks have put into folders and not declared finished. */
static void print_files(const Status *status)
{
    if (status->n_files > 0)
        output_print(_("文件夹里等定稿标记的：%u 个\n"), status->n_files);
    for (guint i = 0; i < status->files->len; i++) {
        const FolderWaiting *file = status->files->pdata[i];
        output_print("  %s/%s\n", file->folder, file->name);
    }
}

static json_t *files_json(const Status *status)
{
    json_t *list = json_array();
    for (guint i = 0; i < status->files->len; i++) {
        const FolderWaiting *file = status->files->pdata[i];
        json_array_append_new(list, json_pack("{s:s,s:s}", "folder", file->folder, "file", file->name));
    }
    return list;
}

/* The last ones. */
static void print_gaps(const GPtrArray *gaps)
{
    enum { SHOWN = 5 };
    for (guint i = gaps->len > SHOWN ? gaps->len - SHOWN : 0; i < gaps->len; i++) {
        const Gap *gap = gaps->pdata[i];
        output_print(_("缺号：%s %s\n"), gap->name, gap->words);
    }
    if (gaps->len > SHOWN)
        output_print(_("缺号共 %u 处，全部：songfactl gaps\n"), gaps->len);
}

static json_t *gaps_json(const GPtrArray *gaps)
{
    json_t *list = json_array();
    for (guint i = 0; i < gaps->len; i++) {
        const Gap *gap = gaps->pdata[i];
        json_array_append_new(list, json_pack("{s:s,s:s}", "series", gap->series, "missing", gap->words));
    }
    return list;
}

static json_t *waiting_json(const GPtrArray *planned)
{
    json_t *list = json_array();
    for (guint i = 0; i < planned->len; i++) {
        const StoreIssue *issue = planned->pdata[i];
        g_autofree char *reason = words_first_reason(issue->reasons);
        json_array_append_new(list, json_pack("{s:I,s:s?,s:s?}", "issue", (json_int_t)issue->id, "identity",
                                              issue->identity, "waits_for", reason));
    }
    return list;
}

/* ---- mailboxes that are read ---- */

typedef struct {
    const char *key, *label;
    const InboxSettings *settings;
} Inbox;

enum { N_INBOXES = 2 };

static void list_inboxes(const Config *config, Inbox inboxes[N_INBOXES])
{
    inboxes[0] = (Inbox){"reports", _("收退信的邮箱"), &config->reports};
    inboxes[1] = (Inbox){"mailbox", _("收稿邮箱"), &config->mailbox.inbox};
}

static void print_inbox(const Ctl *ctl, const Inbox *inbox)
{
    g_autofree char *name = inbox_settings_name(inbox->settings);
    g_autoptr(StoreInbox) state = store_inbox_get(ctl->store, name, NULL);
    if (state == NULL)
        return;
    g_autofree char *read_at = clock_text(state->read_at), *problem_at = clock_text(state->problem_at);
    output_print(_("%s：%s，"), inbox->label, name);
    if (state->read_at > 0)
        output_print(_("%s 读完"), read_at);
    else
        output_text(_("还没有读过"));
    if (state->problem != NULL)
        output_print(_("；从那以后读不了（%s）：%s"), problem_at, state->problem);
    output_text("\n");
}

static void print_inboxes(const Ctl *ctl)
{
    Inbox inboxes[N_INBOXES];
    list_inboxes(ctl->config, inboxes);
    for (int i = 0; i < N_INBOXES; i++)
        if (inboxes[i].settings->host != NULL)
            print_inbox(ctl, &inboxes[i]);
}

static json_t *inboxes_json(const Ctl *ctl)
{
    Inbox inboxes[N_INBOXES];
    json_t *object = json_object();
    list_inboxes(ctl->config, inboxes);
    for (int i = 0; i < N_INBOXES; i++) {
        g_autofree char *name = inboxes[i].settings->host != NULL ? inbox_settings_name(inboxes[i].settings) : NULL;
        g_autoptr(StoreInbox) state = name != NULL ? store_inbox_get(ctl->store, name, NULL) : NULL;
        if (state == NULL)
            continue;
        g_autofree char *read_at = state->read_at > 0 ? clock_rfc3339(state->read_at) : NULL;
        json_object_set_new(object, inboxes[i].key,
                            json_pack("{s:s,s:s?,s:s?}", "mailbox", name, "read_at", read_at, "problem", state->problem));
    }
    return object;
}

/* What holds the child that reads documents, besides limits and another user. */
static void print_cage(void)
{
    const CageKernel kernel = cage_kernel();
    const char *calls = kernel.seccomp ? _("有") : _("内核不支持"), *files = kernel.landlock > 0 ? _("有") : _("内核不支持");
    output_print(_("读文档的子进程：系统调用限制（seccomp）%s，文件限制（landlock）%s\n"), calls, files);
}

/* What converts older formats and makes PDFs. */
static void print_office(void)
{
    g_autofree char *program = office_program();
    if (program == NULL)
        output_text(_("LibreOffice：没有安装，读不了 .doc、.wps、.rtf，也生成不了 PDF（软件包 libreoffice-writer-nogui）\n"));
    else
        output_print(_("LibreOffice：%s；中文字体%s\n"), program,
                     office_has_type() ? _("有") : _("没有，生成不了 PDF（软件包 fonts-noto-cjk）"));
}

/* The year that is missing from the working days, 0 = none, or none is asked for. */
static int missing_year(const Config *config)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)calendar_problem_free);
    g_autoptr(Calendar) calendar = config_calendar(config, problems);
    GDate today = clock_day(clock_now());
    return config_uses_calendar(config) ? calendar_missing(calendar, &today) : 0;
}

static void print_missing_year(const Config *config)
{
    int year = missing_year(config);
    if (year > 0)
        output_print(_("工作日历：没有 %d 年的放假、调休安排，请照国务院办公厅的通知写成 %s/%d.txt\n"), year,
                     config->calendar, year);
}

static void print_text(const Ctl *ctl, const Status *status)
{
    if (status->reasons.pid > 0)
        output_print(_("songfad：正在运行（进程 %d）\n"), status->reasons.pid);
    else
        output_text(_("songfad：没有运行\n"));
    if (status->reasons.held != NULL)
        output_print(_("数据库被扣住，一封不发：%s。放行：songfactl release-store\n"), status->reasons.held);
    output_print(_("期次：待处理 %u，待放行 %u\n"), status->held->len, status->planned->len);
    print_waiting(status->planned);
    print_files(status);
    print_gaps(status->gaps);
    for (int state = 0; state <= DELIVERY_CANCELLED; state++)
        if (status->deliveries[state] > 0)
            output_print(_("邮件 %s：%" PRId64 "\n"),
                         words_delivery_state((DeliveryState)state), status->deliveries[state]);
    if (status->oldest != NULL) {
        g_autofree char *since = clock_text(status->oldest->first_queued);
        g_autofree char *why = waits_for(status);
        output_print(_("等得最久：%s <%s>，从 %s；%s\n"), status->oldest->name, status->oldest->address,
                     since, why);
    }
    for (guint i = 0; i < ctl->config->relays->len; i++) {
        const RelaySettings *relay = ctl->config->relays->pdata[i];
        output_print(_("中继：%s %s:%u，TLS %s\n"), relay->name, relay->host, relay->port,
                     tls_word(relay->tls));
    }
    print_inboxes(ctl);
    g_autofree char *size = g_format_size((guint64)status->store_size);
    output_print(_("数据库：%s（%s）\n"), ctl->config->store, size);
    print_cage();
    print_office();
    print_missing_year(ctl->config);
}

static json_t *oldest_json(const Status *status)
{
    const StoreDelivery *row = status->oldest;
    if (row == NULL)
        return json_null();
    g_autofree char *since = clock_rfc3339(row->first_queued);
    g_autofree char *why = waits_for(status);
    return json_pack("{s:I,s:s?,s:s?,s:s,s:s,s:s}", "issue", (json_int_t)row->issue_id, "recipient",
                     row->recipient, "address", row->address, "state", delivery_state_name(row->state),
                     "since", since, "waits_for", why);
}

static json_t *relays_json(const GPtrArray *relays)
{
    json_t *list = json_array();
    for (guint i = 0; i < relays->len; i++) {
        const RelaySettings *relay = relays->pdata[i];
        json_array_append_new(list, json_pack("{s:s,s:s,s:i,s:s}", "name", relay->name, "host",
                                              relay->host, "port", (int)relay->port, "tls",
                                              tls_word(relay->tls)));
    }
    return list;
}

static void print_json(const Ctl *ctl, const Status *status)
{
    const CageKernel kernel = cage_kernel();
    g_autofree char *program = office_program();
    json_t *deliveries = json_object();
    for (int state = 0; state <= DELIVERY_CANCELLED; state++)
        json_object_set_new(deliveries, delivery_state_name((DeliveryState)state),
                            json_integer(status->deliveries[state]));
    json_t *object = json_pack(
        "{s:b,s:o,s:{s:i,s:i,s:o},s:o,s:o,s:o,s:{s:s,s:I,s:s?},s:{s:b,s:i},s:{s:s?,s:b}}", "running", status->reasons.pid > 0, "pid",
        status->reasons.pid > 0 ? json_integer(status->reasons.pid) : json_null(), "issues", "held",
        (int)status->held->len, "planned", (int)status->planned->len, "waiting",
        waiting_json(status->planned), "deliveries", deliveries, "oldest",
        oldest_json(status), "relays", relays_json(ctl->config->relays), "store", "path",
        ctl->config->store, "size", (json_int_t)status->store_size, "held", status->reasons.held,
        "cage", "seccomp", kernel.seccomp, "landlock", kernel.landlock, "office", "program", program,
        "chinese_type", office_has_type());
    json_object_set_new(object, "calendar_missing", json_integer(missing_year(ctl->config)));
    json_object_set_new(object, "mailboxes", inboxes_json(ctl));
    json_object_set_new(object, "unfinished", json_integer(status->n_files));
    json_object_set_new(object, "unfinished_files", files_json(status));
    json_object_set_new(object, "gaps", gaps_json(status->gaps));
    char *text = json_dumps(object, JSON_INDENT(2));
    output_print("%s\n", text);
    free(text);
    json_decref(object);
}

int cmd_status(Ctl *ctl, const Args *args, GError **error)
{
    Status status = {0};
    gboolean good = gather(ctl, &status, error);
    (void)args;
    if (good && ctl->format == TABLE_JSON)
        print_json(ctl, &status);
    else if (good)
        print_text(ctl, &status);
    store_delivery_free(status.oldest);
    waiting_clear(&status.reasons);
    g_clear_pointer(&status.held, g_ptr_array_unref);
    g_clear_pointer(&status.planned, g_ptr_array_unref);
    g_clear_pointer(&status.files, g_ptr_array_unref);
    g_clear_pointer(&status.gaps, g_ptr_array_unref);
    return good ? 0 : 3;
}
