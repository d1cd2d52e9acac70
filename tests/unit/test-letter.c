/* SPDX-License-Identifier: GPL-3.0-or-later
 * Mails that hand in: who may, by what our server says or a secret word, against all the ways to pretend; and
 * which of the attached things are documents. Texts are made up. */
#include <glib/gstdio.h>
#include <string.h>

#include "daemon/inbox/mime.h"
#include "daemon/intake/authres.h"
#include "daemon/intake/letter-name.h"
#include "daemon/intake/letter.h"
#include "daemon/intake/writer.h"

#define US "mx.example.test"

/* ---- Authentication-Results ---- */

static const struct {
    const char *name;
    const char *fields[4]; /* from the top down */
    const char *want;      /* for example.test */
} results[] = {
    {"DMARC passed", {US "; dmarc=pass header.from=example.test"}, "dmarc"},
    {"policy in a comment, folded, tabs",
     {" " US " ;\r\n\tdkim=none (no signature);\r\n\tdmarc=pass (policy=reject; evil=\"x\")\r\n\t header.from = example.test"},
     "dmarc"},
    {"DKIM of that domain", {US "; dkim=pass header.d=example.test header.s=k header.b=abc"}, "dkim"},
    {"DKIM of another domain", {US "; dkim=pass header.d=evil.test"}, NULL},
    {"DKIM of a domain below", {US "; dkim=pass header.d=mail.example.test"}, NULL},
    {"two signatures, the second is ours", {US "; dkim=pass header.d=list.test; dkim=pass header.d=example.test"}, "dkim"},
    {"the domain is that of a signature that failed",
     {US "; dkim=pass header.d=list.test; dkim=fail header.d=example.test"}, NULL},
    {"SPF of that sender", {US "; spf=pass smtp.mailfrom=clerk@example.test"}, "spf"},
    {"SPF, the domain alone", {US "; spf=pass smtp.mailfrom=example.test"}, "spf"},
    {"SPF of another sender", {US "; spf=pass smtp.mailfrom=\"clerk@example.test\"@evil.test"}, NULL},
    {"SPF by HELO", {US "; spf=pass smtp.helo=example.test"}, NULL},
    {"DMARC failed, whatever else passed", {US "; spf=pass smtp.mailfrom=example.test; dmarc=fail header.from=example.test"}, NULL},
    {"DMARC has no policy to go by", {US "; dkim=pass header.d=example.test; dmarc=none header.from=example.test"}, NULL},
    {"DMARC of another domain", {US "; dmarc=pass header.from=evil.test"}, NULL},
    {"pass as the value of a reason", {US "; dkim=fail reason=\"dkim=pass\" header.d=example.test"}, NULL},
    {"pass in a comment", {US "; dkim=fail (dkim=pass header.d=example.test)"}, NULL},
    {"a semicolon in a string", {US "; dkim=fail reason=\"x; dkim=pass header.d=example.test\""}, NULL},
    {"quoted values", {"\"" US "\" 1; dkim=\"pass\" header.d=\"example.test\""}, "dkim"},
    {"case", {"MX.Example.TEST; DMARC=Pass Header.From=EXAMPLE.test"}, "dmarc"},
    {"version of the method", {US "; dkim/1=pass header.d=example.test"}, "dkim"},
    {"a method of a later version", {US "; dkim/2=pass header.d=example.test"}, NULL},
    {"a later version of the field", {US " 2; dkim=pass header.d=example.test"}, NULL},
    {"no results", {US "; none"}, NULL},
    {"no results at all", {US}, NULL},
    {"of another server", {"mx.evil.test; dmarc=pass header.from=example.test"}, NULL},
    {"our name is but the beginning", {US ".evil.test; dmarc=pass header.from=example.test"}, NULL},
    {"of another server on top of ours", {"mx.evil.test; none", US "; dmarc=pass header.from=example.test"}, "dmarc"},
    {"a forged one below ours", {US "; dmarc=fail header.from=example.test", US "; dmarc=pass header.from=example.test"}, NULL},
    {"a forged one below, ours says nothing", {US "; none", US "; dmarc=pass header.from=example.test"}, NULL},
    {"a comment that does not end", {US "; dkim=pass (header.d=example.test"}, NULL},
    {"nested comments", {US " (a (b) \\) c); dkim=pass (x(y)) header.d=example.test"}, "dkim"},
    {"a string that does not end", {US "; dkim=pass header.d=\"example.test"}, NULL},
    {"no equals sign", {US "; dkim pass; dmarc=pass header.from=example.test"}, NULL},
    {"rubbish behind a result", {US "; dmarc=pass header.from=example.test ====="}, NULL},
    {"IDN in the other form", {US "; dmarc=pass header.from=xn--fiqs8s.test"}, NULL},
    {"none", {NULL}, NULL},
};

