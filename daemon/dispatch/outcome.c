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
#define DAY_IS_FULL N_("账号今天的收件人数已满：程序会自动重试；急件请改用其他中继")
#define CHECK_ADDRESS N_("收件地址不存在：请与收件单位核对地址，改正名录，本期补发时用 --address 写明新地址")
#define CHECK_SPELLING N_("收件地址写法不对：请改正名录，本期补发时用 --address 写明新地址")
#define NO_SUCH_DOMAIN N_("收件地址的域名不存在：请与收件单位核对地址，改正名录，本期补发时用 --address 写明新地址")
#define MAILBOX_MOVED N_("对方邮箱已迁走：请问清新的收件地址，改正名录，本期补发时用 --address 写明新地址")
#define LOOKS_LIKE_SPAM N_("被当作垃圾邮件：请联系对方管理员把本单位发信地址加入白名单，然后补发")
#define LOOKS_LIKE_SPAM_NOW N_("暂时被当作垃圾邮件：程序会自动重试；若仍被拒，请联系对方管理员把本单位发信地址加入白名单")
#define MAILBOX_FULL N_("对方邮箱已满：请通知收件人清理邮箱，然后补发")
#define MAILBOX_STOPPED N_("对方邮箱已停用：请问清新的收件地址，改正名录，本期补发时用 --address 写明新地址")
#define TOO_LARGE N_("邮件超过对方的大小限制：请压缩附件或改发纸质件")
#define FIX_SENDER N_("发件地址与登录账号不符：请管理员把 sender.address 改成登录账号的地址，然后补发")
#define FIX_SPF N_("发件域的 SPF 记录不含本机：请管理员补上 SPF 记录，然后补发")
#define FIX_DMARC N_("发件域的 DMARC、DKIM 设置不许这样发：请管理员改用发件域自己的发信服务器，或改正设置，然后补发")
#define FIX_REVERSE_NAME N_("本机的出口 IP 没有反向域名：请管理员向网络运营单位申请登记，或改用其他中继，然后补发")
#define FIX_LOGIN N_("登录中继失败：请管理员核对账号和授权码（不是网页密码）")
#define FIX_RELAY_RIGHT N_("中继不肯代转：请管理员为中继配置账号，或请中继管理员放行本机")
#define USE_OWN_SERVER N_("对方要求发件地址经它自己的发信服务器寄出：请管理员把中继改为发件邮箱自己的发信服务器，然后补发")
#define SENDER_STOPPED N_("发件账号被限制发信：请管理员到邮箱后台查明并恢复，或改用其他中继，然后补发")
#define BLOCKED_HERE N_("本机地址被对方列入黑名单：请管理员联系对方或改用其他中继，然后补发")
#define BLOCKED_NOW N_("本机地址被对方暂时禁止连接：程序会自动重试；若常出现，请管理员联系对方或改用其他中继")
#define ASK_RECEIVER N_("对方按策略拒收：请联系对方管理员放行，然后补发")
#define ASK_PERSON N_("收件人自己设置了拒收：请与收件人联系，请他放行本单位的发信地址，然后补发")
#define BAD_ATTACHMENT N_("附件类型不被对方接受：请改成 PDF 等格式后补发")
#define HAS_VIRUS N_("被对方判为带病毒：请查杀后重新制作文件，再交一次")
#define BAD_DIALOGUE N_("中继嫌命令有误或太多：程序会自动重试；若常出现，请管理员查看日志")

