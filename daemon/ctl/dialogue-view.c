/* SPDX-License-Identifier: GPL-3.0-or-later
 * Attempts and their dialogues shown. What is kept of which attempt: doc/STATES.md. */
#include "daemon/ctl/dialogue-view.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/words.h"
#include "daemon/dispatch/dialogue.h"
#include "daemon/store/dialogues.h"
#include "daemon/store/downloads.h"

/* What is known of a delivery. */
typedef struct {
    GPtrArray *attempts; /* StoreAttempt */
    GPtrArray *said;     /* StoreAttemptDialogue */
    GPtrArray *downloads; /* StoreDownload */
} Facts;

static void facts_clear(Facts *facts)
{
    g_clear_pointer(&facts->attempts, g_ptr_array_unref);
    g_clear_pointer(&facts->said, g_ptr_array_unref);
    g_clear_pointer(&facts->downloads, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Facts, facts_clear)

static gboolean load(Ctl *ctl, const StoreDelivery *delivery, Facts *facts, GError **error)
{
    facts->attempts = store_attempt_list(ctl->store, delivery->id, error);
    facts->said = facts->attempts != NULL ? store_dialogue_list(ctl->store, delivery->id, error) : NULL;
    facts->downloads = facts->said != NULL ? store_download_list(ctl->store, delivery->id, error) : NULL;
    return facts->downloads != NULL;
}

/* The times an attempt that went as it should is remembered by. */
typedef struct {
    gint64 link, number, mail, recipient, data, dot; /* µs */
} Timing;

static gboolean read_timing(const char *text, Timing *timing)
{
    return text != NULL && sscanf(text, "%" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64,
                                  &timing->link, &timing->number, &timing->mail, &timing->recipient, &timing->data,
                                  &timing->dot) == 6;
}

/* ---- for people ---- */

typedef struct {
    Ctl *ctl;
    gboolean all;
    gint64 last_link; /* shown last */
} Printer;

static double seconds(gint64 usec)
{
    return (double)usec / (double)CLOCK_SECOND;
}

static guint n_others(const char *text, int own)
{
    guint n = 0;
    for (DialogueLine line; dialogue_next(&text, &line);)
        n += line.kind == DIALOGUE_SENT && line.recipient >= 0 && line.recipient != own;
    return n;
}

static const char *arrow(DialogueKind kind)
{
    return kind == DIALOGUE_SENT || kind == DIALOGUE_BODY ? "→" : kind == DIALOGUE_HEARD ? "←" : "·";
}

static void print_line(const DialogueLine *line, const char *mark)
{
    g_autofree char *words = g_strndup(line->words, line->length);
    output_print("%10.3f  %s %s", seconds(line->at), arrow(line->kind), mark);
    if (line->kind == DIALOGUE_BODY)
        output_print(_("（邮件 %s 字节，内容不留）"), words);
    else if (line->kind == DIALOGUE_NOTE && *words == '+')
        output_print(_("（另有 %s 行没有留下）"), words + 1);
    else
        output_text(words);
    output_text("\n");
}

/* Others who shared the transaction are counted, or shown with the own one marked. */
static void print_lines(const Printer *printer, const char *text, int own)
{
    guint others = n_others(text, own);
    gboolean told = printer->all || others == 0;
    for (DialogueLine line; dialogue_next(&text, &line);) {
        gboolean other = line.recipient >= 0 && line.recipient != own;
        if (!other || printer->all)
            print_line(&line, others == 0 ? "" : line.recipient == own && own >= 0 ? "* " : "  ");
        else if (!told)
            output_print(_("               （同一次传送另有 %u 个收件人，--all 一并列出）\n"), others);
        told |= other;
    }
}

static gboolean print_link(Printer *printer, gint64 id, GError **error)
{
    GError *failed = NULL;
    g_autoptr(StoreDialogue) link = id > 0 && id != printer->last_link ? store_dialogue_get(printer->ctl->store, id, &failed) : NULL;
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return FALSE;
    }
    if (id == printer->last_link && id > 0)
        output_print(_("  连接 %" PRId64 "，见上\n"), id);
    if (link != NULL) {
        g_autofree char *at = clock_text(link->at);
        output_print(_("  连接 %" PRId64 "，中继 %s，%s 开始\n"), id, link->relay, at);
        print_lines(printer, link->text, -1);
    }
    printer->last_link = id;
    return TRUE;
}