static void test_results(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(GPtrArray) fields = g_ptr_array_new();
    for (gsize j = 0; j < G_N_ELEMENTS(results[i].fields) && results[i].fields[j] != NULL; j++)
        g_ptr_array_add(fields, (gpointer)results[i].fields[j]);
    g_assert_cmpstr(authres_proof(fields, US, "example.test"), ==, results[i].want);
}

static void test_domains(void)
{
    g_assert_true(authres_same_domain("中国.test", "XN--FIQS8S.test"));
    g_assert_false(authres_same_domain("example.test", "example.test.evil.test"));
    g_assert_false(authres_same_domain("", ""));
}

/* ---- From ---- */

static const struct {
    const char *name, *from; /* all From fields with their ends */
    const char *want;
} writers[] = {
    {"bare", "From: clerk@example.test\n", "clerk@example.test"},
    {"with a name", "From: =?utf-8?B?5byg5LiJ?= <clerk@example.test>\n", "clerk@example.test"},
    {"case of the domain", "From: Clerk@EXAMPLE.Test\n", "Clerk@example.test"},
    {"folded", "From: \"Clerk\"\n <clerk@example.test>\n", "clerk@example.test"},
    {"a comment", "From: clerk@example.test (boss@example.test)\n", "clerk@example.test"},
    {"an address as a quoted name", "From: \"clerk@example.test\" <evil@evil.test>\n", "evil@evil.test"},
    {"an address as a bare name", "From: clerk@example.test <evil@evil.test>\n", NULL},
    {"an address in an encoded name", "From: =?utf-8?Q?clerk=40example.test?= <evil@evil.test>\n", "evil@evil.test"},
    {"two addresses", "From: clerk@example.test, evil@evil.test\n", NULL},
    {"two fields", "From: clerk@example.test\nFrom: evil@evil.test\n", NULL},
    {"two fields alike", "From: clerk@example.test\nfrom: clerk@example.test\n", NULL},
    {"a group", "From: clerks: clerk@example.test;\n", NULL},
    {"a group of none", "From: clerks:;\n", NULL},
    {"a route", "From: <@evil.test:clerk@example.test>\n", NULL},
    {"quoted local part", "From: \"clerk@example.test\"@evil.test\n", NULL},
    {"no field", "", NULL},
    {"empty", "From:\n", NULL},
    {"no address", "From: clerk\n", NULL},
    {"a string that does not end", "From: \"clerk <clerk@example.test>\n", NULL},
    {"IDN", "From: clerk@\xe4\xb8\xad\xe5\x9b\xbd.test\n", "clerk@xn--fiqs8s.test"},
    {"looks alike", "From: clerk@ex\xd0\xb0mple.test\n", "clerk@xn--exmple-4nf.test"},
    {"raw GBK in the name", "From: \xd5\xc5\xc8\xfd <clerk@example.test>\n", "clerk@example.test"},
};

static void test_writer(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autofree char *text = g_strconcat("To: handin@example.test\n", writers[i].from, "Subject: x\n\nbody\n", NULL);
    g_autoptr(MimeMail) mail = mime_mail_parse(text, strlen(text));
    g_autofree char *got = writer_of(mail);
    if (strcmp(writers[i].name, "looks alike") == 0) /* whatever its ASCII form, it is not ours */
        g_assert_true(got == NULL || !authres_same_domain(strchr(got, '@') + 1, "example.test"));
    else
        g_assert_cmpstr(got, ==, writers[i].want);
}

