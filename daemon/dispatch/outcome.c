/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a reply means, as tables: the class of the code decides, provider texts that lie about their
 * class correct it, and each known text names the clerk's next step. Knows no socket, no store. */
#include "daemon/dispatch/outcome.h"

#include <stdio.h>
#include <string.h>

#include "daemon/base/i18n.h"

const char *outcome_name(Outcome outcome)
{
    static const char *const names[] = {"accepted", "deferred", "refused", "unknown"};
    return names[outcome];
}

/* Texts of providers, most telling first; matched in lower case anywhere in the reply. passing: a
 * limit or a state that ends by itself, so that even a 5xx with it is tried again. */
typedef struct {
    const char *provider, *text;
    gboolean passing;
    const char *advice;
} ProviderText;

#define SLOW_DOWN N_("对方限制发信频率：程序会自动重试；若常出现，请减少中继的连接数")
#define CHECK_ADDRESS N_("收件地址不存在：请与收件单位核对地址，改正名录，本期补发时用 --address 写明新地址")
#define LOOKS_LIKE_SPAM N_("被当作垃圾邮件：请联系对方管理员把本单位发信地址加入白名单，然后补发")
#define MAILBOX_FULL N_("对方邮箱已满：请通知收件人清理邮箱，然后补发")
#define MAILBOX_STOPPED N_("对方邮箱已停用：请问清新的收件地址，改正名录，本期补发时用 --address 写明新地址")
#define TOO_LARGE N_("邮件超过对方的大小限制：请压缩附件或改发纸质件")
#define FIX_SENDER N_("发件地址与登录账号不符：请管理员把 sender.address 改成登录账号的地址，然后补发")
#define FIX_LOGIN N_("登录中继失败：请管理员核对账号和授权码（不是网页密码）")
#define FIX_RELAY_RIGHT N_("中继不肯代转：请管理员为中继配置账号，或请中继管理员放行本机")
#define BLOCKED_HERE N_("本机地址被对方列入黑名单：请管理员联系对方或改用其他中继，然后补发")
#define ASK_RECEIVER N_("对方按策略拒收：请联系对方管理员放行，然后补发")
#define BAD_ATTACHMENT N_("附件类型不被对方接受：请改成 PDF 等格式后补发")

