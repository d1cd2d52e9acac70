/* SPDX-License-Identifier: GPL-3.0-or-later
 * Directory records and their versions in words for people. */
#ifndef SONGFA_CTL_RECORD_TEXT_H
#define SONGFA_CTL_RECORD_TEXT_H

#include "recipients/directory-kind.h"

/* 自 2020-03-06 起, 至 2020-06-30, 自 … 至 …, 一直有效; caller frees. */
char *record_text_days(const char *from, const char *to);

/* The fields that say something: "简称 区委|上街区委；顺序 1"; caller frees. Names of what it refers to are
 * taken from names, which must be indexed. */
char *record_text_fields(const DirectoryKind *kind, const Directory *names, gconstpointer record);

/* The fields that differ: "顺序 1→2；职级 无→县处级"; "" when none does; caller frees. */
char *record_text_differences(const DirectoryKind *kind, const Directory *names, gconstpointer before,
                              gconstpointer after);

/* What became of a record's versions (arrays of records in the order of their days): lines such as
 * "自 2020-03-06 起：顺序 1→2", "自 2020-03-06 起删除"; caller unrefs. */
GPtrArray *record_text_changes(const DirectoryKind *kind, const Directory *names, const GPtrArray *before,
                               const GPtrArray *after);

#endif
