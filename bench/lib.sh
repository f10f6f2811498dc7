# What the benchmarks share; sourced, not run. Docs: docs/benchmarks.md
#
# Gives a working folder that goes at the end, also on Ctrl-C; the program; and measuring: seconds, peak memory, bytes.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
export PATH=$PATH:/usr/sbin:/sbin
runs=${BENCH_RUNS:-5}

./longhaul version >/dev/null
program=$(readlink -f artifacts/longhaul/current)/longhaul

work=$(mktemp -d "${BENCH_FOLDER:-${TMPDIR:-/tmp}}/longhaul-bench.XXXXXX")
chmod 711 "$work" # a workload's own user passes through
mkdir "$work/samples"
clean() { :; }
trap 'clean; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

export RESTIC_PASSWORD=bench RESTIC_FROM_PASSWORD=bench RESTIC_CACHE_DIR=$work/restic-cache
export BORG_BASE_DIR=$work/borg-home BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes BORG_RELOCATED_REPO_ACCESS_IS_OK=yes

say() { echo "$(date +%T) $*" >&2; }
calc() { awk "BEGIN { $1 }"; }
stored() { du -sb "$1" | cut -f 1; }

# Whether a peer takes part: it is installed, and BENCH_PEERS, if set, names it.
has() { [[ " ${BENCH_PEERS-$1} " == *" $1 "* ]] && command -v "$1" >/dev/null; }

longhaul() { "$program" --home "$work/home" --json --progress none "$@" >"$work/answer" || refuse; }
refuse() {
    cat "$work/answer" >&2
    exit 1
}

# A number of the last answer: the outermost of that name.
field() { sed -nE "s/^ *\"$1\": ([0-9.]+),?\$/\1/p" "$work/answer" | tail -n 1; }

# Runs a command, then flushes the file system within the time; adds seconds and peak KiB to what is known of the label.
# The peak is the largest resident set of any one process of it, by the kernel's count.
measure() {
    local label=$1
    shift
    sync -f "$work"
    /usr/bin/time -o "$work/time" -f '%e %M' sh -c '"$@" && sync -f "$0"' "$work" "$@" >"$work/answer" 2>"$work/errors" || {
        cat "$work/errors" >&2
        refuse
    }
    tail -n 1 "$work/time" >>"$work/samples/$label"
}
measure_longhaul() {
    local label=$1
    shift
    measure "$label" "$program" --home "$work/home" --json --progress none "$@"
}

median() { cut -d ' ' -f 1 "$work/samples/$1" | sort -n | awk '{ v[NR] = $1 } END { printf "%.2f", (v[int((NR + 1) / 2)] + v[int((NR + 2) / 2)]) / 2 }'; }
peak() { cut -d ' ' -f 2 "$work/samples/$1" | sort -n | tail -n 1 | awk '{ printf "%d", $1 / 1024 }'; }
mib() { calc "printf \"%.2f\", $1 / 1048576"; }

# One line of the table of targets: what, value, "<=" or ">=", limit, unit or note.
targets=()
target() {
    targets+=("| $1 | $2 $5 | $3 $4 $5 | $(calc "print ($2 $3 $4) ? \"held\" : \"**missed**\"") |")
}
print_targets() {
    printf '\n| measure | measured | target | |\n|---|---:|---:|---|\n'
    printf '%s\n' "${targets[@]}"
}

about() {
    echo "$(date -u +%F), commit $(git rev-parse --short HEAD)$(git diff --quiet HEAD -- src || echo ' and changes'), $(nproc) cores, $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), load $(cut -d ' ' -f 1 /proc/loadavg)$(has restic && restic version | sed -E 's/^(restic [^ ]+).*/, \1/')$(has borg && borg --version | sed 's/^/, /')"
}

# A repository near and one far, a machine with one disk, a backup job and a copy job that keep every point.
set_up() {
    longhaul repository add near "$work/near"
    longhaul repository add far "$work/far"
    longhaul machine add web --disk "root=$1"
    longhaul job add backup nightly --machine web --repository near --keep 1000
    longhaul job add copy offsite --job nightly --repository far --keep 1000
}
set_up_restic() {
    restic -q -r "$work/restic-near" init
    restic -q -r "$work/restic-far" init --from-repo "$work/restic-near" --copy-chunker-params
}

# What was measured, by label: median seconds of how many runs, and the peak of all of them.
table() {
    echo "| measured | runs | median s | peak MiB |"
    echo "|---|---:|---:|---:|"
    for each in "$work"/samples/*; do
        label=${each##*/}
        echo "| $label | $(wc -l <"$each") | $(median "$label") | $(peak "$label") |"
    done
}
