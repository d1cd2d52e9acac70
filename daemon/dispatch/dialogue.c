/* SPDX-License-Identifier: GPL-3.0-or-later
 * Dialogues. While it is recorded a line costs a copy of its bytes and nothing else; escaping and
 * formatting wait until it is known that somebody may want to read it. */
#include "daemon/dispatch/dialogue.h"

#include <string.h>

typedef struct {
    gint64 at, answered; /* monotonic µs; answered 0 = no reply */
    guint from, length;  /* where in bytes; length alone of a body */
    guint reply_from, reply_length;
    int recipient;
    DialogueKind kind;
} Entry;

struct Dialogue {
    guint most, n_dropped;
    gint64 begun;
    GArray *entries; /* Entry */
    guint unanswered; /* before it every command has its reply */
    GString *bytes;
};

Dialogue *dialogue_new(guint most)
{
    Dialogue *dialogue = g_new0(Dialogue, 1);
    dialogue->most = most;
    dialogue->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    dialogue->bytes = g_string_sized_new(512);
    return dialogue;
}

void dialogue_free(Dialogue *dialogue)
{
    if (dialogue == NULL)
        return;
    g_array_unref(dialogue->entries);
    g_string_free(dialogue->bytes, TRUE);
    g_free(dialogue);
}

void dialogue_begin(Dialogue *dialogue, gint64 now)
{
    g_array_set_size(dialogue->entries, 0);
    g_string_truncate(dialogue->bytes, 0);
    dialogue->unanswered = dialogue->n_dropped = 0;
    dialogue->begun = now;
}

gint64 dialogue_begun(const Dialogue *dialogue)
{
    return dialogue->begun;
}

static guint keep(Dialogue *dialogue, const char *words, gsize length)
{
    gsize room = dialogue->bytes->len < DIALOGUE_MOST ? DIALOGUE_LINE : DIALOGUE_SHORT;
    g_string_append_len(dialogue->bytes, words, (gssize)MIN(length, room));
    return (guint)MIN(length, room);
}

void dialogue_add(Dialogue *dialogue, gint64 now, DialogueKind kind, int recipient, const char *words, gsize length)
{
    if (dialogue->entries->len >= dialogue->most) {
        dialogue->n_dropped++;
        return;
    }
    Entry entry = {.at = now, .from = (guint)dialogue->bytes->len, .recipient = recipient, .kind = kind};
    entry.length = keep(dialogue, words, length);
    g_array_append_val(dialogue->entries, entry);
}

void dialogue_add_body(Dialogue *dialogue, gint64 now, gsize bytes)
{
    dialogue_add(dialogue, now, DIALOGUE_BODY, -1, "", 0);
    if (dialogue->n_dropped == 0)
        g_array_index(dialogue->entries, Entry, dialogue->entries->len - 1).length = (guint)bytes;
}

static Entry *entry_at(const Dialogue *dialogue, guint i)
{
    return &g_array_index(dialogue->entries, Entry, i);
}

/* Three digits and a blank, as they came. */
static void keep_code(Dialogue *dialogue, int code)
{
    const char digits[] = {(char)('0' + code / 100 % 10), (char)('0' + code / 10 % 10), (char)('0' + code % 10), ' '};
    g_string_append_len(dialogue->bytes, digits, sizeof(digits));
}

void dialogue_answer(Dialogue *dialogue, gint64 now, int code, const char *words)
{
    while (dialogue->unanswered < dialogue->entries->len &&
           entry_at(dialogue, dialogue->unanswered)->kind != DIALOGUE_SENT)
        dialogue->unanswered++;
    guint i = dialogue->unanswered;
    if (i == dialogue->entries->len) {
        dialogue_add(dialogue, now, DIALOGUE_HEARD, -1, "", 0);
        if (dialogue->unanswered == dialogue->entries->len)
            return;
        dialogue->unanswered++;
    }
    Entry *entry = entry_at(dialogue, i);
    guint from = (guint)dialogue->bytes->len;
    if (code > 0)
        keep_code(dialogue, code);
    keep(dialogue, words, strlen(words));
    entry->answered = now;
    if (entry->kind == DIALOGUE_HEARD) {
        entry->from = from;
        entry->length = (guint)dialogue->bytes->len - from;
        return;
    }
    entry->reply_from = from;
    entry->reply_length = (guint)dialogue->bytes->len - from;
    dialogue->unanswered++;
}

