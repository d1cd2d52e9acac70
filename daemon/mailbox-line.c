/* SPDX-License-Identifier: GPL-3.0-or-later
 * Letters put together from lines. */
#include "daemon/mailbox-line.h"

#include <string.h>

#include "daemon/base/address.h"
#include "daemon/hand-in.h"
#include "daemon/inbox/fields.h"
#include "daemon/intake/letter-name.h"
#include "daemon/intake/letter.h"

enum { MOST_NOTES = 100 };

static void free_file(gpointer data)
{
    MailboxFile *file = data;
    g_free(file->name);
    g_byte_array_unref(file->bytes);
    g_free(file);
}

void mailbox_letter_free(MailboxLetter *letter)
{
    if (letter == NULL)
        return;
    g_ptr_array_unref(letter->recipients);
    g_ptr_array_unref(letter->files);
    json_decref(letter->object);
    g_free(letter);
}

/* Ids that can stand in a header of ours. */
static gboolean are_ids(const char *text)
{
    if (text == NULL)
        return TRUE;
    g_auto(GStrv) ids = g_strsplit(text, " ", -1);
    for (char **id = ids; *id != NULL; id++) {
        g_autofree char *found = fields_message_id(*id);
        if (g_strcmp0(found, *id) != 0 || !g_str_is_ascii(*id))
            return FALSE;
    }
    return ids[0] != NULL;
}

static gboolean are_notes(const json_t *left)
{
    LetterWhy why;
    for (gsize i = 0; i < json_array_size(left); i++)
        if (!letter_why_parse(json_string_value(json_object_get(json_array_get(left, i), "why")), &why))
            return FALSE;
    return json_is_array(left) && json_array_size(left) <= MOST_NOTES;
}

static void take_recipients(MailboxLetter *letter, const json_t *list)
{
    for (gsize i = 0; i < json_array_size(list); i++)
        if (json_is_string(json_array_get(list, i)))
            g_ptr_array_add(letter->recipients, (gpointer)json_string_value(json_array_get(list, i)));
    g_ptr_array_add(letter->recipients, NULL);
    letter->claim.recipients = (const char *const *)letter->recipients->pdata;
}

static gboolean read_head(MailboxLetter *letter)
{
    int head;
    WriterClaim *claim = &letter->claim;
    json_t *recipients = NULL;
    json_int_t uidvalidity, uid;
    if (json_unpack(letter->object, "{s:b, s:I, s:I, s:b, s?s, s?s, s?s, s?s, s?s, s:o, s:o}", "letter", &head,
                    "uidvalidity", &uidvalidity, "uid", &uid, "automatic", &letter->automatic, "from", &claim->address,
                    "proof", &claim->proof, "subject", &claim->subject, "message_id", &letter->message_id,
                    "references", &letter->references, "recipients", &recipients, "left", &letter->left) != 0)
        return FALSE;
    letter->uidvalidity = uidvalidity;
    letter->uid = uid;
    take_recipients(letter, recipients);
    return uid > 0 && (claim->address == NULL || address_check(claim->address, NULL)) && are_ids(letter->message_id) &&
           are_ids(letter->references) && are_notes(letter->left);
}

MailboxLetter *mailbox_letter_new(json_t *line, gsize most)
{
    g_autoptr(MailboxLetter) letter = g_new0(MailboxLetter, 1);
    letter->object = json_incref(line);
    letter->recipients = g_ptr_array_new();
    letter->files = g_ptr_array_new_with_free_func(free_file);
    letter->room = most;
    return read_head(letter) ? g_steal_pointer(&letter) : NULL;
}

/* ---- its files ---- */

static MailboxFile *last_file(const MailboxLetter *letter)
{
    return letter->files->len > 0 ? letter->files->pdata[letter->files->len - 1] : NULL;
}

static gboolean is_complete(const MailboxFile *file)
{
    return file == NULL || file->bytes->len == file->size;
}

static gboolean begin_file(MailboxLetter *letter, const char *name, json_int_t size)
{
    g_autofree char *clean = letter_name_clean(name);
    if (clean == NULL || !hand_in_check_name(clean, NULL) || size <= 0 || (guint64)size > letter->room || letter->files->len >= LETTER_MOST_FILES)
        return FALSE;
    MailboxFile *file = g_new0(MailboxFile, 1);
    file->name = g_steal_pointer(&clean);
    file->size = (gsize)size;
    file->bytes = g_byte_array_new();
    letter->room -= file->size;
    g_ptr_array_add(letter->files, file);
    return TRUE;
}

static gboolean add_bytes(MailboxFile *file, const char *encoded)
{
    gsize length;
    g_autofree guchar *bytes = g_base64_decode(encoded, &length);
    if (file == NULL || length > file->size - file->bytes->len)
        return FALSE;
    g_byte_array_append(file->bytes, bytes, (guint)length);
    return TRUE;
}

MailboxLine mailbox_letter_take(MailboxLetter *letter, json_t *line)
{
    const char *text;
    int end;
    json_int_t size;
    MailboxFile *last = last_file(letter);
    if (json_unpack(line, "{s:s}", "bytes", &text) == 0)
        return add_bytes(last, text) ? MAILBOX_LINE_MORE : MAILBOX_LINE_NONSENSE;
    if (!is_complete(last))
        return MAILBOX_LINE_NONSENSE;
    if (json_unpack(line, "{s:s, s:I}", "file", &text, "size", &size) == 0)
        return begin_file(letter, text, size) ? MAILBOX_LINE_MORE : MAILBOX_LINE_NONSENSE;
    return json_unpack(line, "{s:b}", "end", &end) == 0 ? MAILBOX_LINE_END : MAILBOX_LINE_NONSENSE;
}
