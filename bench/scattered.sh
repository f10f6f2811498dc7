#!/bin/bash
# Scattered writes of random data: what each of many increments sends, and what lies at the target in the end.
#
#   bench/scattered.sh        BENCH_MIB=1024 BENCH_PAGES=1024 BENCH_INCREMENTS=60; docs/benchmarks.md
source "$(dirname "$0")/lib.sh"
size=${BENCH_MIB:-1024}
pages=${BENCH_PAGES:-1024}
increments=${BENCH_INCREMENTS:-60}
eng/install-packages.sh e2fsprogs:mkfs.ext4 time:/usr/bin/time perl-base:perl >&2

say "a disk of $size MiB"
eng/fill-image.sh "$work/disk.img" "$size" /usr
set_up "$work/disk.img"
measure_longhaul "full backup" job run nightly
measure_longhaul "full copy" job run offsite
full=$(stored "$work/far")

rows=() sent_in_all=0 written=0 worst=0 first=0
for n in $(seq "$increments"); do
    data=$(bench/pages.pl scatter "$work/disk.img" "$pages" "$n")
    measure_longhaul backup job run nightly
    measure_longhaul copy job run offsite
    sent=$(field bytesTransferred)
    written=$((written + data))
    sent_in_all=$((sent_in_all + sent))
    ratio=$(calc "printf \"%.3f\", $sent / $data")
    worst=$(calc "print ($ratio > $worst) ? $ratio : $worst")
    [ "$n" -eq 1 ] && first=$ratio
    say "increment $n: $sent bytes, $ratio ×"
    case $n in
        1 | 8 | 30 | "$increments")
            rows+=("| $n | $(mib "$data") | $(mib "$sent") | $ratio | $(mib $(($(stored "$work/far") - full))) |")
            ;;
    esac
done
rest=$(($(stored "$work/far") - full))

target "sent, first increment" "$first" "<=" 1.1 "× the data written"
target "sent, mean of 1 to $increments" "$(calc "printf \"%.3f\", $sent_in_all / $written")" "<=" 1.3 "× the data written"
target "sent, most in any" "$worst" "<=" 3 "× the data written"
target "at rest after $increments" "$(calc "printf \"%.3f\", $rest / $written")" "<=" 6 "× the data written"
target "peak memory" "$(for label in "full backup" "full copy" backup copy; do peak "$label"; echo; done | sort -n | tail -n 1)" "<=" 300 MiB

cat <<END
## Scattered writes

$(about)

Disk of $size MiB, $pages random pages of random data an increment.

| increment | written MiB | sent MiB | ratio | at rest beyond the full MiB |
|---|---:|---:|---:|---:|
$(printf '%s\n' "${rows[@]}")

$(table)
$(print_targets)
END
