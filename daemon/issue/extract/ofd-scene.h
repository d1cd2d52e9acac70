/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is drawn on a page of an OFD (GB/T 33190-2016, clauses 7.7, 8.5 and 11): the characters of its text
 * objects, placed in millimetres from the upper left corner. It knows no files. */
#ifndef SONGFA_ISSUE_EXTRACT_OFD_SCENE_H
#define SONGFA_ISSUE_EXTRACT_OFD_SCENE_H

#include "daemon/base/package.h"
#include "daemon/issue/extract/blocks.h"
#include "daemon/issue/extract/layout.h"

typedef struct OfdScene OfdScene;

/* What all scenes of a package share; ids are those of the XML. */
typedef struct {
    GHashTable *founts; /* ids of those that are bold */
    GHashTable *units;  /* id → OfdScene, drawn by reference (clause 13) */
    GHashTable *said;   /* lines already written as hidden */
    gsize glyphs;       /* in all scenes, bounded */
} OfdCommon;

OfdScene *ofd_scene_new(OfdCommon *common);
void ofd_scene_free(OfdScene *scene);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OfdScene, ofd_scene_free)

/* Takes an event of the page's XML. FALSE and error (INPUT) when there is too much text. */
gboolean ofd_scene_take(OfdScene *scene, PackagePart *part, GError **error);

/* Draws the other scene, which stays, into this one: of a template, in the background or not. */
gboolean ofd_scene_draw(OfdScene *scene, const OfdScene *other, gboolean background, GError **error);

/* Gives what can be read to layout as a page of that size. What nobody sees, what stands askew and
 * watermarks (background with text over it) go to blocks as hidden. */
gboolean ofd_scene_write(const OfdScene *scene, double width, double height, Layout *layout, Blocks *blocks,
                         GError **error);
/* All of it as hidden: of annotations. */
gboolean ofd_scene_hide(const OfdScene *scene, Blocks *blocks, GError **error);

/* Numbers as they stand in attributes and boxes, at most n; gives how many there are. */
guint ofd_scene_numbers(const char *text, double *numbers, guint n);

#endif
