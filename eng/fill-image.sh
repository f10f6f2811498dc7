#!/bin/bash
# Makes an ext4 file system image out of this machine's own files, without mounting anything.
#
#   fill-image.sh IMAGE MIB FOLDER ...      takes files of up to 32 MiB from the folders until 60 % is full
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin
image=$1
size=$2
shift 2

files=$(mktemp -d "$image.XXXXXX")
trap 'rm -rf "$files"' EXIT
find "$@" -xdev -type f -size -32M -readable -printf '%s %p\n' 2>/dev/null |
    awk -v room=$((size * 6 / 10)) '{
        used += int(($1 + 4095) / 4096) * 4096 + 256
        if (used <= room * 1048576) { sub(/^[0-9]+ \//, ""); print }
    }' >"$files/list"
mkdir "$files/tree"
tar -c -f - -C / --no-recursion --verbatim-files-from -T "$files/list" | tar -x -f - -C "$files/tree" --strip-components=1
truncate -s "${size}M" "$image"
mkfs.ext4 -q -F -d "$files/tree" "$image"
