#!/bin/bash
# A disk of 1 TiB with little in it: what a run costs in which nothing changed, upon a chain of many points; peak memory;
# how long the program takes to start.
#
#   bench/sparse.sh        BENCH_DATA_MIB=20480 BENCH_INCREMENTS=60 BENCH_RUNS=5; docs/benchmarks.md
source "$(dirname "$0")/lib.sh"
data=${BENCH_DATA_MIB:-20480}
increments=${BENCH_INCREMENTS:-60}
eng/install-packages.sh time:/usr/bin/time perl-base:perl openssl:openssl >&2

say "$data MiB in a disk of 1 TiB"
truncate -s 1T "$work/disk.img"
for part in 0 1 2 3; do
    head -c $((data / 4))M /dev/zero | openssl enc -aes-128-ctr -K 0$part -iv 00 2>/dev/null |
        dd of="$work/disk.img" bs=1M seek=$((part * 262144)) conv=notrunc iflag=fullblock status=none
done
set_up "$work/disk.img"
measure_longhaul "full backup" job run nightly
measure_longhaul "full copy" job run offsite
for n in $(seq 2 "$increments"); do
    printf '%s' "$n" | dd of="$work/disk.img" bs=1M seek="$n" conv=notrunc status=none
    measure_longhaul backup job run nightly
    measure_longhaul copy job run offsite
done

most=0
for run in $(seq "$runs"); do
    say "nothing changed, $run of $runs"
    measure_longhaul "nothing changed, backup" job run nightly
    written=$(field bytesWritten)
    measure_longhaul "nothing changed, copy" job run offsite
    sent=$(field bytesTransferred)
    say "$written bytes written, $sent sent and received"
    most=$(((written + sent) > most ? written + sent : most))
    measure_longhaul "version" version
    measure_longhaul "job list" job list
done

target "nothing changed, 1 TiB, $increments points: backup and copy" "$most" "<=" 65536 bytes
target "nothing changed, backup" "$(median "nothing changed, backup")" "<=" 2 s
target "nothing changed, copy" "$(median "nothing changed, copy")" "<=" 2 s
target "longhaul version" "$(median version)" "<=" 0.3 s
target "job list" "$(median "job list")" "<=" 0.6 s
target "peak memory" "$(for label in "full backup" "full copy" backup copy "nothing changed, backup" "nothing changed, copy"; do peak "$label"; echo; done | sort -n | tail -n 1)" "<=" 300 MiB

cat <<END
## Sparse disk

$(about)

Disk of 1 TiB with $data MiB of random data in four places, $increments points.

$(table)
$(print_targets)
END
