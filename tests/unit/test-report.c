/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports as mail systems write them, and rubbish that looks like one. Texts are made up. */
#include "daemon/dispatch/report.h"

#include <string.h>

#include "daemon/inbox/fields.h"
#include "daemon/inbox/report-words.h"

#define TOKEN "abcdefghijklmnopqrst2345"
#define ID "<" TOKEN "@example.test>"

#define RETURNED                                            \
    "From: songfa@example.test\r\nMessage-ID: " ID "\r\n"   \
    "X-Songfa-Delivery: " TOKEN "\r\nSubject: =?utf-8?B?5LiK6KGX5L+h5oGv?=\r\n"

/* A report of RFC 3464 as Postfix writes it, around the fields of one recipient. */
#define POSTFIX(fields)                                                                        \
    "Return-Path: <>\r\nFrom: MAILER-DAEMON@mail.example.test (Mail Delivery System)\r\n"      \
    "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n"         \
    "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n"    \
    "\tboundary=\"B\"\r\n\r\nThis is a MIME-encapsulated message.\r\n\r\n--B\r\n"              \
    "Content-Description: Notification\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"  \
    "I'm sorry to have to inform you (452 4.1.1 and so on)\r\n\r\n--B\r\n"                     \
    "Content-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\n"    \
    "Reporting-MTA: dns; mail.example.test\r\nX-Postfix-Queue-ID: 4ABC\r\n"                    \
    "Original-Envelope-Id: " TOKEN "\r\n"                                                      \
    "Arrival-Date: Fri,  6 Mar 2020 08:30:00 +0800 (CST)\r\n\r\n" fields                       \
    "\r\n--B\r\nContent-Description: Undelivered Message\r\nContent-Type: message/rfc822\r\n\r\n" \
    RETURNED "\r\nbody\r\n--B--\r\n"

#define PERSON                                                                                \
    "Final-Recipient: rfc822; li@example.test\r\nOriginal-Recipient: rfc822;Li@Example.test\r\n"

/* Of the first recipient, and what the mail says of itself; texts NULL = not found. */
typedef struct {
    ReportKind kind;
    int reply_code;
    const char *status, *text, *recipient, *token, *envelope_id, *message_id, *issue_label;
} Want;

