#!/bin/bash
# Fuzzes one reader, or each in turn, with afl++ on one core, at the lowest priority.
#
#   fuzz/fuzz.sh TARGET [TIME]        one target, for so many minutes (10 if none are given) or, as 30s, seconds
#   fuzz/fuzz.sh all [TIME]           every target, so long each
#   fuzz/fuzz.sh minimize TARGET      puts into the corpus what afl found to reach new code, as little of it as reaches all
#
# Needs Debian's afl++; the program is built and instrumented first (sharpfuzz, a tool of this checkout). What afl keeps is in
# artifacts/fuzz/TARGET; what crashes or hangs a target makes the script end with 1 and is named.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.." || exit 1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_TieredPGO=0
export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1

built=artifacts/bin/Longhaul.Fuzz/release
instrumented=artifacts/fuzz/program
limits=(-t 20000 -m none) # the virtual memory of a .NET process says nothing

command -v afl-fuzz >/dev/null || { echo "fuzz.sh: afl-fuzz is missing: apt-get install afl++" >&2; exit 1; }

# Instruments a copy, since the tests run what was built.
instrument() {
    dotnet build fuzz/Longhaul.Fuzz -c Release --nologo -v quiet || return 1
    if [ "$instrumented/stamp" -nt "$built/Longhaul.Fuzz.dll" ] && [ "$instrumented/stamp" -nt "$built/Longhaul.Format.dll" ]; then
        return 0
    fi

    rm -rf "$instrumented" && mkdir -p artifacts/fuzz && cp -r "$built" "$instrumented" && dotnet tool restore >/dev/null || return 1
    for library in Longhaul.Core Longhaul.Format Longhaul.Storage Longhaul.Sources Longhaul.Catalog Longhaul.Jobs longhaul \
        Google.Protobuf ZstdSharp; do
        dotnet sharpfuzz "$instrumented/$library.dll" || return 1
    done
    touch "$instrumented/stamp"
}

fuzz() {
    local out=artifacts/fuzz/$1 seconds
    case $2 in *s) seconds=${2%s} ;; *) seconds=$((60 * $2)) ;; esac
    mkdir -p "$out"
    nice -n 19 afl-fuzz -i "fuzz/corpus/$1" -o "$out" "${limits[@]}" -V "$seconds" -- \
        dotnet "$instrumented/Longhaul.Fuzz.dll" "$1" --afl >"$out/log" 2>&1
    local stats=$out/default/fuzzer_stats
    [ -e "$stats" ] || { echo "$1: afl-fuzz did not start; see $out/log" >&2; return 1; }
    local runs speed kept
    runs=$(awk '/^execs_done/ { print $3 }' "$stats")
    speed=$(awk '/^execs_per_sec/ { print $3 }' "$stats")
    kept=$(awk '/^corpus_count/ { print $3 }' "$stats")
    echo "$1: $runs runs, $speed a second, $kept inputs kept"
    local found
    found=$(find "$out/default/crashes" "$out/default/hangs" -type f ! -name README.txt)
    [ -z "$found" ] || { echo "$found"; return 1; }
}

# afl-cmin's order is that of size, so that of two that reach the same the shorter one stays.
minimize() {
    local all
    all=artifacts/fuzz/$1/all && rm -rf "$all" && mkdir -p "$all" && cp "fuzz/corpus/$1"/* "artifacts/fuzz/$1/default/queue"/id* "$all" || return 1
    rm -rf "artifacts/fuzz/$1/least"
    afl-cmin -i "$all" -o "artifacts/fuzz/$1/least" "${limits[@]}" -- "$(readlink -f "$(command -v dotnet)")" "$instrumented/Longhaul.Fuzz.dll" "$1" --afl || return 1
    for input in "artifacts/fuzz/$1/least"/*; do
        cp -n "$input" "fuzz/corpus/$1/$(sha256sum "$input" | cut -c 1-16)"
    done
    rm -rf "$all"
}

case ${1:-} in
"") sed -n '2,9s/^# \{0,1\}//p' "$0" && exit 2 ;;
minimize) instrument && minimize "$2" ;;
all)
    instrument || exit 1
    failed=0
    for folder in fuzz/corpus/*/; do fuzz "$(basename "$folder")" "${2:-10}" || failed=1; done
    exit $failed
    ;;
*) instrument && fuzz "$1" "${2:-10}" ;;
esac