/* ---- the verdict ---- */

static char *allow[] = {(char *)"clerk@example.test", (char *)"@office.test", (char *)"zhang@\xe4\xb8\xad\xe5\x9b\xbd.test", NULL};
#define WORD "k3y-9fd2_Ax7q"

typedef struct {
    const char *name, *address, *proof, *subject, *to;
    gboolean by_server, by_word, trust;
    WriterVerdict want;
    const char *by;
} Case;

static const Case cases[] = {
    {"proved", "clerk@example.test", "dmarc", "x", "h@example.test", TRUE, FALSE, FALSE, WRITER_ALLOWED, "dmarc"},
    {"not proved", "clerk@example.test", NULL, "x", "h@example.test", TRUE, FALSE, FALSE, WRITER_UNPROVED, NULL},
    {"nothing is checked", "clerk@example.test", "dmarc", "x", "h@example.test", FALSE, FALSE, FALSE, WRITER_UNPROVED, NULL},
    {"a bare list", "clerk@example.test", NULL, "x", "h@example.test", FALSE, FALSE, TRUE, WRITER_ALLOWED, "list"},
    {"a bare list, a stranger", "x@example.test", NULL, "x", "h@example.test", FALSE, FALSE, TRUE, WRITER_STRANGER, NULL},
    {"proved, but a stranger", "x@example.test", "dmarc", "x", "h@example.test", TRUE, FALSE, FALSE, WRITER_STRANGER, NULL},
    {"case", "CLERK@example.test", "dkim", "x", "h@example.test", TRUE, FALSE, FALSE, WRITER_ALLOWED, "dkim"},
    {"a whole domain", "any@office.test", "spf", "x", "h@example.test", TRUE, FALSE, FALSE, WRITER_ALLOWED, "spf"},
    {"not what is below it", "any@a.office.test", "spf", "x", "h@example.test", TRUE, FALSE, FALSE, WRITER_STRANGER, NULL},
    {"not what ends like it", "any@evil-office.test", "spf", "x", "h@example.test", TRUE, FALSE, FALSE, WRITER_STRANGER, NULL},
    {"a longer local part", "xclerk@example.test", "spf", "x", "h@example.test", TRUE, FALSE, FALSE, WRITER_STRANGER, NULL},
    {"IDN", "zhang@xn--fiqs8s.test", "dmarc", "x", "h@example.test", TRUE, FALSE, FALSE, WRITER_ALLOWED, "dmarc"},
    {"who wrote it cannot be said", NULL, "dmarc", WORD, "h@example.test", TRUE, TRUE, TRUE, WRITER_UNCLEAR, NULL},
    {"the word in the address", "clerk@example.test", NULL, "x", "handin+" WORD "@example.test", FALSE, TRUE, FALSE, WRITER_ALLOWED, "word"},
    {"the word in the subject", "clerk@example.test", NULL, "\xe3\x80\x90" WORD "\xe3\x80\x91 7", "h@example.test", FALSE, TRUE, FALSE, WRITER_ALLOWED, "word"},
    {"the word of the domain", "any@office.test", NULL, "a domain-word-1234 b", "h@example.test", FALSE, TRUE, FALSE, WRITER_ALLOWED, "word"},
    {"another's word", "any@office.test", NULL, WORD, "h@example.test", FALSE, TRUE, FALSE, WRITER_UNPROVED, NULL},
    {"a part of the word", "clerk@example.test", NULL, "k3y-9fd2", "handin+k3y@example.test", FALSE, TRUE, FALSE, WRITER_UNPROVED, NULL},
    {"the word within a longer one", "clerk@example.test", NULL, "x" WORD, "handin+" WORD "x@example.test", FALSE, TRUE, FALSE, WRITER_UNPROVED, NULL},
    {"the word, case changed", "clerk@example.test", NULL, "K3Y-9FD2_AX7Q", "h@example.test", FALSE, TRUE, FALSE, WRITER_UNPROVED, NULL},
    {"the word as a domain", "clerk@example.test", NULL, "x", "h@example.test+" WORD, FALSE, TRUE, FALSE, WRITER_UNPROVED, NULL},
    {"no word is known for him", "zhang@xn--fiqs8s.test", NULL, WORD, "h@example.test", FALSE, TRUE, FALSE, WRITER_UNPROVED, NULL},
    {"a stranger who knows a word", "x@example.test", NULL, WORD, "h@example.test", FALSE, TRUE, FALSE, WRITER_STRANGER, NULL},
    {"either of both", "clerk@example.test", NULL, WORD, "h@example.test", TRUE, TRUE, FALSE, WRITER_ALLOWED, "word"},
};