static const struct {
    const char *name, *mail;
    Want want;
} rows[] = {
    {"Postfix: failed",
     POSTFIX(PERSON "Action: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mx.example.test\r\n"
                    "Diagnostic-Code: smtp; 550 5.1.1 <li@example.test>: Recipient address\r\n rejected: no such user\r\n"),
     {REPORT_FAILED, 550, "5.1.1", "550 5.1.1 <li@example.test>: Recipient address rejected: no such user",
      "Li@Example.test", TOKEN, TOKEN, ID, NULL}},
    {"OpenSMTPD: the reason is in the text for people",
     "From: Mailer Daemon <MAILER-DAEMON@mail.example.test>\r\nSubject: Delivery status notification: failed\r\n"
     "MIME-Version: 1.0\r\nContent-Type: multipart/mixed;boundary=\"B\"\r\n\r\n"
     "--B\r\nContent-Description: Notification\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n    Hi!\r\n\r\n"
     "    An error has occurred while attempting to deliver a message for\r\n    the following list of recipients:\r\n\r\n"
     "wang@example.test: 552 5.2.2 full\r\n"
     "li@example.test: 550 5.1.1 <li@example.test> User doesn't exist\r\n\r\n"
     "--B\r\nContent-Description: Delivery Report\r\nContent-Type: message/delivery-status\r\n\r\n"
     "Reporting-MTA: dns; mail.example.test\r\n\r\n"
     "Final-Recipient: rfc822; li@example.test\r\nAction: failed\r\nStatus: 5.0.0\r\n"
     "\r\n--B\r\nContent-Description: Message headers\r\nContent-Type: text/rfc822-headers\r\n\r\n" RETURNED
     "\r\n--B--\r\n",
     {REPORT_FAILED, 550, "5.0.0", "550 5.1.1 <li@example.test> User doesn't exist", "li@example.test", TOKEN, NULL,
      ID, NULL}},
    {"Postfix: delayed",
     POSTFIX(PERSON "Action: delayed\r\nStatus: 4.4.1\r\n"
                    "Diagnostic-Code: X-Postfix; connect to mx.example.test[192.0.2.1]:25: timed out\r\n"
                    "Will-Retry-Until: Wed, 11 Mar 2020 08:30:00 +0800 (CST)\r\n"),
     {REPORT_DELAYED, 0, "4.4.1", "connect to mx.example.test[192.0.2.1]:25: timed out", "Li@Example.test", TOKEN,
      TOKEN, ID, NULL}},
    {"Postfix: delivered",
     POSTFIX(PERSON "Action: delivered\r\nStatus: 2.0.0\r\nDiagnostic-Code: X-Postfix; delivered to mailbox\r\n"),
     {REPORT_DELIVERED, 0, "2.0.0", "delivered to mailbox", "Li@Example.test", TOKEN, TOKEN, ID, NULL}},
    {"relayed without a diagnostic",
     POSTFIX("Final-Recipient: rfc822; li@example.test\r\nAction: relayed (to a gateway)\r\nStatus: 2.1.9\r\n"),
     {REPORT_RELAYED, 0, "2.1.9", NULL, "li@example.test", TOKEN, TOKEN, ID, NULL}},
    {"of two recipients the first",
     POSTFIX("Final-Recipient: rfc822; a@example.test\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n"
             "Final-Recipient: rfc822; b@example.test\r\nAction: FAILED\r\nStatus: 5.2.2 (full)\r\n"
             "Diagnostic-Code: smtp; 552 5.2.2 full\r\n"),
     {REPORT_DELIVERED, 0, "2.0.0", NULL, "a@example.test", TOKEN, TOKEN, ID, NULL}},
    {"Exchange: headers only, answers the mail",
     "From: \"Microsoft Outlook\" <postmaster@example.test>\nTo: songfa@example.test\n"
     "Subject: =?gb2312?B?zrS0q7Xd?=\nIn-Reply-To: " ID "\nMIME-Version: 1.0\n"
     "Content-Type: multipart/report; report-type=delivery-status; boundary=\"_000_\"\n\n"
     "--_000_\nContent-Type: multipart/alternative; boundary=\"_001_\"\n\n--_001_\n"
     "Content-Type: text/html; charset=utf-8\n\n<p>550 5.4.1 not this one</p>\n--_001_--\n"
     "--_000_\nContent-Type: message/delivery-status\n\nReporting-MTA: dns;EX01.example.test\n\n"
     "Final-recipient: RFC822;li@example.test\nAction: failed\nStatus: 5.1.10\n"
     "Diagnostic-code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found\n"
     "X-Display-Name: Li\n\n--_000_\nContent-Type: text/rfc822-headers\n\n"
     "X-Songfa-Delivery: " TOKEN "\nSubject: a\n folded\n\n--_000_--\n",
     {REPORT_FAILED, 550, "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found", "li@example.test", TOKEN,
      NULL, ID, NULL}},
    {"base64 status part",
     "From: MAILER-DAEMON@example.test\nContent-Type: multipart/report; boundary=B\n\n--B\n"
     "Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n"
     "UmVwb3J0aW5nLU1UQTogZG5zO2EKCkFjdGlvbjogZmFpbGVkClN0YXR1czogNS4wLjAK\n--B--\n",
     {REPORT_FAILED, 0, "5.0.0", NULL, NULL, NULL, NULL, NULL, NULL}},
    {"provider: own words in HTML, GB18030 subject, the mail attached",
     "From: PostMaster@mail.example.test\nSubject: =?gb18030?B?z7XNs83L0MU=?=\nMIME-Version: 1.0\n"
     "Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/html; charset=utf-8\n\n"
     "<html><style>p{margin:4.5.6px}</style><table><tr><td>无法发送到 li@example.test</td></tr>"
     "<tr><td>host mx.example.test[192.0.2.55] said: 550 5.2.3 User not found</td></tr></table>\n"
     "--B\nContent-Type: message/rfc822\n\n" RETURNED "\n\n--B--\n",
     {REPORT_FAILED, 550, "5.2.3", "host mx.example.test[192.0.2.55] said: 550 5.2.3 User not found", NULL, TOKEN,
      NULL, ID, NULL}},
    {"provider: plain text with the headers below",
     "From: mailer-daemon@example.test\nSubject: failure notice\n\nHi. This is the program.\n\n"
     "<li@example.test>:\nRemote host said: 554 DT:SPM no\n\n--- Below this line is a copy of the message.\n\n"
     "Return-Path: <songfa@example.test>\nMessage-ID: " ID "\nX-Songfa-Delivery: " TOKEN "\n",
     {REPORT_FAILED, 554, NULL, "Remote host said: 554 DT:SPM no", NULL, TOKEN, NULL, ID, NULL}},
    {"provider: still trying",
     "From: postmaster@example.test\nSubject: =?utf-8?B?6YKu5Lu25bu26L+f?=\nReferences: <x@y> " ID "\n\n"
     "Status 4.4.7, will retry\n",
     {REPORT_DELAYED, 0, "4.4.7", "Status 4.4.7, will retry", NULL, NULL, NULL, ID, NULL}},
    {"out of office",
     "From: li@example.test\nSubject: Re: 1\nAuto-Submitted: auto-replied (vacation)\nIn-Reply-To: " ID "\n\n"
     "back on Monday, call 550 5.1.1\n",
     {REPORT_AUTOMATIC, 0, NULL, NULL, NULL, NULL, NULL, ID, NULL}},
    {"out of office, known by its subject",
     "From: li@example.test\nSubject: =?utf-8?B?6Ieq5Yqo5Zue5aSN77ya5LiK6KGX5L+h5oGv?=\nIn-Reply-To: " ID "\n\nx\n",
     {REPORT_AUTOMATIC, 0, NULL, NULL, NULL, NULL, NULL, ID, NULL}},
    {"read receipt",
     "From: li@example.test\nSubject: Read\nIn-Reply-To: " ID "\n"
     "Content-Type: multipart/report; report-type=disposition-notification; boundary=B\n\n"
     "--B\nContent-Type: message/disposition-notification\n\nAction: failed\nDisposition: a/b; displayed\n--B--\n",
     {REPORT_AUTOMATIC, 0, NULL, NULL, NULL, NULL, NULL, ID, NULL}},
    {"a person signs", "From: li@example.test\nSubject: 已收\nAuto-Submitted: no\nIn-Reply-To: " ID "\n\n已收\n",
     {REPORT_SIGNED, 0, NULL, "已收", NULL, NULL, NULL, ID, NULL}},
    {"a person writes of a bounce", "From: li@example.test\nSubject: 退信 550 5.1.1\n\nX-Songfa-Delivery: " TOKEN "\n",
     {REPORT_OTHER, 0, NULL, "X-Songfa-Delivery: " TOKEN, NULL, NULL, NULL, NULL, NULL}},
    {"unknown action",
     POSTFIX(PERSON "Action: exploded\r\nStatus: 5.0.0\r\n"),
     {REPORT_FAILED, 452, "4.1.1", "I'm sorry to have to inform you (452 4.1.1 and so on)", NULL, TOKEN, TOKEN, ID, NULL}},
    {"our own mail is not a report on itself", RETURNED "\r\nbody\r\n",
     {REPORT_OTHER, 0, NULL, "body", NULL, NULL, NULL, NULL, NULL}},
    {"strange token and id",
     "From: MAILER-DAEMON@a\nContent-Type: multipart/report; boundary=B\n\n--B\nContent-Type: text/rfc822-headers\n\n"
     "X-Songfa-Delivery: ABC'; DROP TABLE\nMessage-ID: <a b>\n--B--\n",
     {REPORT_AUTOMATIC, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL}},
    {"cut in the status part",
     "From: MAILER-DAEMON@a\nContent-Type: multipart/report; boundary=B\n\n--B\nContent-Type: message/delivery-status\n\n"
     "Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; li@example.test\nAction: failed\nStatus: 5.7",
     {REPORT_FAILED, 0, NULL, NULL, "li@example.test", NULL, NULL, NULL, NULL}},
    {"only the issue's label is returned",
     "From: MAILER-DAEMON@a\nSubject: Undelivered\nContent-Type: multipart/report; boundary=B\n\n--B\n"
     "Content-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\nFinal-Recipient: rfc822; li@example.test\n"
     "Action: failed\nStatus: 5.1.1\n\n--B\nContent-Type: text/rfc822-headers\n\nX-Songfa-Issue: sjxx/2020/19 r1\n\n--B--\n",
     {REPORT_FAILED, 0, "5.1.1", NULL, "li@example.test", NULL, NULL, NULL, "sjxx/2020/19 r1"}},
    {"QQ: own words in HTML, the mail attached",
     "From: \"PostMaster@qq.example.test\" <PostMaster@qq.example.test>\nTo: songfa@example.test\n"
     "Subject: =?utf-8?B?5p2l6IeqUVHpgq7nrrHnmoTpgIDkv6E=?=\nMIME-Version: 1.0\n"
     "Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/html; charset=utf-8\n\n"
     "<html><head><title>550 5.1.1</title><style>td{width:550 px}</style></head><body><div>尊敬的用户：</div>"
     "<div>您发送给&nbsp;&lt;li@qq.example.test&gt;&nbsp;的邮件被退回。</div>"
     "<div>退信原因：550 Mailbox unavailable or access denied</div></body></html>\n"
     "--B\nContent-Type: message/rfc822\n\n" RETURNED "\n\n--B--\n",
     {REPORT_FAILED, 550, NULL, "退信原因：550 Mailbox unavailable or access denied", NULL, TOKEN, NULL, ID, NULL}},
    {"163: own words in GBK, the headers below",
     "From: Mailer-Daemon <Mailer-Daemon@mail.163.example.test>\nSubject: =?gbk?B?z7XNs83L0MU=?=\n"
     "Content-Type: text/plain; charset=gbk\n\n"
     "\xcd\xcb\xd0\xc5\xd4\xad\xd2\xf2\n"
     "SMTP error, RCPT TO: 550 User not found: li@163.example.test\n\n"
     "Message-ID: " ID "\nX-Songfa-Delivery: " TOKEN "\n",
     {REPORT_FAILED, 550, NULL, "SMTP error, RCPT TO: 550 User not found: li@163.example.test", NULL, TOKEN, NULL, ID, NULL}},
    {"Coremail: a status part among mixed ones",
     "From: postmaster@coremail.example.test\nSubject: =?UTF-8?B?57O757uf6YCA5L+h?=\nAuto-Submitted: auto-replied\n"
     "Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/html; charset=utf-8\n\n"
     "<p>抱歉，您的邮件被退回</p>\n--B\nContent-Type: message/delivery-status\n\n"
     "Reporting-MTA: dns; coremail.example.test\n\nFinal-Recipient: rfc822;li@coremail.example.test\n"
     "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 554 DT:SPM mx1, user reject\n\n"
     "--B\nContent-Type: message/rfc822\n\n" RETURNED "\n\n--B--\n",
     {REPORT_FAILED, 554, "5.0.0", "554 DT:SPM mx1, user reject", "li@coremail.example.test", TOKEN, NULL, ID, NULL}},
    {"Exchange: delayed",
     "From: postmaster@example.test\nSubject: =?utf-8?B?5Lyg6YCS5bu26L+fOiDkuIrooZfkv6Hmga8=?=\nIn-Reply-To: " ID "\n"
     "Content-Type: multipart/report; report-type=delivery-status; boundary=B\n\n--B\n"
     "Content-Type: text/plain\n\n400 4.4.7\n--B\nContent-Type: message/delivery-status\n\n"
     "Reporting-MTA: dns;EX01\n\nFinal-recipient: RFC822;li@example.test\nAction: delayed\nStatus: 4.4.7\n\n--B--\n",
     {REPORT_DELAYED, 0, "4.4.7", NULL, "li@example.test", NULL, NULL, ID, NULL}},
    {"Exim: named in the head",
     "From: Mail Delivery System <Mailer-Daemon@mail.example.test>\nAuto-Submitted: auto-replied\n"
     "X-Failed-Recipients: li@example.test,\n wang@example.test\nSubject: Mail delivery failed: returning message to sender\n\n"
     "  li@example.test\n    550 5.1.1 no such user\n\nMessage-ID: " ID "\n",
     {REPORT_FAILED, 550, "5.1.1", "550 5.1.1 no such user", "li@example.test", NULL, NULL, ID, NULL}},
    {"a Chinese mailbox's automatic reply, told by its first line",
     "From: li@qq.example.test\nSubject: Re: 1\nIn-Reply-To: " ID "\n\n"
     "这是一封自动回复邮件。已经收到您的来信，我会尽快回复。\n",
     {REPORT_AUTOMATIC, 0, NULL, NULL, NULL, NULL, NULL, ID, NULL}},
    {"Exchange: out of office that says it was received",
     "From: li@example.test\nSubject: =?utf-8?B?6Ieq5Yqo562U5aSNOiDkuIrooZfkv6Hmga8=?=\nX-Auto-Response-Suppress: All\n"
     "Auto-Submitted: auto-generated\nIn-Reply-To: " ID "\n\n已收到\n",
     {REPORT_AUTOMATIC, 0, NULL, NULL, NULL, NULL, NULL, ID, NULL}},
    {"an empty return path answers by itself",
     "Return-Path: <>\nFrom: li@example.test\nSubject: Re: 1\nIn-Reply-To: " ID "\n\n已收到\n",
     {REPORT_AUTOMATIC, 0, NULL, NULL, NULL, NULL, NULL, ID, NULL}},
    {"a mailing list's precedence",
     "From: li@example.test\nPrecedence: bulk\nSubject: Re: 1\nIn-Reply-To: " ID "\n\n已收到\n",
     {REPORT_AUTOMATIC, 0, NULL, NULL, NULL, NULL, NULL, ID, NULL}},
    {"a person signs in HTML, above the quotation",
     "From: li@qq.example.test\nSubject: Re: 1\nReferences: " ID "\nContent-Type: text/html; charset=utf-8\n\n"
     "<style>p{x:y}</style><div>您好！</div><div>已收到，谢谢。</div><div>---原始邮件---</div><div>未收到请回复</div>\n",
     {REPORT_SIGNED, 0, NULL, "已收到，谢谢。", NULL, NULL, NULL, ID, NULL}},
    {"a person says no",
     "From: li@example.test\nSubject: Re: 1\nIn-Reply-To: " ID "\n\n没有收到附件，请重发\n\n> 已收\n",
     {REPORT_OTHER, 0, NULL, "没有收到附件，请重发", NULL, NULL, NULL, ID, NULL}},
    {"only the quotation says so",
     "From: li@example.test\nSubject: Re: 1\nIn-Reply-To: " ID "\n\n> 收到请回复“已收”\n",
     {REPORT_OTHER, 0, NULL, NULL, NULL, NULL, NULL, ID, NULL}},
    {"no header", "\n\n\n", {REPORT_OTHER, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL}},
    {"nothing", "", {REPORT_OTHER, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL}},
};

