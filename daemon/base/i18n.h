/* SPDX-License-Identifier: GPL-3.0-or-later
 * Texts for people: written in Chinese in the source, translated by gettext (domain "songfa").
 * The programs bind the domain in main(); without a catalogue the Chinese stands. */
#ifndef SONGFA_BASE_I18N_H
#define SONGFA_BASE_I18N_H

#include <libintl.h>

#define SONGFA_GETTEXT_DOMAIN "songfa"
#define _(text) dgettext(SONGFA_GETTEXT_DOMAIN, text)
#define N_(text) text

/* Sets the locale (C.UTF-8 where the environment names none that is UTF-8) and binds the catalogue
 * in $SONGFA_LOCALEDIR, else the installed one. Call first in main(). */
void i18n_init(void);

#endif
