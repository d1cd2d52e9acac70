/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows to records, kind by kind, so that a row finds the records of the kinds before its own. */
#include "recipients/directory-import.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "recipients/directory-field.h"
#include "recipients/directory-versions.h"

enum { MAX_ERRORS = 200 };

typedef struct {
    const DirectoryTable *table;
    guint row;
    gpointer record;
    gconstpointer known; /* NULL = new */
} Row;

typedef struct {
    DirectoryImport *out;
    const Directory *known;
    gboolean replace;
    GPtrArray *tables, *errors;
    gint64 next_id;
    GArray *rows;       /* Row, of the kind being read */
    GHashTable *same;   /* identity → the known record, of that kind */
    GHashTable *own;    /* identity → 1 + index in rows */
    GHashTable *kept;   /* known records that rows have */
} Reader;

static void say(Reader *reader, const Row *row, const char *message)
{
    directory_table_error(reader->errors, row->table, sheet_line(row->table->sheet, row->row), message);
}

static gboolean is_full(const Reader *reader)
{
    return reader->errors->len >= MAX_ERRORS;
}

/* The first fields, as names are compared; an owner's kind needs no telling, ids being unique. */
static char *identity_of(const DirectoryKind *kind, gpointer record)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < kind->n_keys; i++) {
        const DirectoryField *field = &kind->fields[i];
        gpointer place = directory_field_place(field, record);
        if (directory_field_is_reference(field)) {
            g_string_append_printf(out, "%" G_GINT64_FORMAT "\t", *(gint64 *)place);
        } else {
            g_autofree char *key = directory_key(*(const char **)place);
            g_autofree char *lower = g_ascii_strdown(key, -1);
            g_string_append_printf(out, "%s\t", lower);
        }
    }
    return g_string_free(out, FALSE);
}

/* ---- one row ---- */

/* With a column for the kind of owner beside it, the name alone does not choose. */
static char *owner_text(const DirectoryField *field, const Row *row, const char *text)
{
    const DirectoryField *kind = directory_kind_field(row->table->kind, "owner_kind");
    guint column = row->table->columns[kind - row->table->kind->fields];
    if (*directory_table_cell(row->table, row->row, column) == '\0' || strchr(text, ':') != NULL)
        return g_strdup(text);
    return g_strconcat(directory_field_refers_to(field, row->record)->name, ":", text, NULL);
}

/* The field from its cell; a column that is not there leaves it as it is. */
static gboolean set_field(Reader *reader, const Row *row, const DirectoryField *field)
{
    g_autoptr(GError) error = NULL;
    guint column = row->table->columns[field - row->table->kind->fields];
    if (column == G_MAXUINT)
        return TRUE;
    const char *text = directory_table_cell(row->table, row->row, column);
    g_autofree char *owner = field->type == FIELD_OWNER ? owner_text(field, row, text) : NULL;
    if (field->type == FIELD_CHOICE && *text == '\0' && !field->required)
        return TRUE;
    if (directory_field_set(field, reader->out->after, row->record, owner != NULL ? owner : text,
                            reader->out->after, &error))
        return TRUE;
    say(reader, row, error->message);
    return FALSE;
}

static gboolean is_own_kind(const DirectoryField *field, const DirectoryKind *kind)
{
    return field->type == FIELD_UNIT && kind->id == DIRECTORY_UNIT;
}

/* Sets the keys, or all other fields but those that refer to records of the same kind. */
static gboolean set_fields(Reader *reader, const Row *row, gboolean keys)
{
    const DirectoryKind *kind = row->table->kind;
    gboolean good = TRUE;
    for (guint i = keys ? 0 : kind->n_keys; i < (keys ? kind->n_keys : kind->n_fields); i++)
        if (!is_own_kind(&kind->fields[i], kind))
            good = set_field(reader, row, &kind->fields[i]) && good;
    return good;
}

