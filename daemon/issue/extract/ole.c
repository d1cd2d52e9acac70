/* SPDX-License-Identifier: GPL-3.0-or-later
 * libgsf finds the streams of the container. */
#include "daemon/issue/extract/ole.h"

#include <gsf/gsf.h>

typedef GsfInput Stream;
typedef GsfInfile Folder;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Folder, g_object_unref)

/* The first bytes of the text's stream ([MS-DOC] §2.5.2 FibBase): at 10 a word of flags. */
enum { FIB_BYTES = 12, FIB_FLAGS = 10, FLAG_ENCRYPTED = 0x0100 };

static gboolean is_locked(GsfInput *text)
{
    guint8 head[FIB_BYTES];
    return gsf_input_read(text, sizeof head, head) != NULL &&
           ((guint)head[FIB_FLAGS] | (guint)head[FIB_FLAGS + 1] << 8) & FLAG_ENCRYPTED;
}

OleKind ole_kind(const void *bytes, gsize length)
{
    g_autoptr(Stream) input = gsf_input_memory_new(bytes, (gsf_off_t)length, FALSE);
    g_autoptr(Folder) folder = gsf_infile_msole_new(input, NULL);
    if (folder == NULL)
        return OLE_BROKEN;
    g_autoptr(Stream) text = gsf_infile_child_by_name(folder, "WordDocument");
    g_autoptr(Stream) package = gsf_infile_child_by_name(folder, "EncryptedPackage");
    if (package != NULL)
        return OLE_PACKAGE;
    if (text == NULL)
        return OLE_OTHER;
    return is_locked(text) ? OLE_LOCKED : OLE_TEXT;
}
