/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is drawn on a page of an OFD (GB/T 33190-2016, clauses 7.7, 8.5 and 11): the characters of its text
 * objects, placed in millimetres from the upper left corner. It knows no files. */
#ifndef SONGFA_ISSUE_EXTRACT_OFD_SCENE_H
#define SONGFA_ISSUE_EXTRACT_OFD_SCENE_H

#include "daemon/base/package.h"

typedef struct OfdScene OfdScene;

/* What all scenes of a package share; ids are those of the XML. */
typedef struct {
    GHashTable *founts; /* ids of those that are bold */
    GHashTable *units;  /* id → OfdScene, drawn by reference (clause 13) */
    gsize glyphs;       /* in all scenes, bounded */
} OfdCommon;

OfdScene *ofd_scene_new(OfdCommon *common);
void ofd_scene_free(OfdScene *scene);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OfdScene, ofd_scene_free)

/* Takes an event of the page's XML. FALSE and error (INPUT) when there is too much text. */
gboolean ofd_scene_take(OfdScene *scene, PackagePart *part, GError **error);

/* Draws the other scene, which stays, into this one as aside: that of a template. */
gboolean ofd_scene_draw(OfdScene *scene, const OfdScene *other, GError **error);

typedef struct {
    double x, y;
} OfdPoint;

/* A text object. */
typedef struct {
    OfdPoint right, down; /* an em to the right of and below the beginning of the baseline */
    guint first, end;     /* its glyphs: from first to before end */
    gboolean bold;
    gboolean hidden;      /* leaves no ink */
    gboolean aside;       /* of a template or of a layer that is not the body, or faint: maybe a watermark */
    gboolean downward;    /* one character below the other */
} OfdObject;

/* A character. */
typedef struct {
    gunichar character;
    double width;         /* in ems */
    OfdPoint at;          /* its origin on the baseline */
} OfdGlyph;

/* What has been drawn (OfdObject), in the order of the XML, and the glyphs of all. Lent. */
const GArray *ofd_scene_objects(const OfdScene *scene);
const OfdGlyph *ofd_scene_glyphs(const OfdScene *scene);

/* Numbers as they stand in attributes and boxes, at most n; gives how many there are. */
guint ofd_scene_numbers(const char *text, double *numbers, guint n);

#endif
