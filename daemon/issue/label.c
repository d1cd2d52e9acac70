/* SPDX-License-Identifier: GPL-3.0-or-later
 * The labels of a bulletin's foot, in one table. */
#include "daemon/issue/label.h"

#include <string.h>

#include "daemon/issue/scan.h"

/* Characters of the longest label. */
#define LABEL_LENGTH 6
#define LABEL_BYTES (6 * (LABEL_LENGTH + 1))

static const Label labels[] = {
    {"报", LABEL_DISTRIBUTION},         {"呈报", LABEL_DISTRIBUTION},
    {"送", LABEL_DISTRIBUTION},         {"报送", LABEL_DISTRIBUTION},
    {"发", LABEL_DISTRIBUTION},         {"发送", LABEL_DISTRIBUTION},
    {"抄", LABEL_DISTRIBUTION},         {"抄送", LABEL_DISTRIBUTION},
    {"抄报", LABEL_DISTRIBUTION},       {"抄发", LABEL_DISTRIBUTION},
    {"主送", LABEL_DISTRIBUTION},       {"主报", LABEL_DISTRIBUTION},
    {"分送", LABEL_DISTRIBUTION},       {"分发", LABEL_DISTRIBUTION},
    {"呈送", LABEL_DISTRIBUTION},       {"本期报", LABEL_DISTRIBUTION},
    {"本期送", LABEL_DISTRIBUTION},     {"本期发", LABEL_DISTRIBUTION},
    {"本期报送", LABEL_DISTRIBUTION},   {"本期发送", LABEL_DISTRIBUTION},
    {"本期抄送", LABEL_DISTRIBUTION},   {"本期加发", LABEL_DISTRIBUTION},
    {"本期增发", LABEL_DISTRIBUTION},   {"加发", LABEL_DISTRIBUTION},
    {"增发", LABEL_DISTRIBUTION},       {"发至", LABEL_DISTRIBUTION},
    {"此件发至", LABEL_DISTRIBUTION},   {"本件发至", LABEL_DISTRIBUTION},
    {"发放范围", LABEL_DISTRIBUTION},   {"发送范围", LABEL_DISTRIBUTION},
    {"本报告报", LABEL_DISTRIBUTION},   {"本报告送", LABEL_DISTRIBUTION},
    {"责任编辑", LABEL_EDITORS},        {"本期责任编辑", LABEL_EDITORS},
    {"编辑", LABEL_EDITORS},            {"本期编辑", LABEL_EDITORS},
    {"执行编辑", LABEL_EDITORS},        {"责编", LABEL_EDITORS},
    {"主题词", LABEL_KEYWORDS},         {"关键词", LABEL_KEYWORDS},
    {"签发", LABEL_SIGNER},             {"签发人", LABEL_SIGNER},
    {"主管", LABEL_SUPERVISOR},         {"主管单位", LABEL_SUPERVISOR},
    {"编辑出版", LABEL_PUBLISHER},      {"编辑单位", LABEL_PUBLISHER},
    {"主办", LABEL_PUBLISHER},          {"主办单位", LABEL_PUBLISHER},
    {"编印", LABEL_PUBLISHER},          {"出版", LABEL_PUBLISHER},
    {"电话", LABEL_TELEPHONE},          {"联系电话", LABEL_TELEPHONE},
    {"编辑部电话", LABEL_TELEPHONE},    {"邮箱", LABEL_MAILBOX},
    {"电子邮箱", LABEL_MAILBOX},        {"投稿邮箱", LABEL_MAILBOX},
    {"电子信箱", LABEL_MAILBOX},        {"信箱", LABEL_MAILBOX},
    {"电子邮件", LABEL_MAILBOX},        {"E-mail", LABEL_MAILBOX},
    {"Email", LABEL_MAILBOX},           {"分析", LABEL_OTHER},
    {"审核", LABEL_OTHER},              {"审签", LABEL_OTHER},
    {"校对", LABEL_OTHER},              {"核稿", LABEL_OTHER},
    {"拟稿", LABEL_OTHER},              {"撰稿", LABEL_OTHER},
    {"供稿", LABEL_OTHER},              {"主编", LABEL_OTHER},
    {"副主编", LABEL_OTHER},            {"编审", LABEL_OTHER},
    {"传真", LABEL_OTHER},              {"地址", LABEL_OTHER},
    {"邮编", LABEL_OTHER},              {"网址", LABEL_OTHER},
    {"联系人", LABEL_OTHER},            {"编号", LABEL_OTHER},
    {"印数", LABEL_OTHER},              {"份数", LABEL_OTHER},
    {"印刷", LABEL_OTHER},              {"打印", LABEL_OTHER},
};

/* The word before the next colon, without blanks; FALSE when none is near. *after = behind it. */
static gboolean word_before_colon(const char *p, char word[LABEL_BYTES], const char **after)
{
    char *end = word;
    for (int n = 0; n <= LABEL_LENGTH; n++) {
        gunichar c = scan_next(&p);
        if (c == ':') {
            *end = '\0';
            *after = p;
            return TRUE;
        }
        if (!g_unichar_isalpha(c) && c != '-')
            break;
        end += g_unichar_to_utf8(c, end);
    }
    return FALSE;
}

static const Label *label_of(const char *word)
{
    for (gsize i = 0; i < G_N_ELEMENTS(labels); i++)
        if (strcmp(word, labels[i].word) == 0)
            return &labels[i];
    return NULL;
}

const Label *label_alone(const char *text)
{
    g_autofree char *letters = scan_letters(text);
    return label_of(letters);
}

static const Label *read_label(const char *p, const char **after)
{
    static const Label without_colon = {"此件发至", LABEL_DISTRIBUTION};
    char word[LABEL_BYTES];
    gboolean named = *p != ' ' && word_before_colon(p, word, after);
    const Label *label = named ? label_of(word) : NULL;
    if (label != NULL)
        return label;
    const char *end = named || *p == ' ' ? NULL : scan_word(p, without_colon.word);
    if (end == NULL)
        return NULL;
    *after = end;
    return &without_colon;
}

const Label *label_first(const char *text, const char **after)
{
    const char *open = scan_sign(text, "([【〔");
    const Label *label = open != NULL ? read_label(open, after) : NULL;
    return label != NULL ? label : read_label(text, after);
}

/* The next place behind p where a label may begin in mid-line: after ，。；（ or a blank. */
static const char *next_place(const char *p)
{
    for (; *p != '\0'; p = g_utf8_next_char(p)) {
        if (*p != ' ' && !scan_is_sign(p, ",。;()"))
            continue;
        p = g_utf8_next_char(p);
        while (*p == ' ')
            p++;
        return p;
    }
    return p;
}

const char *label_find(const char *p, const Label **label, const char **after)
{
    for (p = next_place(p); *p != '\0'; p = next_place(p)) {
        *label = read_label(p, after);
        if (*label != NULL)
            return p;
    }
    *label = NULL;
    return p;
}
