/* SPDX-License-Identifier: GPL-3.0-or-later
 * Words that name records of the directory. */
#include "daemon/ctl/record-words.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "recipients/directory-field.h"

/* How many of a kind's first fields are words; the words behind them fill its list, or are too many. */
static const struct { guint names; gboolean then_list; } words_of[DIRECTORY_KINDS] = {
    [DIRECTORY_UNIT] = {1, FALSE},     [DIRECTORY_POST] = {2, FALSE},  [DIRECTORY_PERSON] = {1, FALSE},
    [DIRECTORY_TENURE] = {2, FALSE},   [DIRECTORY_STAND_IN] = {2, FALSE}, [DIRECTORY_GROUP] = {1, TRUE},
    [DIRECTORY_ALIAS] = {1, TRUE},     [DIRECTORY_MAILBOX] = {2, FALSE}};

char *record_words_option(const DirectoryField *field)
{
    return g_strdelimit(g_strdup(field->name), "_", '-');
}

static const char *option_of(const DirectoryField *field, const Args *args)
{
    g_autofree char *name = record_words_option(field);
    return args_get(args, name);
}

/* UNIT/POST as two words. */
static char **split_post(const char *word)
{
    const char *slash = strrchr(word, '/');
    char **words = g_new0(char *, 3);
    words[0] = slash != NULL ? g_strndup(word, (gsize)(slash - word)) : g_strdup(word);
    words[1] = slash != NULL ? g_strdup(slash + 1) : NULL;
    return words;
}

char **record_words(const DirectoryKind *kind, const Args *args)
{
    char **words = args_words(args) + MIN(1, args_count(args));
    guint n = g_strv_length(words);
    if (kind->id == DIRECTORY_POST && n == 1)
        return split_post(words[0]);
    char **copy = g_strdupv(words);
    if (kind->id == DIRECTORY_TENURE && n >= 2 && strchr(copy[0], '/') != NULL && strchr(copy[1], '/') == NULL) {
        char *post = copy[0];
        copy[0] = copy[1];
        copy[1] = post;
    }
    return copy;
}

/* ---- finding ---- */

static gboolean same_name(const char *a, const char *b)
{
    g_autofree char *one = directory_key(a), *two = directory_key(b);
    return strcmp(one, two) == 0;
}

static const char *text_at(const DirectoryField *field, gconstpointer record)
{
    return *(const char *const *)directory_field_place(field, (gpointer)record);
}

/* Whether the first n fields are alike, names as people write them. */
static gboolean is_named(const DirectoryKind *kind, gconstpointer record, gconstpointer probe, guint n)
{
    for (guint i = 0; i < n; i++) {
        const DirectoryField *field = &kind->fields[i];
        if (directory_field_is_text(field) ? !same_name(text_at(field, record), text_at(field, probe))
                                      : !directory_field_same(field, record, probe))
            return FALSE;
    }
    return kind->id != DIRECTORY_MAILBOX ||
           ((const DirectoryMailbox *)record)->owner_kind == ((const DirectoryMailbox *)probe)->owner_kind;
}

/* A record with these words in the fields that name it, which does not stay in the directory; NULL and error
 * when one of them names nothing. */
static gpointer probe_of(const DirectoryKind *kind, Directory *directory, char **words, guint n, GError **error)
{
    gpointer probe = directory_add(directory, kind);
    g_ptr_array_set_size(directory->records[kind->id], (gint)directory->records[kind->id]->len - 1);
    for (guint i = 0; i < n; i++)
        if (!directory_field_set(&kind->fields[i], directory, probe, words[i], directory, error))
            return NULL;
    return probe;
}

char *record_words_label(const DirectoryKind *kind, Directory *directory, const Args *args, GError **error)
{
    g_auto(GStrv) words = record_words(kind, args);
    gpointer probe = probe_of(kind, directory, words, MIN(words_of[kind->id].names, g_strv_length(words)), error);
    return probe != NULL ? directory_record_label(directory, kind, probe) : NULL;
}

