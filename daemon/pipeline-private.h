/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files of the pipeline share. */
#ifndef SONGFA_PIPELINE_PRIVATE_H
#define SONGFA_PIPELINE_PRIVATE_H

#include "daemon/pipeline.h"

struct Pipeline {
    const Config *config;
    Store *store;
};

#endif
