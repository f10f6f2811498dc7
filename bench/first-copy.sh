#!/bin/bash
# A full and an incremental off-site copy of one disk, beside restic's: bytes, seconds, peak memory, as a Markdown table.
#
#   bench/first-copy.sh [FOLDER]
#
# The disk is an ext4 image of BENCH_MIB (4096) filled from this machine's /usr, and then BENCH_PAGES (4096) random pages of
# 4 KiB are written at random places of it, from a fixed seed. Works in FOLDER, else in a temporary one; removed at the end.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
export PATH=$PATH:/usr/sbin:/sbin
size=${BENCH_MIB:-4096}
pages=${BENCH_PAGES:-4096}

eng/install-packages.sh e2fsprogs:mkfs.ext4 restic:restic time:/usr/bin/time perl-base:perl >&2
./longhaul version >/dev/null
program=$(readlink -f artifacts/longhaul/current)/longhaul

work=$(mktemp -d "${1:-${TMPDIR:-/tmp}}/longhaul-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
export RESTIC_PASSWORD=bench RESTIC_FROM_PASSWORD=bench RESTIC_CACHE_DIR=$work/restic-cache

longhaul() { "$program" --home "$work/home" --json --progress none "$@"; }

# Runs a command; leaves its seconds and its peak memory in KiB.
measure() {
    sync
    /usr/bin/time -o "$work/time" -f '%e %M' "$@" >"$work/answer" || {
        cat "$work/answer" >&2
        exit 1
    }
    read -r seconds memory <"$work/time"
}

field() { sed -nE "s/^ *\"$1\": ([0-9]+),?\$/\1/p" "$work/answer" | tail -n 1; }
stored() { du -sb "$1" | cut -f 1; }

rows=()
# what, our bytes, seconds, KiB; restic's bytes, seconds, KiB
row() {
    rows+=("$(awk -v what="$1" -v b="$2" -v s="$3" -v m="$4" -v rb="$5" -v rs="$6" -v rm="$7" 'BEGIN {
        printf "| %s | %.2f | %.1f | %d | %.2f | %.1f | %d | %.3f | %.2f |", what, b / 1048576, s, m / 1024,
            rb / 1048576, rs, rm / 1024, b / (rb ? rb : 1), s / (rs ? rs : 1) }')")
}

echo "making the disk: $size MiB" >&2
eng/fill-image.sh "$work/disk.img" "$size" /usr

longhaul repository add near "$work/near" >/dev/null
longhaul repository add far "$work/far" >/dev/null
longhaul machine add web --disk "root=$work/disk.img" >/dev/null
longhaul job add backup nightly --machine web --repository near >/dev/null
longhaul job add copy offsite --job nightly --repository far >/dev/null
restic -q -r "$work/restic-near" init
restic -q -r "$work/restic-far" init --from-repo "$work/restic-near" --copy-chunker-params

far=0
near=0
round() {
    measure restic -q -r "$work/restic-near" backup "$work/disk.img"
    local rs=$seconds rm=$memory rb
    rb=$(($(stored "$work/restic-near") - near))
    near=$(stored "$work/restic-near")
    measure "$program" --home "$work/home" --json --progress none job run nightly
    row "$1 backup, stored" "$(field bytesWritten)" "$seconds" "$memory" "$rb" "$rs" "$rm"

    measure restic -q -r "$work/restic-far" copy --from-repo "$work/restic-near" latest
    rs=$seconds rm=$memory
    rb=$(($(stored "$work/restic-far") - far))
    far=$(stored "$work/restic-far")
    measure "$program" --home "$work/home" --json --progress none job run offsite
    row "$1 copy, sent" "$(field bytesTransferred)" "$seconds" "$memory" "$rb" "$rs" "$rm"
}

echo "full" >&2
round full
copied=$(du -sb "$work/far" | cut -f 1)

echo "writing $pages pages, and an increment" >&2
perl -e 'srand(1); my ($path, $pages, $blocks) = @ARGV; open(my $f, "+<", $path) or die; for (1 .. $pages) {
    seek($f, 4096 * int(rand($blocks)), 0); print $f pack("N*", map { int(rand(2 ** 32)) } 1 .. 1024); } close($f)' \
    "$work/disk.img" "$pages" $((size * 256))
round increment

sent=$(field bytesTransferred)
longhaul point restore far/offsite@latest --to "$work/restored" >"$work/answer" || {
    cat "$work/answer" >&2
    exit 1
}
restored=$(sed -nE 's/^ *"path": "([^"]*)",?$/\1/p' "$work/answer" | head -n 1)
cmp "$work/disk.img" "$restored"

cat <<END
$(date -u +%F), commit $(git rev-parse --short HEAD), $(nproc) cores, $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), restic $(restic version | cut -d ' ' -f 2)

Disk of $size MiB, $(du -m "$work/disk.img" | cut -f 1) MiB of it used; $pages random pages of 4 KiB written in between; off-site backup after the full $((copied >> 20)) MiB.

| | Longhaul MiB | s | peak MiB | restic MiB | s | peak MiB | bytes, ratio | time, ratio |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
$(printf '%s\n' "${rows[@]}")

First incremental copy: $(awk -v s="$sent" -v w=$((pages * 4096)) 'BEGIN { printf "%.3f", s / w }') × the bytes written (target: at most 1.1).
END