/* Of the versions of a record, which stand together, the last. */
static void add_version(GPtrArray *found, DirectoryRecord *record)
{
    const DirectoryRecord *last = found->len > 0 ? found->pdata[found->len - 1] : NULL;
    if (last != NULL && last->id == record->id)
        g_ptr_array_set_size(found, (gint)found->len - 1);
    g_ptr_array_add(found, record);
}

/* All that the words name; NULL and error when a word in them names nothing. */
static GPtrArray *named(const DirectoryKind *kind, Directory *directory, char **words, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    guint n = MIN(words_of[kind->id].names, g_strv_length(words));
    const DirectoryUnit *unit = kind->id == DIRECTORY_UNIT ? directory_unit(directory, words[0]) : NULL;
    const DirectoryPerson *person = kind->id == DIRECTORY_PERSON ? directory_person(directory, words[0]) : NULL;
    if (unit != NULL || person != NULL) {
        g_ptr_array_add(found, unit != NULL ? (gpointer)unit : (gpointer)person);
        return g_steal_pointer(&found);
    }
    gpointer probe = probe_of(kind, directory, words, n, error);
    if (probe == NULL)
        return NULL;
    const GPtrArray *records = directory->records[kind->id];
    for (guint i = 0; i < records->len; i++)
        if (is_named(kind, records->pdata[i], probe, n))
            add_version(found, records->pdata[i]);
    return g_steal_pointer(&found);
}

/* Of several terms only one may hold on the day; past and planned ones are then not meant. */
static DirectoryRecord *holding(const Directory *directory, const GPtrArray *found)
{
    DirectoryRecord *holds = NULL;
    for (guint i = 0; i < found->len; i++) {
        const DirectoryTenure *tenure = found->pdata[i]; /* stand-ins lie alike in from and to */
        if (strcmp(tenure->from, directory->date) > 0 ||
            (*tenure->to != '\0' && strcmp(directory->date, tenure->to) > 0))
            continue;
        if (holds != NULL)
            return NULL;
        holds = found->pdata[i];
    }
    return holds;
}

static char *joined(char **words)
{
    return g_strjoinv(" ", words);
}

/* What tells records of one name apart, in a bracket: days, the issuer an alias is for, the way to the owner. */
static char *apart(const DirectoryKind *kind, const Directory *directory, gconstpointer record)
{
    static const char *const fields[] = {"series", "office", "from", "to", "channel"};
    g_autoptr(GString) text = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        const DirectoryField *field = directory_kind_field(kind, fields[i]);
        g_autofree char *value = field != NULL ? directory_field_text(field, directory, record) : g_strdup("");
        if (*value != '\0')
            g_string_append_printf(text, "%s%s %s", text->len > 0 ? "，" : "（", _(field->heading), value);
    }
    return g_strconcat(text->str, text->len > 0 ? "）" : "", NULL);
}

static void say_several(const DirectoryKind *kind, const Directory *directory, char **words, const GPtrArray *found,
                        GError **error)
{
    g_autoptr(GString) list = g_string_new(NULL);
    g_autofree char *name = joined(words);
    for (guint i = 0; i < MIN(found->len, 10); i++) {
        g_autofree char *label = directory_record_label(directory, kind, found->pdata[i]);
        g_autofree char *more = apart(kind, directory, found->pdata[i]);
        g_string_append_printf(list, "\n  --id %" PRId64 "  %s%s", ((const DirectoryRecord *)found->pdata[i])->id,
                               label, more);
    }
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("“%s”的%s有 %u 条，请用 --id 指明一条：%s"), name,
                _(kind->word), found->len, list->str);
}

/* Tenures, stand-ins and mailboxes are named by what they belong to. */
static void say_none(const DirectoryKind *kind, const Directory *directory, char **words, GError **error)
{
    gboolean named_by_itself = kind->id == DIRECTORY_UNIT || kind->id == DIRECTORY_PERSON || kind->id == DIRECTORY_POST;
    g_autofree char *name = kind->id == DIRECTORY_POST ? g_strjoinv("/", words) : joined(words);
    g_auto(GStrv) names = directory_suggest_kind(directory, named_by_itself ? kind : NULL,
                                                 named_by_itself ? name : words[0], 3);
    g_autofree char *near = g_strjoinv("、", names);
    if (*near != '\0')
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND, _("没有%s“%s”，相近的有：%s。全部：songfactl %s list"),
                    _(kind->word), name, near, kind->name);
    else
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND, _("没有%s“%s”。全部：songfactl %s list"), _(kind->word),
                    name, kind->name);
}

