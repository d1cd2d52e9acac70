/* SPDX-License-Identifier: GPL-3.0-or-later
 * A template set read from a folder. Everything that can be wrong with it is found when it is
 * loaded, so that nothing is left to be found when a mail is made. */
#include "templates/templates.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "templates/context.h"
#include "templates/mustache.h"

#define SUFFIX ".mustache"
#define MAX_FILES 200
#define BOM "\xef\xbb\xbf"

typedef enum { SUBJECT, TEXT, HTML, NOTICE_HELD, NOTICE_PLANNED, NOTICE_REFUSED, NOTICE_DELIVERY, N_TEMPLATES } Which;

/* The files every set has; whatever else ends in .mustache is a partial. */
static const struct {
    const char *name;
    json_t *(*schema)(void);
    const char *notice; /* its kind */
} wanted[N_TEMPLATES] = {
    [SUBJECT] = {"subject", context_schema, NULL},
    [TEXT] = {"body.txt", context_schema, NULL},
    [HTML] = {"body.html", context_schema, NULL},
    [NOTICE_HELD] = {"notice-held.txt", context_notice_schema, "held"},
    [NOTICE_PLANNED] = {"notice-planned.txt", context_notice_schema, "planned"},
    [NOTICE_REFUSED] = {"notice-refused.txt", context_notice_schema, "refused"},
    [NOTICE_DELIVERY] = {"notice-delivery.txt", context_notice_schema, "delivery"},
};

struct Templates {
    GHashTable *sources; /* name without suffix → text */
    Mustache *compiled[N_TEMPLATES];
};

static const char *find_source(const char *name, gpointer user_data)
{
    return g_hash_table_lookup(user_data, name);
}

static gboolean fail(GError **error, const char *file, const char *what)
{
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG, _("模板文件 %s：%s"), file, what);
    return FALSE;
}

static gboolean read_source(GHashTable *sources, const char *folder, const char *file, GError **error)
{
    g_autofree char *path = g_build_filename(folder, file, NULL), *text = NULL;
    g_autoptr(GError) why = NULL;
    gsize length;
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return fail(error, path, _("不是普通文件，请移走"));
    if (!g_file_get_contents(path, &text, &length, &why))
        return fail(error, path, why->message);
    if (!g_utf8_validate(text, (gssize)length, NULL))
        return fail(error, path, _("不是 UTF-8 文本，请另存为 UTF-8"));
    const char *start = g_str_has_prefix(text, BOM) ? text + strlen(BOM) : text;
    g_hash_table_insert(sources, g_strndup(file, strlen(file) - strlen(SUFFIX)), g_strdup(start));
    return TRUE;
}

static GHashTable *read_sources(const char *folder, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &why);
    if (dir == NULL) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG, _("模板目录 %s 打不开：%s"), folder, why->message);
        return NULL;
    }
    g_autoptr(GHashTable) sources = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    const char *file;
    while ((file = g_dir_read_name(dir)) != NULL) {
        if (*file == '.' || !g_str_has_suffix(file, SUFFIX))
            continue;
        if (g_hash_table_size(sources) >= MAX_FILES) {
            fail(error, folder, _("模板文件太多"));
            return NULL;
        }
        if (!read_source(sources, folder, file, error))
            return NULL;
    }
    return g_steal_pointer(&sources);
}

static Mustache *compile(const char *folder, const char *name, const char *source, GError **error)
{
    g_autofree char *file = g_strconcat(name, SUFFIX, NULL), *path = g_build_filename(folder, file, NULL);
    g_autoptr(GError) why = NULL;
    Mustache *mustache = mustache_compile(path, source, &why);
    if (mustache == NULL)
        g_set_error_literal(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG, why->message);
    return mustache;
}

static gboolean check_partials(GHashTable *sources, const char *folder, GError **error)
{
    GHashTableIter iter;
    gpointer name, source;
    g_hash_table_iter_init(&iter, sources);
    while (g_hash_table_iter_next(&iter, &name, &source)) {
        g_autoptr(Mustache) partial = compile(folder, name, source, error);
        if (partial == NULL)
            return FALSE;
    }
    return TRUE;
}