/* The row becomes a version of the known record: what it has no column for stays. */
static void take_over(Reader *reader, const Row *row)
{
    const DirectoryKind *kind = row->table->kind;
    const DirectoryRecord *from = row->known;
    DirectoryRecord *record = row->record;
    record->id = from->id;
    record->change = from->change;
    directory_set_text(reader->out->after, &record->valid_from, from->valid_from);
    directory_set_text(reader->out->after, &record->valid_to, from->valid_to);
    for (guint i = 0; i < kind->n_fields; i++)
        if (i >= kind->n_keys || row->table->columns[i] == G_MAXUINT)
            directory_field_copy(&kind->fields[i], reader->out->after, record, row->known);
    g_hash_table_add(reader->kept, (gpointer)row->known);
}

static void report_twin(Reader *reader, const Row *row, guint twin)
{
    const Row *first = &g_array_index(reader->rows, Row, twin);
    g_autofree char *message =
        g_strdup_printf(_("与 %s 第 %u 行重复：请删去一行（同名的人写成“张伟（财政局）”以区别）"),
                        first->table->place, sheet_line(first->table->sheet, first->row));
    say(reader, row, message);
}

/* Finds the row's record again, or makes it a new one. */
static void identify(Reader *reader, Row *row)
{
    DirectoryRecord *record = row->record;
    char *identity = identity_of(row->table->kind, record);
    guint twin = GPOINTER_TO_UINT(g_hash_table_lookup(reader->own, identity));
    if (twin > 0) {
        report_twin(reader, row, twin - 1);
        g_free(identity);
        return;
    }
    row->known = g_hash_table_lookup(reader->same, identity);
    g_hash_table_insert(reader->own, identity, GUINT_TO_POINTER(reader->rows->len + 1));
    if (row->known != NULL)
        take_over(reader, row);
    else
        record->id = reader->next_id--;
}

static void complete(const DirectoryKind *kind, gpointer record)
{
    DirectoryMailbox *mailbox = record;
    if (kind->id == DIRECTORY_MAILBOX && (mailbox->channel & CHANNEL_PAPER) != 0 && mailbox->copies == 0)
        mailbox->copies = 1;
}

static void read_row(Reader *reader, const DirectoryTable *table, guint row_number)
{
    const DirectoryKind *kind = table->kind;
    Row row = {table, row_number, directory_add(reader->out->after, kind), NULL};
    if (kind->id == DIRECTORY_MAILBOX &&
        !set_field(reader, &row, directory_kind_field(kind, "owner_kind")))
        return;
    if (!set_fields(reader, &row, TRUE))
        return;
    identify(reader, &row);
    set_fields(reader, &row, FALSE);
    complete(kind, row.record);
    g_array_append_val(reader->rows, row);
}

/* ---- one kind ---- */

static void know(Reader *reader, const DirectoryKind *kind)
{
    const GPtrArray *records = reader->known->records[kind->id];
    g_hash_table_remove_all(reader->same);
    g_hash_table_remove_all(reader->own);
    g_array_set_size(reader->rows, 0);
    for (guint i = 0; reader->out->given[kind->id] && i < records->len; i++)
        g_hash_table_insert(reader->same, identity_of(kind, records->pdata[i]), records->pdata[i]);
}

/* Whether the row's own version tells of an edit that somebody else made since it was exported. */
static void check_seen(Reader *reader, const Row *row, gboolean differs)
{
    const char *text = directory_table_cell(row->table, row->row, row->table->change);
    const DirectoryRecord *known = row->known;
    gint64 seen = 0;
    if (*text == '\0')
        return;
    if (!g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, &seen, NULL))
        say(reader, row, _("“版本”是导出时写下的号，请不要改动；新增的行空着"));
    else if (known == NULL && g_hash_table_size(reader->same) > 0)
        say(reader, row, _("导出以后名录里的这一条已被删去或改名：请核对；确要重新登记，请把“版本”清空"));
    else if (known != NULL && differs && seen > known->change)
        say(reader, row, _("“版本”比名录里的还新：表不是从这个名录导出的，或号被改过；请重新导出，在新表里改"));
    else if (known != NULL && differs && seen < known->change)
        say(reader, row, _("二人同改：导出以后已有人改过这一条，内容与此行不同，请重新导出，在新表里改"));
}

