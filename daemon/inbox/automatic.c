/* SPDX-License-Identifier: GPL-3.0-or-later
 * The marks of mails that no person wrote. */
#include "daemon/inbox/automatic.h"

#include <string.h>

#include "daemon/inbox/report-words.h"

static gboolean has_any(const MimeMail *mail, const char *const *names)
{
    for (; *names != NULL; names++)
        if (*mime_mail_header(mail, *names) != '\0')
            return TRUE;
    return FALSE;
}

gboolean automatic_is(const MimeMail *mail)
{
    static const char *const marks[] = {"X-Autoreply", "X-Autorespond", "X-AutoReply-From", "X-Mail-Autoreply", NULL};
    return has_any(mail, marks) || g_ascii_strncasecmp(mime_mail_header(mail, "Auto-Submitted"), "auto-", 5) == 0 ||
           strstr(mime_mail_header(mail, "Return-Path"), "<>") != NULL ||
           report_words_in(mime_mail_header(mail, "Precedence"), REPORT_WORDS_PRECEDENCE) ||
           report_words_in(mime_mail_subject(mail), REPORT_WORDS_AUTOMATIC);
}

gboolean automatic_is_spread(const MimeMail *mail)
{
    static const char *const marks[] = {"List-Id", "List-Post", "List-Unsubscribe", "X-Failed-Recipients", NULL};
    return has_any(mail, marks) || g_ascii_strcasecmp(mime_mail_header(mail, "Precedence"), "list") == 0 ||
           mime_mail_is(mail, "multipart", "report") ||
           report_words_in(mime_mail_header(mail, "From"), REPORT_WORDS_SYSTEM);
}
