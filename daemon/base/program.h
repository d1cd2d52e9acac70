/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the programs of songfad are. */
#ifndef SONGFA_BASE_PROGRAM_H
#define SONGFA_BASE_PROGRAM_H

/* The path of a child such as songfa-reports: beside the running program before it is installed, else
 * where it is installed; caller frees. */
char *program_path(const char *name);

#endif