/* A dialogue without a connection of its own is one that could not be opened. */
static gboolean print_said(Printer *printer, const StoreAttemptDialogue *said, GError **error)
{
    g_autoptr(StoreDialogue) dialogue = store_dialogue_get(printer->ctl->store, said->dialogue_id, error);
    if (dialogue == NULL)
        return error == NULL || *error == NULL;
    if (dialogue->link == 0)
        return print_link(printer, dialogue->id, error);
    if (!print_link(printer, dialogue->link, error))
        return FALSE;
    g_autofree char *at = clock_text(dialogue->at);
    output_print(_("  传送，%s 开始\n"), at);
    print_lines(printer, dialogue->text, said->recipient);
    return TRUE;
}

static gboolean print_timing(Printer *printer, const Timing *timing, GError **error)
{
    if (!print_link(printer, timing->link, error))
        return FALSE;
    output_print(_("  传送，连接上的第 %" PRId64 " 次；答复都照常，只留用时（秒）：MAIL %.3f  RCPT %.3f  DATA %.3f  最后一点 %.3f\n"),
                 timing->number, seconds(timing->mail), seconds(timing->recipient), seconds(timing->data),
                 seconds(timing->dot));
    return TRUE;
}

static void print_head(const StoreAttempt *attempt)
{
    g_autofree char *at = clock_text(attempt->at);
    output_print(_("\n第 %d 次  %s  %s"), attempt->number, at, words_delivery_state(attempt->outcome));
    if (attempt->relay != NULL)
        output_print(_("  中继 %s"), attempt->relay);
    if (attempt->queue_id != NULL)
        output_print(_("  中继的编号 %s"), attempt->queue_id);
    output_text("\n");
    char code[16] = "";
    if (attempt->reply_code > 0)
        g_snprintf(code, sizeof(code), "%d ", attempt->reply_code);
    output_print("  %s%s%s%s\n", code, attempt->enhanced_code != NULL ? attempt->enhanced_code : "",
                 attempt->enhanced_code != NULL ? " " : "", attempt->reply_text != NULL ? attempt->reply_text : "");
}

static gboolean print_attempt(Printer *printer, const Facts *facts, const StoreAttempt *attempt, GError **error)
{
    Timing timing;
    guint shown = 0;
    print_head(attempt);
    for (guint i = 0; i < facts->said->len; i++) {
        const StoreAttemptDialogue *said = g_ptr_array_index(facts->said, i);
        if (said->number != attempt->number)
            continue;
        shown++;
        if (!print_said(printer, said, error))
            return FALSE;
    }
    if (shown == 0 && read_timing(attempt->timing, &timing))
        return print_timing(printer, &timing, error);
    if (shown == 0)
        output_text(_("  没有与中继的对话\n"));
    return TRUE;
}

static void print_download(const StoreDownload *download)
{
    g_autofree char *at = clock_text(download->at);
    output_print(download->whole ? _("附件下载  %s  来自 %s，完整\n") : _("附件下载  %s  来自 %s，没有传完\n"), at,
                 download->address);
}

gboolean dialogue_view_print(Ctl *ctl, const Waiting *waiting, const StoreDelivery *delivery, gboolean all, GError **error)
{
    g_auto(Facts) facts = {0};
    Printer printer = {.ctl = ctl, .all = all};
    if (!load(ctl, delivery, &facts, error))
        return FALSE;
    output_print(_("编号 %" PRId64 "，登记号 %" PRId64 "，%s <%s>：%s\n"), delivery->id, delivery->issue_id,
                 delivery->name != NULL ? delivery->name : delivery->recipient, delivery->address,
                 words_delivery_state(delivery->state));
    g_autofree char *waits = waiting_row(waiting, delivery);
    if (waits != NULL)
        output_print("%s\n", waits);
    for (guint i = 0; i < facts.attempts->len; i++)
        if (!print_attempt(&printer, &facts, g_ptr_array_index(facts.attempts, i), error))
            return FALSE;
    if (facts.attempts->len == 0)
        output_text(_("还没有送过。\n"));
    for (guint i = 0; i < facts.downloads->len; i++)
        print_download(g_ptr_array_index(facts.downloads, i));
    return TRUE;
}

/* ---- JSON ---- */

static json_t *line_json(const DialogueLine *line, int own)
{
    const char *direction = line->kind == DIALOGUE_SENT   ? "out"
                            : line->kind == DIALOGUE_HEARD ? "in"
                            : line->kind == DIALOGUE_BODY  ? "body"
                                                           : "note";
    json_t *object = json_pack("{s:f,s:s,s:s%}", "seconds", seconds(line->at), "direction", direction, "text", line->words,
                               line->length);
    if (line->recipient >= 0)
        json_object_set_new(object, "own", json_boolean(line->recipient == own));
    return object;
}