gint64 dialogue_elapsed(const Dialogue *dialogue, int n)
{
    int len = (int)dialogue->entries->len, step = n < 0 ? -1 : 1, left = n < 0 ? -1 - n : n;
    for (int i = n < 0 ? len - 1 : 0; i >= 0 && i < len; i += step) {
        const Entry *entry = entry_at(dialogue, (guint)i);
        if (entry->kind == DIALOGUE_SENT && left-- == 0)
            return entry->answered > 0 ? entry->answered - dialogue->begun : -1;
    }
    return -1;
}

/* ---- as text ---- */

/* What a terminal might obey, or a reader not see. */
static gboolean is_hidden(gunichar c)
{
    GUnicodeType type = g_unichar_type(c);
    return type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_LINE_SEPARATOR ||
           type == G_UNICODE_PARAGRAPH_SEPARATOR;
}

static void append_escaped(GString *text, const char *words, gsize length)
{
    for (const char *p = words, *end = words + length, *next; p < end; p = next) {
        gunichar c = g_utf8_get_char_validated(p, end - p);
        gboolean valid = c != (gunichar)-1 && c != (gunichar)-2;
        next = valid ? p + g_unichar_to_utf8(c, NULL) : p + 1;
        if (valid && !is_hidden(c))
            g_string_append_len(text, p, next - p);
        else
            for (const char *byte = p; byte < next; byte++)
                g_string_append_printf(text, "\\x%02X", (guchar)*byte);
    }
}

static void append_line(const Dialogue *dialogue, GString *text, gint64 at, DialogueKind kind, int recipient, guint from,
                        guint length)
{
    g_string_append_printf(text, "%" G_GINT64_FORMAT " %c", MAX(at - dialogue->begun, 0), (char)kind);
    if (recipient >= 0)
        g_string_append_printf(text, "%d", recipient);
    g_string_append_c(text, ' ');
    if (kind == DIALOGUE_BODY)
        g_string_append_printf(text, "%u", length);
    else
        append_escaped(text, dialogue->bytes->str + from, length);
    g_string_append_c(text, '\n');
}

char *dialogue_text(const Dialogue *dialogue)
{
    GString *text = g_string_sized_new(dialogue->bytes->len + dialogue->entries->len * 16);
    for (guint i = 0; i < dialogue->entries->len; i++) {
        const Entry *entry = entry_at(dialogue, i);
        append_line(dialogue, text, entry->at, entry->kind, entry->recipient, entry->from, entry->length);
        if (entry->kind == DIALOGUE_SENT && entry->answered > 0)
            append_line(dialogue, text, entry->answered, DIALOGUE_HEARD, entry->recipient, entry->reply_from,
                        entry->reply_length);
    }
    if (dialogue->n_dropped > 0)
        g_string_append_printf(text, "0 ! +%u\n", dialogue->n_dropped);
    return g_string_free(text, FALSE);
}

/* ---- from text ---- */

static gboolean read_line(const char *from, const char *end, DialogueLine *line)
{
    char *rest;
    line->at = g_ascii_strtoll(from, &rest, 10);
    if (rest == from || *rest != ' ' || rest[1] == '\0' || strchr("><#!", rest[1]) == NULL)
        return FALSE;
    line->kind = (DialogueKind)rest[1];
    rest += 2;
    line->recipient = g_ascii_isdigit(*rest) ? (int)g_ascii_strtoll(rest, &rest, 10) : -1;
    if (*rest != ' ' || rest >= end)
        return FALSE;
    line->words = rest + 1;
    line->length = (gsize)(end - line->words);
    return TRUE;
}

gboolean dialogue_next(const char **text, DialogueLine *line)
{
    while (**text != '\0') {
        const char *from = *text, *end = from + strcspn(from, "\n");
        *text = *end != '\0' ? end + 1 : end;
        if (read_line(from, end, line))
            return TRUE;
    }
    return FALSE;
}
