/* SPDX-License-Identifier: GPL-3.0-or-later
 * Mails made once and sent to many, and the print run of an issue (issues.h). */
#include "daemon/store/issues.h"

#include "daemon/store/store-private.h"

#define NORMAL_PRIORITY 3

#define SELECT_MAIL                                                                                 \
    "SELECT id, issue_id, kind, subject, text, html, attachment_digest, attachment_name, list_id,"  \
    " issue_label, priority, date, message_id, pdf_digest, in_reply_to, refers_to, link_lasts,"     \
    " (SELECT series FROM issue i WHERE i.id = mail.issue_id) FROM mail "

static gpointer read_mail(const DbRows *row)
{
    StoreMail *mail = g_new0(StoreMail, 1);
    mail->id = db_column_int(row, 0);
    mail->issue_id = db_column_int(row, 1);
    mail->kind = db_column_dup(row, 2);
    mail->subject = db_column_dup(row, 3);
    mail->text = db_column_dup(row, 4);
    mail->html = db_column_dup(row, 5);
    mail->attachment_digest = db_column_dup(row, 6);
    mail->attachment_name = db_column_dup(row, 7);
    mail->list_id = db_column_dup(row, 8);
    mail->issue_label = db_column_dup(row, 9);
    mail->priority = (int)db_column_int(row, 10);
    mail->date = db_column_int(row, 11);
    mail->message_id = db_column_dup(row, 12);
    mail->pdf_digest = db_column_dup(row, 13);
    mail->in_reply_to = db_column_dup(row, 14);
    mail->references = db_column_dup(row, 15);
    mail->link_lasts = db_column_int(row, 16);
    mail->series = db_column_dup(row, 17);
    return mail;
}

void store_mail_free(StoreMail *mail)
{
    if (mail == NULL)
        return;
    g_free(mail->kind);
    g_free(mail->subject);
    g_free(mail->text);
    g_free(mail->html);
    g_free(mail->attachment_digest);
    g_free(mail->attachment_name);
    g_free(mail->pdf_digest);
    g_free(mail->list_id);
    g_free(mail->issue_label);
    g_free(mail->series);
    g_free(mail->message_id);
    g_free(mail->in_reply_to);
    g_free(mail->references);
    g_free(mail);
}

gint64 store_mail_insert(Store *store, const StoreMail *mail, GError **error)
{
    gint64 id = 0;
    db_number(store->db,
              "INSERT INTO mail (issue_id, kind, subject, text, html, attachment_digest, attachment_name,"
              " list_id, issue_label, priority, date, message_id, pdf_digest, in_reply_to, refers_to, link_lasts)"
              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) RETURNING id",
              DB_PARAMS(db_int_or_null(mail->issue_id), db_text(mail->kind), db_string(mail->subject),
                        db_string(mail->text), db_text(mail->html), db_text(mail->attachment_digest),
                        db_text(mail->attachment_name), db_text(mail->list_id), db_text(mail->issue_label),
                        db_int(mail->priority != 0 ? mail->priority : NORMAL_PRIORITY),
                        db_int(mail->date), db_text(mail->message_id), db_text(mail->pdf_digest),
                        db_text(mail->in_reply_to), db_text(mail->references), db_int(mail->link_lasts)),
              &id, error);
    return id;
}

StoreMail *store_mail_by_id(Store *store, gint64 id, GError **error)
{
    return db_one(store->db, SELECT_MAIL "WHERE id = $1", DB_PARAMS(db_int(id)), read_mail, error);
}

StoreMail *store_mail_of_issue(Store *store, gint64 issue_id, GError **error)
{
    return db_one(store->db, SELECT_MAIL "WHERE issue_id = $1 AND kind = 'issue' ORDER BY id DESC LIMIT 1",
                  DB_PARAMS(db_int(issue_id)), read_mail, error);
}

gboolean store_print_run_put(Store *store, const StorePrintRun *run, GError **error)
{
    return db_run(store->db,
                  "INSERT INTO print_run (issue_id, declared, computed, archive, spare, printed,"
                  " handed_over, signed_copies) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                  " ON CONFLICT (issue_id) DO UPDATE SET declared = excluded.declared,"
                  " computed = excluded.computed, archive = excluded.archive, spare = excluded.spare,"
                  " printed = excluded.printed, handed_over = excluded.handed_over,"
                  " signed_copies = excluded.signed_copies",
                  DB_PARAMS(db_int(run->issue_id), db_int(run->declared), db_int(run->computed),
                            db_int(run->archive), db_int(run->spare), db_int(run->printed),
                            db_int(run->handed_over), db_int(run->signed_copies)),
                  NULL, error);
}

static gpointer read_print_run(const DbRows *row)
{
    StorePrintRun *run = g_new0(StorePrintRun, 1);
    int *numbers[] = {&run->declared, &run->computed,    &run->archive,      &run->spare,
                      &run->printed,  &run->handed_over, &run->signed_copies};
    run->issue_id = db_column_int(row, 0);
    for (int i = 0; i < (int)G_N_ELEMENTS(numbers); i++)
        *numbers[i] = (int)db_column_int(row, i + 1);
    return run;
}

gboolean store_print_run_get(Store *store, gint64 issue_id, StorePrintRun *run, GError **error)
{
    g_autofree StorePrintRun *found =
        db_one(store->db,
               "SELECT issue_id, declared, computed, archive, spare, printed, handed_over, signed_copies"
               " FROM print_run WHERE issue_id = $1",
               DB_PARAMS(db_int(issue_id)), read_print_run, error);
    if (found != NULL)
        *run = *found;
    return found != NULL;
}
