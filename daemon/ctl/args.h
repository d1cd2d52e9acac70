/* SPDX-License-Identifier: GPL-3.0-or-later
 * The words and options of one command line, in any order, held to a specification that is one
 * string: "state= since= notices" (a name that ends in = takes a value). Knows no command. */
#ifndef SONGFA_CTL_ARGS_H
#define SONGFA_CTL_ARGS_H

#include <glib.h>

typedef struct Args Args;

/* Reads argv (NULL-terminated) up to its end, or up to the first word when only_options; *next
 * (nullable) tells where it stopped. "--name value", "--name=value" and "-c value" are options;
 * after "--" all are words, a lone "-" is one. Errors (USAGE): unknown option with the nearest
 * ones, missing or unwanted value. */
Args *args_new(const char *spec, char **argv, gboolean only_options, char ***next, GError **error);
void args_free(Args *args);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Args, args_free)

/* The words in order, lent, NULL-terminated. */
char **args_words(const Args *args);
guint args_count(const Args *args);
/* The i-th word, NULL behind the last. */
const char *args_word(const Args *args, guint i);

/* The value of an option ("" for one without value), lent; NULL when it was not given. The last one
 * given holds. */
const char *args_get(const Args *args, const char *name);
gboolean args_has(const Args *args, const char *name);

/* TRUE when of the options in spec only those were given that the verb takes (names with blanks between);
 * else error (USAGE): an option that does nothing must not pass for done. */
gboolean args_check_verb(const Args *args, const char *spec, const char *taken, const char *command,
                         const char *verb, GError **error);

/* The value as a whole number from low to high, fallback when it was not given; FALSE and error
 * (USAGE) for anything else. */
gboolean args_int(const Args *args, const char *name, gint64 low, gint64 high, gint64 fallback,
                  gint64 *value, GError **error);

/* Checks the value as a day that exists, YYYY-MM-DD; *day is lent, NULL when it was not given. */
gboolean args_day(const Args *args, const char *name, const char **day, GError **error);

/* TRUE for YYYY-MM-DD of a day that exists. */
gboolean args_is_day(const char *text);

/* Up to three of the names nearest to word (edit distance, common beginning), joined by "、";
 * NULL when none is near. Caller frees. */
char *args_nearest(const char *word, const char *const *names);

#endif
