/* SPDX-License-Identifier: GPL-3.0-or-later
 * Words and options of a command line. */
#include "daemon/ctl/args.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

struct Args {
    GPtrArray *words;   /* lent, NULL-terminated */
    GHashTable *values; /* name → value, both owned */
};

void args_free(Args *args)
{
    if (args == NULL)
        return;
    g_ptr_array_unref(args->words);
    g_hash_table_unref(args->values);
    g_free(args);
}

char **args_words(const Args *args)
{
    return (char **)args->words->pdata;
}

guint args_count(const Args *args)
{
    return args->words->len - 1;
}

const char *args_word(const Args *args, guint i)
{
    return i < args_count(args) ? args->words->pdata[i] : NULL;
}

const char *args_get(const Args *args, const char *name)
{
    return g_hash_table_lookup(args->values, name);
}

gboolean args_has(const Args *args, const char *name)
{
    return g_hash_table_contains(args->values, name);
}

/* Letters to change, put in, leave out or swap with their neighbour to come from a to b. */
static guint distance(const char *a, const char *b)
{
    gsize width = strlen(b) + 1;
    g_autofree guint *rows = g_new0(guint, 3 * width);
    for (gsize j = 0; j < width; j++)
        rows[j] = (guint)j;
    for (gsize i = 1; i <= strlen(a); i++) {
        guint *row = rows + i % 3 * width, *above = rows + (i + 2) % 3 * width,
              *higher = rows + (i + 1) % 3 * width;
        row[0] = (guint)i;
        for (gsize j = 1; j < width; j++) {
            guint changed = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = MIN(changed, MIN(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = MIN(row[j], higher[j - 2] + 1);
        }
    }
    return rows[strlen(a) % 3 * width + width - 1];
}

char *args_nearest(const char *word, const char *const *names)
{
    const guint limit = strlen(word) < 4 ? 1 : 2;
    g_autoptr(GPtrArray) near = g_ptr_array_new();
    for (guint d = 0; d <= limit; d++)
        for (gsize i = 0; names[i] != NULL; i++)
            if (distance(word, names[i]) == d && near->len < 3)
                g_ptr_array_add(near, (gpointer)names[i]);
    for (gsize i = 0; names[i] != NULL && strlen(word) > 1; i++)
        if (near->len < 3 && g_str_has_prefix(names[i], word) && distance(word, names[i]) > limit)
            g_ptr_array_add(near, (gpointer)names[i]);
    g_ptr_array_add(near, NULL);
    return near->len > 1 ? g_strjoinv("、", (char **)near->pdata) : NULL;
}

static gboolean unknown_option(const char *given, char **known, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; known[i] != NULL; i++) {
        g_autofree char *bare = g_strdelimit(g_strdup(known[i]), "=", '\0');
        g_ptr_array_add(names, g_strdup_printf("%s%s", strlen(bare) == 1 ? "-" : "--", bare));
    }
    g_ptr_array_add(names, NULL);
    g_autofree char *near = args_nearest(given, (const char *const *)names->pdata);
    if (near != NULL)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("没有选项 %s。相近的有：%s"), given,
                    near);
    else
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("没有选项 %s"), given);
    return FALSE;
}

/* Whether spec knows the name, and with a value. */
static gboolean find_option(char **known, const char *name, gboolean *takes_value)
{
    gsize length = strlen(name);
    for (gsize i = 0; known[i] != NULL; i++)
        if (strncmp(known[i], name, length) == 0 &&
            (known[i][length] == '\0' || strcmp(known[i] + length, "=") == 0)) {
            *takes_value = known[i][length] == '=';
            return TRUE;
        }
    return FALSE;
}

/* One option at **at; moves *at behind it. */
static gboolean take_option(Args *args, char **known, char ***at, GError **error)
{
    const char *given = *(*at)++;
    gboolean is_long = given[1] == '-';
    const char *equals = is_long ? strchr(given, '=') : NULL;
    g_autofree char *shown = equals != NULL ? g_strndup(given, (gsize)(equals - given)) : g_strdup(given);
    const char *name = shown + (is_long ? 2 : 1);
    gboolean takes_value = FALSE;
    if ((strlen(name) == 1) == is_long || !find_option(known, name, &takes_value))
        return unknown_option(shown, known, error);
    const char *value = equals != NULL ? equals + 1 : "";
    if (!takes_value && equals != NULL) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("选项 %s 不带值"), shown);
        return FALSE;
    }
    if (takes_value && equals == NULL) {
        if (**at == NULL) {
            g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("选项 %s 后面缺一个值"), shown);
            return FALSE;
        }
        value = *(*at)++;
    }
    g_hash_table_replace(args->values, g_strdup(name), g_strdup(value));
    return TRUE;
}

Args *args_new(const char *spec, char **argv, gboolean only_options, char ***next, GError **error)
{
    g_autoptr(Args) args = g_new0(Args, 1);
    args->words = g_ptr_array_new();
    args->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) known = g_strsplit(spec, " ", -1);
    gboolean all_words = FALSE;
    while (*argv != NULL) {
        gboolean option = !all_words && argv[0][0] == '-' && argv[0][1] != '\0';
        if (!option && only_options)
            break;
        if (option && strcmp(*argv, "--") == 0) {
            all_words = TRUE;
            argv++;
        } else if (option) {
            if (!take_option(args, known, &argv, error))
                return NULL;
        } else {
            g_ptr_array_add(args->words, *argv++);
        }
    }
    g_ptr_array_add(args->words, NULL);
    if (next != NULL)
        *next = argv;
    return g_steal_pointer(&args);
}

gboolean args_check_verb(const Args *args, const char *spec, const char *taken, const char *command,
                         const char *verb, GError **error)
{
    g_auto(GStrv) names = g_strsplit(spec, " ", -1);
    g_auto(GStrv) own = g_strsplit(taken, " ", -1);
    for (char **name = names; *name != NULL; name++) {
        g_strdelimit(*name, "=", '\0');
        if (!args_has(args, *name) || g_strv_contains((const char *const *)own, *name))
            continue;
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("%s %s 没有选项 --%s"), command, verb, *name);
        return FALSE;
    }
    return TRUE;
}

gboolean args_int(const Args *args, const char *name, gint64 low, gint64 high, gint64 fallback,
                  gint64 *value, GError **error)
{
    const char *text = args_get(args, name);
    *value = fallback;
    if (text == NULL || g_ascii_string_to_signed(text, 10, low, high, value, NULL))
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE,
                _("选项 --%s 的值“%s”应是 %" PRId64 " 到 %" PRId64 " 的整数"), name,
                text, low, high);
    return FALSE;
}

gboolean args_is_day(const char *text)
{
    GDate day;
    return clock_parse_day(text, &day);
}

gboolean args_day(const Args *args, const char *name, const char **day, GError **error)
{
    *day = args_get(args, name);
    if (*day == NULL || args_is_day(*day))
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE,
                _("选项 --%s 的值“%s”不是日期。请写成 2020-03-06 这样"), name, *day);
    return FALSE;
}
