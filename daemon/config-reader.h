/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads a configuration file into structs as tables of fields say. It hides libconfig, and knows
 * kinds of values but not what songfad does with them. */
#ifndef SONGFA_CONFIG_READER_H
#define SONGFA_CONFIG_READER_H

#include <stddef.h>

#include "daemon/config.h"

typedef enum {
    CONFIG_TEXT,      /* char *: not empty, without control characters */
    CONFIG_PATH,      /* char *: made absolute against the folder of the file */
    CONFIG_SECRET,    /* char *: a path, or without a slash the name of a systemd credential */
    CONFIG_ADDRESS,   /* char *: passes address_check() */
    CONFIG_TEXTS,     /* char **, NULL-terminated */
    CONFIG_WORD,      /* an enum: the place in words */
    CONFIG_FLAG,      /* gboolean */
    CONFIG_NUMBER,    /* an integer of 2, 4 or 8 bytes, from min to max */
    CONFIG_DURATION,  /* likewise, in seconds: 90 or "15m" */
    CONFIG_DURATIONS, /* GPtrArray of GINT_TO_POINTER(seconds) */
    CONFIG_CLOCK,     /* int: a minute of the day, from "08:30" */
    CONFIG_HOURS,     /* Hours, from "08:30-12:00,14:30-18:00" */
    CONFIG_NIGHT,     /* Hours that may end on the next day, or "none" */
    CONFIG_SIZE,      /* likewise, in bytes: 1024 or "32M" */
    CONFIG_GROUP,     /* a struct in place */
    CONFIG_GROUPS     /* GPtrArray of structs */
} ConfigKind;

typedef struct ConfigReader ConfigReader;
typedef struct ConfigField ConfigField;

typedef struct {
    const ConfigField *fields; /* ends with a NULL key */
    gpointer (*create)(void);  /* GROUPS: a new struct with its defaults */
    void (*check)(ConfigReader *reader, gpointer record); /* what no single field can tell, or NULL */
} ConfigGroup;

struct ConfigField {
    const char *key;
    ConfigKind kind;
    gsize offset, size;
    gboolean required;
    gint64 min, max;
    const char *const *words; /* WORD: ends with NULL */
    const ConfigGroup *group; /* GROUP, GROUPS */
};

/* A line of a table: the member's name is the key; then the fields that matter for the kind. */
#define CONFIG_FIELD(record, member, kind_, ...) \
    CONFIG_FIELD_AS(#member, record, member, kind_, __VA_ARGS__)
#define CONFIG_FIELD_AS(key_, record, member, kind_, ...)                   \
    {.key = key_, .kind = kind_, .offset = offsetof(record, member),        \
     .size = sizeof(((record *)0)->member), __VA_ARGS__}

/* Reads file into record. Everything wrong goes to problems; the lines of what was given go to
 * lines (address of the member → line). FALSE when the text could not be read at all. */
gboolean config_reader_run(const char *file, const ConfigGroup *root, gpointer record,
                           GHashTable *lines, GPtrArray *problems);

/* For check(): whether the group at hand gives the key; a problem at its line (or the group's). */
gboolean config_reader_given(const ConfigReader *reader, const char *key);
void config_reader_problem(ConfigReader *reader, const char *key, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* For check(): a problem at "host" when that is more or other than the name or address of a machine. */
void config_reader_check_host(ConfigReader *reader, const char *host);

/* Appends one problem; takes the message. */
void config_problem_add(GPtrArray *problems, const char *file, int line, gboolean warning,
                        char *message);

#endif
