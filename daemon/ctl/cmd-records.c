/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl unit, post, person, tenure, group, alias, mailbox: list, add, set, remove. The verbs
 * are the same for all kinds of records. */
#include <inttypes.h>
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/kind.h"
#include "daemon/ctl/output.h"
#include "daemon/store/directory.h"

#define LIST_WIDTH 44 /* columns of a terminal for one field */

static gboolean set_field(const RecordField *field, Directory *directory, gpointer record,
                          const char *text, GError **error)
{
    return field->type->set(field, directory, record, text, error);
}

/* The words behind the verb. A post may be written in one word, UNIT/POST. */
static GPtrArray *key_words(const Kind *kind, const Args *args)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 1; i < args_count(args); i++)
        g_ptr_array_add(words, g_strdup(args_word(args, i)));
    const char *first = words->len == 1 ? words->pdata[0] : "";
    const char *slash = strrchr(first, '/');
    if (strcmp(kind->name, "post") == 0 && slash != NULL) {
        g_ptr_array_insert(words, 0, g_strndup(first, (gsize)(slash - first)));
        char *post = g_strdup(slash + 1);
        g_free(words->pdata[1]);
        words->pdata[1] = post;
    }
    return words;
}

/* Words behind the keys are the list of the last field; elsewhere they are too many. */
static gboolean set_rest(const Kind *kind, Directory *directory, gpointer record,
                         const GPtrArray *words, GError **error)
{
    if (words->len <= kind->n_keys)
        return TRUE;
    if (!kind->words_fill_last) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("多了“%s”"),
                    (const char *)words->pdata[kind->n_keys]);
        return FALSE;
    }
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = kind->n_keys; i < words->len; i++)
        g_string_append_printf(list, ",%s", (const char *)words->pdata[i]);
    return set_field(&kind->fields[kind_n_fields(kind) - 1], directory, record, list->str, error);
}

static gboolean set_options(const Kind *kind, Directory *directory, gpointer record,
                            const Args *args, guint *n, GError **error)
{
    for (guint i = 0; i < kind_n_fields(kind); i++) {
        const char *text = args_get(args, kind->fields[i].name);
        if (text == NULL)
            continue;
        if (!set_field(&kind->fields[i], directory, record, text, error))
            return FALSE;
        (*n)++;
    }
    return TRUE;
}

/* The unit's or person's own name, where the words give a short form of it. */
static const char *canonical(const Kind *kind, const Directory *directory, guint i,
                             const char *word)
{
    if (strcmp(kind->name, "unit") == 0 && i == 0) {
        const DirectoryUnit *unit = directory_unit(directory, word);
        return unit != NULL ? unit->name : word;
    }
    return word;
}

static gpointer find_by_id(const Kind *kind, Directory *directory, gint64 id, GError **error)
{
    const GPtrArray *records = kind_records(kind, directory);
    for (guint i = 0; i < records->len; i++)
        if (kind_id(records->pdata[i]) == id)
            return records->pdata[i];
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                _("没有编号 %" PRId64 " 的%s。全部：songfactl %s list"), id, _(kind->word),
                kind->name);
    return NULL;
}

static gpointer not_one(const Kind *kind, const Directory *directory, const GPtrArray *words,
                        guint found, GError **error)
{
    const char *name = words->pdata[words->len > 1 && kind->n_keys > 1 ? 1 : 0];
    if (found > 1) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                    _("“%s”的%s有 %u 条，请用 --id 指明一条。全部：songfactl %s list"), name,
                    _(kind->word), found, kind->name);
        return NULL;
    }
    g_auto(GStrv) names = directory_suggest(directory, name, 3);
    g_autofree char *near = g_strjoinv("、", names);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                _("没有%s“%s”%s%s。全部：songfactl %s list"), _(kind->word), name,
                *near != '\0' ? _("，相近的有：") : "", near, kind->name);
    return NULL;
}

/* The one record that the words name, or that --id names; words may be fewer than the keys when
 * they still name one. */
static gpointer find(const Kind *kind, Directory *directory, const GPtrArray *words,
                     const Args *args, GError **error)
{
    gint64 id;
    if (!args_int(args, "id", 1, G_MAXINT64, 0, &id, error))
        return NULL;
    if (id > 0)
        return find_by_id(kind, directory, id, error);
    if (words->len == 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("要写明是哪一个%s"), _(kind->word));
        return NULL;
    }
    const GPtrArray *records = kind_records(kind, directory);
    guint n = MIN(kind->n_keys, words->len), n_records = records->len, found = 0;
    gpointer probe = kind->add(directory), match = NULL;
    for (guint i = 0; i < n; i++)
        if (!set_field(&kind->fields[i], directory, probe,
                       canonical(kind, directory, i, words->pdata[i]), error))
            return NULL;
    for (guint i = 0; i < n_records; i++)
        if (kind_same(kind, records->pdata[i], probe, n)) {
            match = records->pdata[i];
            found++;
        }
    return found == 1 ? match : not_one(kind, directory, words, found, error);
}

