/* SPDX-License-Identifier: GPL-3.0-or-later
 * The words of distribution lines, as tables: labels, levels, classes, endings, posts, quantifiers.
 * It knows no unit of any office; those are the directory's. */
#ifndef SONGFA_RECIPIENTS_LEXICON_H
#define SONGFA_RECIPIENTS_LEXICON_H

#include <glib.h>

typedef enum {
    LEX_LABEL,        /* begins a distribution field: 报 抄送 发放范围 */
    LEX_LABEL_BARE,   /* labels that office papers print without a colon: 此件发至 */
    LEX_LABEL_PREFIX, /* names the paper itself before a label: 本报告 */
    LEX_OTHER_LABEL,  /* begins something that is no distribution: 责任编辑 主题词 */
    LEX_IMPRINT,      /* ends an imprint line: 印发 编印 */
    LEX_PRINT_COUNT,  /* stands before the number of copies printed: 共印 */
    LEX_EACH,         /* all of a class: 各 全体 */
    LEX_EACH_LEVEL,   /* all of a class of each of the levels before it: 市、县两级 */
    LEX_UNSPECIFIED,  /* an unnamed part: 有关 相关 (rule 11) */
    LEX_LEVEL,        /* begins a body of this office's level: 市委 省厅 */
    LEX_NATION,       /* the level that bodies do not share: 国家发改委、财政部 */
    LEX_NOT_LEVEL,    /* names that only begin with a level word: 镇江 */
    LEX_REGION,       /* river basins and parts of the country: 长江 华北 */
    LEX_BRANCHED,     /* bodies of the nation whose branches carry a place: 人民银行 */
    LEX_BRANCH_ENDING, /* ends such a branch behind its place: 银保监分局 */
    LEX_PROVINCE,     /* provinces without 省: 内蒙古 */
    LEX_TERRITORY,    /* class words for areas: 县 乡 街道 */
    LEX_NOT_TERRITORY, /* words that only begin with one: 市场 乡村 */
    LEX_ZONE,         /* areas run by a 管委会, no level of government: 开发区 */
    LEX_INSTITUTION,  /* what an area has one of: 人民政府 党委 法院 */
    LEX_MAIN_BODY,    /* those with an office of their own: 市委、市政府办公室 */
    LEX_OWN_OFFICE,   /* institutions that belong to a street or zone: 办事处 管委会 */
    LEX_APART,        /* in a bracket after another institution those of other areas: (管委会) (行署) */
    LEX_CLASS,        /* class words for bodies: 所 科室 部门 学校 */
    LEX_PLURAL,       /* class words that never name a single body: 单位 部门 */
    LEX_COLLECTIVE,   /* groups known by a number word: 四大班子 */
    LEX_BELONGING,    /* says whose the members of a class are: 区直 直属 驻区 */
    LEX_BELONGS_TO,   /* ends such a word after an area: 市直, 省属, 市驻 */
    LEX_MODIFIER,     /* narrows a class word otherwise: 事业 职能 */
    LEX_ENDING,       /* ends the name of a body: 局 委员会 中心 */
    LEX_LEVEL_ENDING, /* bodies that an area has one of each: 局 委 (rule 8) */
    LEX_LEVEL_BODY,   /* further names that each level has: 组织部 政府办 供销社 */
    LEX_OWN_BODY,     /* begins the office's own bodies, which have no level: 局党委 本会 */
    LEX_HEAD_ENDING,  /* bodies that have sub-units: 局 厅 委 政府 */
    LEX_SUBUNIT_ENDING, /* sub-units: 处 科 室 中心 */
    LEX_NOT_ENDING,   /* words that only look like an ending: 社会 干部 */
    LEX_SHARED_OFFICE, /* suffix of a group of main bodies (rule 7): 办公厅 办公室 */
    LEX_ARCHIVE,      /* a file copy (rule 14): 存档 */
    LEX_COPY,         /* counts copies: 份 */
    LEX_EXCEPT,       /* stands before an exception: 不发 不含 */
    LEX_EXCEPTED,     /* stands after an exception: 除外 */
    LEX_INCLUDE,      /* begins a bracket that names further addressees: 含 */
    LEX_REMARK,       /* a bracket that adds nothing: 名单附后 */
    LEX_SENTENCE,     /* words of running text, never of a name: 请 认真 同上 */
    LEX_POST_CHIEF,      /* held by one: 书记 主任 */
    LEX_POST_AREA_CHIEF, /* heads the government of the area in its name: 区长 */
    LEX_POST_PLURAL,     /* held by several: 常委 委员 */
    LEX_POST_ANSWERABLE, /* one person who answers for the body: 负责同志 */
    LEX_POST_LEADERS,    /* all who lead it: 领导 */
    LEX_SURNAME,         /* a named holder before the post: 张市长 */
    LEX_PARTY_BODY,      /* a committee inside a body: 校党委 */
    LEX_PARTY_POST,      /* ends the posts of such a committee: 书记 委员 */
    LEX_POST_OF_EACH,    /* each main body has its own: 秘书长 */
    LEX_POST_MODIFIER,   /* belongs to the post after it: 常务副 分管 县处级 */
    LEX_POST_DEPUTY,     /* makes any post plural: 副 */
    LEX_CONJUNCTION,  /* 和 与 及 以及 */
    LEX_NOT_CONJUNCTION, /* 和平 参与 普及 */
    LEX_TABLES
} LexTable;

/* The words of each table, parted by blanks. */
extern const char *const lexicon_words[LEX_TABLES];

/* Bytes of the longest word of the table that begins (ends) the first length bytes of text; 0 = none. */
gsize lexicon_prefix(LexTable table, const char *text, gsize length);
gsize lexicon_suffix(LexTable table, const char *text, gsize length);

/* The same for a whole string. */
gsize lexicon_begins(LexTable table, const char *text);
gsize lexicon_ends(LexTable table, const char *text);

/* TRUE when the whole text is a word of the table. */
gboolean lexicon_has(LexTable table, const char *text);

typedef struct {
    gboolean plural; /* held by several: 副主任, 常委, 领导 */
    gboolean shared; /* as a suffix it holds for the whole group (rule 7): 负责同志, 领导 */
    gboolean bound;  /* has its area in its name and heads its government: 区长 */
} LexPost;

/* Bytes of the post that ends the text, with all that modifies it (常务副区长, 县处级领导); 0 = none. */
gsize lexicon_post(const char *text, gsize length, LexPost *post);

/* Bytes of what modifies a post (常务副, 分管) at the end of the text; sets plural for 副. */
gsize lexicon_modifiers(const char *text, gsize length, LexPost *post);

/* The number that begins text, digits or Chinese (二十, 一百三十); *used = bytes, 0 when there is none. */
int lexicon_number(const char *text, gsize *used);

#endif
