/* SPDX-License-Identifier: GPL-3.0-or-later
 * From the JSON of an issue to what templates ask for: numbers and dates as they are printed, items
 * gathered in their sections, paragraphs with their lead and source. */
#include "templates/context.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#define LONG_TITLE 8 /* characters: more need a smaller type to stay on one line */

static gboolean is_private_use(gunichar c)
{
    return (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000;
}

/* The text without private-use and control characters; line ends stay. */
static char *cleaned(const char *text)
{
    GString *out = g_string_sized_new(strlen(text));
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);
        if (c == '\n' || (!g_unichar_iscntrl(c) && !is_private_use(c)))
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

/* The member as a clean text, or NULL when it is absent or empty. */
static char *text_of(const json_t *from, const char *key)
{
    const char *text = json_string_value(json_object_get(from, key));
    g_autofree char *clean = text != NULL ? cleaned(text) : NULL;
    return clean != NULL && *clean != '\0' ? g_steal_pointer(&clean) : NULL;
}

static json_int_t number_of(const json_t *from, const char *key)
{
    return json_integer_value(json_object_get(from, key));
}

/* A text member, null for NULL; takes text. */
static void put(json_t *to, const char *key, char *text)
{
    json_object_set_new(to, key, text != NULL ? json_string(text) : json_null());
    g_free(text);
}

static void put_number(json_t *to, const char *key, json_int_t number)
{
    json_object_set_new(to, key, number > 0 ? json_integer(number) : json_null());
}

/* "2020-03-06" → "2020年3月6日"; other forms as they are. */
static char *printed_date(char *date)
{
    int year, month, day;
    if (date == NULL || sscanf(date, "%4d-%2d-%2d", &year, &month, &day) != 3)
        return date;
    g_free(date);
    return g_strdup_printf("%d年%d月%d日", year, month, day);
}

/* "第 19 期（总第 92 期）" with another blank or none; behind a month "（总第 92 期）"; NULL when the
 * issue has no number. */
static char *printed_number(const json_t *issue, const char *blank)
{
    static const struct { const char *key, *before; } forms[] = {
        {"supplement", "增刊第"}, {"number", "第"}, {"total_number", "总第"}};
    GString *out = g_string_new(NULL);
    gboolean first = number_of(issue, "month") == 0;
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
        json_int_t number = number_of(issue, forms[i].key);
        if (number == 0)
            continue;
        g_string_append_printf(out, first ? "%s%s%d%s期" : "（%s%s%d%s期）", forms[i].before, blank, (int)number,
                               blank);
        first = FALSE;
    }
    return g_string_free(out, out->len == 0);
}

/* The month of a monthly: "2020年3月"; NULL for others. */
static char *printed_month(const json_t *issue)
{
    json_int_t year = number_of(issue, "year"), month = number_of(issue, "month");
    return year > 0 && month > 0 ? g_strdup_printf("%d年%d月", (int)year, (int)month) : NULL;
}

/* The texts of a list member, cleaned. */
static GPtrArray *texts_of(const json_t *from, const char *key)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    gsize i;
    json_t *element;
    json_array_foreach(json_object_get(from, key), i, element)
        if (json_is_string(element))
            g_ptr_array_add(texts, cleaned(json_string_value(element)));
    return texts;
}

static json_t *list_of(const json_t *from, const char *key)
{
    g_autoptr(GPtrArray) texts = texts_of(from, key);
    json_t *list = json_array();
    for (guint i = 0; i < texts->len; i++)
        json_array_append_new(list, json_string(texts->pdata[i]));
    return list;
}

/* {"lines": […]} or null, so that a template can put a frame around a list that is there. */
static json_t *framed_list(const json_t *from, const char *key)
{
    json_t *list = list_of(from, key);
    json_t *framed = json_array_size(list) > 0 ? json_pack("{s:O}", "lines", list) : json_null();
    json_decref(list);
    return framed;
}

static char *joined(const json_t *from, const char *key, const char *between)
{
    g_autoptr(GPtrArray) texts = texts_of(from, key);
    if (texts->len == 0)
        return NULL;
    g_ptr_array_add(texts, NULL);
    return g_strjoinv(between, (char **)texts->pdata);
}

