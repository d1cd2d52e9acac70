/* SPDX-License-Identifier: GPL-3.0-or-later
 * The secrecy scan (DOMAIN.md §3): comes before anything else is read, fails closed, and is blind to
 * blanks, full width and invisible characters. Running text (保守秘密) is no hit. */
#ifndef SONGFA_ISSUE_SECRECY_H
#define SONGFA_ISSUE_SECRECY_H

#include <glib.h>

typedef enum {
    SECRECY_RESTRICT, /* only to internal mail domains */
    SECRECY_HOLD,     /* a clerk decides */
    SECRECY_REFUSE    /* must not cross this system */
} SecrecyLevel;

typedef struct {
    SecrecyLevel level;
    char *mark; /* 机密★1年, 阅后退回: the mark alone, without blanks */
    int line;   /* from 1; 0 = in the file name */
} SecrecyHit;

/* All marks of the file name and the text (UTF-8, "\n" line ends), strongest first, each mark once.
 * Never NULL; the array owns its hits. */
GPtrArray *secrecy_scan(const char *file_name, const char *text);

#endif
