/* SPDX-License-Identifier: GPL-3.0-or-later
 * The names nearest to a misprint: edit distance over characters and their sounds, with credit for
 * shared ideographs, since 上街市场局 and 上街区市场监督管理局 are far apart and yet the same office.
 * Letters are taken for pinyin. */
#include "recipients/directory-index.h"

#include <string.h>

#include "recipients/directory-kind.h"
#include "recipients/pinyin.h"

enum { LONGEST = 64 }; /* characters: longer texts are no misprinted names */

typedef struct {
    const DirectoryWord *word;
    int score; /* smaller is nearer */
} Candidate;

typedef struct {
    const gunichar *characters;
    guint length;
    guint64 mask;
} Spelling;

typedef struct {
    Spelling spelling;
    guint sounds[LONGEST];
    guint64 sound_mask;
    const char *letters; /* when it is typed in pinyin, else NULL */
    guint *heard, *row;  /* of the word looked at: its sounds; one line of the distance */
} Asked;

static guint64 bit_of(gunichar character)
{
    return G_GUINT64_CONSTANT(1) << (character % 64);
}

static guint64 mask_of(const gunichar *characters, guint length)
{
    guint64 mask = 0;
    for (guint i = 0; i < length; i++)
        mask |= bit_of(characters[i]);
    return mask;
}

void directory_index_word(DirectoryIndex *index, const char *printed, const char *key,
                          gconstpointer record)
{
    GArray *letters = index->letters;
    DirectoryWord word = {.printed = printed, .record = record, .first = letters->len};
    g_array_set_size(letters, word.first + (guint)strlen(key));
    gunichar *letter = &g_array_index(letters, gunichar, word.first);
    for (; *key != '\0'; key = g_utf8_next_char(key))
        word.mask |= bit_of(letter[word.length++] = g_utf8_get_char(key));
    g_array_set_size(letters, word.first + word.length);
    index->longest = MAX(index->longest, word.length);
    g_array_append_val(index->words, word);
}

/* Twice the edits: to take one character for another of the same sound is half a mistake. */
static guint edit_distance(const Asked *asked, const Spelling *b)
{
    const Spelling *a = &asked->spelling;
    guint *row = asked->row;
    for (guint j = 0; j <= b->length; j++)
        row[j] = 2 * j;
    for (guint i = 1; i <= a->length; i++) {
        guint diagonal = row[0];
        row[0] = 2 * i;
        for (guint j = 1; j <= b->length; j++) {
            guint change = a->characters[i - 1] == b->characters[j - 1] ? 0
                           : asked->sounds[i - 1] == asked->heard[j - 1] ? 1 : 2;
            change += diagonal;
            diagonal = row[j];
            row[j] = MIN(change, MIN(row[j], row[j - 1]) + 2);
        }
    }
    return row[b->length];
}

static guint shared_characters(const Spelling *a, const Spelling *b)
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
static gboolean may_be_near(const Spelling *a, const Spelling *b)
{
    guint64 both = a->mask & b->mask;
    return both != 0 &&
           __builtin_popcountll(both) * 2 >= __builtin_popcountll(a->length < b->length ? a->mask : b->mask);
}

/* One character in common (区) says something among names of two characters only. */
static gboolean is_near(const Spelling *a, const Spelling *b, guint shared)
{
    return shared * 2 >= MIN(a->length, b->length) && (shared > 1 || MAX(a->length, b->length) <= 2);
}

static guint64 hear(const gunichar *characters, guint length, guint *sounds)
{
    for (guint i = 0; i < length; i++)
        sounds[i] = pinyin_sound(characters[i]);
    return mask_of(sounds, length);
}

/* Three quarters of the longer one's sounds must be common to both. */
static gboolean sounds_near(const Asked *asked, guint64 mask, guint length)
{
    guint longer = MAX(length, asked->spelling.length), shared = 0;
    if ((guint)__builtin_popcountll(mask & asked->sound_mask) * 2 < longer)
        return FALSE;
    for (guint i = 0; i < asked->spelling.length; i++)
        for (guint j = 0; j < length; j++)
            if (asked->sounds[i] == asked->heard[j]) {
                shared++;
                break;
            }
    return shared > 1 && shared * 4 >= longer * 3;
}

