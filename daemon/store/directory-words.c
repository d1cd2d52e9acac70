/* SPDX-License-Identifier: GPL-3.0-or-later
 * The words of groups and aliases ("unit:NAME", recipients/directory.h): each must name something,
 * and no group may reach itself. */
#include "daemon/store/directory-words.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/directory.h"

#define NEAREST 3

#define UNIT_NAMED "SELECT unit_id FROM unit_name WHERE key = $1"
static const struct {
    const char *kind, *find; /* $1 = key of the name, $2 = the name, $3 = key behind its last slash */
} word_kinds[] = {
    {"unit", UNIT_NAMED},
    {"under", UNIT_NAMED},
    {"posts", UNIT_NAMED},
    {"post", "SELECT p.id FROM post p JOIN unit_name n ON n.unit_id = p.unit_id WHERE n.key = $1 AND p.key = $3"},
    {"person", "SELECT id FROM person WHERE key = $1"},
    {"group", "SELECT id FROM directory_group WHERE key = $1"},
    {"kind", "SELECT id FROM unit WHERE kind = $2"},
    {"rank", "SELECT id FROM post WHERE rank = $2"},
};

/* The name behind "kind:", lent; NULL when the word is not of that kind. */
static const char *name_in(const char *word, const char *kind)
{
    if (*word == '-')
        word++;
    gsize length = strlen(kind);
    return strncmp(word, kind, length) == 0 && word[length] == ':' ? word + length + 1 : NULL;
}

/* FALSE without error when nothing is found. */
static gboolean find_word(Store *store, const char *sql, const char *name, gint64 *id, GError **error)
{
    const char *slash = strrchr(name, '/');
    g_autofree char *unit = slash != NULL ? g_strndup(name, (gsize)(slash - name)) : NULL;
    gboolean is_post = strstr(sql, "$3") != NULL;
    g_autofree char *key = directory_key(is_post && unit != NULL ? unit : name);
    g_autofree char *post_key = directory_key(slash != NULL ? slash + 1 : "");
    return db_number(store->db, sql, DB_PARAMS(db_string(key), db_string(name), db_string(post_key)), id, error);
}

/* Nothing of that name: with those that are near. */
static gboolean unknown_word(Store *store, const char *word, const char *name, GError **error)
{
    g_autoptr(Directory) directory = store_directory_load(store, NULL, error);
    if (directory == NULL)
        return FALSE;
    g_auto(GStrv) near = directory_suggest(directory, name, NEAREST);
    g_autofree char *names = g_strjoinv("、", near);
    if (*names != '\0')
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("“%s”在名录中没有对应的记录；相近的有：%s"), word,
                    names);
    else
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("“%s”在名录中没有对应的记录，请核对"), word);
    return FALSE;
}

static gboolean check_word(Store *store, const char *word, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(word_kinds); i++) {
        const char *name = name_in(word, word_kinds[i].kind);
        GError *failed = NULL;
        gint64 id;
        if (name == NULL)
            continue;
        if (find_word(store, word_kinds[i].find, name, &id, &failed))
            return TRUE;
        if (failed == NULL)
            return unknown_word(store, word, name, error);
        g_propagate_error(error, failed);
        return FALSE;
    }
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                _("“%s”写法不对；请写成 unit:单位、post:单位/职务、person:姓名、group:组名、kind:类别、rank:职级、"
                  "under:单位 或 posts:单位，排除时前面加“-”"),
                word);
    return FALSE;
}

gboolean directory_words_check(Store *store, char *const *words, GError **error)
{
    for (; words != NULL && *words != NULL; words++)
        if (!check_word(store, *words, error))
            return FALSE;
    return TRUE;
}

/* ---- after a record was renamed or taken out ---- */

typedef struct {
    char *holder, *word;
} HeldWord;

static gpointer read_held_word(const DbRows *row)
{
    HeldWord *held = g_new0(HeldWord, 1);
    held->holder = db_column_dup(row, 0);
    held->word = db_column_dup(row, 1);
    return held;
}

static void held_word_free(gpointer data)
{
    HeldWord *held = data;
    g_free(held->holder);
    g_free(held->word);
    g_free(held);
}

gboolean directory_words_check_all(Store *store, GError **error)
{
    g_autoptr(GPtrArray) words = db_all(
        store->db,
        "SELECT g.name, m.member FROM group_member m JOIN directory_group g ON g.id = m.group_id"
        " UNION ALL SELECT a.text, t.target FROM alias_target t JOIN alias a ON a.id = t.alias_id",
        DB_NO_PARAMS, read_held_word, held_word_free, error);
    for (guint i = 0; words != NULL && i < words->len; i++) {
        const HeldWord *held = words->pdata[i];
        g_autoptr(GError) failed = NULL;
        if (check_word(store, held->word, &failed))
            continue;
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                    _("不能这样改动：组或别名“%s”的“%s”还在引用它；请先改动“%s”"), held->holder, held->word,
                    held->holder);
        return FALSE;
    }
    return words != NULL;
}

/* ---- circles ---- */

static gpointer read_word(const DbRows *row)
{
    return db_column_dup(row, 0);
}

/* Depth first through the groups named in groups; seen keeps each from being opened twice. */
static gboolean reaches(Store *store, gint64 from, gint64 target, GHashTable *seen, gboolean *found,
                        GError **error)
{
    g_autoptr(GPtrArray) words =
        db_all(store->db, "SELECT member FROM group_member WHERE group_id = $1 ORDER BY position",
               DB_PARAMS(db_int(from)), read_word, g_free, error);
    if (words == NULL)
        return FALSE;
    for (guint i = 0; i < words->len && !*found; i++) {
        const char *name = name_in(words->pdata[i], "group");
        gint64 next = 0;
        if (name == NULL || !find_word(store, "SELECT id FROM directory_group WHERE key = $1", name, &next, NULL))
            continue;
        *found = next == target;
        if (!*found && g_hash_table_add(seen, GSIZE_TO_POINTER((gsize)next)) &&
            !reaches(store, next, target, seen, found, error))
            return FALSE;
    }
    return TRUE;
}

gboolean directory_words_check_circle(Store *store, gint64 group_id, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    gboolean found = FALSE;
    if (!reaches(store, group_id, group_id, seen, &found, error))
        return FALSE;
    if (found)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("这个组经它的成员又包含了自己；请去掉其中一处"));
    return !found;
}
