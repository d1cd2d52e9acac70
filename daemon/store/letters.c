/* SPDX-License-Identifier: GPL-3.0-or-later
 * Letters: recorded once by their place in the mailbox, taken once by what they are. */
#include "daemon/store/letters.h"

#include <inttypes.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/reports-private.h"
#include "daemon/store/store-private.h"

#define COLUMNS                                                                                                 \
    "SELECT id, mailbox, uidvalidity, uid, at, verdict, sender, proof, subject, message_id, identity, facts,"  \
    " answer_id, answered_at FROM letter "

static gpointer read_letter(const DbRows *row)
{
    StoreLetter *letter = g_new0(StoreLetter, 1);
    char **texts[] = {&letter->verdict, &letter->sender,   &letter->proof, &letter->subject,
                      &letter->message_id, &letter->identity, &letter->facts};
    letter->id = db_column_int(row, 0);
    letter->mailbox = db_column_dup(row, 1);
    letter->uidvalidity = db_column_int(row, 2);
    letter->uid = db_column_int(row, 3);
    letter->at = db_column_int(row, 4);
    for (int i = 0; i < (int)G_N_ELEMENTS(texts); i++)
        *texts[i] = db_column_dup(row, 5 + i);
    letter->answer_id = db_column_int(row, 12);
    letter->answered_at = db_column_int(row, 13);
    return letter;
}

void store_letter_free(StoreLetter *letter)
{
    if (letter == NULL)
        return;
    char *texts[] = {letter->mailbox, letter->verdict,    letter->sender,   letter->proof,
                     letter->subject, letter->message_id, letter->identity, letter->facts};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_free(letter);
}

/* A number that may not be there: 0. FALSE only with error. */
static gboolean look_up(Store *store, const char *sql, const DbValue *params, gsize n, gint64 *number, GError **error)
{
    GError *failed = NULL;
    *number = 0;
    db_number(store->db, sql, params, n, number, &failed);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}

/* ---- one mail ---- */

gboolean store_letter_is_taken(Store *store, const char *identity, gboolean *taken, GError **error)
{
    gint64 id = 0;
    gboolean good = look_up(store, "SELECT id FROM letter WHERE identity = $1 AND verdict = 'taken'",
                            DB_PARAMS(db_text(identity)), &id, error);
    *taken = id != 0;
    return good;
}

gboolean store_letter_begun(Store *store, const char *origin, const char *digest, gint64 *hand_in_id, GError **error)
{
    return look_up(store,
                   "SELECT max(h.id) FROM hand_in h WHERE h.origin = $1 AND h.digest = $2 AND NOT EXISTS"
                   " (SELECT 1 FROM letter_file f WHERE f.hand_in_id = h.id)",
                   DB_PARAMS(db_text(origin), db_text(digest)), hand_in_id, error);
}

static gboolean is_known(Store *store, const StoreLetter *letter, gboolean *known, GError **error)
{
    gint64 id = 0;
    gboolean good =
        look_up(store, "SELECT id FROM letter WHERE mailbox = $1 AND uidvalidity = $2 AND uid = $3",
                DB_PARAMS(db_text(letter->mailbox), db_int(letter->uidvalidity), db_int(letter->uid)), &id, error);
    *known = id != 0;
    return good;
}

static gboolean insert(Store *store, StoreLetter *letter, GError **error)
{
    return db_number(store->db,
                     "INSERT INTO letter (mailbox, uidvalidity, uid, at, verdict, sender, proof, subject, message_id,"
                     " identity, facts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
                     DB_PARAMS(db_text(letter->mailbox), db_int(letter->uidvalidity), db_int(letter->uid),
                               db_int(letter->at), db_text(letter->verdict), db_text(letter->sender),
                               db_text(letter->proof), db_text(letter->subject), db_text(letter->message_id),
                               db_text(letter->identity), db_string(letter->facts != NULL ? letter->facts : "{}")),
                     &letter->id, error);
}

static gboolean insert_files(Store *store, const StoreLetter *letter, const GArray *hand_ins, GError **error)
{
    for (guint i = 0; i < hand_ins->len; i++)
        if (!db_run(store->db, "INSERT INTO letter_file (letter_id, part, hand_in_id) VALUES ($1, $2, $3)",
                    DB_PARAMS(db_int(letter->id), db_int(i), db_int(g_array_index(hand_ins, gint64, i))), NULL, error))
            return FALSE;
    return TRUE;
}

static gboolean add(Store *store, StoreLetter *letter, const GArray *hand_ins, StoreLetterResult *result, GError **error)
{
    gboolean known = FALSE, taken = FALSE;
    if (!is_known(store, letter, &known, error) ||
        (letter->identity != NULL && !store_letter_is_taken(store, letter->identity, &taken, error)))
        return FALSE;
    *result = known ? STORE_LETTER_KNOWN : taken ? STORE_LETTER_REPEATED : STORE_LETTER_RECORDED;
    if (known)
        return TRUE;
    if (taken) {
        g_free(letter->verdict);
        letter->verdict = g_strdup("repeated");
    }
    return insert(store, letter, error) && (taken || insert_files(store, letter, hand_ins, error)) &&
           report_forget_trouble(store, letter->mailbox, letter->uidvalidity, letter->uid, error);
}