static GHashTable *load_words(const char *text, GError **error)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("songfa-words-XXXXXX", &path, NULL);
    g_assert_cmpint(fd, >=, 0);
    g_close(fd, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    GHashTable *words = writer_words_load(path, error);
    g_unlink(path);
    return words;
}

static void test_case(gconstpointer data)
{
    const Case *row = data;
    g_autoptr(GHashTable) words =
        row->by_word ? load_words("# whose\n\nClerk@Example.Test\t " WORD "\r\n@office.test domain-word-1234\n", NULL) : NULL;
    g_assert_true(words != NULL || !row->by_word);
    const WriterRules rules = {.allow = allow, .authserv_id = row->by_server ? (char *)US : NULL, .trust_from = row->trust};
    const char *const to[] = {row->to, NULL}, *by;
    const WriterClaim claim = {.address = row->address, .proof = row->proof, .subject = row->subject, .recipients = to};
    g_assert_cmpstr(writer_verdict_name(writer_judge(&rules, words, &claim, &by)), ==, writer_verdict_name(row->want));
    g_assert_cmpstr(by, ==, row->by);
}

static void test_words_file(void)
{
    static const char *const wrong[] = {"clerk@example.test short\n", "clerk@example.test\n", "clerk long-enough-word\n",
                                        "clerk@example.test long-enough word\n", "clerk@example.test \xe6\x9a\x97\xe5\x8f\xb7\xe6\x9a\x97\xe5\x8f\xb7\n"};
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(load_words(wrong[i], &error));
        g_assert_nonnull(error);
        g_assert_null(strstr(error->message, "enough"));
    }
}

/* ---- what is attached ---- */

#define HEAD "From: clerk@example.test\nTo: h@example.test\nSubject: s\nMessage-ID: <1@example.test>\nMIME-Version: 1.0\n"
#define MIXED HEAD "Content-Type: multipart/mixed; boundary=B\n\n"
#define BODY "--B\nContent-Type: text/plain\n\nhello\n"
#define PART(type, disposition, content) "--B\nContent-Type: " type "\nContent-Disposition: " disposition "\n\n" content "\n"
#define DOC(name) PART("application/octet-stream", "attachment; filename=\"" name "\"", "x")
#define END "--B--\n"

