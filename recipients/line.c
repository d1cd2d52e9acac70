/* SPDX-License-Identifier: GPL-3.0-or-later
 * The distribution-line compiler: text → fields → items → groups → addressees. */
#include "recipients/line.h"

#include <string.h>

#include "recipients/line-fields.h"
#include "recipients/line-group.h"
#include "recipients/line-items.h"

#define STREET_OFFICE "办事处"

static void addressee_free(gpointer data)
{
    LineAddressee *addressee = data;
    g_free(addressee->field);
    g_free(addressee->organisation);
    g_free(addressee->post);
    g_free(addressee->note);
    g_free(addressee);
}

static void exception_free(gpointer data)
{
    LineException *exception = data;
    g_free(exception->field);
    g_free(exception->organisation);
    g_free(exception);
}

static void archive_free(gpointer data)
{
    LineArchive *archive = data;
    g_free(archive->field);
    g_free(archive);
}

static void unresolved_free(gpointer data)
{
    LineUnresolved *unresolved = data;
    g_free(unresolved->field);
    g_free(unresolved->text);
    g_free(unresolved);
}

LineReading *line_reading_new(void)
{
    LineReading *reading = g_new0(LineReading, 1);
    reading->addressees = g_ptr_array_new_with_free_func(addressee_free);
    reading->exceptions = g_ptr_array_new_with_free_func(exception_free);
    reading->archive = g_ptr_array_new_with_free_func(archive_free);
    reading->unresolved = g_ptr_array_new_with_free_func(unresolved_free);
    return reading;
}

void line_reading_free(LineReading *reading)
{
    if (reading == NULL)
        return;
    g_ptr_array_unref(reading->addressees);
    g_ptr_array_unref(reading->exceptions);
    g_ptr_array_unref(reading->archive);
    g_ptr_array_unref(reading->unresolved);
    if (reading->spans != NULL)
        g_array_unref(reading->spans);
    g_free(reading);
}

static LineQuantifier quantifier_of(const LineItem *item, const LinePost *post)
{
    if (post != NULL && item->quantifier == LINE_ONE && post->word.plural)
        return post->named ? LINE_SOME : LINE_EVERY;
    return item->quantifier;
}

/* Takes organisation. */
static void add_addressee(LineReading *reading, const char *field, const LineItem *item, char *organisation,
                          const LinePost *post, const char *post_name)
{
    LineAddressee *addressee = g_new0(LineAddressee, 1);
    addressee->field = g_strdup(field);
    addressee->quantifier = quantifier_of(item, post);
    addressee->organisation = organisation;
    addressee->post = g_strdup(post_name);
    addressee->copies = post != NULL && post->copies > 0 ? post->copies : item->copies;
    addressee->note = g_strdup(item->note);
    addressee->start = item->start;
    addressee->end = item->end;
    g_ptr_array_add(reading->addressees, addressee);
}

/* One body of an item with all its posts. class is NULL for a body that is no class. */
static void add_body(LineReading *reading, const char *field, const LineItem *item, const char *class,
                     const char *tail)
{
    const char *area = class != NULL ? class : "";
    g_autofree char *body = g_strconcat(item->head, area, tail, NULL);
    if (item->posts->len == 0)
        add_addressee(reading, field, item, g_steal_pointer(&body), NULL, NULL);
    for (guint i = 0; i < item->posts->len; i++) {
        const LinePost *post = item->posts->pdata[i];
        g_auto(GStrv) around = g_strsplit(post->name, LINE_ITEM_OR, 2); /* 副|长: 副县长 */
        g_autofree char *name = g_strjoinv(area, around);
        add_addressee(reading, field, item, g_strdup(body), post, name);
    }
}

/* 各乡镇(街道)人民政府(办事处): the streets have the office that stands in the bracket. */
static gboolean has_bracketed_office(const LineItem *item, const char *class)
{
    return g_str_has_prefix(class, "街道") &&
           g_ptr_array_find_with_equal_func(item->others, STREET_OFFICE, g_str_equal, NULL);
}

static gboolean is_taken_office(const LineItem *item, const char *other)
{
    gboolean street = FALSE;
    for (guint i = 0; i < item->classes->len; i++)
        street |= has_bracketed_office(item, item->classes->pdata[i]);
    return street && strcmp(other, STREET_OFFICE) == 0;
}

