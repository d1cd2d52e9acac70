/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the programs of songfad are. */
#ifndef SONGFA_BASE_PROGRAM_H
#define SONGFA_BASE_PROGRAM_H

/* The path of a child such as songfa-reports: beside the running program before it is installed, else
 * where it is installed; caller frees. */
char *program_path(const char *name);

/* The path of another program of songfad, songfad or songfactl: beside the running one, or in sbin or bin
 * beside its folder; NULL when it is in none; caller frees. */
char *program_find(const char *name);

#endif
