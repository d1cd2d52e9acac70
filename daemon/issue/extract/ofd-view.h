/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a reader sees of a page of an OFD, and what is on it all the same: text without ink, beside the page,
 * askew, and watermarks (text aside with other text over it). */
#ifndef SONGFA_ISSUE_EXTRACT_OFD_VIEW_H
#define SONGFA_ISSUE_EXTRACT_OFD_VIEW_H

#include "daemon/issue/extract/blocks.h"
#include "daemon/issue/extract/layout.h"
#include "daemon/issue/extract/ofd-scene.h"

typedef struct {
    double width, height; /* in millimetres */
    Layout *layout;       /* gets what is seen, as one page; NULL = nothing is: of annotations */
    Blocks *blocks;       /* gets the rest as hidden */
    GHashTable *said;     /* lines already written as hidden: each page's watermark is the same */
} OfdView;

/* FALSE and error (INPUT) when there is too much text. */
gboolean ofd_view_write(const OfdView *view, const OfdScene *scene, GError **error);

#endif