static void say_done(const Kind *kind, const char *done, gint64 id)
{
    output_print(_("%s%s（编号 %" PRId64 "）\n"), done, _(kind->word), id);
}

static int change(Ctl *ctl, const Kind *kind, gpointer record, gboolean remove, const char *done,
                  GError **error)
{
    if (kind_id(record) == 0)
        kind_set_id(record, -1);
    const StoreDirectoryEdit edit = {.kind = directory_kind(kind->name), .record = record,
                                     .remove = remove};
    g_autofree char *words = g_strdup_printf("%s %s", kind->name, done);
    const StoreDirectoryChange what = {.who = ctl->who, .words = words};
    gint64 id;
    if (!store_directory_change(ctl->store, &edit, 1, &what, &id, NULL, error))
        return 1;
    say_done(kind, done, id);
    return 0;
}

static int put(Ctl *ctl, const Kind *kind, gpointer record, const char *done, GError **error)
{
    return change(ctl, kind, record, FALSE, done, error);
}

static int add(Ctl *ctl, const Kind *kind, Directory *directory, const Args *args,
               GError **error)
{
    g_autoptr(GPtrArray) words = key_words(kind, args);
    gpointer record = kind->add(directory);
    guint n = 0;
    for (guint i = 0; i < MIN(kind->n_keys, words->len); i++)
        if (!set_field(&kind->fields[i], directory, record, words->pdata[i], error))
            return 1;
    if (kind->set_defaults != NULL)
        kind->set_defaults(record);
    if (!set_rest(kind, directory, record, words, error) ||
        !set_options(kind, directory, record, args, &n, error))
        return 1;
    return put(ctl, kind, record, _("已添加"), error);
}

static int set(Ctl *ctl, const Kind *kind, Directory *directory, const Args *args,
               GError **error)
{
    g_autoptr(GPtrArray) words = key_words(kind, args);
    gpointer record = find(kind, directory, words, args, error);
    guint n = words->len > kind->n_keys ? 1 : 0;
    if (record == NULL || !set_rest(kind, directory, record, words, error) ||
        !set_options(kind, directory, record, args, &n, error))
        return 1;
    if (n == 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("要改什么？请写出选项"));
        return 2;
    }
    return put(ctl, kind, record, _("已修改"), error);
}

static int remove_one(Ctl *ctl, const Kind *kind, Directory *directory, const Args *args,
                      GError **error)
{
    g_autoptr(GPtrArray) words = key_words(kind, args);
    gpointer record = find(kind, directory, words, args, error);
    return record != NULL ? change(ctl, kind, record, TRUE, _("已删除"), error) : 1;
}

static int list(Ctl *ctl, const Kind *kind, Directory *directory, const Args *args,
                GError **error)
{
    TableColumn columns[KIND_MAX_FIELDS + 1] = {{"id", _("编号"), 0}};
    const GPtrArray *records = kind_records(kind, directory);
    guint n = kind_n_fields(kind);
    (void)args;
    (void)error;
    for (guint i = 0; i < n; i++)
        columns[i + 1] =
            (TableColumn){kind->fields[i].name, _(kind->fields[i].heading), LIST_WIDTH};
    g_autoptr(Table) table = table_new(columns, n + 1);
    for (guint r = 0; r < records->len; r++) {
        table_int(table, kind_id(records->pdata[r]));
        for (guint i = 0; i < n; i++)
            field_cell(&kind->fields[i], directory, records->pdata[r], table, ctl->format);
    }
    g_autofree char *text = table_write(table, ctl->format);
    output_text(text);
    return 0;
}

int cmd_records(Ctl *ctl, const Args *args, GError **error)
{
    static const struct {
        const char *name;
        int (*run)(Ctl *, const Kind *, Directory *, const Args *, GError **);
    } verbs[] = {{"list", list}, {"add", add}, {"set", set}, {"remove", remove_one}};
    const char *verb = args_word(args, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
        if (strcmp(verbs[i].name, verb) == 0) {
            g_autoptr(Directory) directory = store_directory_load(ctl->store, NULL, NULL, error);
            return directory != NULL
                       ? verbs[i].run(ctl, kind_named(ctl->command), directory, args, error)
                       : 3;
        }
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE,
                _("%s 后面应是 list、add、set 或 remove，不是“%s”"), ctl->command, verb);
    return 2;
}
