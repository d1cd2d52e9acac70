/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading a mail that hands in. Each document attached to it, or to a mail that it forwards, is one file; of
 * several of one base name the one that can be edited stands for all. */
#include "daemon/intake/letter.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "daemon/inbox/automatic.h"
#include "daemon/inbox/fields.h"
#include "daemon/inbox/mime.h"
#include "daemon/intake/authres.h"
#include "daemon/intake/claim.h"
#include "daemon/intake/letter-name.h"
#include "daemon/intake/writer.h"

enum { MOST_RECIPIENTS = 50, MOST_LEFT = 50, MOST_REFERENCES = 10 };

static const char *const why_names[] = {
    [LETTER_LEFT_ARCHIVE] = "archive", [LETTER_LEFT_TNEF] = "tnef",   [LETTER_LEFT_SEALED] = "sealed",
    [LETTER_LEFT_SAME] = "same",       [LETTER_LEFT_EMPTY] = "empty", [LETTER_LEFT_LARGE] = "large",
    [LETTER_LEFT_MANY] = "many",       [LETTER_LEFT_DEEP] = "deep",   [LETTER_LEFT_TEMPORARY] = "temporary",
    [LETTER_LEFT_OTHER] = "other",
};

const char *letter_why_name(LetterWhy why)
{
    g_return_val_if_fail(why < G_N_ELEMENTS(why_names), NULL);
    return why_names[why];
}

gboolean letter_why_parse(const char *name, LetterWhy *why)
{
    for (gsize i = 0; i < G_N_ELEMENTS(why_names); i++) {
        if (g_strcmp0(name, why_names[i]) == 0) {
            *why = (LetterWhy)i;
            return TRUE;
        }
    }
    return FALSE;
}

static void free_file(gpointer data)
{
    LetterFile *file = data;
    g_free(file->name);
    g_bytes_unref(file->bytes);
    g_free(file);
}

static void free_left(gpointer data)
{
    LetterLeft *left = data;
    g_free(left->name);
    g_free(left->with);
    g_free(left);
}

void letter_free(Letter *letter)
{
    if (letter == NULL)
        return;
    char *texts[] = {letter->from, letter->subject, letter->message_id, letter->references};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_ptr_array_unref(letter->recipients);
    g_ptr_array_unref(letter->files);
    g_ptr_array_unref(letter->left);
    g_free(letter);
}

/* ---- the head ---- */

/* The last message ids of a References field, parted by blanks; NULL when there are none. */
static char *references_of(const MimeMail *mail)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    const char *at = mime_mail_header(mail, "References");
    while ((at = strchr(at, '<')) != NULL) {
        g_autofree char *id = fields_message_id(at);
        const char *end = strchr(at, '>');
        if (id != NULL && g_str_is_ascii(id))
            g_ptr_array_add(ids, g_steal_pointer(&id));
        if (ids->len > MOST_REFERENCES)
            g_ptr_array_remove_index(ids, 0);
        at = end != NULL ? end : at + 1;
    }
    g_ptr_array_add(ids, NULL);
    return ids->len > 1 ? g_strjoinv(" ", (char **)ids->pdata) : NULL;
}

static char *message_id_of(const MimeMail *mail)
{
    char *id = fields_message_id(mime_mail_header(mail, "Message-ID"));
    if (id != NULL && !g_str_is_ascii(id))
        g_clear_pointer(&id, g_free);
    return id;
}

static void read_head(Letter *letter, const MimeMail *mail, const LetterRules *rules)
{
    g_autoptr(GPtrArray) results = mime_mail_headers(mail, "Authentication-Results");
    letter->from = writer_of(mail);
    if (letter->from != NULL && rules->authserv_id != NULL)
        letter->proof = authres_proof(results, rules->authserv_id, strrchr(letter->from, '@') + 1);
    letter->subject = fields_line(mime_mail_subject(mail));
    letter->message_id = message_id_of(mail);
    letter->references = references_of(mail);
    letter->automatic = automatic_is(mail) || automatic_is_spread(mail);
    g_ptr_array_unref(letter->recipients);
    letter->recipients = mime_mail_recipients(mail, MOST_RECIPIENTS);
}

