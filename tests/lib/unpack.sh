#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Unpacks the packages that the tests start but that cannot be installed beside others into
# build/unpacked, without their scripts. Nothing when they are there.
set -eu
cd "$(dirname "$0")/../.."
. tests/lib/packages.sh
place=$(pwd)/build/unpacked
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for package in $unpacked_packages; do
    [ ! -e "$place/usr/share/doc/$package" ] || continue
    mkdir -p "$place"
    # what apt says about downloading as root is no concern of anybody
    (cd "$folder" && apt-get -q download "$package" >/dev/null 2>&1 && dpkg -x "$package"_*.deb "$place")
done