/* The score of a word that the letters spell from one of its characters on. */
static gboolean spelled(const Asked *asked, const Spelling *word, int *score)
{
    for (guint i = 0; i < word->length; i++) {
        guint n = pinyin_spells(asked->letters, word->characters + i, word->length - i);
        if (n > 0) {
            *score = 2 * (int)(word->length - n) + (i > 0 ? 1 : 0);
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean judge_closely(const Asked *asked, const Spelling *word, gboolean alike, gboolean as_long, int *score)
{
    const Spelling *own = &asked->spelling;
    if (asked->letters != NULL && spelled(asked, word, score))
        return TRUE;
    guint shared = alike ? MIN(shared_characters(own, word), shared_characters(word, own)) : 0;
    gboolean near = alike && is_near(own, word, shared);
    if (!near && !as_long)
        return FALSE;
    guint64 mask = hear(word->characters, word->length, asked->heard);
    if (!near && !sounds_near(asked, mask, word->length))
        return FALSE;
    *score = (int)edit_distance(asked, word) - (int)shared;
    return TRUE;
}

/* Half of the longer one's sounds must be among those asked for, or sounds_near() fails: for nearly all words
 * the first few tell. */
static gboolean may_sound_near(const Asked *asked, const Spelling *word, guint longer)
{
    guint may_differ = word->length - MIN(word->length, (longer + 1) / 2), differ = 0;
    for (guint i = 0; i < word->length && differ <= may_differ; i++)
        if ((bit_of(pinyin_sound(word->characters[i])) & asked->sound_mask) == 0)
            differ++;
    return differ <= may_differ;
}

/* Most words are far off by their length, their mask or their first sounds. */
static gboolean judge(const Asked *asked, const Spelling *word, int *score)
{
    guint longer = MAX(word->length, asked->spelling.length), shorter = MIN(word->length, asked->spelling.length);
    gboolean alike = may_be_near(&asked->spelling, word), as_long = shorter * 4 >= longer * 3;
    if (asked->letters == NULL && !alike && !(as_long && may_sound_near(asked, word, longer)))
        return FALSE;
    return judge_closely(asked, word, alike, as_long, score);
}

static gint compare_candidates(gconstpointer a, gconstpointer b)
{
    const Candidate *one = a, *two = b;
    if (one->score != two->score)
        return one->score < two->score ? -1 : 1;
    return strcmp(one->word->printed, two->word->printed);
}

static GArray *candidates(const DirectoryIndex *index, const Asked *asked)
{
    GArray *found = g_array_new(FALSE, FALSE, sizeof(Candidate));
    const gunichar *letters = &g_array_index(index->letters, gunichar, 0);
    for (guint i = 0; i < index->words->len; i++) {
        Candidate candidate = {&g_array_index(index->words, DirectoryWord, i), 0};
        const DirectoryWord *word = candidate.word;
        Spelling spelling = {letters + word->first, word->length, word->mask};
        if (judge(asked, &spelling, &candidate.score))
            g_array_append_val(found, candidate);
    }
    g_array_sort(found, compare_candidates);
    return found;
}

/* At least two letters and nothing else. */
static gboolean is_pinyin(const char *key)
{
    gsize length = strspn(key, "abcdefghijklmnopqrstuvwxyz");
    return length > 1 && length <= LONGEST && key[length] == '\0';
}

/* Up to n words near to text, nearest first, each of another record; those of one kind, or NULL = of any. */
static GPtrArray *nearest(const Directory *directory, const DirectoryKind *kind, const char *text, guint n)
{
    g_autofree char *key = directory_key(text), *lower = g_ascii_strdown(key, -1);
    glong length;
    g_autofree gunichar *characters = g_utf8_to_ucs4_fast(key, -1, &length);
    g_autofree guint *heard = g_new(guint, directory->index->longest + 1);
    g_autofree guint *row = g_new(guint, directory->index->longest + 1);
    guint used = MIN((guint)length, LONGEST);
    Asked asked = {.spelling = {characters, used, mask_of(characters, used)},
                   .letters = is_pinyin(lower) ? lower : NULL, .heard = heard, .row = row};
    asked.sound_mask = hear(characters, used, asked.sounds);
    g_autoptr(GArray) found = candidates(directory->index, &asked);
    g_autoptr(GHashTable) records = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) printed = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (guint i = 0; i < found->len && words->len < n; i++) {
        const DirectoryWord *word = g_array_index(found, Candidate, i).word;
        if ((kind == NULL || g_ptr_array_find(directory->records[kind->id], word->record, NULL)) &&
            g_hash_table_add(records, (gpointer)word->record) &&
            g_hash_table_add(printed, (gpointer)word->printed))
            g_ptr_array_add(words, (gpointer)word);
    }
    return g_steal_pointer(&words);
}

char **directory_suggest(const Directory *directory, const char *text, guint n)
{
    return directory_suggest_kind(directory, NULL, text, n);
}

char **directory_suggest_kind(const Directory *directory, const DirectoryKind *kind, const char *text, guint n)
{
    g_autoptr(GPtrArray) words = nearest(directory, kind, text, n);
    char **names = g_new0(char *, words->len + 1);
    for (guint i = 0; i < words->len; i++) {
        const DirectoryWord *word = words->pdata[i];
        names[i] = kind != NULL && kind->id == DIRECTORY_POST ? directory_record_label(directory, kind, word->record)
                                                              : g_strdup(word->printed);
    }
    return names;
}
