/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rules on names: units whose names differ by a slip of the pen or of the keyboard, groups and
 * aliases that no text has. */
#include "recipients/directory-check-run.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "recipients/pinyin.h"

/* ---- names never used ---- */

/* Keys of groups and aliases, and the lengths that they have (in characters). */
typedef struct {
    GHashTable *keys; /* owned key → itself, or NULL once it was met */
    GArray *lengths;  /* of gsize, each once */
} Names;

static void names_clear(Names *names)
{
    g_hash_table_unref(names->keys);
    g_array_unref(names->lengths);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Names, names_clear)

static void add_name(Names *names, const char *name)
{
    char *key = directory_key(name);
    gsize length = strlen(key);
    gboolean known = length == 0;
    for (guint i = 0; i < names->lengths->len && !known; i++)
        known = g_array_index(names->lengths, gsize, i) == length;
    if (!known)
        g_array_append_val(names->lengths, length);
    g_hash_table_replace(names->keys, key, key);
}

static void meet(Names *names, const char *key)
{
    gpointer own;
    if (g_hash_table_lookup_extended(names->keys, key, &own, NULL))
        g_hash_table_insert(names->keys, g_strdup(key), NULL);
}

/* Meets every name that stands anywhere in the text. */
static void meet_text(Names *names, const char *text)
{
    g_autofree char *key = directory_key(text);
    g_autofree char *part = g_malloc(strlen(key) + 1);
    for (const char *p = key; *p != '\0'; p = g_utf8_next_char(p)) {
        gsize rest = strlen(p);
        for (guint i = 0; i < names->lengths->len; i++) {
            gsize length = g_array_index(names->lengths, gsize, i);
            if (length > rest)
                continue;
            memcpy(part, p, length);
            part[length] = '\0';
            meet(names, part);
        }
    }
}

static void meet_members(Names *names, char *const *members)
{
    for (; *members != NULL; members++) {
        const char *name = *members + strspn(*members, "-&");
        if (!g_str_has_prefix(name, "group:"))
            continue;
        g_autofree char *key = directory_key(name + strlen("group:"));
        meet(names, key);
    }
}

static void say_unused(DirectoryCheckRun *run, const Names *names, DirectoryKindId kind, gconstpointer record,
                       const char *name)
{
    g_autofree char *key = directory_key(name);
    if (g_hash_table_lookup(names->keys, key) != NULL)
        directory_check_run_found(run, kind, record, g_strdup(""));
}

static void names_fill(Names *names, const Directory *directory, const char *const *texts)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < directory->groups->len; i++)
        add_name(names, ((const DirectoryGroup *)directory->groups->pdata[i])->name);
    for (guint i = 0; i < directory->aliases->len; i++)
        add_name(names, ((const DirectoryAlias *)directory->aliases->pdata[i])->text);
    for (guint i = 0; i < directory->groups->len; i++)
        meet_members(names, ((const DirectoryGroup *)directory->groups->pdata[i])->members);
    for (guint i = 0; i < directory->aliases->len; i++)
        meet_members(names, ((const DirectoryAlias *)directory->aliases->pdata[i])->targets);
    for (; *texts != NULL; texts++)
        if (g_hash_table_add(seen, (gpointer)*texts))
            meet_text(names, *texts);
}

void directory_check_run_unused(DirectoryCheckRun *run)
{
    const Directory *directory = run->directory;
    if (run->options->texts == NULL)
        return;
    g_auto(Names) names = {g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                           g_array_new(FALSE, FALSE, sizeof(gsize))};
    names_fill(&names, directory, run->options->texts);
    for (guint i = 0; i < directory->groups->len; i++) {
        const DirectoryGroup *group = directory->groups->pdata[i];
        say_unused(run, &names, DIRECTORY_GROUP, group, group->name);
    }
    for (guint i = 0; i < directory->aliases->len; i++) {
        const DirectoryAlias *alias = directory->aliases->pdata[i];
        say_unused(run, &names, DIRECTORY_ALIAS, alias, alias->text);
    }
}

/* ---- names that are nearly the same ---- */

/* Words that join, and marks, make no difference between two offices. */
static gboolean is_joint(gunichar c)
{
    return !g_unichar_isalnum(c) || g_utf8_strchr("和与及暨的", -1, c) != NULL;
}

/* Numbers, directions and sizes do make one: 第一小学 and 第十一小学, 新矿街道 and 矿街道. */
static gboolean tells_apart(gunichar c)
{
    static const char words[] = "〇零一二三四五六七八九十百千东西南北中上下前后左右新老大小分总";
    return c < 128 || g_utf8_strchr(words, -1, c) != NULL;
}

static char *sound_of(const char *name)
{
    g_autofree char *key = directory_key(name);
    GString *sound = g_string_new(NULL);
    for (const char *p = key; *p != '\0'; p = g_utf8_next_char(p))
        if (!is_joint(g_utf8_get_char(p)))
            g_string_append_printf(sound, "%u ", pinyin_sound(g_utf8_get_char(p)));
    return g_string_free(sound, FALSE);
}

static void say_near(DirectoryCheckRun *run, const DirectoryUnit *unit, const DirectoryUnit *other)
{
    directory_check_run_found(run, DIRECTORY_UNIT, unit, g_strdup_printf(_("另有“%s”"), other->name));
}

/* Names that sound alike, joints left out. */
static void say_homophones(DirectoryCheckRun *run)
{
    g_autoptr(GHashTable) sounds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < run->directory->units->len; i++) {
        DirectoryUnit *unit = run->directory->units->pdata[i];
        char *sound = sound_of(unit->name);
        const DirectoryUnit *other = g_hash_table_lookup(sounds, sound);
        if (other != NULL)
            say_near(run, unit, other);
        else
            g_hash_table_insert(sounds, g_steal_pointer(&sound), unit);
        g_free(sound);
    }
}

/* The unit whose name is this one without the character at p, which says nothing by itself. */
static const DirectoryUnit *without(GHashTable *units, const char *key, const char *p)
{
    if (is_joint(g_utf8_get_char(p)) || tells_apart(g_utf8_get_char(p)))
        return NULL;
    g_autofree char *head = g_strndup(key, (gsize)(p - key));
    g_autofree char *shorter = g_strconcat(head, g_utf8_next_char(p), NULL);
    return g_hash_table_lookup(units, shorter);
}

/* Names of which one has a character too many. */
static void say_one_more(DirectoryCheckRun *run)
{
    g_autoptr(GHashTable) units = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < run->directory->units->len; i++) {
        DirectoryUnit *unit = run->directory->units->pdata[i];
        g_hash_table_insert(units, directory_key(unit->name), unit);
    }
    for (guint i = 0; i < run->directory->units->len; i++) {
        const DirectoryUnit *unit = run->directory->units->pdata[i], *other = NULL;
        g_autofree char *key = directory_key(unit->name);
        for (const char *p = key; *p != '\0' && other == NULL; p = g_utf8_next_char(p))
            other = without(units, key, p);
        if (other != NULL)
            say_near(run, unit, other);
    }
}

void directory_check_run_near_names(DirectoryCheckRun *run)
{
    say_homophones(run);
    say_one_more(run);
}