static const struct {
    const char *name, *mail;
    const char *want; /* files, then what stays behind with its reason */
} mails[] = {
    {"one document", MIXED BODY DOC("a.docx") END, "a.docx"},
    {"two documents", MIXED BODY DOC("a.docx") DOC("b.pdf") END, "a.docx b.pdf"},
    {"nothing", HEAD "\nhello\n", ""},
    {"the words of the mail in two forms",
     HEAD "Content-Type: multipart/alternative; boundary=B\n\n" BODY "--B\nContent-Type: text/html\n\n<p>x\n" END, ""},
    {"a document alone", HEAD "Content-Type: application/pdf; name=a.pdf\n\n%PDF\n", "a.pdf"},
    {"RFC 2231", MIXED BODY PART("application/pdf", "attachment; filename*=utf-8''%E4%B8%8A%E8%A1%97.pdf", "x") END, "上街.pdf"},
    {"RFC 2231 in pieces, GBK",
     MIXED BODY PART("application/pdf", "attachment; filename*0*=gb18030''%C9%CF; filename*1*=%BD%D6.pdf", "x") END, "上街.pdf"},
    {"RFC 2047 where it may not be",
     MIXED BODY PART("application/pdf", "attachment; filename=\"=?gb2312?B?yc+91i5wZGY=?=\"", "x") END, "上街.pdf"},
    {"RFC 2047 in two words",
     MIXED BODY PART("application/pdf", "attachment;\n filename=\"=?utf-8?B?5LiK?=\n =?utf-8?B?6KGXLnBkZg==?=\"", "x") END, "上街.pdf"},
    {"raw UTF-8", MIXED BODY PART("application/pdf", "attachment; filename=\"上街.pdf\"", "x") END, "上街.pdf"},
    {"raw GBK", MIXED BODY PART("application/pdf", "attachment; filename=\"\xc9\xcf\xbd\xd6.pdf\"", "x") END, "上街.pdf"},
    {"name in the type alone", MIXED BODY "--B\nContent-Type: application/msword; name=\"a.doc\"\n\nx\n" END, "a.doc"},
    {"a path as the name", MIXED BODY DOC("..\\\\..\\\\C:\\\\a.doc") DOC("/etc/b.doc") END, "a.doc b.doc"},
    {"no name", MIXED BODY PART("application/pdf", "attachment", "x") END, "附件-1"},
    {"a logo below the text", MIXED BODY PART("image/png; name=logo.png", "inline; filename=logo.png", "x") END, ""},
    {"a logo that the text points to",
     MIXED BODY "--B\nContent-Type: image/png\nContent-ID: <l>\nContent-Disposition: attachment; filename=l.png\n\nx\n" END, ""},
    {"an attached picture", MIXED BODY DOC("scan.jpg") END, "scan.jpg=other"},
    {"a document shown inline, as Apple does", MIXED BODY PART("application/pdf", "inline; filename=a.pdf", "x") END, "a.pdf"},
    {"the same issue twice: what can be edited", MIXED BODY DOC("a.pdf") DOC("a.docx") END, "a.docx a.pdf=same(a.docx)"},
    {"the same in three forms", MIXED BODY DOC("A.txt") DOC("a.ofd") DOC("a.pdf") END, "a.ofd A.txt=same(a.ofd) a.pdf=same(a.ofd)"},
    {"the same file twice", MIXED BODY DOC("a.pdf") DOC("a.pdf") END, "a.pdf a.pdf=same(a.pdf)"},
    {"one name, two texts", MIXED BODY DOC("a.pdf") PART("application/pdf", "attachment; filename=a.pdf", "y") END, "a.pdf a.pdf"},
    {"an archive", MIXED BODY DOC("a.zip") DOC("b.RAR") END, "a.zip=archive b.RAR=archive"},
    {"winmail.dat", MIXED BODY PART("application/ms-tnef", "attachment; filename=winmail.dat", "x") END, "winmail.dat=tnef"},
    {"a sheet", MIXED BODY DOC("a.xlsx") END, "a.xlsx=other"},
    {"an unfinished file", MIXED BODY DOC("~$a.docx") DOC("a.tmp") END, "~$a.docx=temporary a.tmp=temporary"},
    {"an empty file", MIXED BODY "--B\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n\n--B--\n", "a.pdf=empty"},
    {"too large", MIXED BODY PART("application/pdf", "attachment; filename=a.pdf", "0123456789012345678901234567890123456789") END, "a.pdf=large"},
    {"signed, S/MIME",
     HEAD "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=S\n\n--S\n"
     "Content-Type: multipart/mixed; boundary=B\n\n" BODY DOC("a.docx") END
     "\n--S\nContent-Type: application/pkcs7-signature; name=smime.p7s\nContent-Disposition: attachment; filename=smime.p7s\n\nx\n--S--\n",
     "a.docx"},
    {"signed, PGP",
     HEAD "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=S\n\n--S\n"
     "Content-Type: multipart/mixed; boundary=B\n\n" BODY DOC("a.docx") END
     "\n--S\nContent-Type: application/pgp-signature; name=signature.asc\n\nx\n--S--\n", "a.docx"},
    {"encrypted, PGP",
     HEAD "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=B\n\n"
     "--B\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n" DOC("encrypted.asc") END, "-=sealed"},
    {"encrypted, S/MIME", HEAD "Content-Type: application/pkcs7-mime; name=smime.p7m\n\nx\n", "smime.p7m=sealed"},
    {"forwarded as an attachment",
     MIXED BODY "--B\nContent-Type: message/rfc822\n\nFrom: x@example.test\nSubject: inner\nContent-Type: multipart/mixed; boundary=I\n\n"
     "--I\nContent-Type: text/plain\n\nx\n--I\nContent-Type: application/pdf; name=a.pdf\n\nx\n--I--\n" END, "a.pdf"},
    {"forwarded twice",
     MIXED BODY "--B\nContent-Type: message/rfc822\n\nSubject: inner\nContent-Type: message/rfc822\n\nSubject: innermost\n"
     "Content-Type: application/pdf; name=a.pdf\n\nx\n" END, "innermost=deep"},
    {"a visiting card and an invitation",
     MIXED BODY PART("text/vcard", "attachment; filename=a.vcf", "x") PART("text/calendar", "attachment; filename=i.ics", "x") DOC("a.md") END, "a.md"},
    {"base64", MIXED BODY "--B\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\neA==\n" END, "a.pdf"},
    {"direction marks in the name", MIXED BODY DOC("a\xe2\x80\xae" "fdp.docx") END, "afdp.docx"},
};

