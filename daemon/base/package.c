/* SPDX-License-Identifier: GPL-3.0-or-later
 * libzip unpacks, libxml2 reads while it is being unpacked; the bounds hold before memory is spent. */
#include "songfa-build.h"

#include "daemon/base/package.h"

#include <libxml/xmlreader.h>
#include <string.h>
#include <zip.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

enum {
    MAX_ENTRIES = 4096,
    MAX_PART = 256 << 20,
    MAX_TOTAL = 512 << 20, /* of all parts read */
    MAX_RATIO = 300,       /* unpacked to packed, ... */
    FREE_OF_RATIO = 4 << 20, /* ... of what is larger than this */
    MAX_LEVEL = 64,
    MAX_ATTRIBUTES = 4000, /* of an element: libxml2 compares each with each */
    MAX_NAME = 4096,       /* bytes of what leads to a part */
    SHOWN_NAME = 60        /* characters of it in a message */
};

struct Package {
    zip_t *zip;
    guint64 total;
};

struct PackagePart {
    Package *package;
    char *file;
    zip_file_t *entry;
    guint64 packed, unpacked;
    guint equals; /* signs since the last "<" */
    xmlTextReaderPtr reader;
    PackageEvent event;
    gboolean empty; /* at the start of an element whose end libxml2 does not tell */
    GError *error;  /* of the unpacking */
};

static const char zip_magic[] = "PK\x03\x04";
static const char ole_magic[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

static gboolean begins(const void *bytes, gsize length, const char *magic)
{
    return length >= strlen(magic) && memcmp(bytes, magic, strlen(magic)) == 0;
}

gboolean package_is(const void *bytes, gsize length)
{
    return begins(bytes, length, zip_magic) || begins(bytes, length, ole_magic);
}

static gboolean fail(GError **error, const char *message)
{
    g_set_error_literal(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, message);
    return FALSE;
}

/* An older Office file holds folders; an encrypted package is one of them, named in UTF-16. */
static const char *ole_message(const void *bytes, gsize length)
{
    static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
    if (memmem(bytes, length, name, sizeof name - 1) != NULL)
        return _("文件设了打开密码，无法读取：请在 Word、Excel 或 WPS 中取消密码后另存");
    return _("是旧格式（.xls、.doc 一类）：请在 Excel 或 WPS 中另存为 .xlsx（或 .docx）");
}

static zip_t *open_zip(const void *bytes, gsize length)
{
    zip_error_t ignored;
    zip_error_init(&ignored);
    zip_source_t *source = zip_source_buffer_create(bytes, length, 0, &ignored);
    zip_t *zip = source != NULL ? zip_open_from_source(source, ZIP_RDONLY, &ignored) : NULL;
    if (source != NULL && zip == NULL)
        zip_source_free(source);
    zip_error_fini(&ignored);
    return zip;
}

Package *package_open(const void *bytes, gsize length, GError **error)
{
    const char *message = NULL;
    g_autoptr(Package) package = g_new0(Package, 1);
    if (begins(bytes, length, ole_magic))
        message = ole_message(bytes, length);
    else if (!begins(bytes, length, zip_magic))
        message = _("不是 Office 文件：请在 Word、Excel 或 WPS 中打开后另存");
    else if ((package->zip = open_zip(bytes, length)) == NULL)
        message = _("文件不完整或已损坏：请重新复制或下载");
    else if (zip_get_num_entries(package->zip, 0) > MAX_ENTRIES)
        message = _("压缩包内文件过多，不是正常的 Office 文件");
    if (message == NULL)
        return g_steal_pointer(&package);
    fail(error, message);
    return NULL;
}

void package_free(Package *package)
{
    if (package == NULL)
        return;
    if (package->zip != NULL)
        zip_discard(package->zip);
    g_free(package);
}

char *package_shown_name(const char *name)
{
    g_autofree char *valid = g_utf8_make_valid(name, -1);
    GString *out = g_string_new(NULL);
    glong n = 0;
    for (const char *p = valid; *p != '\0' && n < SHOWN_NAME; p = g_utf8_next_char(p), n++) {
        gunichar c = g_utf8_get_char(p);
        g_string_append_unichar(out, g_unichar_isprint(c) ? c : '?');
    }
    if (g_utf8_strlen(valid, -1) > n)
        g_string_append(out, "…");
    return g_string_free(out, FALSE);
}

/* Before libxml2 sees them. No "<" stands in an attribute, but a ">" may. */
static gboolean has_too_many_attributes(PackagePart *part, const char *bytes, gsize length)
{
    for (const char *p = bytes; p < bytes + length; p++)
        if (*p == '<')
            part->equals = 0;
        else if (*p == '=' && ++part->equals > MAX_ATTRIBUTES)
            return TRUE;
    return FALSE;
}

/* The callback of libxml2: bytes unpacked, 0 at the end, -1 with part->error. */
static int unpack(void *context, char *buffer, int length)
{
    PackagePart *part = context;
    zip_int64_t n = zip_fread(part->entry, buffer, (zip_uint64_t)length);
    if (n <= 0) {
        if (n < 0)
            fail(&part->error, _("文件不完整或已损坏：请重新复制或下载"));
        return (int)n;
    }
    part->unpacked += (guint64)n;
    part->package->total += (guint64)n;
    if (part->unpacked > MAX_PART || part->package->total > MAX_TOTAL)
        fail(&part->error, _("解压后过大：请删去多余的内容，或分成几个文件"));
    else if (part->unpacked > FREE_OF_RATIO && part->unpacked / MAX_RATIO > part->packed)
        fail(&part->error, _("压缩率异常，可能是有意构造的文件，没有读取"));
    else if (has_too_many_attributes(part, buffer, (gsize)n))
        fail(&part->error, _("XML 属性过多，不是正常的 Office 文件"));
    return part->error == NULL ? (int)n : -1;
}

static int no_close(void *context)
{
    (void)context; /* package_part_free() closes the entry */
    return 0;
}

/* What libzip can unpack is more than an Office file may use. */
static gboolean is_plain(const zip_stat_t *stat, GError **error)
{
    const zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD |
                                ZIP_STAT_ENCRYPTION_METHOD;
    if ((stat->valid & needed) != needed)
        return fail(error, _("文件不完整或已损坏：请重新复制或下载"));
    if (stat->encryption_method != ZIP_EM_NONE)
        return fail(error, _("文件设了打开密码，无法读取：请在 Word、Excel 或 WPS 中取消密码后另存"));
    if (stat->comp_method != ZIP_CM_STORE && stat->comp_method != ZIP_CM_DEFLATE)
        return fail(error, _("压缩方式不是 Office 所用的：请在 Word、Excel 或 WPS 中另存一次"));
    return TRUE;
}

PackagePart *package_part_open(Package *package, const char *name, GError **error)
{
    zip_stat_t stat;
    zip_int64_t index = zip_name_locate(package->zip, name, ZIP_FL_NOCASE);
    if (index < 0 || zip_stat_index(package->zip, (zip_uint64_t)index, 0, &stat) != 0) {
        g_autofree char *missing = package_shown_name(name);
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("文件里缺少 %s：不是完整的 Office 文件"), missing);
        return NULL;
    }
    if (!is_plain(&stat, error))
        return NULL;
    g_autoptr(PackagePart) part = g_new0(PackagePart, 1);
    part->package = package;
    part->file = g_strdup(name);
    part->packed = stat.comp_size;
    part->entry = zip_fopen_index(package->zip, (zip_uint64_t)index, 0);
    if (part->entry != NULL)
        part->reader = xmlReaderForIO(unpack, no_close, part, NULL, NULL,
                                      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                          XML_PARSE_COMPACT);
    if (part->reader != NULL)
        return g_steal_pointer(&part);
    fail(error, _("文件不完整或已损坏：请重新复制或下载"));
    return NULL;
}

