/* SPDX-License-Identifier: GPL-3.0-or-later
 * Letters from the reader into the spool and the store. A letter is recorded when its files are in the spool
 * with a row each; the child is answered after that. What was begun when the daemon died is found again by
 * who sent it and what it is. */
#include "daemon/mailbox.h"

#include <glib/gstdio.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/crashpoint.h"
#include "daemon/base/ident.h"
#include "daemon/base/log.h"
#include "daemon/hand-in.h"
#include "daemon/inbox/reader.h"
#include "daemon/mailbox-answer.h"
#include "daemon/mailbox-line.h"
#include "daemon/record.h"
#include "daemon/store/hand-ins.h"
#include "daemon/store/reports.h"

/* A mail is read whole into the memory of its child. */
#define MOST_BYTES (G_GINT64_CONSTANT(64) << 20)
#define HOUR (3600 * CLOCK_SECOND)

struct Mailbox {
    const Config *config;
    Store *store;
    Reader *reader;
    char *name;
    MailboxLetter *letter; /* the one at hand, NULL = none */
    const char *verdict, *proof;
    gboolean has_news;     /* some may have to be answered though the store did not change */
};

gint64 mailbox_most_bytes(gint64 max_file)
{
    return MIN(max_file + max_file / 2 + (1 << 20), MOST_BYTES);
}

static void log_letter(const Mailbox *mailbox, const StoreLetter *row, guint files)
{
    g_autofree char *uid = g_strdup_printf("%" G_GINT64_FORMAT, row->uid);
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, row->id);
    g_autofree char *n = g_strdup_printf("%u", files);
    log_event(LOG_LEVEL_INFO, "letters", row->verdict, "letter", id, "uid", uid, "files", n, "by", row->proof,
              "mailbox", mailbox->name, NULL);
}

static gboolean fail(const char *event, const GError *error)
{
    log_event(LOG_LEVEL_ERROR, "letters", event, "error", error->message, NULL);
    return FALSE;
}

/* ---- who ---- */

/* Without them a sender who needs one is not believed. */
static GHashTable *load_words(const Mailbox *mailbox)
{
    const char *file = mailbox->config->mailbox.senders.words_file;
    g_autoptr(GError) error = NULL;
    GHashTable *words = file != NULL ? writer_words_load(file, &error) : NULL;
    if (error != NULL)
        fail("words-not-read", error);
    return words;
}

/* What it answered would come back to it. */
static gboolean is_own(const Mailbox *mailbox, const char *address)
{
    const SenderSettings *sender = &mailbox->config->sender;
    return address != NULL && (g_ascii_strcasecmp(address, sender->address) == 0 ||
                               g_ascii_strcasecmp(address, mailbox->config->mailbox.inbox.user) == 0);
}

static gboolean is_too_busy(const Mailbox *mailbox, const char *sender, gboolean *busy, GError **error)
{
    gint64 n = 0;
    g_autofree char *lower = g_ascii_strdown(sender, -1);
    gboolean good = store_letter_count(mailbox->store, lower, clock_now() - HOUR, &n, error);
    *busy = n >= mailbox->config->mailbox.per_hour;
    return good;
}

/* The verdict on the letter at hand, a word of the table letter; NULL and error. */
static const char *judge(Mailbox *mailbox, GError **error)
{
    const WriterClaim *claim = &mailbox->letter->claim;
    gboolean busy = FALSE;
    if (mailbox->letter->automatic || is_own(mailbox, claim->address))
        return "automatic";
    g_autoptr(GHashTable) words = load_words(mailbox);
    WriterVerdict verdict = writer_judge(&mailbox->config->mailbox.senders, words, claim, &mailbox->proof);
    if (verdict != WRITER_ALLOWED)
        return writer_verdict_name(verdict);
    if (!is_too_busy(mailbox, claim->address, &busy, error))
        return NULL;
    return busy ? "too-many" : "taken";
}

/* ---- the hand-ins ---- */

/* Who handed in, and by which mail: "mail:clerk@example.test <id>". Caller frees. */
static char *origin_of(const Mailbox *mailbox)
{
    const MailboxLetter *letter = mailbox->letter;
    g_autofree char *place = g_strdup_printf("<%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT "@%s>", letter->uidvalidity,
                                             letter->uid, mailbox->config->mailbox.inbox.host);
    return g_strdup_printf("mail:%s %s", letter->claim.address, letter->message_id != NULL ? letter->message_id : place);
}

/* Copies of a mail have the same sender, Message-ID and files. Caller frees. */
static char *identity_of(const Mailbox *mailbox)
{
    g_autoptr(GString) all = g_string_new(NULL);
    g_autofree char *origin = origin_of(mailbox);
    g_string_append(all, origin);
    for (guint i = 0; i < mailbox->letter->files->len; i++) {
        const MailboxFile *file = g_ptr_array_index(mailbox->letter->files, i);
        g_autofree char *digest = ident_sha256(file->bytes->data, file->bytes->len);
        g_string_append_printf(all, "\n%s", digest);
    }
    return ident_sha256(all->str, all->len);
}