static const char *day_or_open(const char *day)
{
    return *day != '\0' ? day : _("不限");
}

/* The cell as a day, however a spreadsheet writes it; as it stands when it is none. */
static char *day_in(const DirectoryTable *table, guint row, guint column)
{
    const char *text = directory_table_cell(table, row, column);
    char *day = directory_day_read(text);
    return day != NULL ? day : g_strdup(text);
}

static void say_first_day(Reader *reader, const Row *row, const char *from)
{
    const DirectoryRecord *known = row->known;
    g_autofree char *message = known == NULL
        ? g_strdup_printf(_("新增的行不填“自”“至”：从哪天起才有的，请另放一个表，用 --from %s 导入"),
                          directory_is_day(from) && *from != '\0' ? from : _("日期"))
        : g_strdup_printf(_("“自”由 %s 改成了 %s：有效日期不在表里改。内容从哪天起变，用 --from 日期 导入；"
                            "从一开始就该这样，用 --from -"), day_or_open(known->valid_from), day_or_open(from));
    say(reader, row, message);
}

static void say_last_day(Reader *reader, const Row *row, const char *to)
{
    const DirectoryRecord *known = row->known;
    const char *kind = row->table->kind->name;
    gboolean ends = directory_is_day(to) && *to != '\0' && (*known->valid_to == '\0' || strcmp(to, known->valid_to) < 0);
    g_autofree char *next = ends ? directory_day_after(to) : NULL;
    g_autofree char *message =
        ends ? g_strdup_printf(_("“至”由 %s 改成了 %s：有效日期不在表里改。要它到那天为止：songfactl %s remove --id %" PRId64
                                 " --from %s"), day_or_open(known->valid_to), to, kind, known->id, next)
             : g_strdup_printf(_("“至”由 %s 改成了 %s：有效日期不在表里改。要它继续有效，请撤销使它终止的改动，"
                                 "改动号见 songfactl %s history --id %" PRId64), day_or_open(known->valid_to),
                               day_or_open(to), kind, known->id);
    say(reader, row, message);
}

/* The days of a version are set by the day from which a change holds, not in the table: a day moved there would
 * say nothing of the versions before and after it. */
static void check_days(Reader *reader, const Row *row)
{
    const DirectoryRecord *record = row->record;
    g_autofree char *from = day_in(row->table, row->row, row->table->from);
    g_autofree char *to = day_in(row->table, row->row, row->table->to);
    gboolean other_from = row->table->from != G_MAXUINT && strcmp(from, record->valid_from) != 0;
    gboolean other_to = row->table->to != G_MAXUINT && strcmp(to, record->valid_to) != 0;
    if (other_from || (other_to && row->known == NULL))
        say_first_day(reader, row, from);
    else if (other_to)
        say_last_day(reader, row, to);
}

static void compare_row(Reader *reader, const Row *row)
{
    const DirectoryKind *kind = row->table->kind;
    gboolean differs = row->known == NULL || !directory_record_same(kind, row->known, row->record);
    DirectoryDifference difference = {kind, row->known, row->record};
    check_seen(reader, row, differs);
    check_days(reader, row);
    if (differs)
        g_array_append_val(reader->out->differences, difference);
    else
        reader->out->unchanged++;
}

static gboolean is_over(const DirectoryKind *kind, gpointer record, const char *day)
{
    if (!kind->dated)
        return FALSE;
    const char *to = *(const char **)directory_field_place(directory_kind_field(kind, "to"), record);
    return *to != '\0' && strcmp(to, day) < 0;
}