static gboolean check_names(const Templates *templates, Which which, const char *folder, GError **error)
{
    json_t *schema = wanted[which].schema();
    g_auto(GStrv) unknown =
        mustache_unknown_names(templates->compiled[which], schema, find_source, templates->sources);
    json_decref(schema);
    if (unknown[0] == NULL)
        return TRUE;
    g_autofree char *places = g_strjoinv("；", unknown);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG,
                _("模板目录 %s 用了没有的名称：%s。可用的名称见模板目录的 README.md"), folder, places);
    return FALSE;
}

static gboolean compile_wanted(Templates *templates, Which which, const char *folder, GError **error)
{
    const char *source = g_hash_table_lookup(templates->sources, wanted[which].name);
    if (source == NULL) {
        g_autofree char *file = g_strconcat(wanted[which].name, SUFFIX, NULL);
        g_autofree char *path = g_build_filename(folder, file, NULL);
        return fail(error, path, _("缺少这个文件，请从默认模板复制一份"));
    }
    templates->compiled[which] = compile(folder, wanted[which].name, source, error);
    return templates->compiled[which] != NULL && check_names(templates, which, folder, error);
}

Templates *templates_load(const char *folder, GError **error)
{
    g_autoptr(Templates) templates = g_new0(Templates, 1);
    templates->sources = read_sources(folder, error);
    if (templates->sources == NULL || !check_partials(templates->sources, folder, error))
        return NULL;
    for (Which which = 0; which < N_TEMPLATES; which++)
        if (!compile_wanted(templates, which, folder, error))
            return NULL;
    return g_steal_pointer(&templates);
}

void templates_free(Templates *templates)
{
    if (templates == NULL)
        return;
    for (Which which = 0; which < N_TEMPLATES; which++)
        mustache_free(templates->compiled[which]);
    g_clear_pointer(&templates->sources, g_hash_table_unref);
    g_free(templates);
}

void rendered_free(Rendered *rendered)
{
    if (rendered == NULL)
        return;
    g_free(rendered->subject);
    g_free(rendered->text);
    g_free(rendered->html);
    g_free(rendered);
}

static char *render(const Templates *templates, Which which, json_t *context, GError **error)
{
    MustacheEscape escape = which == HTML ? MUSTACHE_ESCAPE_HTML : MUSTACHE_ESCAPE_NONE;
    return mustache_render(templates->compiled[which], context, escape, find_source, templates->sources, error);
}

static char *one_line(char *text)
{
    return g_strstrip(g_strdelimit(text, "\r\n\t", ' '));
}

Rendered *templates_render_issue(const Templates *templates, json_t *context, GError **error)
{
    g_autoptr(Rendered) rendered = g_new0(Rendered, 1);
    if ((rendered->subject = render(templates, SUBJECT, context, error)) == NULL ||
        (rendered->text = render(templates, TEXT, context, error)) == NULL ||
        (rendered->html = render(templates, HTML, context, error)) == NULL)
        return NULL;
    one_line(rendered->subject);
    return g_steal_pointer(&rendered);
}

/* The first line of a notice is its subject. */
Rendered *templates_render_notice(const Templates *templates, const char *kind, json_t *context,
                                  GError **error)
{
    Which which = NOTICE_HELD;
    while (which < N_TEMPLATES && strcmp(wanted[which].notice, kind) != 0)
        which++;
    g_return_val_if_fail(which < N_TEMPLATES, NULL);
    g_autofree char *whole = render(templates, which, context, error);
    if (whole == NULL)
        return NULL;
    char *rest = strchr(whole, '\n');
    Rendered *rendered = g_new0(Rendered, 1);
    rendered->text = g_strdup(rest != NULL ? rest + strspn(rest, "\r\n") : "");
    if (rest != NULL)
        *rest = '\0';
    rendered->subject = g_strdup(one_line(whole));
    return rendered;
}