void package_part_free(PackagePart *part)
{
    if (part == NULL)
        return;
    if (part->reader != NULL)
        xmlFreeTextReader(part->reader);
    if (part->entry != NULL)
        zip_fclose(part->entry);
    g_clear_error(&part->error);
    g_free(part->file);
    g_free(part);
}

static gboolean fail_broken(const PackagePart *part, GError **error)
{
    g_autofree char *file = package_shown_name(part->file);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                _("%s 第 %d 行的 XML 有误：文件已损坏，请在 Word、Excel 或 WPS 中打开后另存"), file,
                xmlTextReaderGetParserLineNumber(part->reader));
    return FALSE;
}

/* Takes the node at which the reader stands: TRUE when it is one to stop at. */
static gboolean take(PackagePart *part, gboolean *forbidden)
{
    switch (xmlTextReaderNodeType(part->reader)) {
    case XML_READER_TYPE_ELEMENT:
        part->event = PACKAGE_START;
        part->empty = xmlTextReaderIsEmptyElement(part->reader) == 1;
        return TRUE;
    case XML_READER_TYPE_END_ELEMENT:
        part->event = PACKAGE_END;
        return TRUE;
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
    case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
        part->event = PACKAGE_TEXT;
        return TRUE;
    case XML_READER_TYPE_DOCUMENT_TYPE:
    case XML_READER_TYPE_ENTITY_REFERENCE:
        *forbidden = TRUE;
        return TRUE;
    default:
        return FALSE;
    }
}