/* ---- what is attached ---- */

typedef struct {
    Letter *letter;
    const LetterRules *rules;
    gboolean enclosed; /* in a mail within the mail */
    guint n;           /* parts without a name that got one */
} Reading;

static void leave(Letter *letter, const char *name, LetterWhy why, const char *with)
{
    LetterLeft *left = g_new0(LetterLeft, 1);
    left->name = g_strdup(name);
    left->why = why;
    left->with = g_strdup(with);
    if (letter->left->len < MOST_LEFT)
        g_ptr_array_add(letter->left, left);
    else
        free_left(left);
}

static void take_file(Reading *reading, const MimePart *part, const char *name)
{
    Letter *letter = reading->letter;
    g_autoptr(GBytes) bytes = mime_part_content(part);
    gsize size = g_bytes_get_size(bytes);
    if (claim_is_temporary(name))
        leave(letter, name, LETTER_LEFT_TEMPORARY, NULL);
    else if (size == 0)
        leave(letter, name, LETTER_LEFT_EMPTY, NULL);
    else if (size > reading->rules->max_file)
        leave(letter, name, LETTER_LEFT_LARGE, NULL);
    else if (letter->files->len >= LETTER_MOST_FILES)
        leave(letter, name, LETTER_LEFT_MANY, NULL);
    else {
        LetterFile *file = g_new0(LetterFile, 1);
        file->name = g_strdup(name);
        file->bytes = g_bytes_ref(bytes);
        g_ptr_array_add(letter->files, file);
    }
}

/* What the text of the mail shows, or a logo below it, is no hand-in. */
static gboolean is_shown_inline(const MimePart *part)
{
    return strcmp(mime_part_disposition(part), "attachment") != 0 || mime_part_has_id(part);
}

