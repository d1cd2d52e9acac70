#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The manuals are well formed and name every command of songfactl, every setting, every kind of record
# and every notation of members. TAP.
set -u
export LC_ALL=C.UTF-8
source=${SONGFA_SRCDIR:-$(dirname "$0")/../..}
number=0 failed=0

# report NAME PROBLEMS
report() {
    number=$((number + 1))
    if [ -z "$2" ]; then
        echo "ok $number - $1"
    else
        printf '%s\n' "$2" | sed 's/^/# /'
        echo "not ok $number - $1"
        failed=1
    fi
}

# Words of standard input that FILE does not have behind a blank.
missing_in() {
    while read -r word; do
        grep -Eq "(^| |-|/)$word( |\$|=|:)" "$1" || echo "$1 does not name $word"
    done
}

commands() { sed -n 's/^    {"\([a-z]*\)", .*/\1/p' "$source/daemon/ctl/commands.c"; }
settings() {
    sed -n 's/^    CONFIG_FIELD([A-Za-z]*, \([a-z_]*\),.*/\1/p; s/^    CONFIG_FIELD_AS("\([a-z_]*\)".*/\1/p' \
        "$source"/daemon/config*.c | sort -u
}

kinds() { sed -n 's/^    KIND([A-Z_]*, "\([a-z-]*\)", .*/\1/p' "$source/recipients/directory-kind.c"; }
notations() { grep -o '{"[a-z]*:", "[a-z]*"}' "$source/recipients/directory-integrity-refer.c" | sed 's/{"\([a-z]*\):.*/\1/'; }

# Words of standard input that FILE has no list item for: "It Cm unit", "It 单位 Pq Cm unit", "It unit:NAME".
items_missing_in() {
    while read -r word; do
        grep -Eq "^\.It (.* )?(Cm $word\$|$word:)" "$1" || echo "$1 does not explain $word"
    done
}

if command -v mandoc >/dev/null; then
    echo "1..7"
    report "mandoc has nothing to warn of" \
        "$(mandoc -Tlint -Wwarning "$source"/doc/*.[578] "$source"/doc/zh_CN/*.[578] 2>&1)"
else
    echo "1..6"
fi
for page in doc/songfactl.8 doc/zh_CN/songfactl.8; do
    report "$page names every command" "$(commands | missing_in "$source/$page")"
done
for page in doc/songfad.conf.5 doc/zh_CN/songfad.conf.5; do
    report "$page names every setting" "$(settings | missing_in "$source/$page")"
done
for page in doc/songfa-directory.7 doc/zh_CN/songfa-directory.7; do
    report "$page explains every kind of record and every notation of members" \
        "$({ kinds; notations; } | items_missing_in "$source/$page")"
done
exit $failed
