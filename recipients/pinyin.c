/* SPDX-License-Identifier: GPL-3.0-or-later
 * Readings by ICU's transliterator, which takes a tenth of a second to load and is asked only for
 * characters not seen before. */
#include "recipients/pinyin.h"

#include <string.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

enum { FIRST = 0x4e00, LAST = 0x9fff, LONGEST = 8, UNSOUNDED = 0xffff };

/* Readings in names of persons, places and offices that are not the main one. */
static const struct { gunichar c; const char *reading; } others[] = {
    {0x4e50, "yue"},  {0x4ec7, "qiu"},  {0x4f1a, "kuai"}, {0x4f20, "zhuan"}, {0x5355, "shan"},
    {0x533a, "ou"},   {0x53c2, "shen"}, {0x53a6, "xia"},  {0x5c09, "yu"},    {0x66fe, "zeng"},
    {0x671d, "zhao"}, {0x6734, "piao"}, {0x67e5, "zha"},  {0x67cf, "bo"},    {0x6821, "jiao"},
    {0x76d6, "ge"},   {0x7701, "xing"}, {0x79cd, "chong"}, {0x7fdf, "zhai"}, {0x85cf, "zang"},
    {0x884c, "hang"}, {0x89e3, "xie"},  {0x8c03, "tiao"}, {0x90fd, "du"},    {0x91cd, "chong"},
    {0x957f, "chang"}, {0x8f66, "ju"},  {0x7f2a, "miao"}, {0x8983, "qin"},   {0x665f, "cheng"},
};

static GMutex lock;
static UTransliterator *icu;
static GHashTable *numbers;                 /* reading → its number, from 1 */
static const char *readings[1024];          /* by number */
static guint16 sounds[LAST - FIRST + 1];    /* number by character, 0 = not asked yet */

/* The reading in letters a to z; FALSE without one. */
static gboolean ask(gunichar c, char reading[LONGEST])
{
    UChar text[32] = {(UChar)c};
    int32_t length = 1, limit = 1;
    UErrorCode code = U_ZERO_ERROR;
    utrans_transUChars(icu, text, &length, G_N_ELEMENTS(text), 0, &limit, &code);
    if (U_FAILURE(code) || length >= LONGEST)
        return FALSE;
    for (int32_t i = 0; i < length; i++) {
        if (text[i] < 'a' || text[i] > 'z')
            return FALSE;
        reading[i] = (char)text[i];
    }
    reading[length] = '\0';
    return length > 0;
}

static void load(void)
{
    UChar name[32];
    UErrorCode code = U_ZERO_ERROR;
    u_uastrcpy(name, "Han-Latin; Latin-ASCII");
    icu = utrans_openU(name, -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
    numbers = g_hash_table_new(g_str_hash, g_str_equal);
}

static guint16 number_of(gunichar c)
{
    char reading[LONGEST];
    if (numbers == NULL)
        load();
    if (icu == NULL || !ask(c, reading))
        return UNSOUNDED;
    guint known = GPOINTER_TO_UINT(g_hash_table_lookup(numbers, reading));
    if (known != 0)
        return (guint16)known;
    guint number = g_hash_table_size(numbers) + 1;
    if (number >= G_N_ELEMENTS(readings))
        return UNSOUNDED;
    readings[number] = g_intern_string(reading);
    g_hash_table_insert(numbers, (gpointer)readings[number], GUINT_TO_POINTER(number));
    return (guint16)number;
}

/* The number of the character's reading, 0 without one. A number is set after its reading. */
static guint sound(gunichar c)
{
    if (c < FIRST || c > LAST)
        return 0;
    guint16 *place = &sounds[c - FIRST];
    guint16 number = __atomic_load_n(place, __ATOMIC_ACQUIRE);
    if (number == 0) {
        g_mutex_lock(&lock);
        number = number_of(c);
        __atomic_store_n(place, number, __ATOMIC_RELEASE);
        g_mutex_unlock(&lock);
    }
    return number != UNSOUNDED ? number : 0;
}

guint pinyin_sound(gunichar c)
{
    guint number = sound(c);
    return number != 0 ? number : c + G_N_ELEMENTS(readings);
}

const char *pinyin_reading(gunichar c)
{
    guint number = sound(c);
    return number != 0 ? readings[number] : "";
}

static const char *other_reading(gunichar c)
{
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        if (others[i].c == c)
            return others[i].reading;
    return "";
}

static gsize shared_letters(const char *letters, const char *reading)
{
    gsize n = 0;
    while (reading[n] != '\0' && (letters[n] == reading[n] || (letters[n] == 'v' && reading[n] == 'u')))
        n++;
    return n;
}

static guint spell_by(const char *letters, const char *reading, const gunichar *characters, guint length)
{
    for (gsize n = shared_letters(letters, reading); n > 0; n--) {
        if (letters[n] == '\0')
            return 1;
        guint behind = pinyin_spells(letters + n, characters + 1, length - 1);
        if (behind > 0)
            return behind + 1;
    }
    return 0;
}

guint pinyin_spells(const char *letters, const gunichar *characters, guint length)
{
    if (length == 0)
        return 0;
    gunichar c = characters[0];
    char itself[2] = {c < 0x80 ? g_ascii_tolower((char)c) : '\0', '\0'};
    guint n = spell_by(letters, *itself != '\0' ? itself : pinyin_reading(c), characters, length);
    return n > 0 ? n : spell_by(letters, other_reading(c), characters, length);
}
