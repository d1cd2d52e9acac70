/* SPDX-License-Identifier: GPL-3.0-or-later
 * One cell into its record: text, lists, numbers, dates, words for codes; names are kept until they
 * can become ids. */
#include "recipients/directory-csv-reader.h"

#include <string.h>

#include "daemon/base/i18n.h"

static void set_number(CsvReader *reader, const CsvPlace *place, const CsvColumn *column,
                       const char *text, int *number)
{
    gint64 value;
    if (g_ascii_string_to_signed(text, 10, 0, 99999, &value, NULL))
        *number = (int)value;
    else
        directory_csv_error(reader, place, column->heading, text,
                            g_strdup(_("应为 0 到 99999 的整数")));
}

/* Excel turns 2025-01-01 into 2025/1/1: both are read. */
static void set_date(CsvReader *reader, const CsvPlace *place, const CsvColumn *column,
                     const char *text, const char **date)
{
    g_autofree char *plain = g_strdelimit(g_strdup(text), "/.", '-');
    g_auto(GStrv) parts = g_strsplit(plain, "-", -1);
    guint64 n[3];
    gboolean good = g_strv_length(parts) == 3;
    for (guint i = 0; good && i < 3; i++)
        good = g_ascii_string_to_unsigned(parts[i], 10, 1, 9999, &n[i], NULL);
    good = good && n[1] <= 12 && n[2] <= 31 &&
           g_date_valid_dmy((GDateDay)n[2], (GDateMonth)n[1], (GDateYear)n[0]);
    if (good) {
        g_autofree char *day = g_strdup_printf("%04u-%02u-%02u", (guint)n[0], (guint)n[1], (guint)n[2]);
        directory_set_text(reader->directory, date, day);
    } else {
        directory_csv_error(reader, place, column->heading, text,
                            g_strdup(_("不是日期：请写成 2025-01-31")));
    }
}

static void set_choice(CsvReader *reader, const CsvPlace *place, const CsvColumn *column,
                       const char *text, int *value)
{
    g_autoptr(GString) words = g_string_new(NULL);
    for (const CellChoice *choice = column->choices; choice->code != NULL; choice++) {
        if (strcmp(choice->code, text) == 0 || strcmp(choice->word, text) == 0) {
            *value = choice->value;
            return;
        }
        g_string_append_printf(words, "%s%s", words->len > 0 ? "、" : "", choice->word);
    }
    directory_csv_error(reader, place, column->heading, text,
                        g_strdup_printf(_("应为下列之一：%s"), words->str));
}

static void set_flag(CsvReader *reader, const CsvPlace *place, const CsvColumn *column,
                     const char *text, gboolean *flag)
{
    static const char *const yes[] = {"是", "yes", "true", "1", NULL};
    static const char *const no[] = {"否", "no", "false", "0", NULL};
    g_autofree char *lower = g_ascii_strdown(text, -1);
    *flag = g_strv_contains(yes, lower);
    if (!*flag && !g_strv_contains(no, lower))
        directory_csv_error(reader, place, column->heading, text, g_strdup(_("应为“是”或“否”")));
}

/* 王伟#2 is the second 王伟; the number is not part of the name. */
static void set_tag(CsvReader *reader, const char *text, gpointer person, const char **name)
{
    const char *mark = strchr(text, '#');
    g_autofree char *bare = mark != NULL ? g_strndup(text, (gsize)(mark - text)) : g_strdup(text);
    directory_set_text(reader->directory, name, bare);
    g_hash_table_insert(reader->tags, person, g_strdup(text));
    g_hash_table_insert(reader->persons, directory_key(text), person);
}

static void add_reference(CsvReader *reader, const CsvColumn *column, gpointer record, const char *name)
{
    CsvReference *reference = g_new0(CsvReference, 1);
    reference->column = column;
    reference->record = record;
    reference->name = g_strdup(name);
    g_ptr_array_add(reader->references, reference);
}

void directory_csv_set_cell(CsvReader *reader, const CsvPlace *place, const CsvColumn *column,
                            gpointer record, const char *text)
{
    gpointer field = (char *)record + column->offset;
    switch (column->kind) {
    case CELL_TEXT:
        directory_set_text(reader->directory, field, text);
        break;
    case CELL_KIND:
        directory_set_text(reader->directory, field, directory_csv_kind_code(text));
        break;
    case CELL_LIST:
        directory_set_list(reader->directory, field, text, "|");
        break;
    case CELL_NUMBER:
        set_number(reader, place, column, text, field);
        break;
    case CELL_DATE:
        set_date(reader, place, column, text, field);
        break;
    case CELL_FLAG:
        set_flag(reader, place, column, text, field);
        break;
    case CELL_CHOICE:
        set_choice(reader, place, column, text, field);
        break;
    case CELL_TAG:
        set_tag(reader, text, record, field);
        break;
    case CELL_UNIT:
    case CELL_POST:
    case CELL_PERSON:
    case CELL_OWNER:
        add_reference(reader, column, record, text);
        break;
    }
}
