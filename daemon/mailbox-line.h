/* SPDX-License-Identifier: GPL-3.0-or-later
 * A letter as songfa-reports writes it, line by line: its head, then its files in pieces, then the end. The child
 * is not trusted, so all of it is checked and bounded. */
#ifndef SONGFA_MAILBOX_LINE_H
#define SONGFA_MAILBOX_LINE_H

#include <jansson.h>

#include "daemon/intake/writer.h"

typedef struct {
    char *name;
    gsize size;        /* as it was announced */
    GByteArray *bytes;
} MailboxFile;

/* Texts are lent from object, NULL = not found. */
typedef struct {
    json_t *object;
    gint64 uidvalidity, uid;
    gboolean automatic;
    WriterClaim claim;
    const char *message_id, *references;
    json_t *left;      /* what stayed behind: objects of why, name, with; lent */
    GPtrArray *recipients;
    GPtrArray *files;  /* MailboxFile */
    gsize room;        /* bytes that its files may still have */
} MailboxLetter;

/* The head; NULL when it is none. most: bytes of all files. */
MailboxLetter *mailbox_letter_new(json_t *line, gsize most);
void mailbox_letter_free(MailboxLetter *letter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailboxLetter, mailbox_letter_free)

typedef enum { MAILBOX_LINE_MORE, MAILBOX_LINE_END, MAILBOX_LINE_NONSENSE } MailboxLine;

/* A line behind the head: END when the letter is complete. */
MailboxLine mailbox_letter_take(MailboxLetter *letter, json_t *line);

#endif
