#!/bin/bash
# Installs the Debian packages whose program is missing.
#
#   install-packages.sh PACKAGE:PROGRAM ...
set -uo pipefail
export PATH=$PATH:/usr/sbin:/sbin DEBIAN_FRONTEND=noninteractive

missing=()
for each in "$@"; do
    command -v "${each#*:}" >/dev/null || missing+=("${each%%:*}")
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
