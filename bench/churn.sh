#!/bin/bash
# A disk with a PostgreSQL cluster, under pgbench between the points: what each of many increments sends, beside restic;
# then the newest point restored, and everything verified.
#
#   bench/churn.sh        BENCH_MIB=2048 BENCH_SCALE=30 BENCH_TRANSACTIONS=4000 BENCH_INCREMENTS=60; docs/benchmarks.md
#
# Needs root: the cluster lies in a file system that is mounted from the image, and is frozen while a point is taken.
source "$(dirname "$0")/lib.sh"
size=${BENCH_MIB:-2048}
scale=${BENCH_SCALE:-30}
transactions=${BENCH_TRANSACTIONS:-4000}
increments=${BENCH_INCREMENTS:-60}
postgres=$(echo /usr/lib/postgresql/*/bin/)
eng/install-packages.sh e2fsprogs:mkfs.ext4 time:/usr/bin/time perl-base:perl mount:losetup util-linux:fsfreeze zstd:zstd \
    "postgresql:${postgres}initdb" >&2
postgres=$(printf '%s\n' /usr/lib/postgresql/*/bin | tail -n 1)

mounted=$work/mounted
clean() {
    fsfreeze -u "$mounted" 2>/dev/null || true
    as_postgres "$postgres/pg_ctl" stop -D "$mounted/data" -m immediate -s 2>/dev/null || true
    if mountpoint -q "$mounted"; then umount "$mounted"; fi
}
as_postgres() { (cd / && exec runuser -u postgres -- "$@"); }
pgbench() { as_postgres "$postgres/pgbench" -h "$mounted" "$@" postgres >"$work/pgbench.log" 2>&1 || { cat "$work/pgbench.log" >&2; exit 1; }; }

say "a cluster of scale $scale in a disk of $size MiB"
truncate -s "${size}M" "$work/live.img" "$work/disk.img"
mkfs.ext4 -q -F "$work/live.img"
mkdir "$mounted"
mount -o loop,noatime "$work/live.img" "$mounted"
chown postgres "$mounted"
as_postgres "$postgres/initdb" -D "$mounted/data" -A trust >/dev/null
as_postgres "$postgres/pg_ctl" start -D "$mounted/data" -w -s -l "$mounted/log" \
    -o "-c listen_addresses= -c unix_socket_directories=$mounted -c checkpoint_timeout=1h"
pgbench -i -s "$scale" -q

# The next state of the disk; prints how large its changed pages are as one zstd -3 stream.
next_state() {
    as_postgres "$postgres/psql" -h "$mounted" -q -c CHECKPOINT postgres
    fsfreeze -f "$mounted"
    bench/pages.pl take "$work/live.img" "$work/disk.img" | tee >(wc -c >"$work/changed") | zstd -3 -c | wc -c
    fsfreeze -u "$mounted"
}

next_state >/dev/null
set_up "$work/disk.img"
measure_longhaul "full backup" job run nightly
measure_longhaul "full copy" job run offsite
restic_far=0
if has restic; then
    set_up_restic
    restic -q -r "$work/restic-near" backup "$work/disk.img"
    restic -q -r "$work/restic-far" copy --from-repo "$work/restic-near" latest
    restic_far=$(stored "$work/restic-far")
fi

rows=() ratios=() sent_in_all=0 ideal_in_all=0
for n in $(seq "$increments"); do
    pgbench -c 4 -j 2 -t $((transactions / 4)) -n
    ideal=$(next_state)
    measure_longhaul backup job run nightly
    measure_longhaul copy job run offsite
    sent=$(field bytesTransferred)
    theirs=0
    if has restic; then
        measure "restic backup" restic -q -r "$work/restic-near" backup "$work/disk.img"
        measure "restic copy" restic -q -r "$work/restic-far" copy --from-repo "$work/restic-near" latest
        theirs=$(($(stored "$work/restic-far") - restic_far))
        restic_far=$((restic_far + theirs))
    fi

    sent_in_all=$((sent_in_all + sent))
    ideal_in_all=$((ideal_in_all + ideal))
    ratio=$(calc "printf \"%.3f\", $sent / $ideal")
    [ "$n" -eq 1 ] && first=$ratio
    say "increment $n: $sent bytes, $ratio × of $ideal; restic $theirs"
    case $n in
        1 | 8 | 30 | "$increments")
            beside=$(has restic && calc "printf \"%.3f\", $sent / $theirs" || echo "")
            rows+=("| $n | $(mib "$(cat "$work/changed")") | $(mib "$ideal") | $(mib "$sent") | $ratio | $(mib "$theirs") | $beside |")
            [ -z "$beside" ] || ratios+=("$n $beside")
            ;;
    esac
done

for each in "${ratios[@]}"; do
    target "sent, increment ${each% *}" "${each#* }" "<=" 0.25 "× restic's"
done
target "sent, first increment" "$first" "<=" 1.15 "× the changed pages as one zstd -3 stream"
target "sent, mean of 1 to $increments" "$(calc "printf \"%.3f\", $sent_in_all / $ideal_in_all")" "<=" 1.35 "× the same"

# Restores and verifies in turn; the single full is a second copy of the newest point alone.
longhaul repository add alone "$work/alone"
longhaul job add copy single --job nightly --repository alone
longhaul job run single
restored() {
    cmp "$work/disk.img" "$(sed -nE 's/^ *"path": "([^"]*)",?$/\1/p' "$work/answer" | head -n 1)" || refuse
    rm -r "$work/restored"
}
for run in $(seq "$runs"); do
    say "restore and verify, $run of $runs"
    measure_longhaul restore point restore far/offsite@latest --to "$work/restored"
    restored
    measure_longhaul "restore full" point restore alone/single@latest --to "$work/restored"
    restored
    if has restic; then
        measure "restic dump" sh -c 'restic -q -r "$1/restic-far" dump latest "$1/disk.img" >"$1/dumped"' sh "$work"
        rm "$work/dumped"
    fi
    measure_longhaul verify backup verify far/offsite --data
    measure "read and hash" sh -c 'find "$1" -type f -exec cat {} + | openssl dgst -sha256' sh "$work/far"
done
if has restic; then
    target "restore of the newest, speed" "$(calc "printf \"%.2f\", $(median "restic dump") / $(median restore)")" ">=" 2 "× restic dump's"
fi
target "restore of the newest, speed" "$(calc "printf \"%.2f\", $(median "restore full") / $(median restore)")" ">=" 0.5 "× a single full's"
target "verify --data, speed" "$(calc "printf \"%.2f\", $(median "read and hash") / $(median verify)")" ">=" 0.8 "× reading and hashing the stored bytes"
target "peak memory" "$(for label in "full backup" "full copy" backup copy restore verify; do peak "$label"; echo; done | sort -n | tail -n 1)" "<=" 300 MiB

cat <<END
## Database churn

$(about)

Disk of $size MiB with PostgreSQL $("$postgres/postgres" --version | sed 's/^[^0-9]*\([0-9.]*\).*/\1/'), pgbench scale $scale, $transactions transactions and a checkpoint between the points.

| increment | changed pages MiB | as zstd -3 MiB | sent MiB | ratio | restic MiB | ratio to restic |
|---|---:|---:|---:|---:|---:|---:|
$(printf '%s\n' "${rows[@]}")

$(table)
$(print_targets)
END
