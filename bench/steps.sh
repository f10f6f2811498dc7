#!/bin/bash
# What the steps that move no data take on a chain of 1 TiB and 60 daily points: removing the oldest point (merge), long-term fulls,
# converting a reverse chain, comparing a copy with its source. Seconds of the whole program, and bytes put into the log.
#
#   bench/steps.sh         BENCH_DATA_MIB=2048 BENCH_POINTS=60; docs/benchmarks.md
source "$(dirname "$0")/lib.sh"
data=${BENCH_DATA_MIB:-2048}
points=${BENCH_POINTS:-60}
eng/install-packages.sh time:/usr/bin/time faketime:faketime tzdata:/usr/share/zoneinfo/Europe/Berlin openssl:openssl >&2

# The program on a day, counted from the first.
day=0
on_day() {
    faketime -f "@$(date -u -d "2026-09-01 02:00 UTC $day days" '+%F %T')" \
        "$program" --home "$work/home" --json --progress none "$@" >"$work/answer" || refuse
}
log_bytes() { du -sb "$work/$1/log" | cut -f 1; }

# Measures a step: seconds, and what it adds to the backup's log.
step() {
    local label=$1 backup=$2 before
    shift 2
    before=$(log_bytes "$backup")
    measure "$label" faketime -f "@$(date -u -d "2026-09-01 02:00 UTC $day days" '+%F %T')" \
        "$program" --home "$work/home" --json --progress none "$@"
    added[$label]=$(($(log_bytes "$backup") - before))
}
declare -A added

say "$data MiB in a disk of 1 TiB, $points points of each backup"
truncate -s 1T "$work/disk.img"
head -c "${data}M" /dev/zero | openssl enc -aes-128-ctr -K 00 -iv 00 2>/dev/null |
    dd of="$work/disk.img" bs=1M seek=4096 conv=notrunc iflag=fullblock status=none
longhaul repository add near "$work/near"
longhaul repository add far "$work/far"
longhaul machine add web --disk "$work/disk.img"
longhaul job add backup nightly --machine web --repository near --keep 1000 --time-zone UTC
longhaul job add backup backward --machine web --repository near --keep 1000 --method reverse --time-zone UTC
longhaul job add copy offsite --job nightly --repository far --keep 1000 --time-zone UTC
for day in $(seq "$points"); do
    for n in $(seq 100); do
        printf '%s' "$day" | dd of="$work/disk.img" bs=1M seek=$((4096 + (day * 31 + n * 17) % data)) conv=notrunc status=none
    done
    for job in nightly offsite backward; do on_day job run "$job"; done
done

step "compare" far/offsite backup compare near/nightly far/offsite
longhaul point list far/offsite
oldest=$(sed -nE 's/^ *"id": "([0-9a-f]+)",?$/\1/p' "$work/answer" | head -n 1)
step "merge: the oldest point goes" far/offsite point delete "$oldest" --yes
step "convert to forward" near/backward backup convert near/backward --to forward
longhaul job edit offsite --keep 1 --keep-weekly 20
day=$((points + 1))
on_day job run nightly
step "a run that makes long-term fulls of $((points / 7)) points and removes the others" far/offsite job run offsite
say "fulls now: $(longhaul point list far/offsite && grep -c '"full"' "$work/answer")"

echo "## Steps that move no data"
printf '\n| step, 1 TiB, %s points | seconds | peak MiB | bytes in the log |\n|---|---:|---:|---:|\n' "$points"
for label in "merge: the oldest point goes" "convert to forward" \
    "a run that makes long-term fulls of $((points / 7)) points and removes the others" compare; do
    printf '| %s | %s | %s | %s |\n' "$label" "$(median "$label")" "$(peak "$label")" "${added[$label]}"
done