/* The mark that makes the mail urgent, or NULL. */
static char *urgency(const json_t *issue)
{
    static const char *const words[] = {"特急", "加急", "特提", "平急", "急件"};
    g_autofree char *marks = joined(issue, "marks", "\n");
    for (gsize i = 0; marks != NULL && i < G_N_ELEMENTS(words); i++)
        if (strstr(marks, words[i]) != NULL)
            return g_strdup(words[i]);
    return NULL;
}

/* One paragraph; takes lead and source. */
static json_t *paragraph(const char *text, gboolean brief, char *lead, char *source)
{
    json_t *made = json_object();
    put(made, "text", g_strdup(text));
    json_object_set_new(made, "brief", json_boolean(brief));
    put(made, "lead", lead);
    put(made, "source", source);
    return made;
}

/* An item whose heading stands on a line of its own, or runs into the first paragraph as its bold
 * lead. The source stands behind the last paragraph. */
static json_t *made_item(const json_t *item, gboolean run_in)
{
    g_autofree char *text = text_of(item, "text"), *heading = text_of(item, "heading");
    g_autofree char *source = text_of(item, "source");
    gboolean brief = json_is_true(json_object_get(item, "brief"));
    const char *at = text != NULL ? text : "", *eol;
    json_t *made = json_object(), *paragraphs = json_array();
    put(made, "heading", run_in ? NULL : g_strdup(heading));
    json_object_set_new(made, "paragraphs", paragraphs);
    do {
        eol = strchr(at, '\n');
        gboolean first = json_array_size(paragraphs) == 0;
        g_autofree char *line = eol != NULL ? g_strndup(at, (gsize)(eol - at)) : g_strdup(at);
        json_array_append_new(paragraphs, paragraph(line, brief && first, run_in && first ? g_strdup(heading) : NULL,
                                                    eol == NULL ? g_steal_pointer(&source) : NULL));
        at = eol + 1;
    } while (eol != NULL);
    return made;
}

/* Headings run in where most items are one paragraph, as bulletins of short news print them. */
static gboolean headings_run_in(const json_t *items)
{
    gsize i, with_heading = 0, short_ones = 0;
    json_t *item;
    json_array_foreach(items, i, item) {
        g_autofree char *text = text_of(item, "text"), *heading = text_of(item, "heading");
        with_heading += heading != NULL;
        short_ones += heading != NULL && text != NULL && strchr(text, '\n') == NULL;
    }
    return 2 * short_ones > with_heading;
}

/* Neighbours of one section together: [{"title", "items"}]; title null outside any section. */
static json_t *made_sections(const json_t *items)
{
    gboolean run_in = headings_run_in(items);
    json_t *sections = json_array(), *gathered = NULL, *item;
    g_autofree char *current = NULL;
    gsize i;
    json_array_foreach(items, i, item) {
        g_autofree char *title = text_of(item, "section");
        if (gathered == NULL || g_strcmp0(title, current) != 0) {
            json_t *section = json_object();
            put(section, "title", g_strdup(title));
            gathered = json_array();
            json_object_set_new(section, "items", gathered);
            json_array_append_new(sections, section);
            g_free(current);
            current = g_steal_pointer(&title);
        }
        json_array_append_new(gathered, made_item(item, run_in));
    }
    return sections;
}

/* The distribution fields, each on one line as it is read aloud. */
static json_t *made_distribution(const json_t *fields)
{
    json_t *list = json_array(), *field;
    gsize i;
    json_array_foreach(fields, i, field) {
        json_t *made = json_object();
        g_autofree char *text = text_of(field, "text");
        g_auto(GStrv) lines = g_strsplit(text != NULL ? text : "", "\n", -1);
        put(made, "label", text_of(field, "label"));
        put(made, "text", g_strjoinv("", lines));
        json_array_append_new(list, made);
    }
    return list;
}

