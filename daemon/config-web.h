/* SPDX-License-Identifier: GPL-3.0-or-later
 * The settings of the HTTP interface and of attachments by link, for config.c alone. */
#ifndef SONGFA_CONFIG_WEB_H
#define SONGFA_CONFIG_WEB_H

#include "daemon/config-reader.h"

extern const ConfigGroup config_web_group, config_attachments_group;

void config_web_clear(ConfigWeb *web);

/* What holds between the two groups. */
void config_web_relate(const Config *config, const char *file, GPtrArray *problems);

#endif
