/* SPDX-License-Identifier: GPL-3.0-or-later
 * Parcels: the jobs of one transaction. */
#include "daemon/dispatch/parcel.h"

#include <string.h>

static gboolean is_same_for_all(const Job *job)
{
    return mails_is_same_for(job->mail, job->delivery);
}

Parcel *parcel_new(Job *first, guint room)
{
    Parcel *parcel = g_new0(Parcel, 1);
    parcel->room = is_same_for_all(first) ? room : 1;
    parcel->jobs = parcel->room > 1 ? g_new(Job *, parcel->room) : &parcel->only;
    parcel->addresses = parcel->room > 1 ? g_new(const char *, parcel->room) : &parcel->only_address;
    parcel_add(parcel, first);
    return parcel;
}

gboolean parcel_takes(const Parcel *parcel, const Job *job)
{
    return parcel->n < parcel->room && job->mail == parcel->jobs[0]->mail && is_same_for_all(job);
}

void parcel_add(Parcel *parcel, Job *job)
{
    parcel->jobs[parcel->n] = job;
    parcel->addresses[parcel->n] = job->delivery->address;
    parcel->n++;
    job_start(job);
}

/* Of one row its token; of several, what they share: the Message-ID without its brackets. */
static char *envelope_id(const Parcel *parcel)
{
    const StoreDelivery *first = parcel->jobs[0]->delivery;
    if (parcel->n == 1 || first->message_id == NULL)
        return g_strdup(first->token);
    return g_strndup(first->message_id + 1, strlen(first->message_id) - 2);
}

void parcel_seal(Parcel *parcel, const char *mail_from, DsnNotify notify)
{
    const Job *first = parcel->jobs[0];
    ComposeRecipient recipient = mails_recipient(first->mail, first->delivery);
    parcel->message = compose_message(first->mail->composed, &recipient);
    parcel->envelope_id = envelope_id(parcel);
    parcel->envelope = (SmtpEnvelope){
        .sender = mail_from, .envelope_id = parcel->envelope_id, .notify = notify, .recipients = parcel->addresses, .n_recipients = parcel->n,
        .pieces = parcel->message->pieces, .n_pieces = parcel->message->n_pieces,
        .size = parcel->message->size, .tag = parcel,
    };
}

void parcel_free(Parcel *parcel)
{
    g_clear_pointer(&parcel->message, message_free);
    g_free(parcel->envelope_id);
    if (parcel->room > 1) {
        g_free(parcel->jobs);
        g_free(parcel->addresses);
    }
    g_free(parcel);
}