static const ProviderText provider_texts[] = {
    {"qq", "frequency limited", TRUE, SLOW_DOWN},
    {"qq", "too many connections", TRUE, SLOW_DOWN},
    {"qq", "mail content denied", FALSE, LOOKS_LIKE_SPAM},
    {"qq", "content rejected", FALSE, LOOKS_LIKE_SPAM},
    {"qq", "suspected spam", FALSE, LOOKS_LIKE_SPAM},
    {"qq", "suspected bounce attack", FALSE, LOOKS_LIKE_SPAM},
    {"qq", "mailbox not found", FALSE, CHECK_ADDRESS},
    {"qq", "non-existent account", FALSE, CHECK_ADDRESS},
    {"qq", "mailbox unavailable or access denied", FALSE, CHECK_ADDRESS},
    {"qq", "must be same as authorization user", FALSE, FIX_SENDER},
    {"qq", "authorization code", FALSE, FIX_LOGIN},
    {"163", "hl:icc", TRUE, SLOW_DOWN},
    {"163", "hl:ifc", TRUE, SLOW_DOWN},
    {"163", "hl:rep", TRUE, N_("对方因收件地址多有不存在而暂停接收：请核对名录，程序会自动重试")},
    {"163", "mi:dmc", TRUE, SLOW_DOWN},
    {"163", "mi:sfq", TRUE, SLOW_DOWN},
    {"163", "rp:qrc", TRUE, SLOW_DOWN},
    {"163", "rp:drc", TRUE, SLOW_DOWN},
    {"163", "rp:trc", TRUE, N_("账号今天的收件人数已满：程序会自动重试；急件请改用其他中继")},
    {"163", "mi:stc", TRUE, N_("账号今天的发信数已满：程序会自动重试；急件请改用其他中继")},
    {"163", "dt:sum", FALSE, N_("信封与信头的发件人不一致：请管理员把 sender.address 改成登录账号的地址，然后补发")},
    {"163", "dt:spm", FALSE, LOOKS_LIKE_SPAM},
    {"163", "dt:rbl", FALSE, BLOCKED_HERE},
    {"163", "hl:ihu", FALSE, BLOCKED_HERE},
    {"163", "hl:ipb", FALSE, BLOCKED_HERE},
    {"163", "mr:spf", FALSE, N_("发件域的 SPF 记录不含本机：请管理员补上 SPF 记录，然后补发")},
    {"163", "mi:spf", FALSE, N_("发件域的 SPF 记录不含本机：请管理员补上 SPF 记录，然后补发")},
    {"163", "wm:bl", FALSE, BLOCKED_HERE},
    {"163", "must equal authorized user", FALSE, FIX_SENDER},
    {"163", "illegal attachment", FALSE, BAD_ATTACHMENT},
    {"163", "smtp auth error limit", FALSE, FIX_LOGIN},
    {"coremail", "too much fail authentication", FALSE, FIX_LOGIN},
    {"coremail", "reject by behaviour spam", FALSE, LOOKS_LIKE_SPAM},
    {"coremail", "reject by content spam", FALSE, LOOKS_LIKE_SPAM},
    {"coremail", "user not found", FALSE, CHECK_ADDRESS},
    {"coremail", "user suspended", FALSE, MAILBOX_STOPPED},
    {"coremail", "user locked", FALSE, MAILBOX_STOPPED},
    {"coremail", "user rejected", FALSE, ASK_RECEIVER},
    {"coremail", "exceeded mailsize limit", FALSE, TOO_LARGE},
    {"coremail", "sending quota exceeded", TRUE, SLOW_DOWN},
    {"coremail", "local user only", FALSE, FIX_RELAY_RIGHT},
    {"coremail", "authentication is required", FALSE, FIX_RELAY_RIGHT},
    {"263", "user not exist", FALSE, CHECK_ADDRESS},
    {"263", "mail size limit exceeded", FALSE, TOO_LARGE},
    {"263", "maillist", FALSE, N_("对方的邮件列表没有成员：请联系收件单位，改正名录，本期补发时用 --address 写明新地址")},
    {"exchange", "resolver.adr.recip", FALSE, CHECK_ADDRESS},
    {"exchange", "resolver.rst.notauth", FALSE, ASK_RECEIVER},
    {"exchange", "recipsizelimit", FALSE, TOO_LARGE},
    {"exchange", "sender thread limit exceeded", TRUE, SLOW_DOWN},
    {"exchange", "permissions to send as this sender", FALSE, FIX_SENDER},
    {"exchange", "unable to relay", FALSE, FIX_RELAY_RIGHT},
    {"exchange", "insufficient system resources", TRUE, N_("对方服务器资源不足：程序会自动重试")},
    {"postfix", "relay access denied", FALSE, FIX_RELAY_RIGHT},
    {"postfix", "greylist", TRUE, N_("对方要求稍后再送（灰名单）：程序会自动重试，不必处理")},
    {"any", "user unknown", FALSE, CHECK_ADDRESS},
    {"any", "no such user", FALSE, CHECK_ADDRESS},
    {"any", "quota exceeded", FALSE, MAILBOX_FULL},
    {"any", "mailbox full", FALSE, MAILBOX_FULL},
    {"any", "mailbox is full", FALSE, MAILBOX_FULL},
    {"any", "over quota", FALSE, MAILBOX_FULL},
    {"any", "blacklist", FALSE, BLOCKED_HERE},
    {"any", "spam", FALSE, LOOKS_LIKE_SPAM},
};

/* Enhanced codes by subject and detail (RFC 3463 §3); detail -1 holds for the whole subject. */
typedef struct {
    int subject, detail;
    const char *advice;
} EnhancedAdvice;

