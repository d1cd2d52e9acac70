/* SPDX-License-Identifier: GPL-3.0-or-later
 * An office document's package, a zip of XML parts (ECMA-376 part 2), read as hostile input: bounded
 * in entries, bytes, compression ratio and depth; no DOCTYPE, no entities, no network. */
#ifndef SONGFA_BASE_PACKAGE_H
#define SONGFA_BASE_PACKAGE_H

#include <glib.h>

typedef struct Package Package;
typedef struct PackagePart PackagePart;

typedef enum { PACKAGE_START, PACKAGE_TEXT, PACKAGE_END, PACKAGE_EOF } PackageEvent;

/* Opens the bytes, which must outlive the package. NULL and error (INPUT) for what is no zip: an
 * older Office file and an encrypted one are named as such. */
Package *package_open(const void *bytes, gsize length, GError **error);
void package_free(Package *package);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Package, package_free)

/* TRUE when the bytes begin as a package or an older Office file does, so are no text. */
gboolean package_is(const void *bytes, gsize length);

/* The part of that name (xl/workbook.xml), to be read from its beginning; the package outlives it.
 * NULL and error (INPUT) when there is none, or it is not to be unpacked. */
PackagePart *package_part_open(Package *package, const char *name, GError **error);
void package_part_free(PackagePart *part);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PackagePart, package_part_free)

/* Goes to the next start, text or end; an empty element has both. FALSE and error (INPUT) for XML
 * that is broken, forbidden or too large. */
gboolean package_part_next(PackagePart *part, GError **error);

/* Where the part is. The name is without prefix; the level is 1 for the root's start and end. Name
 * and text are lent until the next step, NULL where there is none. */
PackageEvent package_part_event(const PackagePart *part);
const char *package_part_name(const PackagePart *part);
gboolean package_part_is(const PackagePart *part, const char *name);
const char *package_part_text(const PackagePart *part);
guint package_part_level(const PackagePart *part);

/* At a start: the value of an attribute, by its name without prefix; NULL without one. Lent until the
 * next call. */
const char *package_part_attribute(PackagePart *part, const char *name);

/* Reads the part of that name to its end: take gets each start, text and end, and ends it with FALSE. */
typedef gboolean (*PackageEventFunc)(PackagePart *part, gpointer data, GError **error);
gboolean package_read(Package *package, const char *name, PackageEventFunc take, gpointer data, GError **error);

/* A relation of a part: the last word of its type (strict and transitional files differ before it), its
 * id, and the part that it leads to. Lent for the call. */
typedef struct {
    const char *type, *id, *target;
} PackageRelation;
typedef void (*PackageRelationFunc)(const PackageRelation *relation, gpointer data);

/* Calls take for each relation of the part, "" = of the package; a part may have none. */
gboolean package_relations(Package *package, const char *part, PackageRelationFunc take, gpointer data,
                           GError **error);

/* The part meant by target, as it stands in the given part: against the part's folder, or from the root
 * when it begins with a slash; caller frees. */
char *package_resolve(const char *part, const char *target);

gboolean package_has(const Package *package, const char *name);

/* What a clerk is shown of a name that comes from the file: short, on one line; caller frees. */
char *package_shown_name(const char *name);

#endif
