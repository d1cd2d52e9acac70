# SPDX-License-Identifier: GPL-3.0-or-later
# The Debian packages of songfad, and how to have them. Sourced by quickstart and runtests; the
# README repeats the lists.

build_packages="gcc libc6-dev make autoconf automake pkg-config gettext
libglib2.0-dev libcurl4-gnutls-dev libetpan-dev libconfig-dev libgmime-3.0-dev libsqlite3-dev
libjansson-dev libmicrohttpd-dev libssl-dev libzip-dev libxml2-dev libxlsxwriter-dev libicu-dev libseccomp-dev
libpoppler-glib-dev poppler-data libgsf-1-dev libfontconfig-dev"

# the demonstration: a real SMTP server and somebody else's MIME parser
demo_packages="python3 python3-aiosmtpd procps tzdata"

test_packages="clang libclang-rt-14-dev valgrind postfix dovecot-imapd dovecot-lmtpd libevent-2.1-7
openssl git mandoc xz-utils util-linux python3-openpyxl
libreoffice-writer-nogui fonts-wqy-microhei"

# Debian has one mail server at a time installed: the other is only unpacked (tests/lib/unpack.sh)
unpacked_packages="opensmtpd"

missing_packages() {
    for package in "$@"; do
        dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed' ||
            printf '%s ' "$package"
    done
}

# Installs what is missing, and nothing when all is there.
need_packages() {
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    as_root=
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || {
            echo "缺少软件包，请先以 root 安装 / please install as root: apt-get install $missing" >&2
            return 1
        }
        as_root=sudo
    fi
    echo "==> apt-get install $missing"
    # Postfix lends its generators to the tests; it is not to start serving this machine.
    case " $missing " in *" postfix "*)
        echo "postfix postfix/main_mailer_type select No configuration" |
            $as_root debconf-set-selections ;;
    esac
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update >/dev/null || true
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends \
        $missing >/tmp/songfa-apt.$$.log 2>&1 || {
        tail -20 /tmp/songfa-apt.$$.log >&2
        return 1
    }
    rm -f /tmp/songfa-apt.$$.log
}