gboolean store_letter_add(Store *store, StoreLetter *letter, const GArray *hand_ins, StoreLetterResult *result,
                          GError **error)
{
    StoreWork work;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, add(store, letter, hand_ins, result, error), error);
}

gboolean store_letter_last(Store *store, const char *mailbox, gint64 *uidvalidity, gint64 *uid, GError **error)
{
    *uid = 0;
    return look_up(store, "SELECT uidvalidity FROM letter WHERE mailbox = $1 ORDER BY id DESC LIMIT 1",
                   DB_PARAMS(db_text(mailbox)), uidvalidity, error) &&
           look_up(store, "SELECT max(uid) FROM letter WHERE mailbox = $1 AND uidvalidity = $2",
                   DB_PARAMS(db_text(mailbox), db_int(*uidvalidity)), uid, error);
}

gboolean store_letter_count(Store *store, const char *sender, gint64 since, gint64 *n, GError **error)
{
    return db_number(store->db, "SELECT count(*) FROM letter WHERE sender = $1 AND at >= $2 AND verdict = 'taken'",
                     DB_PARAMS(db_text(sender), db_int(since)), n, error);
}

/* ---- answers ---- */

GPtrArray *store_letter_open(Store *store, GError **error)
{
    return db_all(store->db, COLUMNS "WHERE verdict = 'taken' AND answered_at IS NULL ORDER BY id", DB_NO_PARAMS,
                  read_letter, (GDestroyNotify)store_letter_free, error);
}

gboolean store_letter_set_answered(Store *store, gint64 id, gint64 answer_id, gint64 now, GError **error)
{
    gint64 changed = 0;
    if (!db_run(store->db, "UPDATE letter SET answer_id = $2, answered_at = $3 WHERE id = $1 AND answered_at IS NULL",
                DB_PARAMS(db_int(id), db_int(answer_id), db_int(now)), &changed, error))
        return FALSE;
    if (changed > 0)
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT, _("第 %" PRId64 " 封来稿邮件已经答复过"), id);
    return FALSE;
}

GArray *store_letter_hand_ins(Store *store, gint64 id, GError **error)
{
    return db_numbers(store->db, "SELECT hand_in_id FROM letter_file WHERE letter_id = $1 ORDER BY part",
                      DB_PARAMS(db_int(id)), error);
}

/* ---- for people ---- */

GPtrArray *store_letter_list(Store *store, gboolean all, int limit, GError **error)
{
    return db_all(store->db,
                  COLUMNS "WHERE $1 = 1 OR verdict NOT IN ('taken', 'repeated') ORDER BY id DESC LIMIT $2",
                  DB_PARAMS(db_int(all), db_int(limit > 0 ? limit : G_MAXINT32)), read_letter,
                  (GDestroyNotify)store_letter_free, error);
}

StoreLetter *store_letter_get(Store *store, gint64 id, GError **error)
{
    GError *failed = NULL;
    StoreLetter *letter = db_one(store->db, COLUMNS "WHERE id = $1", DB_PARAMS(db_int(id)), read_letter, &failed);
    if (letter == NULL && failed == NULL)
        g_set_error(&failed, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                    _("没有编号为 %" PRId64 " 的来稿邮件；songfactl letters --all 列出编号"), id);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return letter;
}

/* ---- mailboxes that are read ---- */

static gpointer read_inbox(const DbRows *row)
{
    StoreInbox *inbox = g_new0(StoreInbox, 1);
    inbox->read_at = db_column_int(row, 0);
    inbox->problem = db_column_dup(row, 1);
    inbox->problem_at = db_column_int(row, 2);
    return inbox;
}

void store_inbox_free(StoreInbox *inbox)
{
    if (inbox == NULL)
        return;
    g_free(inbox->problem);
    g_free(inbox);
}

gboolean store_inbox_note(Store *store, const char *mailbox, const char *problem, gint64 now, GError **error)
{
    return db_run(store->db,
                  problem == NULL
                      ? "INSERT INTO inbox (mailbox, read_at) VALUES ($1, $2) ON CONFLICT (mailbox)"
                        " DO UPDATE SET read_at = excluded.read_at, problem = NULL, problem_at = NULL"
                      : "INSERT INTO inbox (mailbox, problem_at, problem) VALUES ($1, $2, $3) ON CONFLICT (mailbox)"
                        " DO UPDATE SET problem = excluded.problem, problem_at = excluded.problem_at",
                  DB_PARAMS(db_text(mailbox), db_int(now), db_text(problem)), NULL, error);
}

StoreInbox *store_inbox_get(Store *store, const char *mailbox, GError **error)
{
    GError *failed = NULL;
    StoreInbox *inbox = db_one(store->db, "SELECT read_at, problem, problem_at FROM inbox WHERE mailbox = $1",
                               DB_PARAMS(db_text(mailbox)), read_inbox, &failed);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return inbox == NULL && failed == NULL ? g_new0(StoreInbox, 1) : inbox;
}
