#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Writes the texts of all sources to standard output as a catalogue without translations. Run at the
# top of the tree.
set -eu
export LC_ALL=C.UTF-8
find daemon recipients templates -name '*.c' | LC_ALL=C sort |
    xgettext --files-from=- --from-code=UTF-8 --keyword=_ --keyword=N_ --add-location=file \
        --package-name=songfad --output=- 2>/dev/null | sed -e 's/charset=CHARSET/charset=UTF-8/' -e '/^"POT-Creation-Date/d'
