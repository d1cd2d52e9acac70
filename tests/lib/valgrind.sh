#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# valgrind.sh BUILD: runs the unit tests of a build without sanitizers under valgrind; any error or
# definite leak fails.
set -eu
build=$1
status=0
export G_SLICE=always-malloc G_DEBUG=gc-friendly SONGFA_VALGRIND=1
SONGFA_SRCDIR=$(pwd)
SONGFA_BUILDDIR=$(cd "$build" && pwd)
export SONGFA_SRCDIR SONGFA_BUILDDIR
for test in "$build"/tests/unit/test-*; do
    case $test in *.*) continue ;; esac
    if ! valgrind --quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
        --show-leak-kinds=definite --trace-children=no "$test" >"$test.valgrind" 2>&1; then
        echo "FAIL $test"
        tail -40 "$test.valgrind"
        status=1
    fi
done
exit $status
