/* SPDX-License-Identifier: GPL-3.0-or-later
 * The names nearest to a misprint: edit distance over characters, with credit for shared
 * ideographs, since 上街市场局 and 上街区市场监督管理局 are far apart and yet the same office. */
#include "recipients/directory-index.h"

#include <string.h>

typedef struct {
    const DirectoryWord *word;
    int score; /* smaller is nearer */
} Candidate;

static guint64 mask_of(const gunichar *characters, guint length)
{
    guint64 mask = 0;
    for (guint i = 0; i < length; i++)
        mask |= G_GUINT64_CONSTANT(1) << (characters[i] % 64);
    return mask;
}

void directory_index_word(DirectoryIndex *index, const char *printed, const char *key,
                          gconstpointer record)
{
    glong length;
    DirectoryWord word = {printed, record, g_utf8_to_ucs4_fast(key, -1, &length), 0, 0};
    word.length = (guint)length;
    word.mask = mask_of(word.characters, word.length);
    index->longest = MAX(index->longest, word.length);
    g_array_append_val(index->words, word);
}

static guint edit_distance(const DirectoryWord *a, const DirectoryWord *b, guint *row)
{
    for (guint j = 0; j <= b->length; j++)
        row[j] = j;
    for (guint i = 1; i <= a->length; i++) {
        guint diagonal = row[0];
        row[0] = i;
        for (guint j = 1; j <= b->length; j++) {
            guint change = diagonal + (a->characters[i - 1] != b->characters[j - 1]);
            diagonal = row[j];
            row[j] = MIN(change, MIN(row[j], row[j - 1]) + 1);
        }
    }
    return row[b->length];
}

static guint shared_characters(const DirectoryWord *a, const DirectoryWord *b)
{
    guint shared = 0;
    for (guint i = 0; i < a->length; i++)
        for (guint j = 0; j < b->length; j++)
            if (a->characters[i] == b->characters[j]) {
                shared++;
                break;
            }
    return shared;
}

/* At least half of the shorter name's characters must be common to both; the masks tell so cheaply
 * for nearly all pairs that are not. */
static gboolean may_be_near(const DirectoryWord *a, const DirectoryWord *b)
{
    const DirectoryWord *shorter = a->length < b->length ? a : b;
    int wanted = __builtin_popcountll(shorter->mask);
    return __builtin_popcountll(a->mask & b->mask) * 2 >= wanted && wanted > 0;
}

/* One character in common (区) says something among names of two characters only. */
static gboolean is_near(const DirectoryWord *a, const DirectoryWord *b, guint shared)
{
    return shared * 2 >= MIN(a->length, b->length) && (shared > 1 || MAX(a->length, b->length) <= 2);
}

static gint compare_candidates(gconstpointer a, gconstpointer b)
{
    const Candidate *one = a, *two = b;
    if (one->score != two->score)
        return one->score < two->score ? -1 : 1;
    return strcmp(one->word->printed, two->word->printed);
}

static GArray *candidates(const DirectoryIndex *index, const DirectoryWord *asked)
{
    GArray *found = g_array_new(FALSE, FALSE, sizeof(Candidate));
    g_autofree guint *row = g_new(guint, index->longest + 1);
    for (guint i = 0; i < index->words->len; i++) {
        const DirectoryWord *word = &g_array_index(index->words, DirectoryWord, i);
        if (!may_be_near(asked, word))
            continue;
        guint shared = MIN(shared_characters(asked, word), shared_characters(word, asked));
        if (!is_near(asked, word, shared))
            continue;
        Candidate candidate = {word, 2 * (int)edit_distance(asked, word, row) - (int)shared};
        g_array_append_val(found, candidate);
    }
    g_array_sort(found, compare_candidates);
    return found;
}

char **directory_suggest(const Directory *directory, const char *text, guint n)
{
    g_autofree char *key = directory_key(text);
    glong length;
    g_autofree gunichar *characters = g_utf8_to_ucs4_fast(key, -1, &length);
    guint used = MIN((guint)length, 64); /* longer texts are no misprinted names */
    DirectoryWord asked = {text, NULL, characters, used, mask_of(characters, used)};
    g_autoptr(GArray) found = candidates(directory->index, &asked);
    g_autoptr(GHashTable) records = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) printed = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < found->len && names->len < n; i++) {
        const DirectoryWord *word = g_array_index(found, Candidate, i).word;
        if (g_hash_table_add(records, (gpointer)word->record) &&
            g_hash_table_add(printed, (gpointer)word->printed))
            g_ptr_array_add(names, (gpointer)word->printed);
    }
    g_ptr_array_add(names, NULL);
    return g_strdupv((char **)names->pdata);
}