static const ReportOutcome *outcome_of(const Report *report, guint i)
{
    g_assert_cmpuint(report->outcomes->len, >, i);
    return g_ptr_array_index(report->outcomes, i);
}

static void test_rows(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        const Want *want = &rows[i].want;
        g_autoptr(Report) got = report_parse(rows[i].mail, strlen(rows[i].mail));
        const ReportOutcome *first = outcome_of(got, 0);
        g_assert_cmpstr(report_kind_name(first->kind), ==, report_kind_name(want->kind));
        g_assert_cmpint(first->reply_code, ==, want->reply_code);
        g_assert_cmpstr(first->status, ==, want->status);
        g_assert_cmpstr(first->text, ==, want->text);
        g_assert_cmpstr(first->recipient, ==, want->recipient);
        g_assert_cmpstr(got->token, ==, want->token);
        g_assert_cmpstr(got->envelope_id, ==, want->envelope_id);
        g_assert_cmpstr(got->message_id, ==, want->message_id);
        if (want->issue_label != NULL)
            g_assert_cmpstr(got->issue_label, ==, want->issue_label);
    }
}

/* Each recipient has its own outcome. */
static void test_several(void)
{
    static const char mail[] =
        POSTFIX("Original-Recipient: rfc822;A@example.test\r\nFinal-Recipient: rfc822; a@mx.example.test\r\n"
                "Action: delivered\r\nStatus: 2.0.0\r\n\r\n"
                "Final-Recipient: rfc822; b@example.test\r\nAction: FAILED\r\nStatus: 5.2.2 (full)\r\n"
                "Diagnostic-Code: smtp; 552 5.2.2 full\r\n\r\n"
                "Final-Recipient: rfc822; c@example.test\r\nStatus: 5.0.0\r\n\r\n"
                "Final-Recipient: rfc822; d@example.test\r\nAction: delayed\r\nStatus: 4.4.1\r\n");
    static const struct { ReportKind kind; int reply_code; const char *status, *recipient; } want[] = {
        {REPORT_DELIVERED, 0, "2.0.0", "A@example.test"},
        {REPORT_FAILED, 552, "5.2.2", "b@example.test"},
        {REPORT_DELAYED, 0, "4.4.1", "d@example.test"}, /* one without an action says nothing */
    };
    g_autoptr(Report) report = report_parse(mail, strlen(mail));
    g_assert_cmpuint(report->outcomes->len, ==, G_N_ELEMENTS(want));
    for (guint i = 0; i < G_N_ELEMENTS(want); i++) {
        const ReportOutcome *got = outcome_of(report, i);
        g_assert_cmpint(got->kind, ==, want[i].kind);
        g_assert_cmpint(got->reply_code, ==, want[i].reply_code);
        g_assert_cmpstr(got->status, ==, want[i].status);
        g_assert_cmpstr(got->recipient, ==, want[i].recipient);
    }
    g_assert_cmpstr(report->from, ==, "MAILER-DAEMON@mail.example.test");
    g_assert_cmpstr(report->subject, ==, "Undelivered Mail Returned to Sender");
}