static DirectoryRecord *find_by_id(const DirectoryKind *kind, const Directory *directory, gint64 id, GError **error)
{
    const GPtrArray *records = directory->records[kind->id];
    for (guint i = 0; i < records->len; i++)
        if (((const DirectoryRecord *)records->pdata[i])->id == id)
            return records->pdata[i];
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                _("没有编号 %" PRId64 " 的%s。全部：songfactl %s list"), id, _(kind->word), kind->name);
    return NULL;
}

DirectoryRecord *record_words_find(const DirectoryKind *kind, Directory *directory, const Args *args, GError **error)
{
    gint64 id;
    g_auto(GStrv) words = record_words(kind, args);
    if (!args_int(args, "id", 1, G_MAXINT64, 0, &id, error))
        return NULL;
    if (id > 0)
        return find_by_id(kind, directory, id, error);
    if (*words == NULL) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("要写明是哪一个%s"), _(kind->word));
        return NULL;
    }
    g_autoptr(GPtrArray) found = named(kind, directory, words, error);
    if (found == NULL)
        return NULL;
    DirectoryRecord *record = found->len == 1 ? found->pdata[0]
                              : kind->dated   ? holding(directory, found) : NULL;
    if (record == NULL && found->len == 0)
        say_none(kind, directory, words, error);
    else if (record == NULL)
        say_several(kind, directory, words, found, error);
    return record;
}

/* ---- reading ---- */

gboolean record_words_name(const DirectoryKind *kind, Directory *directory, gpointer record, const Args *args,
                           GError **error)
{
    g_auto(GStrv) words = record_words(kind, args);
    guint n = words_of[kind->id].names;
    for (guint i = 0; i < n && words[i] != NULL; i++)
        if (!directory_field_set(&kind->fields[i], directory, record, words[i], directory, error))
            return FALSE;
    for (guint i = g_strv_length(words); i < n; i++)
        if (kind->fields[i].required && option_of(&kind->fields[i], args) == NULL) {
            g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("还缺%s"), _(kind->fields[i].heading));
            return FALSE;
        }
    return TRUE;
}

static const DirectoryField *list_of(const DirectoryKind *kind)
{
    for (guint i = 0; i < kind->n_fields; i++)
        if (directory_field_is_list(&kind->fields[i]))
            return &kind->fields[i];
    return NULL;
}

/* The words behind the names are the list; elsewhere they are too many. */
static gboolean read_rest(const DirectoryKind *kind, Directory *directory, gpointer record, const Args *args,
                          gboolean *said, GError **error)
{
    g_auto(GStrv) words = record_words(kind, args);
    guint names = args_has(args, "id") && words_of[kind->id].then_list ? 0 : words_of[kind->id].names;
    if (g_strv_length(words) <= names)
        return TRUE;
    if (!words_of[kind->id].then_list) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("多了“%s”"), words[names]);
        return FALSE;
    }
    g_autofree char *list = g_strjoinv("|", words + names);
    *said = TRUE;
    return directory_field_set(list_of(kind), directory, record, list, directory, error);
}

static gboolean read_options(const DirectoryKind *kind, Directory *directory, gpointer record, const Args *args,
                             gboolean *said, GError **error)
{
    for (guint i = 0; i < kind->n_fields; i++) {
        const char *text = option_of(&kind->fields[i], args);
        if (text == NULL)
            continue;
        if (!directory_field_set(&kind->fields[i], directory, record, text, directory, error))
            return FALSE;
        *said = TRUE;
    }
    return TRUE;
}

