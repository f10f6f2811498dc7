#!/bin/bash
# Installs the Debian packages whose program or library is missing.
#
#   install-packages.sh PACKAGE:PROGRAM ...      a library is named by its file: libnbd0:libnbd.so.0; data by its path
set -uo pipefail
export PATH=$PATH:/usr/sbin:/sbin DEBIAN_FRONTEND=noninteractive

# Whether a program is on the path, a library where the loader finds it, or a file there.
is_there() {
    case $1 in
    /*) [ -e "$1" ] ;;
    *.so.*) ldconfig -p | grep -F "	$1 " >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

missing=()
for each in "$@"; do
    is_there "${each#*:}" || missing+=("${each%%:*}")
done

if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi

if [ "$(id -u)" -ne 0 ]; then
    echo "These Debian packages are missing: ${missing[*]}" >&2
    echo "Install them as root, then run this again: apt-get install ${missing[*]}" >&2
    exit 1
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "== installing ${missing[*]}"
if ! { apt-get -o DPkg::Lock::Timeout=300 update &&
    apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    exit 1
fi