/* Whether the file of that row got into the spool before the daemon died. Looked at in this order, for who takes
 * it away writes the result first. */
static gboolean is_placed(const Mailbox *mailbox, gint64 id, gboolean *placed, GError **error)
{
    g_autoptr(StoreHandIn) row = store_hand_in_by_id(mailbox->store, id, error);
    if (row == NULL)
        return FALSE;
    g_autofree char *path = row->place != NULL ? g_build_filename(mailbox->config->spool, "incoming", row->place, NULL) : NULL;
    *placed = row->result != NULL || path == NULL || g_file_test(path, G_FILE_TEST_EXISTS);
    if (*placed)
        return TRUE;
    g_autoptr(StoreHandIn) again = store_hand_in_by_id(mailbox->store, id, error);
    *placed = again != NULL && again->result != NULL;
    return again != NULL && (*placed || store_hand_in_drop(mailbox->store, id, error));
}

/* The id of its hand-in, begun before or now; 0 and error. */
static gint64 place(const Mailbox *mailbox, const HandIn *hand_in, const MailboxFile *file, GError **error)
{
    gint64 id = 0;
    gboolean placed = FALSE;
    g_autofree char *digest = ident_sha256(file->bytes->data, file->bytes->len);
    if (!store_letter_begun(mailbox->store, hand_in->origin, digest, &id, error) ||
        (id != 0 && !is_placed(mailbox, id, &placed, error)))
        return 0;
    if (placed)
        return id;
    g_autoptr(GBytes) bytes = g_bytes_new_static(file->bytes->data, file->bytes->len);
    return hand_in_put(mailbox->config, mailbox->store, hand_in, bytes, NULL, error);
}

static GArray *place_all(const Mailbox *mailbox, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autofree char *origin = origin_of(mailbox);
    for (guint i = 0; i < mailbox->letter->files->len; i++) {
        const MailboxFile *file = g_ptr_array_index(mailbox->letter->files, i);
        const HandIn hand_in = {.origin = origin, .name = file->name, .series = mailbox->config->mailbox.series};
        gint64 id = place(mailbox, &hand_in, file, error);
        if (id == 0)
            return NULL;
        g_array_append_val(ids, id);
        crash_point(CRASH_LETTER_PLACED);
    }
    return g_steal_pointer(&ids);
}

/* ---- the record ---- */

static StoreLetter *row_of(const Mailbox *mailbox)
{
    const MailboxLetter *letter = mailbox->letter;
    StoreLetter *row = g_new0(StoreLetter, 1);
    row->mailbox = g_strdup(mailbox->name);
    row->uidvalidity = letter->uidvalidity;
    row->uid = letter->uid;
    row->at = clock_now();
    row->verdict = g_strdup(mailbox->verdict);
    row->sender = letter->claim.address != NULL ? g_ascii_strdown(letter->claim.address, -1) : NULL;
    row->proof = g_strdup(mailbox->proof);
    row->subject = g_strdup(letter->claim.subject);
    row->message_id = g_strdup(letter->message_id);
    row->facts = record_json(json_pack("{s:s*, s:O}", "references", letter->references, "left", letter->left));
    return row;
}

static gboolean record(Mailbox *mailbox, GError **error)
{
    g_autoptr(StoreLetter) row = row_of(mailbox);
    g_autoptr(GArray) ids = NULL;
    gboolean taken = strcmp(row->verdict, "taken") == 0, repeated = FALSE;
    StoreLetterResult result;
    if (taken) {
        row->identity = identity_of(mailbox);
        if (!store_letter_is_taken(mailbox->store, row->identity, &repeated, error))
            return FALSE;
    }
    ids = taken && !repeated ? place_all(mailbox, error) : g_array_new(FALSE, FALSE, sizeof(gint64));
    if (ids == NULL || !store_letter_add(mailbox->store, row, ids, &result, error))
        return FALSE;
    crash_point(CRASH_LETTER_COMMITTED);
    mailbox->has_news = TRUE;
    log_letter(mailbox, row, ids->len);
    return TRUE;
}

/* ---- lines ---- */

static gboolean begin_letter(Mailbox *mailbox, json_t *line)
{
    g_autoptr(GError) error = NULL;
    mailbox->proof = NULL;
    mailbox->letter = mailbox_letter_new(line, (gsize)mailbox_most_bytes(mailbox->config->max_file_size));
    mailbox->verdict = mailbox->letter != NULL ? judge(mailbox, &error) : NULL;
    if (error != NULL)
        return fail("not-stored", error);
    if (mailbox->verdict == NULL) {
        log_event(LOG_LEVEL_ERROR, "letters", "reader-confused", NULL);
        return FALSE;
    }
    return reader_say(mailbox->reader, strcmp(mailbox->verdict, "taken") == 0 ? "take" : "skip");
}

