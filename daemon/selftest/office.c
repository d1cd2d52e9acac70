/* SPDX-License-Identifier: GPL-3.0-or-later
 * Everything is Chinese, as in a real office, and nobody in it can be reached: the addresses end in
 * .invalid (RFC 2606). */
#include "daemon/selftest/office.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

static const char config[] =
    "store = \"songfa.db\"; spool = \"spool\"; templates = \"templates\"; clerk = \"" OFFICE_CLERK "\";\n"
    "sender = { name = \"送发自检\"; address = \"songfa@selftest.invalid\"; };\n"
    "watch = ( { folder = \"in\"; settle = 0; } );\n"
    "relays = ( { name = \"selftest\"; host = \"127.0.0.1\"; port = %u; connections = %d; } );\n"
    "retry = { delays = [ 1 ]; };\n"
    "series = ( { key = \"zijian\"; name = \"自检通报\"; title = \"自检通报\"; } );\n";

static const char issue[] =
    "# 自检通报\n\n第 %u 期\n\n送发自检办公室\n\n%d 年 %d 月 %d 日\n\n---\n\n"
    "# 送发正在自检\n\n这一期只在本机之内收发，不发给任何人。\n\n---\n\n**发：自检单位**\n";

/* The smallest set that songfad takes. */
static const struct {
    const char *name, *text;
} templates[] = {
    {"subject.mustache", "{{series}}{{short_number}}"},
    {"body.txt.mustache", "{{salutation}}\n\n{{headline}}\n"},
    {"body.html.mustache", "<p>{{salutation}}</p><p>{{headline}}</p>"},
    {"notice-held.txt.mustache", "{{title}}\n{{file}}\n"},
    {"notice-planned.txt.mustache", "{{title}}\n{{file}}\n"},
    {"notice-refused.txt.mustache", "{{title}}\n{{file}}\n"},
    {"notice-delivery.txt.mustache", "{{title}}\n{{register}}\n"},
};

char *office_config(const char *folder)
{
    return g_build_filename(folder, "songfad.conf", NULL);
}

char *office_store(const char *folder)
{
    return g_build_filename(folder, "songfa.db", NULL);
}

char *office_tables(const char *folder)
{
    return g_build_filename(folder, "tables", NULL);
}

static gboolean write_file(const char *folder, const char *sub, const char *name, const char *text, GError **error)
{
    g_autofree char *path = g_build_filename(folder, sub, name, NULL);
    return g_file_set_contents(path, text, -1, error);
}

static gboolean make_folder(const char *folder, const char *sub, GError **error)
{
    g_autofree char *path = g_build_filename(folder, sub, NULL);
    if (g_mkdir(path, 0700) == 0)
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("无法建立文件夹 %s：%s"), path, g_strerror(errno));
    return FALSE;
}

static gboolean write_tables(const char *folder, guint recipients, GError **error)
{
    g_autoptr(GString) units = g_string_new("单位名称,类别\n");
    g_autoptr(GString) mailboxes = g_string_new("归属,邮箱,归属类别\n");
    for (guint i = 1; i <= recipients; i++) {
        g_string_append_printf(units, "自检第%u单位,自检\n", i);
        g_string_append_printf(mailboxes, "自检第%u单位,unit%u@selftest.invalid,单位\n", i, i);
    }
    return write_file(folder, "tables", "units.csv", units->str, error) &&
           write_file(folder, "tables", "mailboxes.csv", mailboxes->str, error) &&
           write_file(folder, "tables", "groups.csv", "群组名称,成员\n自检单位,kind:自检\n", error);
}

gboolean office_build(const char *folder, guint recipients, guint16 port, GError **error)
{
    static const char *const folders[] = {"in", "tables", "templates"};
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++)
        if (!make_folder(folder, folders[i], error))
            return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(templates); i++)
        if (!write_file(folder, "templates", templates[i].name, templates[i].text, error))
            return FALSE;
    g_autofree char *text = g_strdup_printf(config, port, OFFICE_CONNECTIONS);
    return write_file(folder, ".", "songfad.conf", text, error) && write_tables(folder, recipients, error);
}

gboolean office_hand_in(const char *folder, guint number, GError **error)
{
    int year = 0, month = 0, day = 0;
    g_autofree char *today = clock_date(clock_now());
    g_autofree char *name = g_strdup_printf("自检通报第%u期.txt", number);
    g_autofree char *written = g_build_filename(folder, name, NULL);
    g_autofree char *handed_in = g_build_filename(folder, "in", name, NULL);
    sscanf(today, "%d-%d-%d", &year, &month, &day);
    g_autofree char *text = g_strdup_printf(issue, number, year, month, day);
    if (!g_file_set_contents(written, text, -1, error))
        return FALSE;
    if (g_rename(written, handed_in) == 0)
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("%s 放不进收件夹：%s"), name, g_strerror(errno));
    return FALSE;
}