static void put_masthead(json_t *context, const json_t *issue, const char *series_title)
{
    char *title = text_of(issue, "title");
    if (title == NULL)
        title = g_strdup(series_title != NULL ? series_title : "");
    json_object_set_new(context, "series_is_long", json_boolean(g_utf8_strlen(title, -1) > LONG_TITLE));
    put(context, "series", title);
    put(context, "number", printed_number(issue, " "));
    put(context, "short_number", printed_number(issue, ""));
    put(context, "month", printed_month(issue));
    put(context, "office", text_of(issue, "office"));
    put(context, "date", printed_date(text_of(issue, "date")));
    put(context, "headline", text_of(issue, "headline"));
    put(context, "urgent", urgency(issue));
    json_object_set_new(context, "marks", framed_list(issue, "marks"));
    json_object_set_new(context, "contents", framed_list(issue, "contents"));
}

static void put_tail(json_t *context, const json_t *issue)
{
    static const char *const texts[] = {"keywords", "signer", "supervisor", "publisher", "telephone", "mailbox"};
    json_object_set_new(context, "distribution", made_distribution(json_object_get(issue, "distribution")));
    put(context, "editors", joined(issue, "editors", "　"));
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        put(context, texts[i], text_of(issue, texts[i]));
    put_number(context, "copies", number_of(issue, "declared_copies"));
}

static json_t *made_link(const ContextLink *link)
{
    return link != NULL ? json_pack("{s:s,s:s,s:i}", "url", link->url, "size", link->size, "days", link->days)
                        : json_null();
}

json_t *context_issue(json_t *issue, const char *series_title, const char *sender_name,
                      const ContextSlots *slots)
{
    json_t *context = json_object();
    put_masthead(context, issue, series_title);
    json_object_set_new(context, "sections", made_sections(json_object_get(issue, "items")));
    put_tail(context, issue);
    put(context, "sender", g_strdup(sender_name));
    put(context, "salutation", g_strdup(slots->salutation));
    put(context, "recipient", g_strdup(slots->recipient));
    json_object_set_new(context, "link", made_link(slots->link));
    put(context, "correction", NULL);
    return context;
}

void context_correct(json_t *context, const char *versions, const char *sent, const char *reason)
{
    json_t *correction = json_object();
    put(correction, "versions", g_strdup(versions));
    put(correction, "sent", printed_date(g_strdup(sent)));
    put(correction, "reason", cleaned(reason));
    json_object_set_new(context, "correction", correction);
}

json_t *context_schema(void)
{
    static const ContextLink link = {"https://songfa.example.test/d/a", "12.3 MB", 30};
    static const ContextSlots slots = {"王明同志：", "王明", &link};
    json_t *issue = json_pack(
        "{s:s,s:i,s:i,s:i,s:i,s:s,s:s,s:s,s:[s],s:[{s:s,s:s,s:s,s:s}],s:[{s:s,s:s}],s:[s],s:[s],s:i}", "title",
        "信息", "number", 19, "total_number", 92, "year", 2020, "month", 3, "office", "办公室", "date",
        "2020-03-06", "headline", "标题", "contents", "目录", "items", "section", "栏目", "heading", "题", "source",
        "单位", "text", "正文", "distribution", "label", "发", "text", "各单位", "editors", "王明", "marks", "加急",
        "declared_copies", 130);
    json_t *schema = context_issue(issue, "信息", "办公室", &slots);
    context_correct(schema, "第 1 版", "2020-03-06", "原因");
    json_decref(issue);
    return schema;
}

json_t *context_notice_schema(void)
{
    return json_pack("{s:b,s:s,s:s,s:s,s:i,s:s,s:s,s:s,s:[{s:s,s:s}],s:[{s:s,s:s,s:s,s:s,s:s,s:b}],s:[{s:s,s:i,s:i,s:s,s:s}],s:b,s:[{s:s,s:s}]}", "scheduled", 1, "file", "期刊.txt",
                     "origin", "文件夹 /srv/songfa/in", "time", "2020-03-06 08:30:00", "register", 7, "title", "信息", "headline", "标题", "digest",
                     "0123", "reasons", "code", "no-masthead", "message", "原因", "deliveries", "name", "王明",
                     "address", "wang@example.test", "state", "拒收", "reply", "550 5.1.1", "advice", "核对地址", "flagged", 1,
                     "relays", "relay", "relay-1", "failed", 30, "given", 40, "reply", "550 5.7.1", "advice", "核对设置",
                     "people", 1, "notices", "code", "missing-number", "message", "提示");
}