/* The records that no row has stay, or are removed. */
static GPtrArray *keep_others(Reader *reader, const DirectoryKind *kind)
{
    GPtrArray *removed = g_ptr_array_new();
    const GPtrArray *records = reader->known->records[kind->id];
    gboolean given = reader->out->given[kind->id];
    for (guint i = 0; i < records->len; i++) {
        gpointer record = records->pdata[i];
        if (g_hash_table_contains(reader->kept, record))
            continue;
        if (given && reader->replace && !is_over(kind, record, reader->known->date)) {
            g_ptr_array_add(removed, record);
            continue;
        }
        directory_add_copy(reader->out->after, kind, record);
        reader->out->missing += given ? 1 : 0;
    }
    return removed;
}

/* A unit's parent may stand below it; later kinds look units, posts and persons up by name. */
static void make_known(Reader *reader, const DirectoryKind *kind)
{
    if (kind->id == DIRECTORY_UNIT || kind->id == DIRECTORY_PERSON)
        directory_index(reader->out->after);
    for (guint i = 0; kind->id == DIRECTORY_UNIT && i < reader->rows->len && !is_full(reader); i++)
        set_field(reader, &g_array_index(reader->rows, Row, i), directory_kind_field(kind, "parent"));
}

static void read_kind(Reader *reader, const DirectoryKind *kind)
{
    know(reader, kind);
    for (guint i = 0; i < reader->tables->len; i++) {
        const DirectoryTable *table = reader->tables->pdata[i];
        for (guint row = 1; table->kind == kind && row < sheet_rows(table->sheet) && !is_full(reader); row++)
            read_row(reader, table, row);
    }
    g_autoptr(GPtrArray) removed = keep_others(reader, kind);
    make_known(reader, kind);
    for (guint i = 0; i < reader->rows->len; i++)
        compare_row(reader, &g_array_index(reader->rows, Row, i));
    for (guint i = 0; i < removed->len; i++) {
        DirectoryDifference difference = {kind, removed->pdata[i], NULL};
        g_array_append_val(reader->out->differences, difference);
    }
}

/* ---- all ---- */

static gint compare_errors(gconstpointer a, gconstpointer b)
{
    const DirectoryTableError *one = *(DirectoryTableError *const *)a, *two = *(DirectoryTableError *const *)b;
    return one->order != two->order ? (one->order > two->order) - (one->order < two->order)
                                    : (one->line > two->line) - (one->line < two->line);
}

static DirectoryImport *import_new(const Directory *known)
{
    DirectoryImport *import = g_new0(DirectoryImport, 1);
    import->after = directory_new(known->date);
    import->differences = g_array_new(FALSE, FALSE, sizeof(DirectoryDifference));
    return import;
}

void directory_import_free(DirectoryImport *import)
{
    if (import == NULL)
        return;
    directory_free(import->after);
    g_array_unref(import->differences);
    g_free(import);
}

DirectoryImport *directory_import(const DirectoryFile *files, gsize n, const Directory *known,
                                  gboolean replace, GPtrArray *errors)
{
    guint before = errors->len;
    g_autoptr(DirectoryImport) import = import_new(known);
    g_autoptr(GPtrArray) tables = directory_tables_read(files, n, errors);
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Row));
    g_autoptr(GHashTable) same = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) kept = g_hash_table_new(NULL, NULL);
    Reader reader = {import, known, replace, tables, errors, -1, rows, same, own, kept};
    for (guint i = 0; i < tables->len; i++)
        import->given[((DirectoryTable *)tables->pdata[i])->kind->id] = TRUE;
    for (gsize i = 0; i < DIRECTORY_KINDS; i++)
        read_kind(&reader, &directory_kinds[i]);
    directory_index(import->after);
    g_ptr_array_sort(errors, compare_errors);
    return errors->len == before ? g_steal_pointer(&import) : NULL;
}