static const ProviderText provider_texts[] = {
    /* QQ and Tencent exmail */
    {"qq", "frequency limited", TRUE, SLOW_DOWN},
    {"qq", "too many connections", TRUE, SLOW_DOWN},
    {"qq", "mailbox unavailable or access denied", TRUE,
     N_("对方邮箱短时间收信太多，或不收本单位的信：程序会自动重试；若仍被拒，请与收件单位核对")},
    {"qq", "mail content denied", FALSE, LOOKS_LIKE_SPAM},
    {"qq", "content rejected", FALSE, LOOKS_LIKE_SPAM},
    {"qq", "suspected spam", FALSE, LOOKS_LIKE_SPAM},
    {"qq", "suspected bounce attack", FALSE, LOOKS_LIKE_SPAM},
    {"qq", "mail is rejected by recipient", FALSE, ASK_PERSON},
    {"qq", "connection denied", FALSE, BLOCKED_HERE},
    {"qq", "mailbox not found", FALSE, CHECK_ADDRESS},
    {"qq", "non-existent account", FALSE, CHECK_ADDRESS},
    {"qq", "bad address syntax", FALSE, CHECK_SPELLING},
    {"qq", "must be same as authorization user", FALSE, FIX_SENDER},
    {"qq", "authorization code", FALSE, FIX_LOGIN},
    /* 163 and the other NetEase mailboxes: a code of its own in each reply */
    {"163", "hl:icc", TRUE, SLOW_DOWN},
    {"163", "hl:ifc", TRUE, SLOW_DOWN},
    {"163", "hl:rep", TRUE, N_("对方因收件地址多有不存在而暂停接收：请核对名录，程序会自动重试")},
    {"163", "hl:mep", TRUE, BLOCKED_NOW},
    {"163", "mi:dmc", TRUE, SLOW_DOWN},
    {"163", "mi:sfq", TRUE, SLOW_DOWN},
    {"163", "mi:cel", TRUE, BAD_DIALOGUE},
    {"163", "mi:ccl", TRUE, BAD_DIALOGUE},
    {"163", "rp:cel", TRUE, BAD_DIALOGUE},
    {"163", "rp:ccl", TRUE, BAD_DIALOGUE},
    {"163", "rp:qrc", TRUE, SLOW_DOWN},
    {"163", "rp:drc", TRUE, SLOW_DOWN},
    {"163", "rp:rcl", TRUE, SLOW_DOWN},
    {"163", "rp:trc", TRUE, DAY_IS_FULL},
    {"163", "mi:stc", TRUE, N_("账号今天的发信数已满：程序会自动重试；急件请改用其他中继")},
    {"163", "rp:frl", FALSE, FIX_RELAY_RIGHT},
    {"163", "mi:nhd", FALSE, N_("中继不接受本机报的名字：请管理员把中继的 helo 写成本机的完整域名，然后补发")},
    {"163", "mi:imf", FALSE, FIX_SENDER},
    {"163", "mi:dma", FALSE, FIX_DMARC},
    {"163", "mi:spb", FALSE, SENDER_STOPPED},
    {"163", "dt:sum", FALSE, N_("信封与信头的发件人不一致：请管理员把 sender.address 改成登录账号的地址，然后补发")},
    {"163", "dt:spm, please try again", TRUE, LOOKS_LIKE_SPAM_NOW},
    {"163", "dt:spm ,please try again", TRUE, LOOKS_LIKE_SPAM_NOW},
    {"163", "dt:spm", FALSE, LOOKS_LIKE_SPAM},
    {"163", "dt:rbl", FALSE, BLOCKED_HERE},
    {"163", "hl:ihu", FALSE, BLOCKED_HERE},
    {"163", "hl:ipb", FALSE, BLOCKED_HERE},
    {"163", "mr:spf", FALSE, FIX_SPF},
    {"163", "mi:spf", FALSE, FIX_SPF},
    {"163", "wm:bl", FALSE, BLOCKED_HERE},
    {"163", "must equal authorized user", FALSE, FIX_SENDER},
    {"163", "illegal attachment", FALSE, BAD_ATTACHMENT},
    {"163", "smtp auth error limit", FALSE, FIX_LOGIN},
    /* Aliyun */
    {"aliyun", "transient reject by behaviour spam", TRUE, SLOW_DOWN},
    {"aliyun", "reject by behaviour spam", FALSE, LOOKS_LIKE_SPAM},
    {"aliyun", "reject by content spam", FALSE, LOOKS_LIKE_SPAM},
    {"aliyun", "spamed by local spam engine", FALSE, LOOKS_LIKE_SPAM},
    {"aliyun", "number of rcpt attempts", TRUE, DAY_IS_FULL},
    {"aliyun", "total of rcpts", TRUE, SLOW_DOWN},
    {"aliyun", "length of data content", FALSE, TOO_LARGE},
    {"aliyun", "length of attach", FALSE, TOO_LARGE},
    {"aliyun", "number of attachments", FALSE, TOO_LARGE},
    {"aliyun", "dosn't exist", FALSE, CHECK_ADDRESS},
    {"aliyun", "rcptto account isn't a local account", FALSE, CHECK_ADDRESS},
    {"aliyun", "mailfrom account is a local account", FALSE, USE_OWN_SERVER},
    {"aliyun", "is non-local account", FALSE, FIX_SENDER},
    {"aliyun", "doesn't conform with authentication", FALSE, FIX_SENDER},
    {"aliyun", "isn't allowed to send", FALSE, SENDER_STOPPED},
    {"aliyun", "isn't allowed to receive", FALSE, MAILBOX_STOPPED},
    {"aliyun", "virus infected", FALSE, HAS_VIRUS},
    /* Coremail, in many offices and behind 163 */
    {"coremail", "too much fail authentication", FALSE, FIX_LOGIN},
    {"coremail", "user not found", FALSE, CHECK_ADDRESS},
    {"coremail", "is not found in server", FALSE, CHECK_ADDRESS},
    {"coremail", "invalid user", FALSE, CHECK_ADDRESS},
    {"coremail", "user suspended", FALSE, MAILBOX_STOPPED},
    {"coremail", "user locked", FALSE, MAILBOX_STOPPED},
    {"coremail", "user is locked", FALSE, MAILBOX_STOPPED},
    {"coremail", "user hangup", FALSE, MAILBOX_STOPPED},
    {"coremail", "user rejected", FALSE, ASK_RECEIVER},
    {"coremail", "rcpt is rejected", FALSE, ASK_RECEIVER},
    {"coremail", "sender is rejected", FALSE, ASK_RECEIVER},
    {"coremail", "user in blacklist", FALSE, ASK_RECEIVER},
    {"coremail", "fake sender", FALSE, USE_OWN_SERVER},
    {"coremail", "no smtp mx only", FALSE, USE_OWN_SERVER},
    {"coremail", "null sender is not allowed", FALSE, FIX_SENDER},
    {"coremail", "ip is hangup", FALSE, BLOCKED_HERE},
    {"coremail", "ip is rejected", FALSE, BLOCKED_HERE},
    {"coremail", "invalid ip", FALSE, BLOCKED_HERE},
    {"coremail", "exceeded mailsize limit", FALSE, TOO_LARGE},
    {"coremail", "too much recipient", TRUE, SLOW_DOWN},
    {"coremail", "sending quota exceeded", TRUE, SLOW_DOWN},
    {"coremail", "rcpt handle timeout", TRUE, N_("对方服务器没有及时答复：程序会自动重试")},
    {"coremail", "local user only", FALSE, FIX_RELAY_RIGHT},
    {"coremail", "authentication is required", FALSE, FIX_RELAY_RIGHT},
    /* 263: the limit is that of the mailbox */
    {"263", "user not exist", FALSE, CHECK_ADDRESS},
    {"263", "mail size limit exceeded", FALSE, N_("对方邮箱已满，或邮件太大：请通知收件人清理邮箱后补发；仍不行请压缩附件或改发纸质件")},
    {"263", "maillist", FALSE, N_("对方的邮件列表没有成员：请联系收件单位，改正名录，本期补发时用 --address 写明新地址")},
    /* Exchange and Exchange Online */
    {"exchange", "resolver.adr", FALSE, CHECK_ADDRESS},
    {"exchange", "resolver.rst.notauth", FALSE, ASK_RECEIVER},
    {"exchange", "recipsizelimit", FALSE, TOO_LARGE},
    {"exchange", "sendsizelimit", FALSE, TOO_LARGE},
    {"exchange", "quotaexceeded", FALSE, MAILBOX_FULL},
    {"exchange", "transport.rules.reject", FALSE, ASK_RECEIVER},
    {"exchange", "sender thread limit exceeded", TRUE, SLOW_DOWN},
    {"exchange", "message submission rate", TRUE, SLOW_DOWN},
    {"exchange", "permissions to send as this sender", FALSE, FIX_SENDER},
    {"exchange", "smtpclientauthentication is disabled", FALSE,
     N_("邮箱没有开通 SMTP 登录：请管理员到邮箱后台开通，或改用其他中继，然后补发")},
    {"exchange", "client was not authenticated", FALSE, FIX_LOGIN},
    {"exchange", "authentication unsuccessful", FALSE, FIX_LOGIN},
    {"exchange", "banned sending ip", FALSE, BLOCKED_HERE},
    {"exchange", "unable to relay", FALSE, FIX_RELAY_RIGHT},
    {"exchange", "insufficient system resources", TRUE, N_("对方服务器资源不足：程序会自动重试")},
    {"postfix", "relay access denied", FALSE, FIX_RELAY_RIGHT},
    {"postfix", "relaying denied", FALSE, FIX_RELAY_RIGHT},
    {"postfix", "greylist", TRUE, N_("对方要求稍后再送（灰名单）：程序会自动重试，不必处理")},
    /* words that many use, in Chinese too */
    {"any", "user unknown", FALSE, CHECK_ADDRESS},
    {"any", "unknown user", FALSE, CHECK_ADDRESS},
    {"any", "user not known", FALSE, CHECK_ADDRESS},
    {"any", "no such user", FALSE, CHECK_ADDRESS},
    {"any", "account does not exist", FALSE, CHECK_ADDRESS},
    {"any", "mailbox does not exist", FALSE, CHECK_ADDRESS},
    {"any", "no such mailbox", FALSE, CHECK_ADDRESS},
    {"any", "unavailable mail user", FALSE, CHECK_ADDRESS},
    {"any", "用户不存在", FALSE, CHECK_ADDRESS},
    {"any", "邮箱不存在", FALSE, CHECK_ADDRESS},
    {"any", "账号不存在", FALSE, CHECK_ADDRESS},
    {"any", "帐号不存在", FALSE, CHECK_ADDRESS},
    {"any", "收件人不存在", FALSE, CHECK_ADDRESS},
    {"any", "is disabled", FALSE, MAILBOX_STOPPED},
    {"any", "account inactive", FALSE, MAILBOX_STOPPED},
    {"any", "已停用", FALSE, MAILBOX_STOPPED},
    {"any", "已禁用", FALSE, MAILBOX_STOPPED},
    {"any", "被冻结", FALSE, MAILBOX_STOPPED},
    {"any", "quota exceed", FALSE, MAILBOX_FULL},
    {"any", "exceeding their quota", FALSE, MAILBOX_FULL},
    {"any", "exceeded storage allocation", FALSE, MAILBOX_FULL},
    {"any", "mailbox full", FALSE, MAILBOX_FULL},
    {"any", "mailbox is full", FALSE, MAILBOX_FULL},
    {"any", "over quota", FALSE, MAILBOX_FULL},
    {"any", "space not enough", FALSE, MAILBOX_FULL},
    {"any", "邮箱已满", FALSE, MAILBOX_FULL},
    {"any", "空间不足", FALSE, MAILBOX_FULL},
    {"any", "容量不足", FALSE, MAILBOX_FULL},
    {"any", "message size exceeds", FALSE, TOO_LARGE},
    {"any", "message too large", FALSE, TOO_LARGE},
    {"any", "maximum message size", FALSE, TOO_LARGE},
    {"any", "邮件过大", FALSE, TOO_LARGE},
    {"any", "邮件太大", FALSE, TOO_LARGE},
    {"any", "virus", FALSE, HAS_VIRUS},
    {"any", "带有病毒", FALSE, HAS_VIRUS},
    {"any", "dmarc", FALSE, FIX_DMARC},
    {"any", "dkim", FALSE, FIX_DMARC},
    {"any", "spf check", FALSE, FIX_SPF},
    {"any", "spf fail", FALSE, FIX_SPF},
    {"any", "spf record", FALSE, FIX_SPF},
    {"any", "spf validation", FALSE, FIX_SPF},
    {"any", "reverse dns", FALSE, FIX_REVERSE_NAME},
    {"any", "reverse hostname", FALSE, FIX_REVERSE_NAME},
    {"any", "ptr record", FALSE, FIX_REVERSE_NAME},
    {"any", "blacklist", FALSE, BLOCKED_HERE},
    {"any", "blocklist", FALSE, BLOCKED_HERE},
    {"any", "blocked using", FALSE, BLOCKED_HERE},
    {"any", "ip is blocked", FALSE, BLOCKED_HERE},
    {"any", "spamhaus", FALSE, BLOCKED_HERE},
    {"any", "black ip", FALSE, BLOCKED_HERE},
    {"any", "黑名单", FALSE, BLOCKED_HERE},
    {"any", "频率", TRUE, SLOW_DOWN},
    {"any", "spam", FALSE, LOOKS_LIKE_SPAM},
    {"any", "垃圾邮件", FALSE, LOOKS_LIKE_SPAM},
};

