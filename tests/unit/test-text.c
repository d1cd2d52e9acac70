/* SPDX-License-Identifier: GPL-3.0-or-later
 * Encodings: the same bulletin in each of them, and what is no text. */
#include <string.h>

#include "daemon/issue/text.h"

static const char bulletin[] = "上街信息\n第 19 期\n\n发：峡窝镇、各街道办事处。\n";

static void test_encodings(void)
{
    static const struct {
        const char *name, *charset, *mark;
        gsize mark_length;
    } rows[] = {
        {"UTF-8", "UTF-8", "", 0},
        {"UTF-8 with mark", "UTF-8", "\xef\xbb\xbf", 3},
        {"GB18030", "GB18030", "", 0},
        {"GBK", "GBK", "", 0},
        {"GB18030 with mark", "GB18030", "\x84\x31\x95\x33", 4},
        {"UTF-16LE with mark", "UTF-16LE", "\xff\xfe", 2},
        {"UTF-16BE with mark", "UTF-16BE", "\xfe\xff", 2},
        {"UTF-16LE without mark", "UTF-16LE", "", 0},
        {"UTF-16BE without mark", "UTF-16BE", "", 0},
        {"UTF-32LE with mark", "UTF-32LE", "\xff\xfe\0\0", 4},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        gsize length;
        g_autofree char *body = g_convert(bulletin, -1, rows[i].charset, "UTF-8", NULL, &length, NULL);
        g_autoptr(GByteArray) file = g_byte_array_new();
        g_byte_array_append(file, (const guint8 *)rows[i].mark, (guint)rows[i].mark_length);
        g_byte_array_append(file, (const guint8 *)body, (guint)length);
        TextResult result;
        g_autofree char *text = text_decode(file->data, file->len, &result);
        g_assert_cmpint(result, ==, TEXT_READ);
        g_assert_cmpstr(text, ==, bulletin);
    }
}

typedef struct {
    const char *name, *input;
    gsize length;
    TextResult result;
    const char *want; /* NULL = none */
} TextRow;

#define BYTES(s) s, sizeof(s) - 1

static void check_rows(const TextRow *rows, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        g_test_message("%s", rows[i].name);
        TextResult result;
        g_autofree char *text = text_decode((const guint8 *)rows[i].input, rows[i].length, &result);
        g_assert_cmpint(result, ==, rows[i].result);
        g_assert_cmpstr(text, ==, rows[i].want);
    }
}

static void test_line_ends(void)
{
    static const TextRow rows[] = {
        {"DOS", BYTES("送\r\n发\r\n"), TEXT_READ, "送\n发\n"},
        {"old Macintosh", BYTES("送\r发"), TEXT_READ, "送\n发"},
        {"line separator", BYTES("送\xe2\x80\xa8发"), TEXT_READ, "送\n发"},
        {"next line", BYTES("送\xc2\x85发"), TEXT_READ, "送\n发"},
        {"manual line break", BYTES("送\v发"), TEXT_READ, "送\n发"},
        {"page break leaves an empty line", BYTES("送\f发"), TEXT_READ, "送\n\n发"},
        {"end mark of DOS", BYTES("送\n\x1a"), TEXT_READ, "送\n"},
        {"tab stays", BYTES("送\t1"), TEXT_READ, "送\t1"},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void test_no_text(void)
{
    static const TextRow rows[] = {
        {"nothing", BYTES(""), TEXT_EMPTY, NULL},
        {"blanks", BYTES(" \r\n\t\xe3\x80\x80\n"), TEXT_EMPTY, NULL},
        {"only a mark", BYTES("\xef\xbb\xbf"), TEXT_EMPTY, NULL},
        {"invisible characters", BYTES("\xe2\x80\x8b\n"), TEXT_EMPTY, NULL},
        {"NUL in UTF-8", BYTES("上街\0信息"), TEXT_BINARY, NULL},
        {"NULs on both sides", BYTES("\0a\0b\0c\0\0\0d\0"), TEXT_BINARY, NULL},
        {"NULs on one side, rubbish between", BYTES("\x01\0\xfe\x12\xff\x33"), TEXT_BINARY, NULL},
        {"escape sequence", BYTES("上街\x1b[1m信息"), TEXT_BINARY, NULL},
        {"end mark of DOS in the middle", BYTES("送\x1a发"), TEXT_BINARY, NULL},
        {"half UTF-8 character", BYTES("上街信\xe6\x81"), TEXT_UNREADABLE, NULL},
        {"lone continuation byte", BYTES("\x80"), TEXT_UNREADABLE, NULL},
        {"never a first byte", BYTES("\xff\xff\xff"), TEXT_UNREADABLE, NULL},
        {"UTF-8 mark, GBK text", BYTES("\xef\xbb\xbf\xc9\xcf\xbd\xd6"), TEXT_UNREADABLE, NULL},
        {"odd length of UTF-16", BYTES("\xff\xfe\x0a"), TEXT_UNREADABLE, NULL},
        {"lone surrogate in UTF-16", BYTES("\xff\xfe\x00\xd8\x0a\x00"), TEXT_UNREADABLE, NULL},
        {"NUL character in UTF-16", BYTES("\xff\xfe\x0a\x00\x00\x00"), TEXT_UNREADABLE, NULL},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void test_names(void)
{
    g_autofree char *utf8 = text_decode_name("上街信息.txt");
    g_assert_cmpstr(utf8, ==, "上街信息.txt");
    g_autofree char *gbk = text_decode_name("\xbb\xfa\xc3\xdc.txt");
    g_assert_cmpstr(gbk, ==, "机密.txt");
    g_assert_null(text_decode_name("\xff\xfe.txt"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/encodings", test_encodings);
    g_test_add_func("/text/line-ends", test_line_ends);
    g_test_add_func("/text/no-text", test_no_text);
    g_test_add_func("/text/names", test_names);
    return g_test_run();
}