/* Members that name the same: 区发改委 is 上街区发展和改革委员会. */
static gboolean same_member(const Directory *directory, const char *a, const char *b)
{
    static const char prefix[] = "unit:";
    if (same_name(a, b))
        return TRUE;
    if (!g_str_has_prefix(a, prefix) || !g_str_has_prefix(b, prefix))
        return FALSE;
    const DirectoryUnit *unit = directory_unit(directory, a + strlen(prefix));
    return unit != NULL && unit == directory_unit(directory, b + strlen(prefix));
}

static gboolean drop_member(const Directory *directory, GPtrArray *members, const char *text, GError **error)
{
    gboolean dropped = FALSE;
    for (guint i = members->len; i > 0; i--)
        if (same_member(directory, members->pdata[i - 1], text)) {
            g_ptr_array_remove_index(members, i - 1);
            dropped = TRUE;
        }
    if (dropped)
        return TRUE;
    g_autofree char *all = g_strjoinv("、", (char **)members->pdata);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("里面没有“%s”，有的是：%s"), text, all);
    return FALSE;
}

static void add_member(const Directory *directory, GPtrArray *members, char *text)
{
    for (guint i = 0; i < members->len; i++)
        if (same_member(directory, members->pdata[i], text))
            return;
    g_ptr_array_add(members, text);
}

/* --drop and --add change some of the list and leave the rest as it stands. */
static gboolean read_changes(const DirectoryKind *kind, Directory *directory, gpointer record, const Args *args,
                             gboolean *said, GError **error)
{
    if (!args_has(args, "add") && !args_has(args, "drop"))
        return TRUE;
    const DirectoryField *field = list_of(kind);
    char ***place = directory_field_place(field, record), **more = NULL, **less = NULL;
    directory_set_list(directory, &more, args_has(args, "add") ? args_get(args, "add") : "", "|,");
    directory_set_list(directory, &less, args_has(args, "drop") ? args_get(args, "drop") : "", "|,");
    g_autoptr(GPtrArray) members = g_ptr_array_new_null_terminated(8, NULL, TRUE);
    for (char **member = *place; *member != NULL; member++)
        g_ptr_array_add(members, *member);
    for (; *less != NULL; less++)
        if (!drop_member(directory, members, *less, error))
            return FALSE;
    for (; *more != NULL; more++)
        add_member(directory, members, *more);
    g_autofree char *list = g_strjoinv("|", (char **)members->pdata);
    *said = TRUE;
    return directory_field_set(field, directory, record, list, directory, error);
}

gboolean record_words_read(const DirectoryKind *kind, Directory *directory, gpointer record, const Args *args,
                           gboolean *said, GError **error)
{
    *said = FALSE;
    return read_rest(kind, directory, record, args, said, error) &&
           read_options(kind, directory, record, args, said, error) &&
           read_changes(kind, directory, record, args, said, error);
}

/* ---- history ---- */

static void add_word(GString *line, const char *word)
{
    gboolean plain = *word != '\0' && strpbrk(word, " \t\"'") == NULL;
    g_string_append_printf(line, plain ? "%s" : "'%s'", word);
}

char *record_words_line(const char *command, const DirectoryKind *kind, const Args *args)
{
    static const char *const others[] = {"to", "new", "from", "id", "add", "drop"};
    GString *line = g_string_new(command);
    g_autoptr(GHashTable) done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; kind != NULL && i < kind->n_fields; i++)
        g_ptr_array_add(names, record_words_option(&kind->fields[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        g_ptr_array_add(names, g_strdup(others[i]));
    for (guint i = 0; i < args_count(args); i++)
        add_word(g_string_append_c(line, ' '), args_word(args, i));
    for (guint i = 0; i < names->len; i++) {
        const char *value = args_get(args, names->pdata[i]);
        if (value == NULL || !g_hash_table_add(done, g_strdup(names->pdata[i])))
            continue;
        g_string_append_printf(line, " --%s", (char *)names->pdata[i]);
        if (*value != '\0')
            add_word(g_string_append_c(line, ' '), value);
    }
    return g_string_free(line, FALSE);
}
