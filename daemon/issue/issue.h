/* SPDX-License-Identifier: GPL-3.0-or-later
 * What one issue of a bulletin says: the result of reading a file, and its JSON form (DESIGN.md §5).
 * Absent texts are NULL, absent numbers 0. Pure: no file, store, clock or socket. */
#ifndef SONGFA_ISSUE_ISSUE_H
#define SONGFA_ISSUE_ISSUE_H

#include <glib.h>

typedef enum { ISSUE_ISSUE, ISSUE_HELD, ISSUE_REFUSED } IssueVerdict;

/* Why an issue is held or refused: a stable English code and a sentence for the clerk. */
typedef struct {
    char *code;
    char *message;
} IssueReason;

typedef struct {
    char *section; /* heading of the section it stands in, or NULL */
    char *heading; /* bold lead or own line; NULL for a brief */
    char *source;  /* unit in brackets at the end (区发改委), or NULL */
    char *text;    /* paragraphs joined by "\n", page breaks mended, source taken off */
    gboolean brief; /* began with △ */
} IssueItem;

/* One distribution field as printed: label without colon and blanks, text with its line ends. */
typedef struct {
    char *label;
    char *text;
} IssueField;

typedef struct {
    IssueVerdict verdict;
    GPtrArray *reasons; /* IssueReason */
    char *series;       /* key given by series_match(), else NULL */
    char *title;        /* masthead title, 上街信息 */
    int number;         /* 第 19 期 */
    int total_number;   /* 总第92期 */
    int supplement;     /* 增刊第7期 */
    int year;           /* printed with the number or the month, else the date's */
    int month;          /* of a monthly whose masthead names it (2020年3月), else 0 */
    char *office;
    char *date;         /* YYYY-MM-DD; of a monthly the day of printing; else that of the imprint */
    char *headline;
    GPtrArray *contents; /* char *: the contents list without leaders and page numbers */
    GPtrArray *sections; /* char * */
    GPtrArray *items;    /* IssueItem */
    GPtrArray *distribution; /* IssueField */
    GPtrArray *editors;  /* char * */
    char *keywords;      /* 主题词 */
    char *signer;        /* 签发 */
    char *supervisor;    /* 主管 */
    char *publisher;     /* 编辑出版 */
    char *telephone;
    char *mailbox;       /* the editor's, never a recipient */
    int declared_copies; /* 共印 N 份 */
    GPtrArray *marks;    /* char *: 内部资料 注意保存, 加急 … as printed, blanks folded */
    char *classification; /* the mark found when refused, else NULL */
    gboolean restricted; /* only to internal mail domains */
    char *format;        /* of the file ("docx" …), NULL = a text; the file's, so not in the JSON */
} Issue;

Issue *issue_new(void);
void issue_free(Issue *issue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Issue, issue_free)

/* Adds a reason; takes copies. The verdict is the caller's to set. */
void issue_add_reason(Issue *issue, const char *code, const char *message);

IssueItem *issue_item_new(void);
void issue_item_free(IssueItem *item);
IssueField *issue_field_new(const char *label, const char *text);

/* The distribution fields as one text, "label：text" a line, as recipients/line reads it. */
char *issue_distribution_text(const Issue *issue);

/* The JSON of DESIGN.md §5 with the further members of this struct; UTF-8, pretty with indent 2;
 * caller frees. issue_from_json() reads it back exactly; NULL and error on other text. */
char *issue_to_json(const Issue *issue);
Issue *issue_from_json(const char *json, GError **error);

#endif
