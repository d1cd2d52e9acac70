/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rules 4 and 5: a field cut into items at its brackets, separators and conjunctions, with the 、
 * group of each. What an item says by itself is read by line-words, what its sisters lend by line-group. */
#ifndef SONGFA_RECIPIENTS_LINE_ITEMS_H
#define SONGFA_RECIPIENTS_LINE_ITEMS_H

#include "recipients/lexicon.h"
#include "recipients/line-cut.h"

/* Stands in the text of an item between class words that were printed in brackets, 县(市、区), and in a
 * post for the class word of its area, 副|长. */
#define LINE_ITEM_OR "|"

typedef enum {
    LINE_ITEM_ADDRESSEE,
    LINE_ITEM_EXCEPTION,
    LINE_ITEM_ARCHIVE,
    LINE_ITEM_UNRESOLVED,
    LINE_ITEM_MERGED /* a bare post that its sister took over */
} LineItemKind;

typedef struct {
    char *name;
    LexPost word;
    gboolean named; /* its holder is named: 李副市长 */
    int copies; /* 0 = as its item */
    gsize start, end;
} LinePost;

typedef struct {
    LineItemKind kind;
    guint group;
    gboolean leads;           /* stands after ， */
    gsize start, end;
    char *text;               /* as printed without blanks; LINE_ITEM_OR between class words */
    LineQuantifier quantifier;
    gboolean said;            /* the quantifier stands in the item itself */
    gboolean known, alias;    /* LineNames knows it whole */
    char *head;               /* what stands before 各: 市政府各部门 */
    GPtrArray *classes;       /* char *: 县, 市, 区 */
    char *tail;               /* what follows the class words, or the whole name */
    GPtrArray *tails;         /* char *: further institutions of the same owners: 单位党组(党委) */
    GPtrArray *others;        /* char *: further bodies in brackets: 政府(管委会) */
    GPtrArray *posts;         /* LinePost */
    char *level;              /* what its right sister may take by rule 8: 市, 上街区 */
    char *parent;             /* the body whose sub-unit it is: 区局|应急处 */
    int copies;
    gsize copies_length;      /* characters at the end of the item that say so */
    gboolean copies_each;     /* 各2份: for all of its group before it */
    char *note;
} LineItem;

/* The items of a field in the order of the text; caller unrefs. */
GPtrArray *line_items_cut(LineText *text, const LineField *field, const LineNames *names);

void line_item_free(LineItem *item);

/* Another reading of what the item is read from, beside those it has. */
void line_item_add_note(LineItem *item, const char *note);

/* A post of the item from [start, end), added at its end. */
LinePost *line_item_add_post(LineItem *item, const char *name, LexPost word, gsize start, gsize end);

#endif