static char *told(const Letter *letter)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < letter->files->len; i++)
        g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "", ((LetterFile *)letter->files->pdata[i])->name);
    for (guint i = 0; i < letter->left->len; i++) {
        const LetterLeft *left = letter->left->pdata[i];
        g_string_append_printf(out, "%s%s=%s", out->len > 0 ? " " : "", left->name != NULL ? left->name : "-",
                               letter_why_name(left->why));
        if (left->with != NULL)
            g_string_append_printf(out, "(%s)", left->with);
    }
    return g_string_free(out, FALSE);
}

static void test_mail(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    const LetterRules rules = {.authserv_id = US, .max_file = 30};
    g_autoptr(Letter) letter = letter_read(mails[i].mail, strlen(mails[i].mail), &rules);
    g_autofree char *got = told(letter);
    g_assert_cmpstr(got, ==, mails[i].want);
    g_assert_cmpstr(letter->from, ==, "clerk@example.test");
    g_assert_cmpstr(letter->message_id, ==, "<1@example.test>");
    for (guint n = 0; n < letter->files->len; n++) {
        gsize size;
        const char *bytes = g_bytes_get_data(((LetterFile *)letter->files->pdata[n])->bytes, &size);
        g_assert_true(size > 0 && strchr("xy%", *bytes) != NULL);
    }
}

/* ---- the rest of the head ---- */

static const struct {
    const char *name, *fields;
    gboolean automatic;
} machines[] = {
    {"a person", "Subject: x\n", FALSE},
    {"Auto-Submitted: no", "Auto-Submitted: no\n", FALSE},
    {"generated", "Auto-Submitted: auto-generated\n", TRUE},
    {"replied", "Auto-Submitted: auto-replied (vacation)\n", TRUE},
    {"no return path", "Return-Path: <>\n", TRUE},
    {"a return path", "Return-Path: <clerk@example.test>\n", FALSE},
    {"out of office", "Subject: =?utf-8?B?6Ieq5Yqo5Zue5aSNOiB4?=\n", TRUE},
    {"bulk", "Precedence: bulk\n", TRUE},
    {"a list", "List-Id: <l.example.test>\n", TRUE},
    {"a list of old", "Precedence: list\n", TRUE},
    {"a mail system", "From: MAILER-DAEMON@example.test\n", TRUE},
    {"a report", "Content-Type: multipart/report; report-type=delivery-status; boundary=B\n", TRUE},
};