static json_t *lines_json(const char *text, int own)
{
    json_t *lines = json_array();
    for (DialogueLine line; dialogue_next(&text, &line);)
        json_array_append_new(lines, line_json(&line, own));
    return lines;
}

/* One dialogue, null when it is not there; its connection as a member. */
static json_t *dialogue_json(Ctl *ctl, gint64 id, int own, GError **error)
{
    GError *failed = NULL;
    g_autoptr(StoreDialogue) dialogue = store_dialogue_get(ctl->store, id, &failed);
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return NULL;
    }
    if (dialogue == NULL)
        return json_null();
    json_t *link = dialogue->link > 0 ? dialogue_json(ctl, dialogue->link, -1, error) : json_null();
    if (link == NULL)
        return NULL;
    g_autofree char *at = clock_rfc3339(dialogue->at);
    return json_pack("{s:I,s:s,s:s,s:o,s:o}", "id", (json_int_t)dialogue->id, "relay", dialogue->relay, "at", at, "link", link,
                     "lines", lines_json(dialogue->text, own));
}

static json_t *timing_json(Ctl *ctl, const char *text, GError **error)
{
    Timing timing;
    if (!read_timing(text, &timing))
        return json_null();
    json_t *link = dialogue_json(ctl, timing.link, -1, error);
    if (link == NULL)
        return NULL;
    return json_pack("{s:o,s:I,s:f,s:f,s:f,s:f}", "link", link, "transaction", (json_int_t)timing.number, "mail",
                     seconds(timing.mail), "rcpt", seconds(timing.recipient), "data", seconds(timing.data), "dot",
                     seconds(timing.dot));
}

static json_t *attempt_json(Ctl *ctl, const Facts *facts, const StoreAttempt *attempt, GError **error)
{
    json_t *dialogues = json_array();
    for (guint i = 0; i < facts->said->len; i++) {
        const StoreAttemptDialogue *said = g_ptr_array_index(facts->said, i);
        json_t *dialogue = said->number == attempt->number ? dialogue_json(ctl, said->dialogue_id, said->recipient, error) : NULL;
        if (dialogue != NULL)
            json_array_append_new(dialogues, dialogue);
    }
    json_t *timing = timing_json(ctl, attempt->timing, error);
    g_autofree char *at = clock_rfc3339(attempt->at);
    return json_pack("{s:i,s:s,s:s,s:i,s:s?,s:s?,s:s?,s:s?,s:o,s:o}", "number", attempt->number, "at", at, "state",
                     delivery_state_name(attempt->outcome), "reply_code", attempt->reply_code, "enhanced_code",
                     attempt->enhanced_code, "reply_text", attempt->reply_text, "relay", attempt->relay, "queue_id",
                     attempt->queue_id, "timing", timing != NULL ? timing : json_null(), "dialogues", dialogues);
}

static json_t *downloads_json(const GPtrArray *downloads)
{
    json_t *list = json_array();
    for (guint i = 0; i < downloads->len; i++) {
        const StoreDownload *download = g_ptr_array_index(downloads, i);
        g_autofree char *at = clock_rfc3339(download->at);
        json_array_append_new(list, json_pack("{s:s,s:s,s:b}", "at", at, "address", download->address, "whole",
                                              download->whole));
    }
    return list;
}

json_t *dialogue_view_json(Ctl *ctl, const Waiting *waiting, const StoreDelivery *delivery, GError **error)
{
    g_auto(Facts) facts = {0};
    GError *failed = NULL;
    if (!load(ctl, delivery, &facts, error))
        return NULL;
    json_t *attempts = json_array();
    for (guint i = 0; i < facts.attempts->len && failed == NULL; i++)
        json_array_append_new(attempts, attempt_json(ctl, &facts, g_ptr_array_index(facts.attempts, i), &failed));
    g_autofree char *waits = waiting_row(waiting, delivery);
    json_t *object = json_pack("{s:I,s:I,s:s,s:s?,s:s,s:s,s:s?,s:o,s:o}", "delivery", (json_int_t)delivery->id, "issue",
                               (json_int_t)delivery->issue_id, "recipient", delivery->recipient, "name", delivery->name,
                               "address", delivery->address, "state", delivery_state_name(delivery->state), "waits_for",
                               waits, "attempts", attempts, "downloads", downloads_json(facts.downloads));
    if (failed == NULL)
        return object;
    json_decref(object);
    g_propagate_error(error, failed);
    return NULL;
}
