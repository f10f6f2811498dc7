#!/bin/bash
# What encryption takes: the full copy of a disk of noise, plain and encrypted in turn, everything in memory. Docs: docs/benchmarks.md
#
#   bench/encryption.sh                     4 GiB, five runs of each; BENCH_MIB and BENCH_RUNS say otherwise
export BENCH_FOLDER=${BENCH_FOLDER:-/dev/shm}
. "$(dirname "$(readlink -f "$0")")/lib.sh"

mib=${BENCH_MIB:-4096}
head -c "$((mib * 1048576))" /dev/urandom >"$work/disk"
head -c 24 /dev/urandom | base64 >"$work/password"

longhaul repository add near "$work/near"
longhaul repository add far "$work/far"
longhaul machine add web --disk "$work/disk"
longhaul job add backup nightly --machine web --repository near
longhaul job run nightly
rm "$work/disk"

for ((run = 1; run <= runs; run++)); do
    for kind in plain encrypted; do
        say "$kind, run $run"
        args=(--password-file "$work/password")
        encrypt=(--encrypt)
        [ "$kind" = encrypted ] || { args=() encrypt=(); }
        longhaul job add copy "$kind$run" --job nightly --repository far --keep 1 "${encrypt[@]}" "${args[@]}"
        measure_longhaul "$kind" job run "$kind$run" "${args[@]}"
        longhaul backup delete "$kind$run" --yes "${args[@]}"
    done
done

plain=$(median plain) encrypted=$(median encrypted)
cost=$(calc "printf \"%.1f\", (1 - $plain / $encrypted) * 100")
printf '\n| full copy of %s MiB of noise | seconds | peak MiB |\n|---|---:|---:|\n' "$mib"
printf '| plain | %s | %s |\n| encrypted | %s | %s |\n' "$plain" "$(peak plain)" "$encrypted" "$(peak encrypted)"
target 'throughput that encryption costs' "$cost" '<=' 25 '%'
print_targets
