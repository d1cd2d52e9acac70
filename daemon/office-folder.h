/* SPDX-License-Identifier: GPL-3.0-or-later
 * The folder that a conversion has for itself. What works in it is not trusted: no link is followed,
 * neither when the result is read nor when all of it is removed. */
#ifndef SONGFA_OFFICE_FOLDER_H
#define SONGFA_OFFICE_FOLDER_H

#include <glib.h>

typedef struct {
    char *path; /* NULL when none could be made */
    int fd;
} OfficeFolder;

/* A new one among the temporary files, owned by whom the child becomes (cage.h); what a daemon that was
 * killed left there is removed before. */
OfficeFolder office_folder_new(void);
/* Removes it with all that is in it. */
void office_folder_clear(OfficeFolder *folder);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OfficeFolder, office_folder_clear)

/* The bytes of the file out/NAME, NULL when there is none, or it is empty, larger than most or not plain. */
GBytes *office_folder_read(const OfficeFolder *folder, const char *name, gsize most);

#endif
