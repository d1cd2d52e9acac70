#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# valgrind.sh BUILD [TEST…]: runs the unit tests of a build without sanitizers under valgrind, as many
# at once as there are cores; any error or definite leak fails. Without names it leaves out test-line,
# test-line-properties and test-parse, whose generated texts take minutes here and are seen by the sanitizers.
set -eu
build=$(cd "$1" && pwd)
shift
SONGFA_SRCDIR=$(cd "$(dirname "$0")/../.." && pwd)
export G_SLICE=always-malloc G_DEBUG=gc-friendly SONGFA_SRCDIR SONGFA_BUILDDIR="$build"
if [ $# -eq 0 ]; then
    set -- $(find "$build/tests/unit" -name 'test-*' -type f -perm -100 ! -name '*.*' \
        ! -name test-line ! -name test-line-properties ! -name test-parse)
fi
[ $# -gt 0 ] || { echo "no tests in $build/tests/unit" >&2; exit 1; }
printf '%s\n' "$@" | xargs -P "$(nproc)" -I{} sh -c '
    valgrind --quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
        --show-leak-kinds=definite "$1" >"$1.valgrind" 2>&1 ||
        { echo "FAIL $1"; grep -v "^ok\|^#" "$1.valgrind" | tail -40; exit 1; }' sh {}
