/* SPDX-License-Identifier: GPL-3.0-or-later
 * A mail that hands in: who wrote it, what our server says of that, and the documents attached to it. Pure; its
 * input is hostile and read in songfa-reports. */
#ifndef SONGFA_INTAKE_LETTER_H
#define SONGFA_INTAKE_LETTER_H

#include <glib.h>

/* Why something attached is no hand-in; the sender is told, with what to do. */
typedef enum {
    LETTER_LEFT_ARCHIVE,   /* zip and the like */
    LETTER_LEFT_TNEF,      /* winmail.dat */
    LETTER_LEFT_SEALED,    /* encrypted, or signed so that it cannot be read without a key ring */
    LETTER_LEFT_SAME,      /* another document of the same base name stands for it */
    LETTER_LEFT_EMPTY,
    LETTER_LEFT_LARGE,     /* a file, or the whole mail */
    LETTER_LEFT_MANY,      /* beyond what one mail may have */
    LETTER_LEFT_DEEP,      /* in a mail that is enclosed in an enclosed one */
    LETTER_LEFT_TEMPORARY, /* the name of an unfinished file */
    LETTER_LEFT_OTHER      /* no document */
} LetterWhy;

const char *letter_why_name(LetterWhy why); /* "archive" … */
gboolean letter_why_parse(const char *name, LetterWhy *why);

typedef struct {
    char *name;    /* of what stays behind; of the whole mail NULL */
    LetterWhy why;
    char *with;    /* SAME: which stands for it */
} LetterLeft;

typedef struct {
    char *name;    /* fit for a file system */
    GBytes *bytes;
} LetterFile;

/* Texts are UTF-8 of one line and bounded; NULL = not found. */
typedef struct {
    char *from;          /* writer_of() */
    const char *proof;   /* authres_proof(); static */
    char *subject;
    char *message_id;    /* with angle brackets */
    char *references;    /* message ids, for a References field; as they stand, ASCII */
    GPtrArray *recipients; /* addresses in To, Cc and what servers note */
    gboolean automatic;  /* nobody wrote it, or a list spread it */
    GPtrArray *files;    /* LetterFile */
    GPtrArray *left;     /* LetterLeft */
} Letter;

typedef struct {
    const char *authserv_id; /* NULL = nothing proves anything */
    gsize max_file;          /* bytes */
    gboolean cut;            /* the mail is longer than what is given: of its parts none is taken */
} LetterRules;

enum { LETTER_MOST_FILES = 20 };

/* Never fails: rubbish is a letter from nobody. */
Letter *letter_read(const char *data, gsize length, const LetterRules *rules);
void letter_free(Letter *letter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Letter, letter_free)

#endif
