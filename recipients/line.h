/* SPDX-License-Identifier: GPL-3.0-or-later
 * The distribution-line compiler: reads the printed footer (本期送：区县处级领导) as a clerk does
 * (DOMAIN.md §2). It knows the words of the trade (lexicon.h) and nothing of this office's units:
 * names known whole may be handed in. Pure and linear in the length of the text. */
#ifndef SONGFA_RECIPIENTS_LINE_H
#define SONGFA_RECIPIENTS_LINE_H

#include <glib.h>

typedef enum { LINE_ONE, LINE_EVERY, LINE_SOME } LineQuantifier;

typedef struct {
    char *field;          /* label as printed, blanks removed; 主送 for a salutation line */
    LineQuantifier quantifier;
    char *organisation;   /* "" for a lone post (rule 9) */
    char *post;           /* NULL when the body itself is addressed */
    int copies;           /* 0 = not said */
    char *note;           /* the other reading where the text has two, else NULL */
    gsize start, end;     /* characters of the text from which it was read, [start, end) */
} LineAddressee;

typedef struct {
    char *field, *organisation;
    gsize start, end;
} LineException;

typedef struct {
    char *field;
    int copies; /* 0 = not said */
    gsize start, end;
} LineArchive;

typedef struct {
    char *field, *text;
    gsize start, end;
} LineUnresolved;

typedef enum {
    LINE_SPAN_NOISE, /* markup, brackets, full stops, blanks, imprint lines, 主题词 … */
    LINE_SPAN_LABEL,
    LINE_SPAN_SEPARATOR,
    LINE_SPAN_ADDRESSEE,
    LINE_SPAN_COPIES,
    LINE_SPAN_EXCEPTION,
    LINE_SPAN_ARCHIVE,
    LINE_SPAN_PRINT_COUNT,
    LINE_SPAN_UNRESOLVED
} LineSpanKind;

typedef struct {
    LineSpanKind kind;
    gsize start, end; /* characters; spans tile the text without gap or overlap */
} LineSpan;

typedef struct {
    GPtrArray *addressees; /* LineAddressee, in the order of the text */
    GPtrArray *exceptions; /* LineException */
    GPtrArray *archive;    /* LineArchive */
    GPtrArray *unresolved; /* LineUnresolved */
    GArray *spans;         /* LineSpan */
    int declared_copies;   /* 0 = not said */
} LineReading;

/* What the directory knows whole (rules 5 and 12): asked for the longest known name or alias that
 * begins at text (folded, UTF-8); returns its length in bytes or 0. Aliases win over rules 6 to 10;
 * *is_alias tells which. */
typedef struct {
    gsize (*known)(const char *text, gboolean *is_alias, gpointer user_data);
    gpointer user_data;
} LineNames;

/* Reads one distribution text, which may hold several lines and fields. names may be NULL: then the
 * text alone decides, as in corpus/distribution-lines.tsv. Never NULL; text must be valid UTF-8. */
LineReading *line_read(const char *text, const LineNames *names);

/* An empty reading, whose lists free what is added to them. */
LineReading *line_reading_new(void);
void line_reading_free(LineReading *reading);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LineReading, line_reading_free)

/* The reading in the notation of the corpus: "发: one 峡窝镇/负责同志; … | 抄送: …"; caller frees. */
char *line_key(const LineReading *reading);

/* The JSON of `songfactl terms --json` (DESIGN.md §5); caller frees. */
char *line_to_json(const LineReading *reading);

#endif
