/* SPDX-License-Identifier: GPL-3.0-or-later
 * What holds for every reading of a distribution line, whatever the text. */
#include "tests/unit/line-checks.h"

#include <string.h>

#include "daemon/base/han.h"

char *line_checks_file(const char *folder, const char *name)
{
    const char *tree = g_getenv("SONGFA_SRCDIR");
    return g_build_filename(tree != NULL ? tree : ".", "tests", folder, name, NULL);
}

/* Spans tile the text without gap or overlap, and neighbours differ. */
gboolean line_checks_tiled(const char *text, const LineReading *reading)
{
    gsize place = 0;
    for (guint i = 0; i < reading->spans->len; i++) {
        const LineSpan *span = &g_array_index(reading->spans, LineSpan, i);
        if (span->start != place || span->end <= span->start || span->kind > LINE_SPAN_UNRESOLVED)
            return FALSE;
        place = span->end;
    }
    return place == (gsize)g_utf8_strlen(text, -1);
}

/* Text painted unresolved and unresolved entries go together: neither without the other. */
gboolean line_checks_accounted(const LineReading *reading)
{
    gboolean painted = FALSE;
    for (guint i = 0; i < reading->spans->len; i++)
        painted |= g_array_index(reading->spans, LineSpan, i).kind == LINE_SPAN_UNRESOLVED;
    return painted == (reading->unresolved->len > 0);
}

