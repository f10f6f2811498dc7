#!/bin/bash
# A full and an incremental off-site copy of one disk, beside restic's: bytes, seconds, peak memory, as a Markdown table.
# Docs: docs/benchmarks.md
#
#   bench/first-copy.sh [FOLDER]
#
# The disk is an ext4 image of BENCH_MIB (4096) filled from this machine's /usr, and then BENCH_PAGES (4096) random pages of
# 4 KiB are written at random places of it, from a fixed seed. Both programs run with their defaults, one after the other,
# upon warm caches, and what they wrote is flushed within the time that counts. Works in FOLDER, else in a temporary one;
# what is made there is removed at the end.
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

# Runs a command and flushes the file system; leaves its seconds, its processor seconds and its peak memory in KiB.
measure() {
    sync -f "$work"
    /usr/bin/time -o "$work/time" -f '%e %U %S %M' sh -c '"$@" && sync -f "$0"' "$work" "$@" >"$work/answer" || {
        cat "$work/answer" >&2
        exit 1
    }
    read -r seconds user system memory <"$work/time"
    processor=$(awk -v u="$user" -v s="$system" 'BEGIN { print u + s }')
}

field() { sed -nE "s/^ *\"$1\": ([0-9]+),?\$/\1/p" "$work/answer" | tail -n 1; }
stored() { du -sb "$1" | cut -f 1; }

rows=()
# what, our bytes, restic's bytes; what was measured last for each stands in ours and theirs. No bytes: -
row() {
    rows+=("$(awk -v what="$1" -v b="$2" -v rb="$3" -v ours="$ours" -v theirs="$theirs" 'BEGIN {
        split(ours, o); split(theirs, t)
        printf "| %s | %s | %.1f | %.1f | %d | %s | %.1f | %.1f | %d | %s | %.2f |", what, mib(b), o[1], o[2], o[3] / 1024,
            mib(rb), t[1], t[2], t[3] / 1024, b == "-" ? "" : sprintf("%.3f", b / (rb ? rb : 1)), o[1] / (t[1] ? t[1] : 1) }
        function mib(bytes) { return bytes == "-" ? "" : sprintf("%.2f", bytes / 1048576) }')")
}
restic_takes() {
    measure restic -q "$@"
    theirs="$seconds $processor $memory"
}
longhaul_takes() {
    measure "$program" --home "$work/home" --json --progress none "$@"
    ours="$seconds $processor $memory"
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
    restic_takes -r "$work/restic-near" backup "$work/disk.img"
    local before=$near
    near=$(stored "$work/restic-near")
    longhaul_takes job run nightly
    row "$1 backup, stored" "$(field bytesWritten)" $((near - before))

    restic_takes -r "$work/restic-far" copy --from-repo "$work/restic-near" latest
    before=$far
    far=$(stored "$work/restic-far")
    longhaul_takes job run offsite
    sent=$(field bytesTransferred)
    row "$1 copy, sent" "$sent" $((far - before))
}

echo "full" >&2
round full
copied=$(du -sb "$work/far" | cut -f 1)

echo "writing $pages pages, and an increment" >&2
written=$(perl -e 'srand(1); my ($path, $pages, $blocks) = @ARGV; my %places; open(my $f, "+<", $path) or die;
    for (1 .. $pages) { my $place = int(rand($blocks)); $places{$place} = 1; seek($f, 4096 * $place, 0);
    print $f pack("N*", map { int(rand(2 ** 32)) } 1 .. 1024); } close($f); print 4096 * keys %places' \
    "$work/disk.img" "$pages" $((size * 256)))
round increment
first=$sent

echo "an increment in which nothing was written" >&2
round unchanged
idle=$sent

echo "restoring and verifying the copies" >&2
restic_takes -r "$work/restic-far" restore latest --target "$work/restored-restic"
rm -rf "$work/restored-restic"
longhaul_takes point restore far/offsite@latest --to "$work/restored"
row "restore of the copy" - -
cmp "$work/disk.img" "$(sed -nE 's/^ *"path": "([^"]*)",?$/\1/p' "$work/answer" | head -n 1)"
restic_takes -r "$work/restic-far" check --read-data
longhaul_takes backup verify far/offsite --data
row "verification of the copy" - -

cat <<END
$(date -u +%F), commit $(git rev-parse --short HEAD), $(nproc) cores, $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), restic $(restic version | cut -d ' ' -f 2)

Disk of $size MiB, $(du -m "$work/disk.img" | cut -f 1) MiB of it used; $pages random pages of 4 KiB written in between; off-site backup after the full $((copied >> 20)) MiB.

| | Longhaul MiB | s | CPU s | peak MiB | restic MiB | s | CPU s | peak MiB | bytes, ratio | time, ratio |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
$(printf '%s\n' "${rows[@]}")

First incremental copy: $(awk -v s="$first" -v w="$written" 'BEGIN { printf "%.3f", s / w }') × the bytes written (target: at most 1.1). Copy in which nothing changed: $idle bytes (target: at most 65536).
END
