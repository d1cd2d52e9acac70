/* SPDX-License-Identifier: GPL-3.0-or-later
 * Writes the message of one recipient to standard output, from a JSON object on standard input, for
 * tests that read it with another program's MIME parser. With --bench N it composes N messages and
 * prints the microseconds each took. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/clock.h"
#include "daemon/dispatch/compose.h"

static const char *text(json_t *from, const char *key)
{
    return json_string_value(json_object_get(from, key));
}

static Composed *compose(json_t *from, GError **error)
{
    g_autoptr(GBytes) attachment = NULL;
    if (text(from, "attachment_base64") != NULL) {
        gsize length;
        guchar *bytes = g_base64_decode(text(from, "attachment_base64"), &length);
        attachment = g_bytes_new_take(bytes, length);
    }
    const ComposeMail mail = {
        .subject = text(from, "subject"),
        .text = text(from, "text"),
        .html = text(from, "html"),
        .sender_name = text(from, "sender_name"),
        .sender_address = "xinxi@sj.example.test",
        .reply_to = text(from, "reply_to"),
        .list_id = text(from, "list_id"),
        .date = 1583454600 * CLOCK_SECOND,
        .issue = "7",
        .attachment_name = text(from, "attachment_name"),
        .attachment = attachment,
        .priority = (int)json_integer_value(json_object_get(from, "priority")),
    };
    return compose_mail(&mail, error);
}

static void bench(const Composed *composed, const ComposeRecipient *recipient, int n)
{
    gint64 begun = g_get_monotonic_time();
    gsize size = 0;
    for (int i = 0; i < n; i++) {
        g_autoptr(Message) message = compose_message(composed, recipient);
        size = message->size;
    }
    printf("%.2f us a message of %zu bytes\n", (double)(g_get_monotonic_time() - begun) / n, size);
}

int main(int argc, char **argv)
{
    json_t *from = json_loadf(stdin, 0, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(Composed) composed = from != NULL ? compose(from, &error) : NULL;
    if (composed == NULL) {
        fprintf(stderr, "%s\n", error != NULL ? error->message : "no JSON on standard input");
        return 1;
    }
    const ComposeRecipient recipient = {text(from, "name"), text(from, "address"), text(from, "salutation"),
                                        "<7.1.abc@sj.example.test>", "tokentoken", "", NULL};
    if (argc == 3) {
        bench(composed, &recipient, atoi(argv[2]));
    } else {
        GString *eml = compose_eml(composed, &recipient);
        fwrite(eml->str, 1, eml->len, stdout);
        g_string_free(eml, TRUE);
    }
    json_decref(from);
    return 0;
}
