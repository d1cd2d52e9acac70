/* SPDX-License-Identifier: GPL-3.0-or-later
 * Replies and what they mean. */
#include "daemon/dispatch/outcome.h"

#include <string.h>

static void test_outcomes(void)
{
    static const struct { const char *name; OutcomeStage stage; int code; const char *text; Outcome want; } rows[] = {
        {"taken", OUTCOME_AT_DOT, 250, "2.0.0 Ok", OUTCOME_ACCEPTED},
        {"later", OUTCOME_AT_DOT, 451, "4.3.0 later", OUTCOME_DEFERRED},
        {"closing instead of taking", OUTCOME_AT_DOT, 421, "closing", OUTCOME_DEFERRED},
        {"refused", OUTCOME_AT_DOT, 554, "5.7.1 no", OUTCOME_REFUSED},
        {"no answer to the dot", OUTCOME_AT_DOT, 0, "", OUTCOME_UNKNOWN},
        {"go-ahead instead of an answer", OUTCOME_AT_DOT, 354, "go", OUTCOME_UNKNOWN},
        {"go ahead", OUTCOME_AT_DATA, 354, "go", OUTCOME_ACCEPTED},
        {"250 to DATA", OUTCOME_AT_DATA, 250, "ok", OUTCOME_DEFERRED},
        {"no answer before the dot", OUTCOME_AT_RCPT, 0, "", OUTCOME_DEFERRED},
        {"will forward", OUTCOME_AT_RCPT, 251, "ok", OUTCOME_ACCEPTED},
        {"unknown user", OUTCOME_AT_RCPT, 550, "5.1.1 user unknown", OUTCOME_REFUSED},
        {"too many recipients", OUTCOME_AT_RCPT, 552, "too many recipients", OUTCOME_DEFERRED},
        {"mailbox full", OUTCOME_AT_RCPT, 552, "5.2.2 full", OUTCOME_REFUSED},
        {"sender refused", OUTCOME_AT_MAIL, 553, "Mail from must equal authorized user", OUTCOME_REFUSED},
        {"out of sequence", OUTCOME_AT_MAIL, 503, "EHLO first", OUTCOME_DEFERRED},
        {"login refused blames the relay", OUTCOME_AT_CONNECT, 535, "5.7.8 no", OUTCOME_DEFERRED},
        {"banner 554 blames the relay", OUTCOME_AT_CONNECT, 554, "no", OUTCOME_DEFERRED},
        {"QQ's limits are 550", OUTCOME_AT_MAIL, 550, "Connection frequency limited", OUTCOME_DEFERRED},
        {"163's daily limit is 554", OUTCOME_AT_MAIL, 554, "MI:STC a@163.com,smtp1", OUTCOME_DEFERRED},
        {"163 spam", OUTCOME_AT_DOT, 554, "DT:SPM 163 smtp5", OUTCOME_REFUSED},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_assert_cmpstr(outcome_name(outcome_of_reply(rows[i].stage, rows[i].code, rows[i].text)), ==,
                        outcome_name(rows[i].want));
    }
}