static const EnhancedAdvice enhanced_advice[] = {
    {1, 1, CHECK_ADDRESS},
    {1, 10, CHECK_ADDRESS},
    {1, 2, N_("收件地址的域名不存在：请与收件单位核对地址，改正名录，本期补发时用 --address 写明新地址")},
    {1, 3, N_("收件地址写法不对：请改正名录，本期补发时用 --address 写明新地址")},
    {1, 6, N_("对方邮箱已迁走：请问清新的收件地址，改正名录，本期补发时用 --address 写明新地址")},
    {1, 8, FIX_SENDER},
    {2, 1, MAILBOX_STOPPED},
    {2, 2, MAILBOX_FULL},
    {2, 3, TOO_LARGE},
    {3, 4, TOO_LARGE},
    {4, 7, N_("多次重试仍未送出：请看最后一次答复，排除后补发，或改发纸质件")},
    {5, -1, N_("与中继的对话出错：请管理员查看日志")},
    {7, 8, FIX_LOGIN},
    {7, 9, FIX_LOGIN},
    {7, 60, FIX_SENDER},
    {7, -1, ASK_RECEIVER},
};

/* Reply codes of RFC 5321 §4.2.3 and RFC 4954 §6, where nothing more telling was said. */
typedef struct {
    int code;
    const char *advice;
} CodeAdvice;

static const CodeAdvice code_advice[] = {
    {421, N_("中继暂时停止服务：程序会自动重试")},
    {450, N_("对方邮箱暂时不可用：程序会自动重试")},
    {451, N_("对方服务器暂时出错：程序会自动重试")},
    {452, N_("对方服务器空间不足：程序会自动重试")},
    {530, FIX_RELAY_RIGHT},
    {535, FIX_LOGIN},
    {550, N_("对方不收这个地址的邮件：请与收件单位核对地址")},
    {551, N_("收件人不在这台服务器：请与收件单位核对地址")},
    {552, TOO_LARGE},
    {553, N_("地址写法不被接受：请核对收件地址和发件地址")},
    {554, N_("对方拒收：请按答复的原文联系对方管理员")},
};

static const char *const outcome_advices[] = {
    "",
    N_("程序会自动重试；若久不恢复，请管理员检查中继和网络"),
    N_("请按答复的原文处理后补发，或改发纸质件"),
    N_("可能已送达，也可能没有：请向收件人核实，再用 songfactl settle 登记，没有收到的随即补发"),
};

static const ProviderText *provider_text(const char *text)
{
    if (text == NULL || *text == '\0')
        return NULL;
    g_autofree char *low = g_ascii_strdown(text, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(provider_texts); i++)
        if (strstr(low, provider_texts[i].text) != NULL)
            return &provider_texts[i];
    return NULL;
}

/* 552 to RCPT is an old way to say "too many recipients" (RFC 5321 §4.5.3.1.10), and 503 says that
 * the dialogue went wrong, not the mail: neither condemns the recipient. */
static gboolean refusal_is_passing(OutcomeStage stage, int code, const char *text)
{
    if (stage == OUTCOME_AT_CONNECT || code == 503)
        return TRUE;
    if (stage == OUTCOME_AT_RCPT && code == 552 && !g_str_has_prefix(text != NULL ? text : "", "5."))
        return TRUE;
    const ProviderText *known = provider_text(text);
    return known != NULL && known->passing;
}

Outcome outcome_of_reply(OutcomeStage stage, int code, const char *text)
{
    int class = code / 100;
    if (class == 2 || (stage == OUTCOME_AT_DATA && class == 3))
        return stage == OUTCOME_AT_DATA && class == 2 ? OUTCOME_DEFERRED : OUTCOME_ACCEPTED;
    if (class == 4)
        return OUTCOME_DEFERRED;
    if (class == 5)
        return refusal_is_passing(stage, code, text) ? OUTCOME_DEFERRED : OUTCOME_REFUSED;
    return stage == OUTCOME_AT_DOT ? OUTCOME_UNKNOWN : OUTCOME_DEFERRED;
}

