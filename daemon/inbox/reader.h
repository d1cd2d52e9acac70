/* SPDX-License-Identifier: GPL-3.0-or-later
 * A mailbox read by a child of low privilege (songfa-reports) that waits for new mail: its life, its time
 * limits, and the lines that are the same whatever it reads for. Lives in the main loop and never blocks
 * it. The child is not trusted: what its lines say is for the job to check. */
#ifndef SONGFA_INBOX_READER_H
#define SONGFA_INBOX_READER_H

#include <glib.h>
#include <jansson.h>

#include "daemon/base/tls.h"

typedef struct {
    char *host;           /* NULL = no mailbox is read */
    guint16 port;
    Tls tls;
    char *ca_file;        /* NULL = the system's */
    char *user, *password_file;
    int timeout;          /* seconds for connecting and for each wait */
    char *folder;         /* UTF-8 */
    int interval;         /* seconds from the end of one round to the next */
    gboolean idle;        /* where the server offers IDLE, it tells of new mail; else there are rounds alone */
} InboxSettings;

void inbox_settings_clear(InboxSettings *settings);
/* What is meant for good by these settings: "user@host/folder"; caller frees. */
char *inbox_settings_name(const InboxSettings *settings);

typedef struct Reader Reader;

/* A mail of the folder. */
typedef struct {
    gint64 uidvalidity, uid;
} ReaderMail;

/* What the reader reads for. All are called in the main loop. */
typedef struct {
    const char *name;     /* tells the child what to do, and who logs */
    /* The mail that was handled last: those behind it are read. */
    gboolean (*last)(gpointer user, ReaderMail *last, GError **error);
    /* What more the child is told, or NULL = nothing; a new object. */
    json_t *(*settings)(gpointer user);
    /* A line about the mail at hand; FALSE ends the round. */
    gboolean (*take)(gpointer user, json_t *line);
    /* Notes for good that the child died, hung or was cut off over this mail; *n = how often by now. */
    gboolean (*lost)(gpointer user, const ReaderMail *mail, gint64 *n, GError **error);
    /* It was lost over it too often: the mail is to count as handled, so that those behind it are read. */
    void (*skip)(gpointer user, const ReaderMail *mail);
    /* All is read (problem NULL), or the round ended with a problem, in Chinese. NULL = nobody wants to know. */
    void (*rested)(gpointer user, const char *problem);
} ReaderJob;

/* Reads at once and then at the interval. All is lent for its life. */
Reader *reader_start(const InboxSettings *settings, const ReaderJob *job, gpointer user);

/* Ends the child where it stands: what it had not told is told again next time. */
void reader_stop(Reader **reader);

/* The answer to a line, a word; FALSE when the child does not hear it. */
gboolean reader_say(Reader *reader, const char *word);

/* Nothing that happens to the child from here on is the fault of the mail at hand. */
void reader_forgive(Reader *reader);

#endif