/* What a person's first own line says. */
static void test_sign_off(void)
{
    static const struct { const char *text; gboolean want, more; const char *line; } letters[] = {
        {"已收", TRUE, FALSE, "已收"},
        {"  收到！\r\n", TRUE, FALSE, "收到！"},
        {"　　已收悉，谢谢。", TRUE, FALSE, "已收悉，谢谢。"},
        {"签收", TRUE, FALSE, "签收"},
        {"我局已签收第7期", TRUE, FALSE, "我局已签收第7期"},
        {"您好！\n\n收到。\n", TRUE, FALSE, "收到。"},
        {"区委办公室：\n  已收到。\n  李样", TRUE, TRUE, "已收到。"},
        {"ＲＥＣＥＩＶＥＤ", TRUE, FALSE, "ＲＥＣＥＩＶＥＤ"},
        {"已收\n\n-----原始邮件-----\n发件人：区委", TRUE, FALSE, "已收"},
        {"收到\n在 2020年3月6日，区委写道：\n> 您好", TRUE, FALSE, "收到"},
        {"未收到", FALSE, FALSE, "未收到"},
        {"没收到", FALSE, FALSE, "没收到"},
        {"我们没有收到附件", FALSE, FALSE, "我们没有收到附件"},
        {"收到了，但打不开，请重发", FALSE, FALSE, "收到了，但打不开，请重发"},
        {"请重发", FALSE, FALSE, "请重发"},
        {"请问贵办收到我们的材料了吗？", FALSE, FALSE, "请问贵办收到我们的材料了吗？"},
        {"收到?", FALSE, FALSE, "收到?"},
        {"> 已收", FALSE, FALSE, NULL},
        {"-----原始邮件-----\n已收", FALSE, FALSE, NULL},
        {"您好！", FALSE, FALSE, NULL},
        {"", FALSE, FALSE, NULL},
        {"谢谢\n已收", FALSE, TRUE, "谢谢"},
        {"\xff\xfe已收", TRUE, FALSE, "\xef\xbf\xbd\xef\xbf\xbd已收"},
        {"关于第7期所载数据，我局经研究认为其中一处与统计公报不一致，收到贵办来文后已另行说明情况，特此函告，请予更正为盼", FALSE, FALSE,
         "关于第7期所载数据，我局经研究认为其中一处与统计公报不一致，收到贵办来文后已另行说明情况，特此函告，请予更正为盼"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(letters); i++) {
        g_test_message("%s", letters[i].text);
        gboolean more;
        g_autofree char *line = report_words_own_line(letters[i].text, &more);
        g_assert_cmpstr(line, ==, letters[i].line);
        g_assert_cmpint(more, ==, letters[i].more);
        g_assert_cmpint(line != NULL && report_words_sign(line), ==, letters[i].want);
    }
}

/* Every row cut at every byte, and with each byte replaced: no crash, no endless loop. */
static void test_mutations(void)
{
    static const char replacements[] = {'\0', '\n', '=', '-', '<', (char)0x80, (char)0xff};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        gsize length = strlen(rows[i].mail);
        g_autofree char *mail = g_memdup2(rows[i].mail, length + 1);
        for (gsize at = 0; at < length; at += 3) {
            report_free(report_parse(mail, at));
            char kept = mail[at];
            mail[at] = replacements[at % sizeof(replacements)];
            report_free(report_parse(mail, length));
            mail[at] = kept;
        }
    }
}