/* Enhanced codes by subject and detail (RFC 3463 §3); detail -1 holds for the whole subject. */
typedef struct {
    int subject, detail;
    const char *advice;
} EnhancedAdvice;

static const EnhancedAdvice enhanced_advice[] = {
    {1, 1, CHECK_ADDRESS},
    {1, 10, CHECK_ADDRESS},
    {1, 2, NO_SUCH_DOMAIN},
    {1, 3, CHECK_SPELLING},
    {1, 6, MAILBOX_MOVED},
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

/* Reply codes of RFC 5321 §4.2.3 and RFC 4954 §6, and Aliyun's for a refused login, where nothing more
 * telling was said. */
typedef struct {
    int code;
    const char *advice;
} CodeAdvice;

static const CodeAdvice code_advice[] = {
    {421, N_("中继暂时停止服务：程序会自动重试")},
    {450, N_("对方邮箱暂时不可用：程序会自动重试")},
    {451, N_("对方服务器暂时出错：程序会自动重试")},
    {452, N_("对方服务器空间不足：程序会自动重试")},
    {525, FIX_LOGIN},
    {526, FIX_LOGIN},
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

/* ---- whose fault it is ---- */

static const struct {
    const char *advice;
    OutcomeFault fault;
} faults[] = {
    {CHECK_ADDRESS, OUTCOME_FAULT_ADDRESS},   {CHECK_SPELLING, OUTCOME_FAULT_ADDRESS},
    {MAILBOX_STOPPED, OUTCOME_FAULT_ADDRESS}, {NO_SUCH_DOMAIN, OUTCOME_FAULT_ADDRESS},
    {MAILBOX_MOVED, OUTCOME_FAULT_ADDRESS},   {LOOKS_LIKE_SPAM, OUTCOME_FAULT_POLICY},
    {FIX_SENDER, OUTCOME_FAULT_POLICY},       {FIX_SPF, OUTCOME_FAULT_POLICY},
    {FIX_DMARC, OUTCOME_FAULT_POLICY},        {FIX_REVERSE_NAME, OUTCOME_FAULT_POLICY},
    {FIX_LOGIN, OUTCOME_FAULT_POLICY},        {FIX_RELAY_RIGHT, OUTCOME_FAULT_POLICY},
    {USE_OWN_SERVER, OUTCOME_FAULT_POLICY},   {SENDER_STOPPED, OUTCOME_FAULT_POLICY},
    {BLOCKED_HERE, OUTCOME_FAULT_POLICY},     {ASK_RECEIVER, OUTCOME_FAULT_POLICY},
};

static const char *const fault_names[] = {
    [OUTCOME_FAULT_OTHER] = "other", [OUTCOME_FAULT_ADDRESS] = "address", [OUTCOME_FAULT_POLICY] = "policy",
    [OUTCOME_FAULT_ROUTE] = "route",
};

const char *outcome_fault_name(OutcomeFault fault)
{
    g_return_val_if_fail(fault < G_N_ELEMENTS(fault_names), NULL);
    return fault_names[fault];
}

OutcomeFault outcome_fault(int code, const char *enhanced, const char *text)
{
    const ProviderText *known = provider_text(text);
    const char *advice = known != NULL ? known->advice : advice_of_enhanced(enhanced);
    if (advice == NULL && code == 530)
        advice = FIX_RELAY_RIGHT;
    for (gsize i = 0; advice != NULL && i < G_N_ELEMENTS(faults); i++)
        if (strcmp(faults[i].advice, advice) == 0)
            return faults[i].fault;
    int subject = 0;
    gboolean read = enhanced != NULL && sscanf(enhanced, "%*1d.%3d", &subject) == 1;
    return read && subject == 4 ? OUTCOME_FAULT_ROUTE : OUTCOME_FAULT_OTHER;
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