/* The mail's own words, and what its programs add. */
static gboolean is_of_the_mail(const MimePart *part, const char *name)
{
    static const struct { const char *type, *subtype; } types[] = {
        {"application", "pkcs7-signature"}, {"application", "x-pkcs7-signature"}, {"application", "pgp-signature"},
        {"application", "pgp-keys"},        {"text", "calendar"},                 {"text", "vcard"},
        {"text", "x-vcard"},                {"message", "*"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
        if (mime_part_is(part, types[i].type, types[i].subtype))
            return TRUE;
    return mime_part_is(part, "text", "*") && strcmp(mime_part_disposition(part), "attachment") != 0 &&
           (name == NULL || strcmp(mime_part_disposition(part), "inline") == 0);
}

static gboolean is_sealed(const MimePart *part)
{
    return mime_part_is(part, "application", "pkcs7-mime") || mime_part_is(part, "application", "x-pkcs7-mime") ||
           mime_part_is(part, "application", "pgp-encrypted");
}

static gboolean is_picture_or_sound(const MimePart *part)
{
    return mime_part_is(part, "image", "*") || mime_part_is(part, "audio", "*") || mime_part_is(part, "video", "*");
}

static void take_named(Reading *reading, const MimePart *part, const char *name)
{
    LetterNameKind kind = letter_name_kind(name);
    if (kind == LETTER_NAME_UNKNOWN && is_picture_or_sound(part))
        kind = LETTER_NAME_PICTURE;
    switch (kind) {
    case LETTER_NAME_UNKNOWN: /* what it is, its bytes will say */
    case LETTER_NAME_DOCUMENT:
        take_file(reading, part, name);
        break;
    case LETTER_NAME_ARCHIVE:
        leave(reading->letter, name, LETTER_LEFT_ARCHIVE, NULL);
        break;
    case LETTER_NAME_TNEF:
        leave(reading->letter, name, LETTER_LEFT_TNEF, NULL);
        break;
    case LETTER_NAME_PICTURE:
        if (!is_shown_inline(part))
            leave(reading->letter, name, LETTER_LEFT_OTHER, NULL);
        break;
    case LETTER_NAME_OTHER:
        leave(reading->letter, name, LETTER_LEFT_OTHER, NULL);
        break;
    case LETTER_NAME_SIGNATURE:
    default:
        break;
    }
}

static void take_part(gpointer user, const MimePart *part);

static void take_enclosed(Reading *reading, const MimeMail *mail)
{
    Reading within = {.letter = reading->letter, .rules = reading->rules, .enclosed = TRUE};
    g_autofree char *subject = fields_line(mime_mail_subject(mail));
    if (reading->enclosed || !mime_mail_walk(mail, take_part, &within))
        leave(reading->letter, subject, LETTER_LEFT_DEEP, NULL);
}

static gboolean is_tnef(const MimePart *part)
{
    return mime_part_is(part, "application", "ms-tnef") || mime_part_is(part, "application", "vnd.ms-tnef");
}

static void take_attached(Reading *reading, const MimePart *part, const char *name)
{
    g_autofree char *number = name == NULL ? g_strdup_printf(_("附件-%u"), ++reading->n) : NULL;
    take_named(reading, part, name != NULL ? name : number);
}

static void take_part(gpointer user, const MimePart *part)
{
    Reading *reading = user;
    g_autofree char *given = mime_part_name(part);
    g_autofree char *name = given != NULL ? letter_name_clean(given) : NULL;
    if (mime_part_mail(part) != NULL)
        take_enclosed(reading, mime_part_mail(part));
    else if (is_sealed(part))
        leave(reading->letter, name, LETTER_LEFT_SEALED, NULL);
    else if (is_tnef(part))
        leave(reading->letter, name, LETTER_LEFT_TNEF, NULL);
    else if (!is_of_the_mail(part, name) && (name != NULL || !is_picture_or_sound(part)))
        take_attached(reading, part, name);
}

/* ---- one issue in several forms ---- */

/* Of two of one base name: the better form, the first of two that are the same. */
static gboolean goes_before(const LetterFile *one, guint i, const LetterFile *other, guint j)
{
    int rank = letter_name_rank(one->name), others = letter_name_rank(other->name);
    return rank < others || (rank == others && i < j && g_bytes_equal(one->bytes, other->bytes));
}

/* Which of the files stands for the one at i; NULL = itself. */
static const LetterFile *stands_for(const GPtrArray *files, const char *const *bases, guint i)
{
    guint best = i;
    for (guint j = 0; j < files->len; j++)
        if (strcmp(bases[i], bases[j]) == 0 && goes_before(files->pdata[j], j, files->pdata[best], best))
            best = j;
    return best != i ? files->pdata[best] : NULL;
}

static void keep_one_of_each(Letter *letter)
{
    guint n = letter->files->len;
    g_autoptr(GPtrArray) bases = g_ptr_array_new_with_free_func(g_free);
    g_autofree const LetterFile **stand = g_new0(const LetterFile *, n + 1);
    for (guint i = 0; i < n; i++)
        g_ptr_array_add(bases, letter_name_base(((LetterFile *)letter->files->pdata[i])->name));
    for (guint i = 0; i < n; i++)
        stand[i] = stands_for(letter->files, (const char *const *)bases->pdata, i);
    for (guint i = 0; i < n; i++)
        if (stand[i] != NULL)
            leave(letter, ((LetterFile *)letter->files->pdata[i])->name, LETTER_LEFT_SAME, stand[i]->name);
    for (guint i = n; i-- > 0;)
        if (stand[i] != NULL)
            g_ptr_array_remove_index(letter->files, i);
}

/* ---- the whole ---- */

Letter *letter_read(const char *data, gsize length, const LetterRules *rules)
{
    Letter *letter = g_new0(Letter, 1);
    letter->recipients = g_ptr_array_new_with_free_func(g_free);
    letter->files = g_ptr_array_new_with_free_func(free_file);
    letter->left = g_ptr_array_new_with_free_func(free_left);
    g_autoptr(MimeMail) mail = mime_mail_parse(data, length);
    if (mail == NULL)
        return letter;
    Reading reading = {.letter = letter, .rules = rules};
    read_head(letter, mail, rules);
    if (rules->cut)
        leave(letter, NULL, LETTER_LEFT_LARGE, NULL);
    else if (!mime_mail_walk(mail, take_part, &reading))
        leave(letter, NULL, LETTER_LEFT_MANY, NULL);
    keep_one_of_each(letter);
    return letter;
}