/* n multiparts, each in the one before; or n mails, each in the one before. */
static void test_nested(void)
{
    static const struct { const char *name, *type; int n; } nests[] = {
        {"multiparts", "Content-Type: multipart/report; boundary=\"%d\"\n\n--%d\n", 4000},
        {"mails", "Content-Type: message/rfc822\n\n", 4000},
        {"status parts", "Content-Type: message/delivery-status\n\nAction: failed\n\n", 4000},
        {"fields without end", "Subject: a\n b", 20000},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(nests); i++) {
        g_test_message("%s", nests[i].name);
        g_autoptr(GString) mail = g_string_new(NULL);
        for (int n = 0; n < nests[i].n; n++) {
            g_auto(GStrv) pieces = g_strsplit(nests[i].type, "%d", -1);
            g_autofree char *number = g_strdup_printf("%d", n);
            g_autofree char *layer = g_strjoinv(number, pieces);
            g_string_append(mail, layer);
        }
        g_autoptr(Report) report = report_parse(mail->str, mail->len);
        g_assert_null(report->token);
    }
}

static void test_long_text(void)
{
    g_autoptr(GString) mail = g_string_new("From: MAILER-DAEMON@a\nContent-Type: message/delivery-status\n\n"
                                           "Action: failed\nDiagnostic-Code: smtp; 550 ");
    for (int i = 0; i < 10000; i++)
        g_string_append(mail, "\xff长\t");
    g_autoptr(Report) report = report_parse(mail->str, mail->len);
    const ReportOutcome *outcome = outcome_of(report, 0);
    g_assert_cmpint(outcome->kind, ==, REPORT_FAILED);
    g_assert_true(g_utf8_validate(outcome->text, -1, NULL));
    g_assert_cmpint(g_utf8_strlen(outcome->text, -1), <=, 300);
}

