/* SPDX-License-Identifier: GPL-3.0-or-later
 * Documents converted by LibreOffice, in a child of low privilege (songfa-office): an older format to
 * one that songfa-extract reads, or to PDF. Blocks; never parses what it hands on. */
#ifndef SONGFA_OFFICE_H
#define SONGFA_OFFICE_H

#include <glib.h>

typedef enum { OFFICE_ODT, OFFICE_PDF } OfficeTarget;

typedef struct {
    GBytes *bytes;    /* NULL when there is a problem */
    const char *code; /* of the problem: office-missing, office-unsafe, too-slow, damaged */
    char *problem;    /* in words for a clerk */
} OfficeResult;

/* The path of LibreOffice's program (the environment's SONGFA_SOFFICE, else where packages put it), or NULL
 * when there is none; caller frees. */
char *office_program(void);

/* TRUE for the formats (songfa-extract's words: "docx" …) of which a PDF can be made: those that people
 * go on editing. NULL is none. */
gboolean office_is_editable(const char *format);

/* Whether this machine has type for Chinese: without it a PDF shows boxes. */
gboolean office_has_type(void);

/* Converts data, whose format is one of those that are editable, within OFFICE_SECONDS. Nothing is left
 * behind. NULL and error (IO) only when the thread's current GCancellable was cancelled. */
OfficeResult *office_convert(const void *data, gsize length, const char *format, OfficeTarget target,
                             GError **error);
void office_result_free(OfficeResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OfficeResult, office_result_free)

enum { OFFICE_SECONDS = 60 };

#endif
