/* SPDX-License-Identifier: GPL-3.0-or-later
 * How ideographs sound, in letters without tones, for names that were heard or typed rather than
 * read: 发改位 sounds as 发改委, and fgw spells it. Any thread; each character is asked of ICU once. */
#ifndef SONGFA_RECIPIENTS_PINYIN_H
#define SONGFA_RECIPIENTS_PINYIN_H

#include <glib.h>

/* A number that characters of the same sound share; what is no ideograph, or has no known reading,
 * shares its number with no other character. */
guint pinyin_sound(gunichar c);

/* Its main reading (zhang; lu for 吕), "" without one; lent. */
const char *pinyin_reading(gunichar c);

/* How many of the characters, from the first, the letters spell, each by its reading or the beginning
 * of it: fagaiwei, fgw, fagw, also zengw for 曾伟; 0 when they do not. Lower case; v is read as u. */
guint pinyin_spells(const char *letters, const gunichar *characters, guint length);

#endif