static void add_bodies(LineReading *reading, const char *field, const LineItem *item, const char *tail)
{
    for (guint i = 0; i < item->classes->len; i++) {
        const char *class = item->classes->pdata[i];
        add_body(reading, field, item, class, has_bracketed_office(item, class) ? STREET_OFFICE : tail);
    }
    if (item->classes->len == 0)
        add_body(reading, field, item, NULL, tail);
}

/* 各街道人民政府(办事处): the streets have the office, and nobody the institution, which is then the other
 * reading. */
static void note_untaken(LineItem *item)
{
    gboolean taken = item->classes->len == 0;
    for (guint i = 0; i < item->classes->len; i++)
        taken |= !has_bracketed_office(item, item->classes->pdata[i]);
    if (taken)
        return;
    g_autofree char *untaken = g_strconcat(item->classes->pdata[0], item->tail, NULL);
    line_item_add_note(item, untaken);
}

static void add_item(LineReading *reading, const char *field, LineItem *item)
{
    note_untaken(item);
    add_bodies(reading, field, item, item->tail);
    for (guint i = 0; i < item->tails->len; i++)
        add_bodies(reading, field, item, item->tails->pdata[i]);
    for (guint i = 0; i < item->others->len; i++)
        if (!is_taken_office(item, item->others->pdata[i]))
            add_body(reading, field, item, NULL, item->others->pdata[i]);
}

static void add_exception(LineReading *reading, const char *field, const LineItem *item)
{
    LineException *exception = g_new0(LineException, 1);
    exception->field = g_strdup(field);
    exception->organisation = g_strdup(item->text);
    exception->start = item->start;
    exception->end = item->end;
    g_ptr_array_add(reading->exceptions, exception);
}

static void add_archive(LineReading *reading, const char *field, const LineItem *item)
{
    LineArchive *archive = g_new0(LineArchive, 1);
    archive->field = g_strdup(field);
    archive->copies = item->copies;
    archive->start = item->start;
    archive->end = item->end;
    g_ptr_array_add(reading->archive, archive);
}

static void add_unresolved(LineReading *reading, const char *field, const LineItem *item)
{
    LineUnresolved *unresolved = g_new0(LineUnresolved, 1);
    unresolved->field = g_strdup(field);
    unresolved->text = g_strdup(item->text);
    unresolved->start = item->start;
    unresolved->end = item->end;
    g_ptr_array_add(reading->unresolved, unresolved);
}

static void read_field(LineReading *reading, LineText *text, const LineField *field, const LineNames *names)
{
    g_autoptr(GPtrArray) items = line_items_cut(text, field, names);
    line_group_apply(items);
    for (guint i = 0; i < items->len; i++) {
        LineItem *item = items->pdata[i];
        switch (item->kind) {
        case LINE_ITEM_ADDRESSEE:
            add_item(reading, field->label, item);
            break;
        case LINE_ITEM_EXCEPTION:
            add_exception(reading, field->label, item);
            break;
        case LINE_ITEM_ARCHIVE:
            add_archive(reading, field->label, item);
            break;
        case LINE_ITEM_UNRESOLVED:
            add_unresolved(reading, field->label, item);
            break;
        case LINE_ITEM_MERGED:
            break;
        }
    }
}

/* Rule 16: nothing is dropped in silence. */
static void sweep_open(LineReading *reading, LineText *text)
{
    for (gsize i = 0; i < text->n; i++) {
        gsize end = i;
        while (end < text->n && line_text_open(text, end) != 0)
            end++;
        if (end > i)
            line_fields_unresolved(text, reading, "", i, end);
        i = end;
    }
}

static int by_place(gconstpointer a, gconstpointer b)
{
    const LineUnresolved *left = *(LineUnresolved *const *)a, *right = *(LineUnresolved *const *)b;
    return left->start < right->start ? -1 : left->start > right->start;
}

LineReading *line_read(const char *text, const LineNames *names)
{
    LineReading *reading = line_reading_new();
    g_autoptr(LineText) chars = line_text_new(text);
    g_autoptr(GPtrArray) fields = line_fields_cut(chars, reading);
    for (guint i = 0; i < fields->len; i++)
        read_field(reading, chars, fields->pdata[i], names);
    sweep_open(reading, chars);
    g_ptr_array_sort(reading->unresolved, by_place);
    reading->spans = line_text_spans(chars);
    return reading;
}