static void test_codes(void)
{
    static const struct { const char *text, *status; int code; } codes[] = {
        {"550 5.1.1 x", "5.1.1", 550},     {"(5.7.26)", "5.7.26", 0},     {"192.5.1.1", NULL, 0},
        {"5.1.1.1", NULL, 0},              {"a5.1.1", NULL, 0},           {"3.1.1", NULL, 0},
        {"5.1234.1", NULL, 0},             {"4.4.7.", "4.4.7", 0},        {"x 5500 y", NULL, 0},
        {"550-multi", NULL, 550},          {"said:451", NULL, 451},       {"599 x", NULL, 0},
        {"", NULL, 0},                     {"5.", NULL, 0},               {"5.1.", NULL, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(codes); i++) {
        g_test_message("%s", codes[i].text);
        g_autofree char *status = fields_status(codes[i].text);
        g_assert_cmpstr(status, ==, codes[i].status);
        g_assert_cmpint(fields_reply_code(codes[i].text), ==, codes[i].code);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/rows", test_rows);
    g_test_add_func("/report/several", test_several);
    g_test_add_func("/report/sign-off", test_sign_off);
    g_test_add_func("/report/mutations", test_mutations);
    g_test_add_func("/report/nested", test_nested);
    g_test_add_func("/report/long-text", test_long_text);
    g_test_add_func("/report/codes", test_codes);
    return g_test_run();
}
