#!/bin/bash
# Runs every test: installs what the tests need, builds, publishes the program, runs each test project and adds the
# summaries up. The last line is "N passed, N failed, N skipped"; the exit code is 0 only when nothing failed.
#
#   ./test.sh                    everything
#   ./test.sh Core Storage       only tests/Longhaul.Core.Tests and tests/Longhaul.Storage.Tests
#
# LONGHAUL_REQUIRE=all (or names, see tests/Longhaul.Testing/Require.cs) turns skips for what is missing into failures.
# LONGHAUL_TEST_JOBS is how many projects run at a time (2); LONGHAUL_TEST_MINUTES how long one may take (36).
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")" || exit 1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en

jobs=${LONGHAUL_TEST_JOBS:-2}
minutes=${LONGHAUL_TEST_MINUTES:-36}
results=artifacts/test-results

if ! command -v dotnet >/dev/null; then
    echo "test.sh: the .NET SDK is missing (global.json says which version)." >&2
    exit 1
fi

eng/install-packages.sh e2fsprogs:mkfs.ext4 btrfs-progs:mkfs.btrfs hostname:hostname xfsprogs:mkfs.xfs qemu-utils:qemu-img libnbd0:libnbd.so.0 strace:strace mount:mount faketime:faketime tzdata:/usr/share/zoneinfo/Europe/Berlin || exit 1

echo "== build"
dotnet build Longhaul.slnx -c Release --nologo -v quiet || { echo "test.sh: the build failed." >&2; exit 1; }
./longhaul version >/dev/null || { echo "test.sh: the program does not start." >&2; exit 1; }

rm -rf "$results"
mkdir -p "$results"
projects=()
for project in tests/*.Tests; do
    name=${project#tests/Longhaul.}
    name=${name%.Tests}
    if [ $# -eq 0 ] || [[ " $* " == *" $name "* ]]; then
        projects+=("$name")
    fi
done

for name in "$@"; do
    [ -d "tests/Longhaul.$name.Tests" ] || { echo "test.sh: there is no tests/Longhaul.$name.Tests." >&2; exit 1; }
done

# Runs one project; leaves its output and its exit code. A host that hangs is ended, hard if need be.
run() {
    local program
    program=artifacts/bin/Longhaul.$1.Tests/release/Longhaul.$1.Tests
    timeout --kill-after=30 "${minutes}m" "$program" --progress off --no-ansi --results-directory "$results" \
        >"$results/$1.log" 2>&1 </dev/null
    echo $? >"$results/$1.exit"
}

# The number behind a word of a project's summary; nothing when it printed none.
count() {
    sed -nE "s/^ +$2: ([0-9]+)\$/\1/p" "$results/$1.log" | tail -n 1
}

# The longest first, so that nothing waits for it at the end.
declare -A first=([EndToEnd]=1 [Engine]=2 [Storage]=3)
ordered=$(for name in "${projects[@]}"; do echo "${first[$name]:-9} $name"; done | sort | cut -d ' ' -f 2)

echo "== test"
for name in $ordered; do
    while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do wait -n; done
    run "$name" &
done
wait

passed=0 failed=0 skipped=0
for name in $ordered; do
    code=$(cat "$results/$name.exit" 2>/dev/null || echo none)
    succeeded=$(count "$name" succeeded)
    if [ -z "$succeeded" ]; then
        echo "-- $name: the test host ended with $code and without a summary; its output:"
        cat "$results/$name.log"
        failed=$((failed + 1))
        continue
    fi

    bad=$(count "$name" failed)
    passed=$((passed + succeeded))
    skipped=$((skipped + $(count "$name" skipped)))
    if [ "$bad" -eq 0 ] && [ "$code" -ne 0 ]; then
        bad=1 # it says that all is well, and ends as if it were not: no test found, or a crash after the summary
    fi

    failed=$((failed + bad))
    took=$(sed -nE 's/^ +duration: //p' "$results/$name.log" | tail -n 1)
    echo "-- $name: $succeeded passed, $bad failed, $(count "$name" skipped) skipped, $took"
    if [ "$bad" -ne 0 ]; then
        cat "$results/$name.log"
    else
        grep -A 1 -E '^ *skipped [A-Z]' "$results/$name.log"
    fi
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