gboolean package_part_next(PackagePart *part, GError **error)
{
    gboolean forbidden = FALSE;
    int more;
    if (part->empty) {
        part->empty = FALSE;
        part->event = PACKAGE_END;
        return TRUE;
    }
    do
        more = xmlTextReaderRead(part->reader);
    while (more == 1 && part->error == NULL && !take(part, &forbidden));
    if (part->error != NULL) {
        g_propagate_error(error, g_steal_pointer(&part->error));
        return FALSE;
    }
    if (more < 0)
        return fail_broken(part, error);
    if (forbidden)
        return fail(error, _("文件里有 DOCTYPE 或实体声明，Office 文件不该有，没有读取"));
    if (more == 0)
        part->event = PACKAGE_EOF;
    else if (package_part_level(part) > MAX_LEVEL)
        return fail(error, _("XML 嵌套过深，不是正常的 Office 文件"));
    return TRUE;
}

PackageEvent package_part_event(const PackagePart *part)
{
    return part->event;
}

const char *package_part_name(const PackagePart *part)
{
    return (const char *)xmlTextReaderConstLocalName(part->reader);
}

gboolean package_part_is(const PackagePart *part, const char *name)
{
    return strcmp(package_part_name(part), name) == 0;
}

const char *package_part_text(const PackagePart *part)
{
    return (const char *)xmlTextReaderConstValue(part->reader);
}

guint package_part_level(const PackagePart *part)
{
    return (guint)MAX(xmlTextReaderDepth(part->reader), 0) + 1;
}

const char *package_part_attribute(PackagePart *part, const char *name)
{
    const xmlNode *node = xmlTextReaderCurrentNode(part->reader);
    for (const xmlAttr *at = node->properties; at != NULL; at = at->next)
        if (xmlStrEqual(at->name, BAD_CAST name))
            return at->children != NULL && at->children->content != NULL ? (const char *)at->children->content : "";
    return NULL;
}

/* What no zip has as a name is not resolved, which would take the square of its length. */
char *package_resolve(const char *part, const char *target)
{
    if (strlen(target) > MAX_NAME)
        return g_strndup(target, MAX_NAME);
    g_autofree char *folder = g_path_get_dirname(part);
    g_autofree char *whole = *target == '/' ? g_strdup(target)
                                            : g_strconcat("/", folder, "/", target, NULL);
    g_autofree char *plain = g_canonicalize_filename(whole, "/");
    return g_strdup(plain + 1);
}

gboolean package_has(const Package *package, const char *name)
{
    return zip_name_locate(package->zip, name, ZIP_FL_NOCASE) >= 0;
}

gboolean package_read(Package *package, const char *name, PackageEventFunc take_one, gpointer data, GError **error)
{
    g_autoptr(PackagePart) part = package_part_open(package, name, error);
    if (part == NULL)
        return FALSE;
    while (package_part_next(part, error)) {
        if (part->event == PACKAGE_EOF)
            return TRUE;
        if (!take_one(part, data, error))
            return FALSE;
    }
    return FALSE;
}

typedef struct {
    const char *from;
    PackageRelationFunc take;
    gpointer data;
} Relations;

static gboolean take_relation(PackagePart *part, gpointer data, GError **error)
{
    const Relations *relations = data;
    (void)error;
    if (part->event != PACKAGE_START || !package_part_is(part, "Relationship"))
        return TRUE;
    const char *type = package_part_attribute(part, "Type");
    const char *target = package_part_attribute(part, "Target");
    if (type == NULL || target == NULL || g_strcmp0(package_part_attribute(part, "TargetMode"), "External") == 0)
        return TRUE;
    const char *slash = strrchr(type, '/');
    g_autofree char *word = g_strdup(slash != NULL ? slash + 1 : type);
    g_autofree char *resolved = package_resolve(relations->from, target);
    g_autofree char *id = g_strdup(package_part_attribute(part, "Id"));
    relations->take(&(PackageRelation){word, id, resolved}, relations->data);
    return TRUE;
}

/* Those of xl/workbook.xml stand in xl/_rels/workbook.xml.rels. */
gboolean package_relations(Package *package, const char *from, PackageRelationFunc take_one, gpointer data,
                           GError **error)
{
    g_autofree char *name = g_path_get_basename(from);
    g_autofree char *beside = g_strdup_printf("_rels/%s.rels", *from != '\0' ? name : "");
    g_autofree char *file = package_resolve(from, beside);
    if (*from != '\0' && !package_has(package, file))
        return TRUE;
    return package_read(package, file, take_relation, &(Relations){from, take_one, data}, error);
}
