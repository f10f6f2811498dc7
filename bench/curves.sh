#!/bin/bash
# What opening, listing, planning and merging take against the length of a chain and the size of a disk, as Markdown tables.
# Docs: docs/benchmarks.md
#
#   bench/curves.sh        BENCH_REPEAT=3 BENCH_FOLDER=…; some 1 GiB of room
#
# The folders are made by tests/Longhaul.Engine.Tests (CurveFolders): block tables, frame tables and log as runs write them,
# with frames of 16 bytes, so that a full disk of terabytes takes seconds and megabytes. What is measured is the program:
# processor seconds and peak memory of each command, the best of BENCH_REPEAT.
source "$(dirname "$0")/lib.sh"
repeat=${BENCH_REPEAT:-3}
eng/install-packages.sh time:/usr/bin/time >&2
dotnet build tests/Longhaul.Engine.Tests -c Release --nologo -v quiet >&2

say "making the folders"
LONGHAUL_CURVES=$work/made artifacts/bin/Longhaul.Engine.Tests/release/Longhaul.Engine.Tests \
    --progress off --no-ansi --filter-class '*Scale.CurveFolders' >&2

# Runs a command as often as said; prints the least processor seconds and the largest memory in MiB.
least() {
    local times=$1
    shift
    for ((i = 0; i < times; i++)); do
        /usr/bin/time -a -o "$work/times" -f '%U %S %M' "$program" --home "$work/home" --json --yes --progress none "$@" \
            >"$work/answer" || refuse
    done
    awk '{ c = $1 + $2 } NR == 1 || c < s { s = c } $3 > m { m = $3 } END { printf " %.2f | %d |", s, m / 1024 }' "$work/times"
    rm "$work/times"
}

longhaul repository add away "$work/away"
row() {
    local name=$1
    longhaul repository add "$name" "$work/made/$name"
    longhaul repository rescan "$name"
    longhaul job add copy "copy-$name" --backup "$name/curve" --repository away
    printf '| %s |' "$2"
    least "$repeat" backup show "$name/curve"
    least "$repeat" point list "$name/curve"
    least "$repeat" job plan "copy-$name"
    # The oldest point of all is merged into the next: one record. Each time another one, so once.
    longhaul point list "$name/curve"
    oldest=$(awk -F '"' '$2 == "id" && !n++ { print $4 }' "$work/answer")
    if [ "$3" -gt 1 ]; then
        least 1 point delete "$oldest"
    else
        printf ' | |'
    fi
    printf ' %d |\n' $(($(du -sb "$work/made/$name/curve/points" | cut -f 1) / 1024))
}
heading() {
    printf '\n%s\n\n' "$1"
    printf '| %s | `backup show` s | MiB | `point list` s | MiB | `job plan` s | MiB | merge s | MiB | tables KiB |\n' "$2"
    printf '|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n'
}

about
heading 'Sparse disk of 1 TiB, all 8 blocks that it has changed in every point:' points
for count in 0001 0010 0060 0365 1000; do row "points-$count" $((10#$count)) $((10#$count)); done
heading 'Sparse disk with 200 blocks of data, 10 points, 8 blocks changed in each:' 'disk, GiB'
for size in 00064 01024 16384 65536; do row "sparse-$size" $((10#$size)) 10; done
heading 'Full disk, 10 points, 1,000 blocks changed in each:' 'disk, GiB'
for size in 00064 00256 01024 04096; do row "full-$size" $((10#$size)) 10; done
