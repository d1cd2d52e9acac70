#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The English catalogue is whole: it has every text of the sources, translated, and no other. TAP.
set -u
export LC_ALL=C.UTF-8
source=${SONGFA_SRCDIR:-$(dirname "$0")/../..}
build=${SONGFA_BUILDDIR:-.}
po=$source/daemon/po/en.po
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
number=0 failed=0

# check NAME COMMAND…: what the command prints is shown when it fails
check() {
    number=$((number + 1))
    name=$1
    shift
    if "$@" >"$folder/out" 2>&1; then
        echo "ok $number - $name"
    else
        sed 's/^/# /' "$folder/out" | head -40
        echo "not ok $number - $name"
        failed=1
    fi
}

command -v xgettext >/dev/null || { echo "1..0 # SKIP xgettext is not installed"; exit 0; }
echo "1..6"

(cd "$source" && sh daemon/po/extract.sh) >"$folder/songfa.pot"

nothing_in() { ! grep '^msgid "..*"\|^".*"' | grep -v '^"[A-Z][A-Za-z-]*: '; }
untranslated() { msgattrib --untranslated --no-wrap "$po" 2>/dev/null | nothing_in; }
fuzzy() { msgattrib --only-fuzzy --no-wrap "$po" 2>/dev/null | nothing_in; }
ids() { msgcat --no-wrap --no-location --sort-output "$1" 2>/dev/null | sed -n '/^msgid/,/^msgstr/p' | grep -v '^msgstr'; }
same_texts() {
    ids "$folder/songfa.pot" >"$folder/sources" && ids "$po" >"$folder/catalogue" &&
        diff "$folder/sources" "$folder/catalogue"
}
speaks() { LANGUAGE=$1 SONGFA_LOCALEDIR="$build/locale" "$build/songfactl" help | grep -q "$2"; }

check "the catalogue is well formed and its formats agree" msgfmt --check -o /dev/null "$po"
check "every text is translated" untranslated
check "no translation is a guess" fuzzy
check "the catalogue has the texts of the sources and no other (make update-po)" same_texts
check "LANGUAGE=en gives English" speaks en '^Usage: songfactl'
check "a reader of Chinese gets Chinese, whatever comes second" speaks zh_CN:en '^用法：songfactl'
exit $failed
