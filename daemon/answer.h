/* SPDX-License-Identifier: GPL-3.0-or-later
 * What came of a hand-in, for whoever brought it: the one source of the words for the folder, the clerk's
 * mail, songfactl, the mailbox and HTTP. Of a refused file nothing is told but the mark found in it. */
#ifndef SONGFA_ANSWER_H
#define SONGFA_ANSWER_H

#include <jansson.h>

#include "daemon/store/hand-ins.h"
#include "daemon/store/issues.h"

typedef struct {
    StoreHandIn *hand_in;
    StoreIssue *issue;    /* NULL while the file waits to be taken */
    gint64 mails;         /* recipients by mail */
    gint64 release_at;    /* when it goes by itself, 0 = it waits for no time */
    StorePrintRun papers; /* all 0 where nothing is planned */
} Answer;

/* How things stand with a hand-in (hand_in_put() gave its id). NULL and error: NOT_FOUND when there is no
 * such hand-in. */
Answer *answer_load(Store *store, gint64 hand_in_id, GError **error);
/* The same of one at hand, which may not be stored yet; takes it over, also when it fails. */
Answer *answer_new(Store *store, StoreHandIn *hand_in, GError **error);
void answer_free(Answer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Answer, answer_free)

/* FALSE while it waits: there is nothing final to tell yet. */
gboolean answer_is_given(const Answer *answer);
/* Whether somebody has to do something: held, refused, waits for a release. */
gboolean answer_is_problem(const Answer *answer);

/* One line for a subject; the whole in lines with what to do next. Caller frees. */
char *answer_subject(const Answer *answer);
char *answer_text(const Answer *answer);
/* The same as an object (songfactl(8) lists its members); a new reference. */
json_t *answer_json(const Answer *answer);

/* "folder:/srv/in" in words: 文件夹 /srv/in; the origin itself when it is of no known kind. Caller frees. */
char *answer_origin(const char *origin);

/* 已放行, 待放行, 待处理 …, for a result of hand-ins.h; NULL reads as waiting. Static, translated. */
const char *answer_word(const char *result);

/* What people call an issue: 上街信息 2020年第19期, else its file name; caller frees. */
char *answer_label(const StoreIssue *issue);

/* The reasons of a row (JSON), a line each: "原因：…", and for what a plan waits for "等待：…"; "" when
 * there are none. Caller frees. */
char *answer_reasons(const char *json);
/* The notices of a row (JSON) likewise: "请留意：…". */
char *answer_notices(const char *json);

#endif
