/* SPDX-License-Identifier: GPL-3.0-or-later
 * The integrity check, field by field: texts, days, addresses, copies. */
#include <string.h>

#include "daemon/base/address.h"
#include "daemon/base/i18n.h"
#include "recipients/directory-field.h"
#include "recipients/directory-integrity-run.h"

static gboolean is_clean(const char *text)
{
    for (const char *p = text; *p != '\0'; p++)
        if ((guchar)*p < 0x20 || *p == 0x7f)
            return FALSE;
    return g_utf8_validate(text, -1, NULL);
}

static gboolean is_empty_name(const char *text)
{
    g_autofree char *key = *text != '\0' ? directory_key(text) : g_strdup("");
    return *key == '\0';
}

static void check_text(DirectoryIntegrity *check, const DirectoryKind *kind, const DirectoryField *field,
                       const DirectoryRecord *record, const char *text)
{
    const char *wanted = NULL;
    if (field->type == FIELD_DAY && !directory_is_day(text))
        wanted = _("请写成 2020-03-06 这样的日期，不限则留空");
    else if (!is_clean(text))
        wanted = _("里面有换行、控制字符或乱码，请去掉");
    else if (field->required && is_empty_name(text))
        wanted = _("不能空着");
    if (wanted == NULL)
        return;
    directory_integrity_field(check, kind, record, _(field->heading), is_clean(text) ? text : "…", wanted);
    if (!is_clean(text))
        g_hash_table_add(check->broken, (gpointer)record);
}

static void check_texts(DirectoryIntegrity *check, const DirectoryKind *kind, DirectoryRecord *record)
{
    for (guint i = 0; i < kind->n_fields; i++) {
        const DirectoryField *field = &kind->fields[i];
        gpointer place = directory_field_place(field, record);
        if (directory_field_is_text(field))
            check_text(check, kind, field, record, *(const char **)place);
        else if (directory_field_is_list(field))
            for (char **text = *(char ***)place; *text != NULL; text++)
                check_text(check, kind, field, record, *text);
    }
}

static void check_mailbox(DirectoryIntegrity *check, const DirectoryKind *kind, const DirectoryMailbox *mailbox)
{
    g_autoptr(GError) error = NULL;
    const DirectoryRecord *record = (const DirectoryRecord *)(gconstpointer)mailbox;
    if (((mailbox->channel & CHANNEL_EMAIL) != 0 || *mailbox->address != '\0') &&
        !address_check(mailbox->address, &error))
        directory_integrity_field(check, kind, record, _("邮箱"),
                                  is_clean(mailbox->address) ? mailbox->address : "…", error->message);
    if ((mailbox->channel & CHANNEL_PAPER) != 0 && mailbox->copies < 1) {
        g_autofree char *copies = g_strdup_printf("%d", mailbox->copies);
        directory_integrity_field(check, kind, record, _("份数"), copies, _("纸质件请至少填 1"));
    }
}

static void check_stand_in(DirectoryIntegrity *check, const DirectoryKind *kind, const DirectoryStandIn *row)
{
    const DirectoryField *field = directory_kind_field(kind, "stand_in");
    const DirectoryRecord *record = (const DirectoryRecord *)(gconstpointer)row;
    if (row->person_id != row->stand_in_id)
        return;
    g_autofree char *name = directory_field_text(field, check->all, row);
    directory_integrity_field(check, kind, record, _(field->heading), name, _("不能由本人代收，请写另一个人"));
}

void directory_integrity_fields(DirectoryIntegrity *check, const DirectoryKind *kind, DirectoryRecord *record)
{
    check_texts(check, kind, record);
    if (kind->id == DIRECTORY_MAILBOX)
        check_mailbox(check, kind, (DirectoryMailbox *)(gpointer)record);
    else if (kind->id == DIRECTORY_STAND_IN)
        check_stand_in(check, kind, (DirectoryStandIn *)(gpointer)record);
}
