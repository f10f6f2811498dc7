#!/bin/bash
# What opening, listing, planning and merging take against the length of a chain and the size of a disk, as Markdown tables.
# Docs: docs/benchmarks.md
#
#   bench/curves.sh [FOLDER]
#
# The folders are made by tests/Longhaul.Engine.Tests (CurveFolders): block tables, frame tables and log as runs write them,
# with frames of 16 bytes, so that a full disk of terabytes takes seconds and megabytes. What is measured is the program:
# processor seconds and peak memory of each command, the best of three (BENCH_REPEAT). Works in FOLDER, else in a temporary one, and removes it.
set -euo pipefail
repeat=${BENCH_REPEAT:-3}
cd "$(dirname "$(readlink -f "$0")")/.."
export PATH=$PATH:/usr/sbin:/sbin

eng/install-packages.sh time:/usr/bin/time >&2
./longhaul version >/dev/null
program=$(readlink -f artifacts/longhaul/current)/longhaul
dotnet build tests/Longhaul.Engine.Tests -c Release --nologo -v quiet >&2

work=$(mktemp -d "${1:-${TMPDIR:-/tmp}}/longhaul-curves.XXXXXX")
trap 'rm -rf "$work"' EXIT
longhaul() { "$program" --home "$work/home" --json --yes --progress none "$@"; }

echo "making the folders" >&2
LONGHAUL_CURVES=$work/made artifacts/bin/Longhaul.Engine.Tests/release/Longhaul.Engine.Tests \
    --progress off --no-ansi --filter-class '*Scale.CurveFolders' >&2

# Runs a command as often as said; prints the least processor seconds and the largest memory in MiB.
measure() {
    local times=$1
    shift
    for ((i = 0; i < times; i++)); do
        /usr/bin/time -a -o "$work/times" -f '%U %S %M' "$program" --home "$work/home" --json --yes --progress none "$@" \
            >"$work/answer" || {
            cat "$work/answer" >&2
            exit 1
        }
    done
    awk '{ c = $1 + $2 } NR == 1 || c < s { s = c } $3 > m { m = $3 } END { printf " %.2f | %d |", s, m / 1024 }' "$work/times"
    rm "$work/times"
}

longhaul repository add away "$work/away" >/dev/null
row() {
    local name=$1
    longhaul repository add "$name" "$work/made/$name" >/dev/null
    longhaul repository rescan "$name" >/dev/null
    longhaul job add copy "copy-$name" --backup "$name/curve" --repository away >/dev/null
    printf '| %s |' "$2"
    measure "$repeat" backup show "$name/curve"
    measure "$repeat" point list "$name/curve"
    measure "$repeat" job plan "copy-$name"
    # The oldest point of all is merged into the next: one record. Each time another one, so once.
    oldest=$(longhaul point list "$name/curve" | awk -F '"' '$2 == "id" && !n++ { print $4 }')
    if [ "$3" -gt 1 ]; then
        measure 1 point delete "$oldest"
    else
        printf ' | |'
    fi
    printf ' %d |\n' $(($(du -sb "$work/made/$name/curve/points" | cut -f 1) / 1024))
}
table() {
    printf '\n%s\n\n' "$1"
    printf '| %s | `backup show` s | MiB | `point list` s | MiB | `job plan` s | MiB | merge s | MiB | tables KiB |\n' "$2"
    printf '|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n'
}

printf '%s, commit %s, %s cores, %s, load average %s\n' "$(date -u +%F)" "$(git rev-parse --short HEAD)" "$(nproc)" \
    "$(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)" "$(cut -d ' ' -f 1 /proc/loadavg)"
table 'Sparse disk of 1 TiB, all 8 blocks that it has changed in every point:' points
for count in 0001 0010 0060 0365 1000; do row "points-$count" $((10#$count)) $((10#$count)); done
table 'Sparse disk with 200 blocks of data, 10 points, 8 blocks changed in each:' 'disk, GiB'
for size in 00064 01024 16384 65536; do row "sparse-$size" $((10#$size)) 10; done
table 'Full disk, 10 points, 1,000 blocks changed in each:' 'disk, GiB'
for size in 00064 00256 01024 04096; do row "full-$size" $((10#$size)) 10; done
