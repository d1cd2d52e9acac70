/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names of files as strangers give them: made safe, and what they say of the file. Pure. */
#ifndef SONGFA_INTAKE_LETTER_NAME_H
#define SONGFA_INTAKE_LETTER_NAME_H

#include <glib.h>

/* The last part of a path of either kind, without control and direction characters and without dots and blanks at
 * its ends, at most so long that a file system takes it, its ending kept; NULL when nothing is left, or "-". Caller frees. */
char *letter_name_clean(const char *name);

typedef enum {
    LETTER_NAME_UNKNOWN,
    LETTER_NAME_DOCUMENT,
    LETTER_NAME_ARCHIVE,
    LETTER_NAME_TNEF,      /* winmail.dat */
    LETTER_NAME_PICTURE,
    LETTER_NAME_SIGNATURE, /* of the mail, or a visiting card */
    LETTER_NAME_OTHER      /* no text to send: sheets, slides, sound, programs */
} LetterNameKind;

LetterNameKind letter_name_kind(const char *name);

/* Which of several documents of one base name stands for all: the least. What can be edited goes before OFD,
 * that before PDF, plain text comes last. */
int letter_name_rank(const char *name);

/* The name without its ending, folded for comparing; caller frees. */
char *letter_name_base(const char *name);

#endif
