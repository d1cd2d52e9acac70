/* SPDX-License-Identifier: GPL-3.0-or-later
 * The message: built and encoded once a mail, shared by all recipients; for each recipient only
 * headers, salutation and token are spliced in. Pure but for the clock in the caller's hands. */
#ifndef SONGFA_DISPATCH_COMPOSE_H
#define SONGFA_DISPATCH_COMPOSE_H

#include <glib.h>
#include <sys/uio.h>

/* Slots in the rendered text and HTML: one private-use character each. */
#define COMPOSE_SLOT_SALUTATION "\xee\x80\x80" /* U+E000 */
#define COMPOSE_SLOT_RECIPIENT "\xee\x80\x81"  /* U+E001 */
#define COMPOSE_SLOT_LINK "\xee\x80\x82"       /* U+E002: the token at the end of a link */

typedef struct {
    const char *subject;
    const char *text;
    const char *html;            /* NULL: text only */
    const char *sender_name, *sender_address, *reply_to; /* reply_to NULL = none */
    const char *group;           /* To, of a mail that is the same for all: its recipients as a whole, none
                                  * shown; NULL = each is addressed by himself */
    const char *list_id;         /* "上街信息 <sjxx.songfa.example.test>", or NULL; RFC 2919 */
    gint64 date;                 /* Date header, µs: fixed when the mail is made */
    const char *issue;           /* X-Songfa-Issue, or NULL for notices */
    const char *in_reply_to;     /* Message-ID of the mail that it answers (RFC 3834 §3.1.5), NULL = none */
    const char *references;      /* that and those before it, parted by blanks */
    const char *attachment_name; /* UTF-8, or NULL: no attachment */
    GBytes *attachment;
    const char *pdf_name;        /* a second one beside it, or NULL: the same as a PDF */
    GBytes *pdf;
    int priority;                /* 1 = 特急/加急, 3 = normal */
} ComposeMail;

typedef struct {
    const char *name, *address;  /* name NULL = none; address NULL: the mail names a group */
    const char *salutation;      /* NULL = none */
    const char *message_id;      /* with angle brackets, stable over attempts */
    const char *token;           /* X-Songfa-Delivery, NULL = none */
    char link[64];               /* letters and digits; "" = the mail has no link */
    const char *follows;         /* Message-IDs with a blank between, oldest first, of mails that this one takes the
                                  * place of (RFC 5322 section 3.6.4); NULL = none */
} ComposeRecipient;

typedef struct Composed Composed;

/* Builds and encodes. Errors: an address of ours that fails address_check(), a list_id that is none,
 * a text that is not UTF-8. Control characters in header texts become blanks. */
Composed *compose_mail(const ComposeMail *mail, GError **error);
void composed_free(Composed *composed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Composed, composed_free)

/* One recipient's message as pieces to write in order: CRLF line ends, no line that begins with a dot
 * (so dot-stuffed as it is), all ASCII (8BITMIME not needed), without the final ".CRLF". Shared pieces point into composed (which must outlive it), personal ones into the
 * message. */
typedef struct {
    struct iovec *pieces;
    gsize n_pieces;
    gsize size;      /* bytes of all pieces */
    GString *personal;
} Message;

/* The recipient's address must have passed address_check(); bytes that could not are sent as "?". */
Message *compose_message(const Composed *composed, const ComposeRecipient *recipient);
void message_free(Message *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Message, message_free)

/* The message as one .eml; caller g_string_frees. */
GString *compose_eml(const Composed *composed, const ComposeRecipient *recipient);

#endif