/* The characters of text that can be part of a name: folded, without blanks, separators and marks. */
static char *name_chars(const char *text)
{
    GString *out = g_string_new(NULL);
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = han_fold(g_utf8_get_char(p));
        if (g_unichar_isalnum(c))
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

/* A letter, a digit or a mark of writing, not what stands for a byte that could not be read. */
static gboolean may_stand_in_name(gunichar c)
{
    GUnicodeType type = g_unichar_type(c);
    return g_unichar_isalnum(c) || (g_unichar_ispunct(c) && type != G_UNICODE_OTHER_SYMBOL);
}

static gboolean is_readable(const char *name)
{
    for (const char *p = name; p != NULL && *p != '\0'; p = g_utf8_next_char(p))
        if (!may_stand_in_name(g_utf8_get_char(p)))
            return FALSE;
    return TRUE;
}

/* What cannot be read is nobody's name. */
static gboolean names_are_readable(const LineReading *reading)
{
    gboolean readable = TRUE;
    for (guint i = 0; i < reading->addressees->len; i++) {
        const LineAddressee *it = reading->addressees->pdata[i];
        readable &= is_readable(it->organisation) && is_readable(it->post);
    }
    for (guint i = 0; i < reading->exceptions->len; i++)
        readable &= is_readable(((LineException *)reading->exceptions->pdata[i])->organisation);
    return readable;
}

/* A name is put together from few runs of the text: its own, and the head and tail it shares; a bracket
 * taken out of it parts a run. */
#define RUNS_MAX 6

static guint max_runs(const char *text)
{
    guint brackets = 0;
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
        brackets += g_utf8_strchr("()[]〔〕【】〖〗", -1, han_fold(g_utf8_get_char(p))) != NULL;
    return RUNS_MAX + brackets;
}

static gboolean comes_from(const char *name, const char *text, guint most)
{
    guint runs = 0;
    while (*name != '\0' && runs++ < most) {
        const char *end = name + strlen(name);
        for (;;) {
            g_autofree char *run = g_strndup(name, (gsize)(end - name));
            if (strstr(text, run) != NULL)
                break;
            end = g_utf8_prev_char(end);
        }
        if (end == name)
            return FALSE;
        name = end;
    }
    return *name == '\0';
}

static gboolean names_come_from(const char *text, const LineReading *reading)
{
    g_autofree char *chars = name_chars(text);
    guint most = max_runs(text);
    for (guint i = 0; i < reading->addressees->len; i++) {
        const LineAddressee *it = reading->addressees->pdata[i];
        g_autofree char *body = name_chars(it->organisation), *post = name_chars(it->post != NULL ? it->post : "");
        if (!comes_from(body, chars, most) || !comes_from(post, chars, most))
            return FALSE;
    }
    for (guint i = 0; i < reading->exceptions->len; i++) {
        g_autofree char *body = name_chars(((LineException *)reading->exceptions->pdata[i])->organisation);
        if (!comes_from(body, chars, most))
            return FALSE;
    }
    return TRUE;
}

static gboolean places_hold(const char *text, const LineReading *reading)
{
    gsize length = (gsize)g_utf8_strlen(text, -1), before = 0;
    for (guint i = 0; i < reading->addressees->len; i++) {
        const LineAddressee *it = reading->addressees->pdata[i];
        if (it->start >= it->end || it->end > length || it->copies < 0 ||
            (*it->organisation == '\0' && it->post == NULL))
            return FALSE;
    }
    for (guint i = 0; i < reading->unresolved->len; i++) {
        const LineUnresolved *it = reading->unresolved->pdata[i];
        if (it->start >= it->end || it->end > length || it->start < before || *it->text == '\0')
            return FALSE;
        before = it->start;
    }
    return TRUE;
}

/* Words of an addressee that stand for no name: quantifiers, and what joins or closes names. */
static const char unnamed[] = "各每个位类级两三四五其他它余有相关部分涉及全体所广大历届和与以并暨等同志含包括中除的外另";

/* Rule 16: whatever of the text was read as an addressee is in the name, post or note of one. */
static gboolean nothing_dropped(const char *text, const LineReading *reading)
{
    g_autoptr(GString) got = g_string_new(unnamed);
    for (guint i = 0; i < reading->addressees->len; i++) {
        const LineAddressee *it = reading->addressees->pdata[i];
        g_string_append_printf(got, "%s%s%s", it->organisation, it->post != NULL ? it->post : "",
                               it->note != NULL ? it->note : "");
    }
    g_autofree char *folded = han_fold_text(got->str);
    for (guint i = 0; i < reading->spans->len; i++) {
        const LineSpan *span = &g_array_index(reading->spans, LineSpan, i);
        const char *p = g_utf8_offset_to_pointer(text, (glong)span->start);
        for (gsize k = span->start; span->kind == LINE_SPAN_ADDRESSEE && k < span->end; k++, p = g_utf8_next_char(p)) {
            gunichar c = han_fold(g_utf8_get_char(p));
            if (han_is_ideograph(c) && g_utf8_strchr(folded, -1, c) == NULL)
                return FALSE;
        }
    }
    return TRUE;
}

const char *line_checks_fault(const char *text, const LineReading *reading)
{
    return !line_checks_tiled(text, reading)       ? "spans do not tile the text"
           : !line_checks_accounted(reading)       ? "unresolved text without its paint"
           : !places_hold(text, reading)           ? "places outside the text"
           : !names_come_from(text, reading)       ? "a name that is not in the text"
           : !names_are_readable(reading)          ? "a name that cannot be read"
           : !nothing_dropped(text, reading)       ? "part of an addressee that nobody got"
                                                   : NULL;
}

char *line_checks_plain_key(const LineReading *reading)
{
    g_autofree char *key = line_key(reading);
    return han_fold_text(key);
}

/* The names that line_checks_names() knows whole; aliases are marked. */
static const struct {
    const char *name;
    gboolean alias;
} names_known[] = {
    {"区县处级领导", TRUE}, {"四大班子", TRUE}, {"镇办", TRUE}, {"各镇(办)", TRUE},
    {"区纪委、监委", FALSE}, {"区人大", FALSE}, {"新城办", FALSE}, {"文化和旅游局", FALSE}, {"街道办事处", FALSE},
    {"区审计局和统计局", FALSE}, {"区审计局", FALSE}, {"区统计局", FALSE}, {"乡镇", FALSE},
};

static gsize knows(const char *text, gboolean *is_alias, gpointer user_data)
{
    gsize best = 0;
    (void)user_data;
    for (gsize i = 0; i < G_N_ELEMENTS(names_known); i++) {
        gsize n = strlen(names_known[i].name);
        if (n > best && g_str_has_prefix(text, names_known[i].name)) {
            best = n;
            *is_alias = names_known[i].alias;
        }
    }
    return best;
}

LineNames line_checks_names(void)
{
    return (LineNames){knows, NULL};
}