/* What nobody may hand in is moved away, where that is wanted; what is for people stays as it is. */
static const char *word_for(const Mailbox *mailbox)
{
    static const char *const strange[] = {"unclear", "stranger", "unproved", NULL};
    if (strcmp(mailbox->verdict, "taken") == 0)
        return "seen";
    return mailbox->config->mailbox.refused != NULL && g_strv_contains(strange, mailbox->verdict) ? "move" : "left";
}

/* A full disk is not the fault of the mail. */
static gboolean end_letter(Mailbox *mailbox)
{
    g_autoptr(GError) error = NULL;
    reader_forgive(mailbox->reader);
    gboolean good = record(mailbox, &error);
    g_clear_pointer(&mailbox->letter, mailbox_letter_free);
    return good ? reader_say(mailbox->reader, word_for(mailbox)) : fail("not-stored", error);
}

static gboolean take_line(gpointer user, json_t *line)
{
    Mailbox *mailbox = user;
    if (mailbox->letter == NULL)
        return begin_letter(mailbox, line);
    switch (mailbox_letter_take(mailbox->letter, line)) {
    case MAILBOX_LINE_MORE:
        return strcmp(mailbox->verdict, "taken") == 0;
    case MAILBOX_LINE_END:
        return end_letter(mailbox);
    default:
        log_event(LOG_LEVEL_ERROR, "letters", "reader-confused", NULL);
        return FALSE;
    }
}

/* ---- what the reader asks ---- */

static gboolean last_letter(gpointer user, ReaderMail *last, GError **error)
{
    Mailbox *mailbox = user;
    g_clear_pointer(&mailbox->letter, mailbox_letter_free);
    return store_letter_last(mailbox->store, mailbox->name, &last->uidvalidity, &last->uid, error);
}

static json_t *settings_of(gpointer user)
{
    Mailbox *mailbox = user;
    const Config *config = mailbox->config;
    return json_pack("{s:I, s:I, s:s*, s:s*}", "max_file", (json_int_t)config->max_file_size, "max_mail",
                     (json_int_t)mailbox_most_bytes(config->max_file_size), "authserv_id",
                     config->mailbox.senders.authserv_id, "refused", config->mailbox.refused);
}

static gboolean count_trouble(gpointer user, const ReaderMail *mail, gint64 *n, GError **error)
{
    Mailbox *mailbox = user;
    return store_report_trouble(mailbox->store, mailbox->name, mail->uidvalidity, mail->uid, n, error);
}

static void skip_letter(gpointer user, const ReaderMail *mail)
{
    Mailbox *mailbox = user;
    StoreLetterResult result;
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(StoreLetter) row = g_new0(StoreLetter, 1);
    row->mailbox = g_strdup(mailbox->name);
    row->uidvalidity = mail->uidvalidity;
    row->uid = mail->uid;
    row->at = clock_now();
    row->verdict = g_strdup("unreadable");
    if (store_letter_add(mailbox->store, row, none, &result, &error))
        log_letter(mailbox, row, 0);
    else
        fail("not-stored", error);
}

static void note_state(gpointer user, const char *problem)
{
    Mailbox *mailbox = user;
    g_autoptr(GError) error = NULL;
    if (!store_inbox_note(mailbox->store, mailbox->name, problem, clock_now(), &error))
        fail("not-stored", error);
}

/* ---- its life ---- */

Mailbox *mailbox_start(const Config *config, Store *store)
{
    static const ReaderJob job = {.name = "letters", .last = last_letter, .settings = settings_of, .take = take_line,
                                  .lost = count_trouble, .skip = skip_letter, .rested = note_state};
    Mailbox *mailbox = g_new0(Mailbox, 1);
    mailbox->config = config;
    mailbox->store = store;
    mailbox->name = inbox_settings_name(&config->mailbox.inbox);
    mailbox->has_news = TRUE;
    mailbox->reader = reader_start(&config->mailbox.inbox, &job, mailbox);
    return mailbox;
}

void mailbox_stop(Mailbox **mailbox)
{
    Mailbox *self = *mailbox;
    if (self == NULL)
        return;
    reader_stop(&self->reader);
    mailbox_letter_free(self->letter);
    g_free(self->name);
    g_clear_pointer(mailbox, g_free);
}

gboolean mailbox_tell_answers(Mailbox *mailbox, gboolean changed)
{
    if (mailbox == NULL || (!changed && !mailbox->has_news))
        return FALSE;
    return mailbox_answer_all(mailbox->config, mailbox->store, &mailbox->has_news);
}
