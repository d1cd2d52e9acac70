/* SPDX-License-Identifier: GPL-3.0-or-later
 * The message, byte by byte: encoded words, names of attachments, base64 with places, and the whole.
 * Another program's MIME parser reads the same in tests/e2e/test-mime.py. */
#include "daemon/dispatch/compose.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/dispatch/attachment.h"
#include "daemon/dispatch/rfc2047.h"
#include "daemon/dispatch/splice.h"

#define HAN10 "一二三四五六七八九十"

static void test_subject(void)
{
    static const struct { const char *name, *input, *want; } rows[] = {
        {"ascii", "Bulletin 19", "Subject: Bulletin 19\r\n"},
        {"empty", "", "Subject: \r\n"},
        {"chinese", "上街信息", "Subject: =?utf-8?B?5LiK6KGX5L+h5oGv?=\r\n"},
        {"13 characters fill the first line", HAN10 "一二三",
         "Subject: =?utf-8?B?5LiA5LqM5LiJ5Zub5LqU5YWt5LiD5YWr5Lmd5Y2B5LiA5LqM5LiJ?=\r\n"},
        {"14 go to a second", HAN10 "一二三四",
         "Subject: =?utf-8?B?5LiA5LqM5LiJ5Zub5LqU5YWt5LiD5YWr5Lmd5Y2B5LiA5LqM5LiJ?=\r\n =?utf-8?B?5Zub?=\r\n"},
        {"cut on characters of 4 bytes", "𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀",
         "Subject: =?utf-8?B?8KCAgPCggIDwoICA8KCAgPCggIDwoICA8KCAgPCggIDwoICA?=\r\n =?utf-8?B?8KCAgA==?=\r\n"},
        {"padding would stand in the middle", "上街信息第19期：精准服务主动作为夺取新胜利",
         "Subject: =?utf-8?B?5LiK6KGX5L+h5oGv56ys?= =?utf-8?Q?19?=\r\n =?utf-8?B?5pyf77ya57K+5YeG5pyN5Yqh5Li75Yqo5L2c5Li65aS65Y+W5paw6IOc5Yip?=\r\n"},
        {"looks like an encoded word", "=?utf-8?B?5LiK?=", "Subject: =?utf-8?B?PT91dGYtOD9CPzVMaUs/PQ==?=\r\n"},
        {"header injected", "题\r\nBcc: b@example.test", "Subject: =?utf-8?B?6aKYICBCY2M6IGJAZXhhbXBsZS50ZXN0?=\r\n"},
        {"header injected, ascii", "a\nBcc: b", "Subject: a Bcc: b\r\n"},
        {"line separator", "a\xe2\x80\xa8" "b", "Subject: a b\r\n"},
        {"next line", "a\xc2\x85" "b", "Subject: a b\r\n"},
        {"direction override", "a\xe2\x80\xae" "b", "Subject: ab\r\n"},
        {"broken UTF-8", "a\xff" "b", "Subject: ab\r\n"},
        {"long ascii", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "Subject: =?utf-8?B?YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh?=\r\n"
         " =?utf-8?B?YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=?=\r\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        GString *out = g_string_new(NULL);
        rfc2047_append_text(out, "Subject", rows[i].input);
        g_assert_cmpstr(out->str, ==, rows[i].want);
        g_string_free(out, TRUE);
    }
}

static void test_mailbox(void)
{
    static const struct { const char *name, *input, *want; } rows[] = {
        {"no name", NULL, "To: <a@example.test>\r\n"},
        {"empty name", "", "To: <a@example.test>\r\n"},
        {"atoms", "Wang Ming", "To: Wang Ming <a@example.test>\r\n"},
        {"needs quotes", "Wang, Ming", "To: \"Wang, Ming\" <a@example.test>\r\n"},
        {"quotes in it", "Wang \"Da\\ge\"", "To: \"Wang \\\"Da\\\\ge\\\"\" <a@example.test>\r\n"},
        {"chinese", "王明", "To: =?utf-8?B?546L5piO?= <a@example.test>\r\n"},
        {"chinese with quotes", "王\"明\"<b@example.test>", "To: =?utf-8?B?546LIuaYjiI8YkBleGFtcGxlLnRlc3Q+?= <a@example.test>\r\n"},
        {"another address injected", "x>,\r\n <b@example.test", "To: \"x>,   <b@example.test\" <a@example.test>\r\n"},
        {"address on its own line", HAN10 "一二三四",
         "To: =?utf-8?B?5LiA5LqM5LiJ5Zub5LqU5YWt5LiD5YWr5Lmd5Y2B5LiA5LqM5LiJ5Zub?=\r\n <a@example.test>\r\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        GString *out = g_string_new(NULL);
        rfc2047_append_mailbox(out, "To", rows[i].input, "a@example.test");
        g_assert_cmpstr(out->str, ==, rows[i].want);
        g_string_free(out, TRUE);
    }
}

static void append_decoded(GString *out, const char *word)
{
    g_autofree char *body = g_strndup(word + 10, strlen(word) - 12);
    gsize length;
    g_autofree guchar *bytes = word[8] == 'B' ? g_base64_decode(body, &length) : NULL;
    if (bytes != NULL) {
        g_string_append_len(out, (char *)bytes, (gssize)length);
        return;
    }
    for (const char *at = body; *at != '\0'; at++)
        if (*at == '=') {
            g_string_append_c(out, (char)(g_ascii_xdigit_value(at[1]) << 4 | g_ascii_xdigit_value(at[2])));
            at += 2;
        } else {
            g_string_append_c(out, *at);
        }
}

/* Every length of a subject, of characters of one to four bytes and mixed: no word over 75, no line
 * over 76, padding in the last word only, and the words together are the text. */
static void test_word_lengths(void)
{
    static const char *const letters[] = {"~=?", "é", "中", "𠀀", "1中", "中12", "𠀀é", "中中中中中中中中中1", "𠀀1"};
    for (gsize k = 0; k < G_N_ELEMENTS(letters); k++) {
        GString *text = g_string_new(NULL);
        for (int n = 0; n < 60; n++) {
            g_string_append(text, letters[k]);
            GString *out = g_string_new(NULL), *back = g_string_new(NULL);
            rfc2047_append_text(out, "Subject", text->str);
            g_auto(GStrv) lines = g_strsplit(out->str, "\r\n", -1);
            for (char **line = lines; **line != '\0'; line++)
                g_assert_cmpuint(strlen(*line), <=, 76);
            g_auto(GStrv) words = g_strsplit_set(g_strchomp(out->str) + strlen("Subject: "), " \r\n", -1);
            for (char **word = words; *word != NULL; word++) {
                if (**word == '\0')
                    continue;
                g_assert_cmpuint(strlen(*word), <=, 75);
                g_assert_true(g_str_has_prefix(*word, "=?utf-8?") && g_str_has_suffix(*word, "?="));
                g_assert_true(word[1] == NULL || !g_str_has_suffix(*word, "=?="));
                append_decoded(back, *word);
                g_assert_true(g_utf8_validate(back->str, -1, NULL));
            }
            g_assert_cmpstr(back->str, ==, text->str);
            g_string_free(out, TRUE);
            g_string_free(back, TRUE);
        }
        g_string_free(text, TRUE);
    }
}

static void test_pdf_name(void)
{
    static const struct { const char *name, *want; } rows[] = {
        {"第7期.docx", "第7期.pdf"}, {"a.b.DOC", "a.b.pdf"}, {"第7期", "第7期.pdf"}, {".doc", ".doc.pdf"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *name = attachment_pdf_name(rows[i].name);
        g_assert_cmpstr(name, ==, rows[i].want);
    }
}

static void test_attachment(void)
{
    static const struct { const char *name, *input, *type, *disposition; } rows[] = {
        {"ascii", "issue-19.pdf", " application/pdf;\r\n name=\"issue-19.pdf\"\r\n",
         " attachment;\r\n filename=\"issue-19.pdf\"\r\n"},
        {"chinese text", "第19期.txt", " application/octet-stream;\r\n name=\"=?utf-8?B?56ysMTnmnJ8udHh0?=\"\r\n",
         " attachment;\r\n filename*=utf-8''%E7%AC%AC19%E6%9C%9F.txt;\r\n filename=\"bulletin-19.txt\"\r\n"},
        {"nothing ascii in it", "信息.DOCX",
         " application/vnd.openxmlformats-officedocument.wordprocessingml.document;\r\n name=\"=?utf-8?B?5L+h5oGvLkRPQ1g=?=\"\r\n",
         " attachment;\r\n filename*=utf-8''%E4%BF%A1%E6%81%AF.DOCX;\r\n filename=\"bulletin.DOCX\"\r\n"},
        {"marks that RFC 2231 escapes", "信'(1) 50%.ofd",
         " application/ofd;\r\n name=\"=?utf-8?B?5L+hJygxKSA1MCUub2Zk?=\"\r\n",
         " attachment;\r\n filename*=utf-8''%E4%BF%A1%27%281%29%2050%25.ofd;\r\n filename=\"bulletin-1-50.ofd\"\r\n"},
        {"folders and quotes", "../a\\b\"c.odt",
         " application/vnd.oasis.opendocument.text;\r\n name=\"_._a_b_c.odt\"\r\n",
         " attachment;\r\n filename=\"_._a_b_c.odt\"\r\n"},
        {"header injected", "a\r\nX: y.zip", " application/zip;\r\n name=\"a  X_ y.zip\"\r\n",
         " attachment;\r\n filename=\"a  X_ y.zip\"\r\n"},
        {"extension turned round", "cod.\xe2\x80\xae" "exe", " application/octet-stream;\r\n name=\"cod.exe\"\r\n",
         " attachment;\r\n filename=\"cod.exe\"\r\n"},
        {"empty", "", " application/octet-stream;\r\n name=\"=?utf-8?B?6ZmE5Lu2?=\"\r\n",
         " attachment;\r\n filename*=utf-8''%E9%99%84%E4%BB%B6;\r\n filename=\"bulletin\"\r\n"},
        {"no extension", "第3期", " application/octet-stream;\r\n name=\"=?utf-8?B?56ysM+acnw==?=\"\r\n",
         " attachment;\r\n filename*=utf-8''%E7%AC%AC3%E6%9C%9F;\r\n filename=\"bulletin-3\"\r\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autofree char *type = attachment_content_type(rows[i].input);
        g_autofree char *disposition = attachment_disposition(rows[i].input);
        g_assert_cmpstr(type, ==, rows[i].type);
        g_assert_cmpstr(disposition, ==, rows[i].disposition);
    }
    GString *endless = g_string_new(NULL);
    for (int i = 0; i < 500; i++)
        g_string_append(endless, "长");
    g_string_append(endless, ".docx");
    g_autofree char *cut = attachment_safe_name(endless->str);
    g_assert_cmpuint(strlen(cut), ==, 58 * 3 + 5);
    g_assert_true(g_utf8_validate(cut, -1, NULL) && g_str_has_suffix(cut, "长.docx"));
    g_string_free(endless, TRUE);
}

/* The whole of the pieces; checks lines and padding on the way. */
static GString *spliced(const Splice *splice, const char *const *values)
{
    SpliceOut out;
    splice_out_begin(&out);
    splice_write(splice, values, &out);
    splice_out_end(&out);
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < out.pieces->len; i++) {
        const struct iovec *piece = &g_array_index(out.pieces, struct iovec, i);
        g_string_append_len(all, piece->iov_base, (gssize)piece->iov_len);
    }
    g_array_unref(out.pieces);
    g_string_free(out.personal, TRUE);
    return all;
}

static void check_base64(const GString *all, const char *want)
{
    gsize column = 0;
    for (gsize i = 0; i < all->len; i++) {
        if (all->str[i] == '\r') {
            g_assert_cmpint(all->str[++i], ==, '\n');
            g_assert_cmpuint(column, >, 0);
            column = 0;
            continue;
        }
        g_assert_cmpuint(++column, <=, 76);
        g_assert_true(g_ascii_isalnum(all->str[i]) || strchr("+/=", all->str[i]) != NULL);
        if (all->str[i] == '=')
            g_assert_cmpuint(all->len - i, <=, 4);
    }
    g_assert_cmpuint(column, ==, 0);
    gsize length;
    g_autofree guchar *bytes = g_base64_decode(all->str, &length);
    g_autofree char *got = g_strndup((char *)bytes, length);
    g_assert_cmpuint(length, ==, strlen(want));
    g_assert_cmpstr(got, ==, want);
}

/* All phases: fixed runs and values of every length from nothing to beyond a line. */
static void test_splice(void)
{
    static const char *const marks[] = {"<1>", "<2>", NULL};
    static const gsize lengths[] = {0, 1, 2, 3, 4, 5, 6, 7, 56, 57, 58, 59, 60, 114, 115, 200};
    enum { N = G_N_ELEMENTS(lengths) };
    for (gsize i = 0; i < N * N * N; i++) {
        g_autofree char *before = g_strnfill(lengths[i % N], 'b'), *between = g_strnfill(lengths[i / N % N], 'm');
        g_autofree char *one = g_strnfill(lengths[i / N / N], '1'), *two = g_strnfill(lengths[i % 7], '2');
        g_autofree char *data = g_strconcat(before, "<1>", between, "<2><1>", between, NULL);
        g_autofree char *want = g_strconcat(before, one, between, two, one, between, NULL);
        g_autoptr(Splice) splice = splice_new(data, strlen(data), marks);
        const char *const values[] = {one, two};
        GString *all = spliced(splice, values);
        check_base64(all, want);
        g_string_free(all, TRUE);
    }
}

static void test_splice_bytes(void)
{
    static const char *const none[] = {NULL};
    guchar bytes[1000];
    for (gsize i = 0; i < sizeof bytes; i++)
        bytes[i] = (guchar)(i * 7);
    for (gsize length = 0; length < sizeof bytes; length++) {
        g_autoptr(Splice) splice = splice_new((const char *)bytes, length, none);
        GString *all = spliced(splice, NULL);
        gsize got;
        g_autofree guchar *back = g_base64_decode(all->str, &got);
        g_assert_cmpuint(got, ==, length);
        g_assert_true(length == 0 || memcmp(back, bytes, length) == 0);
        g_string_free(all, TRUE);
    }
}

static const ComposeRecipient wang = {"王明", "wang@sj.example.test", "王明同志<&>：", "<7.1@sj.example.test>", "abc", "", NULL};

static ComposeMail sample_mail(void)
{
    return (ComposeMail){
        .subject = "上街信息",
        .text = COMPOSE_SLOT_SALUTATION "\n.\n..点开头的行\r\n" COMPOSE_SLOT_RECIPIENT "\rend",
        .html = "<p>" COMPOSE_SLOT_SALUTATION "</p>\n<p title=\"" COMPOSE_SLOT_RECIPIENT "\">.</p>",
        .sender_name = "区委办",
        .sender_address = "xinxi@sj.example.test",
        .reply_to = "ed@sj.example.test",
        .list_id = "上街信息 <sjxx.songfa.example.test>",
        .date = 1583454600 * CLOCK_SECOND,
        .issue = "sjxx/2020/19",
        .priority = 1,
    };
}

/* The decoded base64 bodies in the order of the message. */
static GPtrArray *bodies_of(const char *eml)
{
    GPtrArray *bodies = g_ptr_array_new_with_free_func(g_free);
    const char *at = eml;
    while ((at = strstr(at, "Content-Transfer-Encoding: base64\r\n")) != NULL) {
        at = strstr(at, "\r\n\r\n") + 4;
        const char *end = strstr(at, "\r\n\r\n");
        g_autofree char *letters = g_strndup(at, end != NULL ? (gsize)(end - at) : strlen(at));
        gsize length;
        g_autofree guchar *bytes = g_base64_decode(letters, &length);
        g_ptr_array_add(bodies, g_strndup((char *)bytes, length));
    }
    return bodies;
}

static void test_fields(void)
{
    g_autoptr(GError) error = NULL;
    ComposeMail mail = sample_mail();
    g_autoptr(Composed) composed = compose_mail(&mail, &error);
    g_assert_no_error(error);
    GString *eml = compose_eml(composed, &wang);
    static const char want[] =
        "From: =?utf-8?B?5Yy65aeU5Yqe?= <xinxi@sj.example.test>\r\n"
        "Reply-To: <ed@sj.example.test>\r\n"
        "Subject: =?utf-8?B?5LiK6KGX5L+h5oGv?=\r\n"
        "Date: Fri, 06 Mar 2020 08:30:00 +0800\r\n"
        "List-Id: =?utf-8?B?5LiK6KGX5L+h5oGv?= <sjxx.songfa.example.test>\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "X-Songfa-Issue: sjxx/2020/19\r\n"
        "Importance: high\r\n"
        "X-Priority: 1\r\n"
        "To: =?utf-8?B?546L5piO?= <wang@sj.example.test>\r\n"
        "Message-ID: <7.1@sj.example.test>\r\n"
        "X-Songfa-Delivery: abc\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/alternative; boundary=";
    g_autofree char *got = g_strndup(eml->str, strlen(want));
    g_assert_cmpstr(got, ==, want);
    g_autoptr(Composed) later = compose_mail(&mail, &error); /* a preview, a second attempt */
    GString *same = compose_eml(later, &wang);
    g_assert_true(g_string_equal(same, eml));
    g_string_free(same, TRUE);
    g_autoptr(GPtrArray) bodies = bodies_of(eml->str);
    g_assert_cmpuint(bodies->len, ==, 2);
    g_assert_cmpstr(bodies->pdata[0], ==, "王明同志<&>：\r\n.\r\n..点开头的行\r\n王明\r\nend");
    g_assert_cmpstr(bodies->pdata[1], ==, "<p>王明同志&lt;&amp;&gt;：</p>\r\n<p title=\"王明\">.</p>");
    g_string_free(eml, TRUE);
}

static void test_text_only(void)
{
    g_autoptr(GError) error = NULL;
    ComposeMail mail = {.subject = "s", .text = "甲\n", .sender_address = "a@example.test", .priority = 3};
    g_autoptr(Composed) composed = compose_mail(&mail, &error);
    g_assert_no_error(error);
    const ComposeRecipient clerk = {NULL, "b@example.test", "", "<1@x.test>", "t", "", NULL};
    GString *eml = compose_eml(composed, &clerk);
    g_assert_cmpstr(eml->str, ==,
                    "From: <a@example.test>\r\nSubject: s\r\nDate: Thu, 01 Jan 1970 08:00:00 +0800\r\n"
                    "Auto-Submitted: auto-generated\r\nTo: <b@example.test>\r\nMessage-ID: <1@x.test>\r\n"
                    "X-Songfa-Delivery: t\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                    "Content-Transfer-Encoding: base64\r\n\r\n55SyDQo=\r\n");
    g_string_free(eml, TRUE);
}

/* No line begins with a dot, all is ASCII, every line ends in CR LF and is short, whatever the
 * texts are: so dot-stuffing and 8BITMIME are never needed. */
static void check_wire(const GString *eml)
{
    gsize column = 0;
    for (gsize i = 0; i < eml->len; i++) {
        guchar c = (guchar)eml->str[i];
        g_assert_cmpuint(c, <, 0x7f);
        if (c == '\r') {
            g_assert_cmpint(eml->str[++i], ==, '\n');
            column = 0;
            continue;
        }
        g_assert_true(c >= ' ');
        g_assert_false(column == 0 && c == '.');
        g_assert_cmpuint(++column, <=, 998);
    }
    g_assert_cmpuint(column, ==, 0);
}

static void test_hostile(void)
{
    static const char *const texts[] = {
        "\r\n.\r\n", "\n.\nQUIT\r\n", "a\r\n\r\n<html>", "\"\\\r\nBcc: x@example.test\r\n\r\n", "=?utf-8?B?Cg==?=",
        "\xff\xfe", "\x01\x02\x03", "\xe2\x80\xa8\xe2\x80\xa9\xc2\x85", "--=_", "....",
        "'; DROP TABLE;--", "<script>alert(1)</script>", HAN10 HAN10 HAN10 HAN10 HAN10 HAN10 HAN10,
    };
    g_autoptr(GBytes) bytes = g_bytes_new_static(".\r\n.\r\nQUIT", 11);
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_test_message("hostile text %zu", i);
        g_autoptr(GError) error = NULL;
        ComposeMail mail = sample_mail();
        g_autofree char *list = g_strconcat(texts[i], " <sjxx.songfa.example.test>", NULL);
        mail.subject = mail.sender_name = mail.issue = mail.attachment_name = texts[i];
        mail.list_id = list;
        mail.attachment = bytes;
        g_autoptr(Composed) composed = compose_mail(&mail, &error);
        g_assert_no_error(error);
        const ComposeRecipient recipient = {texts[i], texts[i], texts[i], texts[i], texts[i], "", texts[i]};
        GString *eml = compose_eml(composed, &recipient);
        check_wire(eml);
        const char *body = strstr(eml->str, "\r\n\r\n");
        g_autofree char *fields = g_strndup(eml->str, (gsize)(body - eml->str));
        g_assert_null(strstr(fields, "\nBcc"));
        g_auto(GStrv) lines = g_strsplit(fields, "\r\n", -1);
        guint n_fields = 0;
        for (char **line = lines; *line != NULL; line++)
            n_fields += **line != ' ';
        g_assert_cmpuint(n_fields, ==, 16);
        g_autoptr(GPtrArray) bodies = bodies_of(eml->str);
        g_assert_cmpstr(bodies->pdata[2], ==, ".\r\n.\r\nQUIT");
        g_assert_null(strstr(bodies->pdata[1], "<script"));
        g_string_free(eml, TRUE);
    }
}

static void test_errors(void)
{
    static const struct { const char *name; ComposeMail mail; const char *want; } rows[] = {
        {"sender", {.subject = "s", .text = "t", .sender_address = "a@b\r\n"}, "邮箱地址“a@b??”不能用"},
        {"reply-to", {.subject = "s", .text = "t", .sender_address = "a@b.test", .reply_to = "x"}, "缺少“@”"},
        {"text", {.subject = "s", .text = "\xff", .sender_address = "a@b.test"}, "邮件的正文不是 UTF-8 文本"},
        {"html", {.subject = "s", .text = "t", .html = "\xff", .sender_address = "a@b.test"}, "邮件的网页正文不是 UTF-8 文本"},
        {"list without id", {.subject = "s", .text = "t", .sender_address = "a@b.test", .list_id = "信息"}, "应写成：名称 <标识.域名>"},
        {"list id with a break", {.subject = "s", .text = "t", .sender_address = "a@b.test", .list_id = "x <a.b\r\n>"}, "应写成"},
        {"list id goes on", {.subject = "s", .text = "t", .sender_address = "a@b.test", .list_id = "x <a.b>\r\nBcc: c"}, "应写成"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(GError) error = NULL;
        g_assert_null(compose_mail(&rows[i].mail, &error));
        g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT);
        g_assert_nonnull(strstr(error->message, rows[i].want));
    }
}

/* Two recipients' messages point to the same long pieces; sizes add up; pieces are the .eml. */
static void test_shared(void)
{
    g_autoptr(GError) error = NULL;
    ComposeMail mail = sample_mail();
    g_autofree guint8 *bytes = g_malloc0(50000);
    g_autoptr(GBytes) attachment = g_bytes_new(bytes, 50000);
    mail.attachment = attachment;
    mail.attachment_name = "第19期.pdf";
    g_autoptr(Composed) composed = compose_mail(&mail, &error);
    g_assert_no_error(error);
    const ComposeRecipient li = {"李四", "li@sj.example.test", "李四同志：", "<7.2@sj.example.test>", "def", "", NULL};
    g_autoptr(Message) one = compose_message(composed, &wang), two = compose_message(composed, &li);
    gsize same = 0, size = 0;
    g_assert_cmpuint(one->n_pieces, ==, two->n_pieces);
    g_assert_cmpuint(one->n_pieces, <=, 24);
    for (gsize i = 0; i < one->n_pieces; i++) {
        size += one->pieces[i].iov_len;
        same += one->pieces[i].iov_base == two->pieces[i].iov_base ? one->pieces[i].iov_len : 0;
    }
    g_assert_cmpuint(size, ==, one->size);
    g_assert_cmpuint(size - same, <, 600);
    GString *eml = compose_eml(composed, &wang);
    g_assert_cmpuint(eml->len, ==, one->size);
    const char *at = eml->str;
    for (gsize i = 0; i < one->n_pieces; at += one->pieces[i].iov_len, i++)
        g_assert_true(memcmp(at, one->pieces[i].iov_base, one->pieces[i].iov_len) == 0);
    g_string_free(eml, TRUE);
}

/* One mail for all: the group is named, nobody in it. */
static void test_group(void)
{
    const ComposeMail mail = {.subject = "题", .text = "各位收件人：\n正文", .sender_name = "办", .sender_address = "a@x.test",
                              .group = "江湾信息", .date = 0, .priority = 3};
    const ComposeRecipient all = {.message_id = "<1@x.test>"};
    g_autoptr(GError) error = NULL;
    g_autoptr(Composed) composed = compose_mail(&mail, &error);
    g_assert_no_error(error);
    GString *eml = compose_eml(composed, &all);
    g_assert_nonnull(strstr(eml->str, "\r\nTo: =?utf-8?B?5rGf5rm+5L+h5oGv?=:;\r\n"));
    g_assert_nonnull(strstr(eml->str, "\r\nMessage-ID: <1@x.test>\r\n"));
    g_assert_null(strstr(eml->str, "X-Songfa-Delivery"));
    g_string_free(eml, TRUE);
}

/* What it takes the place of: the last in In-Reply-To, all in References, a line each. */
static void test_follows(void)
{
    static const struct { const char *follows, *want; } rows[] = {
        {NULL, "Message-ID: <9@x.test>\r\nMIME-Version"},
        {"<1@x.test>", "Message-ID: <9@x.test>\r\nIn-Reply-To: <1@x.test>\r\nReferences: <1@x.test>\r\nMIME-Version"},
        {"<1@x.test> <2@x.test>",
         "Message-ID: <9@x.test>\r\nIn-Reply-To: <2@x.test>\r\nReferences: <1@x.test>\r\n <2@x.test>\r\nMIME-Version"},
    };
    ComposeMail mail = {.subject = "s", .text = "甲\n", .sender_address = "a@example.test", .priority = 3};
    g_autoptr(GError) error = NULL;
    g_autoptr(Composed) composed = compose_mail(&mail, &error);
    g_assert_no_error(error);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const ComposeRecipient recipient = {.message_id = "<9@x.test>", .follows = rows[i].follows};
        GString *eml = compose_eml(composed, &recipient);
        g_assert_nonnull(strstr(eml->str, rows[i].want));
        g_string_free(eml, TRUE);
    }
}

int main(int argc, char **argv)
{
    g_setenv("TZ", "Asia/Shanghai", TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/compose/subject", test_subject);
    g_test_add_func("/compose/mailbox", test_mailbox);
    g_test_add_func("/compose/word-lengths", test_word_lengths);
    g_test_add_func("/compose/attachment", test_attachment);
    g_test_add_func("/compose/pdf-name", test_pdf_name);
    g_test_add_func("/compose/splice", test_splice);
    g_test_add_func("/compose/splice-bytes", test_splice_bytes);
    g_test_add_func("/compose/fields", test_fields);
    g_test_add_func("/compose/text-only", test_text_only);
    g_test_add_func("/compose/hostile", test_hostile);
    g_test_add_func("/compose/errors", test_errors);
    g_test_add_func("/compose/shared", test_shared);
    g_test_add_func("/compose/group", test_group);
    g_test_add_func("/compose/follows", test_follows);
    return g_test_run();
}
