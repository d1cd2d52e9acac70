/* SPDX-License-Identifier: GPL-3.0-or-later
 * word/styles.xml: each style by its id, with the one it is based on. */
#include "daemon/issue/extract/docx-styles.h"

#include <string.h>

/* Body text has level 9 in outlineLvl (ECMA-376 part 1, 17.3.1.20). */
enum { MAX_CHAIN = 16, BODY_LEVEL = 9 };

typedef struct {
    DocxStyle says;
    char *based_on;
} Entry;

struct DocxStyles {
    GHashTable *entries; /* id → Entry */
};

static void entry_free(gpointer data)
{
    Entry *entry = data;
    g_free(entry->based_on);
    g_free(entry);
}

void docx_styles_free(DocxStyles *styles)
{
    if (styles == NULL)
        return;
    g_hash_table_unref(styles->entries);
    g_free(styles);
}

/* An element that is there is on, unless it says otherwise (17.17.4). */
static int on_off(PackagePart *part)
{
    const char *value = package_part_attribute(part, "val");
    return value == NULL || !(strcmp(value, "0") == 0 || strcmp(value, "false") == 0 || strcmp(value, "off") == 0);
}

void docx_style_take(DocxStyle *style, PackagePart *part)
{
    const char *name = package_part_name(part);
    if (strcmp(name, "b") == 0)
        style->bold = on_off(part);
    else if (strcmp(name, "vanish") == 0)
        style->hidden = on_off(part);
    else if (strcmp(name, "outlineLvl") == 0) {
        const char *value = package_part_attribute(part, "val");
        guint64 level = value != NULL ? g_ascii_strtoull(value, NULL, 10) : BODY_LEVEL;
        style->heading = level < BODY_LEVEL ? (int)level + 1 : 0;
    }
}

static Entry *entry_begin(DocxStyles *styles, PackagePart *part)
{
    const char *id = package_part_attribute(part, "styleId");
    Entry *entry = g_new0(Entry, 1);
    entry->says = (DocxStyle)DOCX_STYLE_UNSAID;
    g_hash_table_replace(styles->entries, g_strdup(id != NULL ? id : ""), entry);
    return entry;
}

static void entry_take(Entry *entry, PackagePart *part)
{
    if (strcmp(package_part_name(part), "basedOn") != 0) {
        docx_style_take(&entry->says, part);
        return;
    }
    g_free(entry->based_on);
    entry->based_on = g_strdup(package_part_attribute(part, "val"));
}

typedef struct {
    DocxStyles *styles;
    Entry *entry; /* of the style that is open */
} Reading;

static gboolean take_event(PackagePart *part, gpointer data, GError **error)
{
    Reading *reading = data;
    (void)error;
    PackageEvent event = package_part_event(part);
    gboolean is_style = event != PACKAGE_TEXT && package_part_is(part, "style");
    if (event == PACKAGE_START && is_style)
        reading->entry = entry_begin(reading->styles, part);
    else if (event == PACKAGE_END && is_style)
        reading->entry = NULL;
    else if (event == PACKAGE_START && reading->entry != NULL)
        entry_take(reading->entry, part);
    return TRUE;
}

DocxStyles *docx_styles_read(Package *package, const char *name, GError **error)
{
    g_autoptr(DocxStyles) styles = g_new0(DocxStyles, 1);
    styles->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, entry_free);
    if (name == NULL || !package_has(package, name))
        return g_steal_pointer(&styles);
    if (!package_read(package, name, take_event, &(Reading){.styles = styles}, error))
        return NULL;
    return g_steal_pointer(&styles);
}

DocxStyle docx_style(const DocxStyles *styles, const char *id)
{
    DocxStyle style = DOCX_STYLE_UNSAID;
    for (int i = 0; id != NULL && i < MAX_CHAIN; i++) {
        const Entry *entry = g_hash_table_lookup(styles->entries, id);
        if (entry == NULL)
            break;
        style.heading = style.heading >= 0 ? style.heading : entry->says.heading;
        style.bold = style.bold >= 0 ? style.bold : entry->says.bold;
        style.hidden = style.hidden >= 0 ? style.hidden : entry->says.hidden;
        id = entry->based_on;
    }
    return style;
}