static void test_rate_limits(void)
{
    static const struct { const char *name; OutcomeStage stage; int code; const char *text; gboolean want; } rows[] = {
        {"closing", OUTCOME_AT_RCPT, 421, "4.3.2 closing", TRUE},
        {"session", OUTCOME_AT_MAIL, 451, "4.3.0 later", TRUE},
        {"no space", OUTCOME_AT_DATA, 452, "4.3.1 no space", TRUE},
        {"greylisted mailbox", OUTCOME_AT_RCPT, 450, "4.2.0 greylisted", FALSE},
        {"full mailbox", OUTCOME_AT_RCPT, 452, "4.2.2 mailbox full", FALSE},
        {"mailbox and rate", OUTCOME_AT_RCPT, 450, "4.7.1 too many mails from you", TRUE},
        {"QQ's words with 550", OUTCOME_AT_MAIL, 550, "Ip frequency limited", TRUE},
        {"refused", OUTCOME_AT_DOT, 554, "5.7.1 no", FALSE},
        {"taken", OUTCOME_AT_DOT, 250, "2.0.0 Ok", FALSE},
        {"no answer", OUTCOME_AT_DOT, 0, "link lost", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_assert_cmpint(outcome_is_rate_limit(rows[i].stage, rows[i].code, rows[i].text), ==, rows[i].want);
    }
}

static void test_advice(void)
{
    static const struct { const char *name; Outcome outcome; int code; const char *enhanced, *text, *want; } rows[] = {
        {"accepted", OUTCOME_ACCEPTED, 250, "2.0.0", "2.0.0 Ok", ""},
        {"QQ spam", OUTCOME_REFUSED, 550, NULL, "Mail content denied. http://service.mail.qq.com", "白名单"},
        {"QQ frequency", OUTCOME_DEFERRED, 550, NULL, "Ip frequency limited", "限制发信频率"},
        {"163 sender", OUTCOME_REFUSED, 553, NULL, "Mail from must equal authorized user", "sender.address"},
        {"163 envelope", OUTCOME_REFUSED, 550, NULL, "DT:SUM smtp2", "信封与信头"},
        {"Coremail user", OUTCOME_REFUSED, 550, NULL, "User not found: li@example.test", "核对地址"},
        {"Coremail suspended", OUTCOME_REFUSED, 550, NULL, "User suspended", "停用"},
        {"263 user", OUTCOME_REFUSED, 550, NULL, "user not exist", "核对地址"},
        {"Exchange user", OUTCOME_REFUSED, 550, "5.1.10", "5.1.10 RESOLVER.ADR.RecipientNotFound", "核对地址"},
        {"Exchange rights", OUTCOME_REFUSED, 550, "5.7.60", "5.7.60 SMTP; Client does not have permissions to send as this sender", "sender.address"},
        {"enhanced code", OUTCOME_REFUSED, 550, "5.2.2", "5.2.2 no room", "清理邮箱"},
        {"enhanced subject", OUTCOME_REFUSED, 550, "5.7.26", "5.7.26 policy", "按策略拒收"},
        {"gave up", OUTCOME_REFUSED, 451, "4.4.7", "4.4.7 gave up", "多次重试"},
        {"code alone", OUTCOME_REFUSED, 535, NULL, "no", "授权码"},
        {"nothing known", OUTCOME_DEFERRED, 0, NULL, "link lost", "自动重试"},
        {"in doubt", OUTCOME_UNKNOWN, 0, NULL, "link lost", "核实"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        const char *got = outcome_advice(rows[i].outcome, rows[i].code, rows[i].enhanced, rows[i].text);
        if (*rows[i].want == '\0')
            g_assert_cmpstr(got, ==, "");
        else if (strstr(got, rows[i].want) == NULL)
            g_error("%s: advice is %s", rows[i].name, got);
    }
}

/* What providers say, and what becomes of the mail and of the clerk. */
static void test_providers(void)
{
    static const struct { OutcomeStage stage; int code; const char *text; Outcome outcome; const char *advice; } rows[] = {
        /* QQ, Tencent exmail */
        {OUTCOME_AT_MAIL, 550, "Domain frequency limited. http://service.mail.qq.com", OUTCOME_DEFERRED, "限制发信频率"},
        {OUTCOME_AT_MAIL, 550, "Sender frequency limited", OUTCOME_DEFERRED, "限制发信频率"},
        {OUTCOME_AT_RCPT, 550, "Mailbox unavailable or access denied", OUTCOME_DEFERRED, "短时间收信太多"},
        {OUTCOME_AT_RCPT, 550, "Mailbox not found. http://service.mail.qq.com", OUTCOME_REFUSED, "核对地址"},
        {OUTCOME_AT_RCPT, 501, "Bad address syntax. http://service.mail.qq.com", OUTCOME_REFUSED, "写法不对"},
        {OUTCOME_AT_DOT, 550, "Error: content rejected. http://mail.qq.com", OUTCOME_REFUSED, "白名单"},
        {OUTCOME_AT_DOT, 550, "Mail is rejected by recipients", OUTCOME_REFUSED, "收件人自己"},
        {OUTCOME_AT_CONNECT, 535, "Login Fail. Please enter your authorization code to login.", OUTCOME_DEFERRED, "授权码"},
        {OUTCOME_AT_MAIL, 501, "mail from address must be same as authorization user", OUTCOME_REFUSED, "sender.address"},
        /* 163 */
        {OUTCOME_AT_CONNECT, 421, "HL:REP 163 smtp8,ABC", OUTCOME_DEFERRED, "核对名录"},
        {OUTCOME_AT_CONNECT, 421, "HL:MEP 163 smtp8", OUTCOME_DEFERRED, "暂时禁止连接"},
        {OUTCOME_AT_MAIL, 450, "MI:CEL 163 smtp5", OUTCOME_DEFERRED, "查看日志"},
        {OUTCOME_AT_MAIL, 451, "MI:SFQ 163 smtp5", OUTCOME_DEFERRED, "限制发信频率"},
        {OUTCOME_AT_RCPT, 550, "RP:TRC 163 smtp5", OUTCOME_DEFERRED, "收件人数已满"},
        {OUTCOME_AT_RCPT, 550, "RP:FRL 163 smtp5", OUTCOME_REFUSED, "不肯代转"},
        {OUTCOME_AT_MAIL, 550, "MI:NHD 163 smtp5", OUTCOME_REFUSED, "helo"},
        {OUTCOME_AT_MAIL, 550, "MI:DMA 163 smtp5", OUTCOME_REFUSED, "DMARC"},
        {OUTCOME_AT_MAIL, 550, "MI:SPF 163 smtp5", OUTCOME_REFUSED, "SPF"},
        {OUTCOME_AT_DOT, 451, "DT:SPM ,please try again", OUTCOME_DEFERRED, "程序会自动重试"},
        {OUTCOME_AT_DOT, 554, "DT:SPM 163 smtp5", OUTCOME_REFUSED, "白名单"},
        {OUTCOME_AT_DOT, 552, "Illegal Attachment", OUTCOME_REFUSED, "PDF"},
        {OUTCOME_AT_CONNECT, 554, "HL:IHU 163 smtp5", OUTCOME_DEFERRED, "黑名单"},
        /* Coremail */
        {OUTCOME_AT_RCPT, 550, "Invalid User: li@example.test", OUTCOME_REFUSED, "核对地址"},
        {OUTCOME_AT_RCPT, 550, "User hangup: li@example.test", OUTCOME_REFUSED, "停用"},
        {OUTCOME_AT_RCPT, 550, "User in blacklist", OUTCOME_REFUSED, "策略"},
        {OUTCOME_AT_MAIL, 553, "Requested action not taken: no smtp MX only", OUTCOME_REFUSED, "自己的发信服务器"},
        {OUTCOME_AT_MAIL, 554, "Requested mail action not taken: Invalid IP", OUTCOME_REFUSED, "黑名单"},
        {OUTCOME_AT_RCPT, 550, "Requested mail action not taken: too much recipient", OUTCOME_DEFERRED, "限制发信频率"},
        {OUTCOME_AT_RCPT, 451, "rcpt handle timeout", OUTCOME_DEFERRED, "没有及时答复"},
        /* 263 */
        {OUTCOME_AT_DOT, 552, "mail size limit exceeded", OUTCOME_REFUSED, "清理邮箱"},
        {OUTCOME_AT_DOT, 550, "maillist a@example.test is null, please contact admin", OUTCOME_REFUSED, "邮件列表"},
        /* Aliyun */
        {OUTCOME_AT_CONNECT, 526, "Authentication failure[0]", OUTCOME_DEFERRED, "授权码"},
        {OUTCOME_AT_RCPT, 554, "RCPT (li@example.test) dosn't exist", OUTCOME_REFUSED, "核对地址"},
        {OUTCOME_AT_RCPT, 504, "the number of RCPT attempts is achieved the maximum threshold", OUTCOME_DEFERRED, "收件人数已满"},
        {OUTCOME_AT_MAIL, 501, "\"MAIL FROM\" is non-local account", OUTCOME_REFUSED, "sender.address"},
        {OUTCOME_AT_MAIL, 502, "Mailfrom account is a local account", OUTCOME_REFUSED, "自己的发信服务器"},
        {OUTCOME_AT_DOT, 454, "Transient reject by behaviour spam at DATA State", OUTCOME_DEFERRED, "限制发信频率"},
        {OUTCOME_AT_DOT, 554, "Reject by behaviour spam at DATA State", OUTCOME_REFUSED, "白名单"},
        {OUTCOME_AT_RCPT, 542, "This account isn't allowed to receive email", OUTCOME_REFUSED, "停用"},
        {OUTCOME_AT_DOT, 551, "virus infected mail rejected", OUTCOME_REFUSED, "带病毒"},
        /* Exchange */
        {OUTCOME_AT_RCPT, 550, "5.1.1 RESOLVER.ADR.ExRecipNotFound; not found", OUTCOME_REFUSED, "核对地址"},
        {OUTCOME_AT_DOT, 550, "5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient", OUTCOME_REFUSED, "压缩附件"},
        {OUTCOME_AT_CONNECT, 535, "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant", OUTCOME_DEFERRED, "没有开通"},
        {OUTCOME_AT_MAIL, 530, "5.7.57 Client was not authenticated to send anonymous mail", OUTCOME_REFUSED, "授权码"},
        {OUTCOME_AT_MAIL, 421, "4.4.2 Message submission rate for this client has exceeded the configured limit", OUTCOME_DEFERRED, "限制发信频率"},
        {OUTCOME_AT_RCPT, 550, "5.7.606 Access denied, banned sending IP [192.0.2.1]", OUTCOME_REFUSED, "黑名单"},
        /* others, in Chinese */
        {OUTCOME_AT_RCPT, 550, "用户不存在", OUTCOME_REFUSED, "核对地址"},
        {OUTCOME_AT_RCPT, 552, "5.2.2 收件人邮箱已满", OUTCOME_REFUSED, "清理邮箱"},
        {OUTCOME_AT_DOT, 554, "疑似垃圾邮件", OUTCOME_REFUSED, "白名单"},
        {OUTCOME_AT_MAIL, 550, "发送频率过快，请稍后再试", OUTCOME_DEFERRED, "限制发信频率"},
        {OUTCOME_AT_RCPT, 550, "5.2.1 The email account that you tried to reach is disabled", OUTCOME_REFUSED, "停用"},
        {OUTCOME_AT_RCPT, 554, "5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", OUTCOME_REFUSED, "黑名单"},
        {OUTCOME_AT_RCPT, 450, "4.7.1 Client host rejected: cannot find your reverse hostname", OUTCOME_DEFERRED, "反向域名"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].text);
        const char *rest;
        g_autofree char *enhanced = outcome_enhanced_code(rows[i].text, &rest);
        Outcome outcome = outcome_of_reply(rows[i].stage, rows[i].code, rows[i].text);
        g_assert_cmpstr(outcome_name(outcome), ==, outcome_name(rows[i].outcome));
        const char *advice = outcome_advice(outcome, rows[i].code, enhanced, rest);
        if (strstr(advice, rows[i].advice) == NULL)
            g_error("%s: advice is %s", rows[i].text, advice);
    }
}

static void test_enhanced_codes(void)
{
    static const struct { const char *text, *code, *rest; } rows[] = {
        {"2.1.5 Ok", "2.1.5", "Ok"},   {"5.7.509  x", "5.7.509", "x"}, {"4.4.7", "4.4.7", ""},
        {"Ok", NULL, "Ok"},            {"2.0 Ok", NULL, "2.0 Ok"},     {"2.1.5Ok", NULL, "2.1.5Ok"},
        {"3.1.1 x", NULL, "3.1.1 x"},  {"", NULL, ""},                 {"5.1234.1 x", NULL, "5.1234.1 x"},
        {"192.0.2.1 x", NULL, "192.0.2.1 x"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *rest;
        g_autofree char *code = outcome_enhanced_code(rows[i].text, &rest);
        g_assert_cmpstr(code, ==, rows[i].code);
        g_assert_cmpstr(rest, ==, rows[i].rest);
    }
}

static void test_faults(void)
{
    static const struct { const char *name; int code; const char *enhanced, *text; OutcomeFault want; } rows[] = {
        {"no such user", 550, "5.1.1", "no", OUTCOME_FAULT_ADDRESS},
        {"no such user, in words alone", 550, NULL, "Requested mail action not taken: User not found: a", OUTCOME_FAULT_ADDRESS},
        {"Exchange", 550, "5.1.10", "RESOLVER.ADR.RecipientNotFound", OUTCOME_FAULT_ADDRESS},
        {"moved", 550, "5.1.6", NULL, OUTCOME_FAULT_ADDRESS},
        {"disabled", 550, "5.2.1", NULL, OUTCOME_FAULT_ADDRESS},
        {"our own address", 550, "5.1.8", NULL, OUTCOME_FAULT_POLICY},
        {"full is nobody's", 552, "5.2.2", NULL, OUTCOME_FAULT_OTHER},
        {"too large", 552, "5.3.4", NULL, OUTCOME_FAULT_OTHER},
        {"policy", 550, "5.7.1", "rejected", OUTCOME_FAULT_POLICY},
        {"policy, told to be none", 550, "5.7.26", "DMARC", OUTCOME_FAULT_POLICY},
        {"SPF, in words alone", 550, NULL, "SPF check failed", OUTCOME_FAULT_POLICY},
        {"blocked", 554, NULL, "your IP is blocked", OUTCOME_FAULT_POLICY},
        {"163", 554, NULL, "DT:SPM 163 smtp", OUTCOME_FAULT_POLICY},
        {"a relay that does not relay", 554, "5.7.1", "Relay access denied", OUTCOME_FAULT_POLICY},
        {"no route", 550, "5.4.4", NULL, OUTCOME_FAULT_ROUTE},
        {"given up", 0, "4.4.7", NULL, OUTCOME_FAULT_ROUTE},
        {"550 alone says nothing", 550, NULL, "no", OUTCOME_FAULT_OTHER},
        {"nothing", 0, NULL, NULL, OUTCOME_FAULT_OTHER},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        OutcomeFault got = outcome_fault(rows[i].code, rows[i].enhanced, rows[i].text);
        g_assert_cmpstr(outcome_fault_name(got), ==, outcome_fault_name(rows[i].want));
    }
}

static void test_queue_ids(void)
{
    static const struct { const char *name, *text, *want; } rows[] = {
        {"Postfix", "2.0.0 Ok: queued as 4F1B2C0", "4F1B2C0"},
        {"Exim", "OK id=1kXyZa-0001Ab-2C", "1kXyZa-0001Ab-2C"},
        {"Sendmail", "2.0.0 0A1b2C3d Message accepted for delivery", "0A1b2C3d"},
        {"OpenSMTPD", "2.0.0 6cd5d1f0 Message accepted for delivery", "6cd5d1f0"},
        {"Coremail", "Mail OK queued as smtp5,D9GowACXd.1583", "smtp5,D9GowACXd.1583"},
        {"Exchange", "2.6.0 <a@b> [InternalId=123456, Hostname=X] Queued mail for delivery", "123456"},
        {"QQ gives none", "OK: queued as.", NULL},
        {"none", "2.0.0 Ok", NULL},
        {"empty", "", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autofree char *id = outcome_queue_id(rows[i].text);
        g_assert_cmpstr(id, ==, rows[i].want);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/outcome/outcomes", test_outcomes);
    g_test_add_func("/outcome/rate-limits", test_rate_limits);
    g_test_add_func("/outcome/advice", test_advice);
    g_test_add_func("/outcome/providers", test_providers);
    g_test_add_func("/outcome/enhanced-codes", test_enhanced_codes);
    g_test_add_func("/outcome/faults", test_faults);
    g_test_add_func("/outcome/queue-ids", test_queue_ids);
    return g_test_run();
}
