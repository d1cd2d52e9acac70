/* SPDX-License-Identifier: GPL-3.0-or-later
 * Answers to letters. */
#include "daemon/mailbox-answer.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/answer.h"
#include "daemon/base/clock.h"
#include "daemon/base/crashpoint.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/intake/letter.h"
#include "daemon/record.h"

/* ---- what stayed behind ---- */

static const char *const whys[] = {
    [LETTER_LEFT_ARCHIVE] = N_("压缩包不收。请解开，把定稿直接作为附件寄来"),
    [LETTER_LEFT_TNEF] = N_("Outlook 的专用格式（winmail.dat），里面的附件读不出。请在 Outlook 里把邮件格式改为 HTML 或纯文本后重寄"),
    [LETTER_LEFT_SEALED] = N_("加密的邮件，或签名后不能直接阅读的邮件，里面的附件读不出。请不加密重寄，要签名的用明文签名"),
    [LETTER_LEFT_SAME] = N_("同名的另一种格式，按同一期处理，只受理了那一份"),
    [LETTER_LEFT_EMPTY] = N_("附件是空的。请检查文件后重寄"),
    [LETTER_LEFT_LARGE] = N_("超过了大小上限。请放入交送文件夹，或减小图片后重寄"),
    [LETTER_LEFT_MANY] = N_("附件太多。请分几封重寄"),
    [LETTER_LEFT_DEEP] = N_("转发套着转发，里面的附件没有读。请把附件取出来，直接附上重寄"),
    [LETTER_LEFT_TEMPORARY] = N_("是编辑中的临时文件。请存为定稿后重寄"),
    [LETTER_LEFT_OTHER] = N_("不是文稿，没有受理"),
};

/* "　· name：why", a line each of the facts of the letter. */
static gboolean add_left(GString *text, const json_t *facts)
{
    const json_t *list = json_object_get(facts, "left");
    for (gsize i = 0; i < json_array_size(list); i++) {
        const json_t *left = json_array_get(list, i);
        const char *name = json_string_value(json_object_get(left, "name"));
        const char *with = json_string_value(json_object_get(left, "with"));
        LetterWhy why = LETTER_LEFT_OTHER;
        letter_why_parse(json_string_value(json_object_get(left, "why")), &why);
        g_string_append_printf(text, _("　· %s：%s"), name != NULL ? name : _("整封邮件"), _(whys[why]));
        if (with != NULL)
            g_string_append_printf(text, _("（%s）"), with);
        g_string_append_c(text, '\n');
    }
    return json_array_size(list) > 0;
}

/* ---- the words ---- */

static char *make_subject(const GPtrArray *answers)
{
    if (answers->len == 1)
        return answer_subject(answers->pdata[0]);
    if (answers->len == 0)
        return g_strdup(_("【没有受理】邮件里没有可以受理的文稿"));
    guint problems = 0;
    for (guint i = 0; i < answers->len; i++)
        problems += answer_is_problem(answers->pdata[i]) ? 1 : 0;
    return g_strdup_printf(_("【来稿】%u 份文稿的结果，%u 份要处理"), answers->len, problems);
}

static char *make_text(const StoreLetter *letter, const GPtrArray *answers, const json_t *facts)
{
    g_autofree char *time = clock_text(letter->at);
    g_autoptr(GString) left = g_string_new(NULL);
    gboolean any = add_left(left, facts);
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, _("您的邮件 %s 收到。\n\n"), time);
    for (guint i = 0; i < answers->len; i++) {
        g_autofree char *one = answer_text(answers->pdata[i]);
        g_string_append_printf(text, "%s\n", one);
    }
    if (answers->len == 0 && !any)
        g_string_append(text, _("邮件里没有附件。请把定稿（docx、doc、wps、odt、pdf、ofd 等）作为附件寄来，不要写在正文里，也不要用网盘链接。\n\n"));
    if (any)
        g_string_append_printf(text, _("没有受理的附件：\n%s\n"), left->str);
    g_string_append(text, _("这是自动答复。改好的稿件请另写一封邮件寄来，同一封邮件只处理一次。\n"));
    return g_string_free(text, FALSE);
}

/* ---- one letter ---- */

/* NULL without error when some of them wait. */
static GPtrArray *load_answers(Store *store, const StoreLetter *letter, GError **error)
{
    g_autoptr(GArray) ids = store_letter_hand_ins(store, letter->id, error);
    g_autoptr(GPtrArray) answers = g_ptr_array_new_with_free_func((GDestroyNotify)answer_free);
    for (guint i = 0; ids != NULL && i < ids->len; i++) {
        Answer *answer = answer_load(store, g_array_index(ids, gint64, i), error);
        if (answer == NULL)
            return NULL;
        g_ptr_array_add(answers, answer);
        if (!answer_is_given(answer))
            return NULL;
    }
    return ids != NULL ? g_steal_pointer(&answers) : NULL;
}

/* What belongs to one issue is seen with it. */
static gint64 issue_of(const GPtrArray *answers)
{
    const Answer *only = answers->len == 1 ? answers->pdata[0] : NULL;
    return only != NULL && only->issue != NULL ? only->issue->id : 0;
}

/* The mail it answers and those before it. Caller frees. */
static char *references_of(const StoreLetter *letter, const json_t *facts)
{
    const char *before = json_string_value(json_object_get(facts, "references"));
    if (letter->message_id == NULL)
        return NULL;
    return before != NULL ? g_strjoin(" ", before, letter->message_id, NULL) : g_strdup(letter->message_id);
}

static gboolean queue(const Config *config, Store *store, const StoreLetter *letter, const GPtrArray *answers, GError **error)
{
    json_t *facts = json_loads(letter->facts, 0, NULL);
    g_autofree char *references = references_of(letter, facts), *subject = make_subject(answers);
    g_autofree char *text = make_text(letter, answers, facts);
    json_decref(facts);
    const RecordMail mail = {
        .issue_id = issue_of(answers), .address = letter->sender, .name = _("来稿人"), .subject = subject, .text = text,
        .in_reply_to = letter->message_id, .references = references,
    };
    gint64 id = record_mail(store, config, &mail, error);
    if (id == 0 || !store_letter_set_answered(store, letter->id, id, clock_now(), error))
        return FALSE;
    crash_point(CRASH_LETTER_ANSWERED);
    return TRUE;
}

typedef enum { ANSWERED, WAITS, FAILED } Attempt;

static Attempt answer(const Config *config, Store *store, const StoreLetter *letter)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) answers = load_answers(store, letter, &error);
    if (answers == NULL && error == NULL)
        return WAITS;
    g_autofree char *id = g_strdup_printf("%" PRId64, letter->id);
    if (answers != NULL && store_begin(store, &error) &&
        store_end(store, queue(config, store, letter, answers, &error), &error)) {
        log_event(LOG_LEVEL_INFO, "letters", "answered", "letter", id, NULL);
        return ANSWERED;
    }
    log_event(LOG_LEVEL_ERROR, "letters", "not-answered", "letter", id, "error", error->message, NULL);
    return FAILED;
}

gboolean mailbox_answer_all(const Config *config, Store *store, gboolean *again)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) letters = store_letter_open(store, &error);
    gboolean any = FALSE;
    *again = letters == NULL;
    if (letters == NULL)
        log_event(LOG_LEVEL_ERROR, "letters", "not-answered", "error", error->message, NULL);
    for (guint i = 0; letters != NULL && i < letters->len; i++) {
        Attempt outcome = answer(config, store, letters->pdata[i]);
        any = any || outcome == ANSWERED;
        *again = *again || outcome == FAILED;
    }
    return any;
}
