#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes ./configure from configure.ac and Makefile.am.
set -eu
cd "$(dirname "$0")"
mkdir -p build-aux
autoreconf --install --warnings=all,no-obsolete,no-portability
