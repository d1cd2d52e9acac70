/* SPDX-License-Identifier: GPL-3.0-or-later
 * Look-ups in the word tables of lexicon-words.c. */
#include "recipients/lexicon.h"

#include <string.h>

/* The words of a table by their first and by their last character, so that a look-up meets only those
 * that could fit. */
#define WORDS_MAX 512
#define BUCKETS 64
/* No word has more bytes. */
#define WORD_MAX 64

typedef struct {
    const char *word[WORDS_MAX]; /* in lexicon_words, ended by a blank */
    guint8 length[WORDS_MAX];    /* bytes */
    guint16 next_first[WORDS_MAX], next_last[WORDS_MAX]; /* word number + 1; 0 ends */
    guint16 first[BUCKETS], last[BUCKETS];
} Index;

static Index indexes[LEX_TABLES];

static guint bucket(const char *character)
{
    return (guint)(((guint8)character[0] * 31u + (guint8)character[1] * 7u + (guint8)character[2]) % BUCKETS);
}

/* The last three bytes, which are a whole Han character; words shorter than that are not kept. */
static void index_word(Index *index, guint16 i, const char *word, gsize length)
{
    g_assert(i < WORDS_MAX && length >= 3 && length <= WORD_MAX);
    guint first = bucket(word), last = bucket(word + length - 3);
    index->word[i] = word;
    index->length[i] = (guint8)length;
    index->next_first[i] = index->first[first];
    index->next_last[i] = index->last[last];
    index->first[first] = index->last[last] = (guint16)(i + 1);
}

static void index_table(LexTable table)
{
    guint16 i = 0;
    for (const char *word = lexicon_words[table]; *word != '\0';) {
        gsize length = strcspn(word, " ");
        index_word(&indexes[table], i++, word, length);
        word += length + strspn(word + length, " ");
    }
}

static void index_once(void)
{
    static gsize done = 0;
    if (!g_once_init_enter(&done))
        return;
    for (guint table = 0; table < LEX_TABLES; table++)
        index_table((LexTable)table);
    g_once_init_leave(&done, 1);
}

gsize lexicon_prefix(LexTable table, const char *text, gsize length)
{
    index_once();
    const Index *index = &indexes[table];
    gsize best = 0;
    if (length < 3)
        return 0;
    for (guint i = index->first[bucket(text)]; i > 0; i = index->next_first[i - 1]) {
        gsize n = index->length[i - 1];
        if (n > best && n <= length && memcmp(text, index->word[i - 1], n) == 0)
            best = n;
    }
    return best;
}

gsize lexicon_suffix(LexTable table, const char *text, gsize length)
{
    index_once();
    const Index *index = &indexes[table];
    gsize best = 0;
    if (length < 3)
        return 0;
    for (guint i = index->last[bucket(text + length - 3)]; i > 0; i = index->next_last[i - 1]) {
        gsize n = index->length[i - 1];
        if (n > best && n <= length && memcmp(text + length - n, index->word[i - 1], n) == 0)
            best = n;
    }
    return best;
}

gsize lexicon_begins(LexTable table, const char *text)
{
    return lexicon_prefix(table, text, strnlen(text, WORD_MAX));
}

gsize lexicon_ends(LexTable table, const char *text)
{
    return lexicon_suffix(table, text, strlen(text));
}

gboolean lexicon_has(LexTable table, const char *text)
{
    gsize length = strlen(text);
    return length > 0 && lexicon_prefix(table, text, length) == length;
}