gboolean outcome_is_rate_limit(OutcomeStage stage, int code, const char *text)
{
    static const char *const words[] = {"rate limit", "too many", "too fast", "too much mail", "throttl", "exceeded the"};
    if (code == 421)
        return TRUE;
    if (code / 100 != 4 && code / 100 != 5)
        return FALSE;
    const ProviderText *known = provider_text(text);
    if (known != NULL && known->passing)
        return strcmp(known->advice, SLOW_DOWN) == 0;
    g_autofree char *low = g_ascii_strdown(text != NULL ? text : "", -1);
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (code / 100 == 4 && strstr(low, words[i]) != NULL)
            return TRUE;
    return stage != OUTCOME_AT_RCPT && code / 10 == 45;
}

static const char *advice_of_enhanced(const char *enhanced)
{
    int subject, detail;
    if (enhanced == NULL || sscanf(enhanced, "%*1d.%3d.%3d", &subject, &detail) != 2)
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(enhanced_advice); i++)
        if (enhanced_advice[i].subject == subject &&
            (enhanced_advice[i].detail == detail || enhanced_advice[i].detail < 0))
            return enhanced_advice[i].advice;
    return NULL;
}

static const char *advice_of_code(int code)
{
    for (gsize i = 0; i < G_N_ELEMENTS(code_advice); i++)
        if (code_advice[i].code == code)
            return code_advice[i].advice;
    return NULL;
}

const char *outcome_advice(Outcome outcome, int code, const char *enhanced, const char *text)
{
    if (outcome == OUTCOME_ACCEPTED || outcome == OUTCOME_UNKNOWN)
        return outcome == OUTCOME_ACCEPTED ? "" : _(outcome_advices[OUTCOME_UNKNOWN]);
    const ProviderText *known = provider_text(text);
    const char *advice = known != NULL ? known->advice : advice_of_enhanced(enhanced);
    if (advice == NULL)
        advice = advice_of_code(code);
    return _(advice != NULL ? advice : outcome_advices[outcome]);
}

/* Length of a run of one to max digits, 0 when there is none. */
static gsize digits(const char *text, gsize max)
{
    gsize n = 0;
    while (n < max && g_ascii_isdigit(text[n]))
        n++;
    return n;
}

char *outcome_enhanced_code(const char *text, const char **rest)
{
    *rest = text;
    if (text[0] != '2' && text[0] != '4' && text[0] != '5')
        return NULL;
    gsize length = 1;
    for (int part = 0; part < 2; part++) {
        gsize n = text[length] == '.' ? digits(text + length + 1, 3) : 0;
        if (n == 0)
            return NULL;
        length += n + 1;
    }
    if (text[length] != ' ' && text[length] != '\0')
        return NULL;
    *rest = text + length + strspn(text + length, " ");
    return g_strndup(text, length);
}

/* Where accepting replies carry the queue id; forms in the order in which they exclude each other. */
static const struct {
    const char *before; /* the id follows this */
    const char *after;  /* or ends before this */
} queue_forms[] = {
    {"queued as ", NULL},                      /* Postfix, Coremail */
    {"InternalId=", NULL},                     /* Exchange */
    {" id=", NULL},                            /* Exim */
    {NULL, " Message accepted for delivery"},  /* Sendmail, OpenSMTPD */
};

static char *id_of_form(const char *text, const char *before, const char *after)
{
    static const char stops[] = " ;)]>";
    const char *mark = strstr(text, before != NULL ? before : after);
    if (mark == NULL)
        return NULL;
    if (before != NULL) {
        mark += strlen(before);
        gsize length = strcspn(mark, stops);
        while (length > 0 && (mark[length - 1] == ',' || mark[length - 1] == '.'))
            length--;
        return g_strndup(mark, length);
    }
    const char *start = mark;
    while (start > text && strchr(stops, start[-1]) == NULL)
        start--;
    return g_strndup(start, (gsize)(mark - start));
}

char *outcome_queue_id(const char *text)
{
    for (gsize i = 0; text != NULL && i < G_N_ELEMENTS(queue_forms); i++) {
        g_autofree char *id = id_of_form(text, queue_forms[i].before, queue_forms[i].after);
        if (id != NULL && strlen(id) > 1 && strlen(id) <= 100)
            return g_steal_pointer(&id);
    }
    return NULL;
}