static void test_machine(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    const LetterRules rules = {.max_file = 100};
    g_autofree char *mail = g_strconcat(machines[i].fields, strstr(machines[i].fields, "From:") ? "" : "From: clerk@example.test\n", "\nx\n", NULL);
    g_autoptr(Letter) letter = letter_read(mail, strlen(mail), &rules);
    g_assert_cmpint(letter->automatic, ==, machines[i].automatic);
}

static void test_head(void)
{
    static const char mail[] =
        "Authentication-Results: " US "; dmarc=pass header.from=example.test\n"
        "From: clerk@example.test\nTo: A <a+w@example.test>, b@example.test\nCc: c@example.test\nDelivered-To: d@example.test\n"
        "References: <1@x> junk\n <2@x>\nMessage-ID: <3@x>\nSubject: =?gb18030?B?yc+91g==?=\n\nx\n";
    const LetterRules with = {.authserv_id = US, .max_file = 100}, without = {.max_file = 100}, cut = {.max_file = 100, .cut = TRUE};
    g_autoptr(Letter) letter = letter_read(mail, strlen(mail), &with);
    g_autoptr(Letter) unchecked = letter_read(mail, strlen(mail), &without);
    g_autoptr(Letter) large = letter_read(mail, strlen(mail), &cut);
    g_ptr_array_add(letter->recipients, NULL);
    g_autofree char *recipients = g_strjoinv(" ", (char **)letter->recipients->pdata);
    g_assert_cmpstr(letter->proof, ==, "dmarc");
    g_assert_cmpstr(letter->subject, ==, "上街");
    g_assert_cmpstr(letter->references, ==, "<1@x> <2@x>");
    g_assert_cmpstr(recipients, ==, "d@example.test a+w@example.test b@example.test c@example.test");
    g_assert_null(unchecked->proof);
    g_autofree char *behind = told(large);
    g_assert_cmpstr(behind, ==, "-=large");
}

/* Whatever is cut off or changed, it ends, and no name leaves its folder. */
static void test_rubbish(void)
{
    const LetterRules rules = {.authserv_id = US, .max_file = 100};
    for (gsize i = 0; i < G_N_ELEMENTS(mails); i++) {
        gsize length = strlen(mails[i].mail);
        for (gsize cut = 0; cut < length; cut += 7) {
            g_autofree char *mail = g_memdup2(mails[i].mail, length);
            mail[cut] = (char)(mail[cut] ^ 0x1f);
            g_autoptr(Letter) letter = letter_read(mail, length - cut / 2, &rules);
            for (guint n = 0; n < letter->files->len; n++)
                g_assert_null(strpbrk(((LetterFile *)letter->files->pdata[n])->name, "/\\\n"));
        }
    }
}

static void test_long_name(void)
{
    g_autoptr(GString) name = g_string_new(NULL);
    for (int i = 0; i < 200; i++)
        g_string_append(name, "街");
    g_string_append(name, ".docx");
    g_autofree char *clean = letter_name_clean(name->str);
    g_assert_true(strlen(clean) <= 180 && g_str_has_suffix(clean, "街.docx") && g_utf8_validate(clean, -1, NULL));
    g_assert_null(letter_name_clean(" ../.. "));
}

#define ADD_TABLE(prefix, table, function)                                                       \
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {                                            \
        g_autofree char *path = g_strconcat(prefix, table[i].name, NULL);                        \
        for (char *at = path + strlen(prefix); *at != '\0'; at++)                                \
            *at = *at == '/' ? '|' : *at;                                                        \
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), function);                               \
    }

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TABLE("/letter/results/", results, test_results)
    ADD_TABLE("/letter/writer/", writers, test_writer)
    ADD_TABLE("/letter/attached/", mails, test_mail)
    ADD_TABLE("/letter/machine/", machines, test_machine)
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/letter/verdict/", cases[i].name, NULL);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/letter/domains", test_domains);
    g_test_add_func("/letter/words-file", test_words_file);
    g_test_add_func("/letter/head", test_head);
    g_test_add_func("/letter/rubbish", test_rubbish);
    g_test_add_func("/letter/long-name", test_long_name);
    return g_test_run();
}
