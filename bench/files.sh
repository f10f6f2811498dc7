#!/bin/bash
# A file system full of real files: first backup, a look at it unchanged, full copy, new files, and a copy onto a foreign
# seed; beside restic, borg, rsync and cp.
#
#   bench/files.sh        BENCH_MIB=4096 BENCH_NEW_MIB=100 BENCH_RUNS=5; docs/benchmarks.md
#
# Needs root: the new files are put into the image through a mount.
source "$(dirname "$0")/lib.sh"
size=${BENCH_MIB:-4096}
new=${BENCH_NEW_MIB:-$((size / 40))}
eng/install-packages.sh e2fsprogs:mkfs.ext4 time:/usr/bin/time mount:losetup openssl:openssl >&2
clean() { if mountpoint -q "$work/mounted"; then umount "$work/mounted"; fi; }
speed_to() { calc "printf \"%.2f\", $(median "$2") / $(median "$1")"; }

say "a disk of $size MiB"
eng/fill-image.sh "$work/disk.img" "$size" /usr/lib /usr/bin
used=$(du -m "$work/disk.img" | cut -f 1)
cat "$work/disk.img" >/dev/null

for run in $(seq "$runs"); do
    say "first backup and full copy, $run of $runs"
    rm -rf "$work"/{home,near,far,plain,restic-near,restic-far,restic-cache,borg,borg-home,mirror}
    set_up "$work/disk.img"
    measure_longhaul "first backup" job run nightly
    if has restic; then
        set_up_restic
        measure "first backup, restic" restic -q -r "$work/restic-near" backup "$work/disk.img"
    fi
    if has borg; then
        borg init -e none "$work/borg"
        measure "first backup, borg" borg create "$work/borg::1" "$work/disk.img"
    fi
    if has rsync; then
        measure "first backup, rsync" rsync --sparse "$work/disk.img" "$work/mirror"
    fi

    measure_longhaul "unchanged" job run nightly
    measure_longhaul "full copy" job run offsite
    if has restic; then
        measure "full copy, restic" restic -q -r "$work/restic-far" copy --from-repo "$work/restic-near" latest
    fi
    measure "full copy, cp -r" cp -r "$work/near" "$work/plain"
done

# SHA-256 on all cores, in MiB a second; openssl counts thousands of bytes.
hashing=$(openssl speed -mr -seconds 2 -bytes 262144 -multi "$(nproc)" -evp sha256 2>/dev/null |
    sed -nE 's/^\+F:[0-9]+:[^:]*:([0-9.]+)$/\1/p' | awk '{ printf "%.0f", $1 / 1048576 }')
target "unchanged image, read by digest" "$(calc "printf \"%.2f\", $used / $(median unchanged) / $hashing")" ">=" 0.8 "× SHA-256 speed ($hashing MiB/s)"
if has restic; then
    target "first backup, speed" "$(speed_to "first backup" "first backup, restic")" ">=" 2 "× restic's"
fi
if has borg; then
    target "first backup, speed" "$(speed_to "first backup" "first backup, borg")" ">=" 2 "× borg's"
fi
if has restic; then
    target "full copy, speed" "$(speed_to "full copy" "full copy, restic")" ">=" 4 "× restic's"
fi
target "full copy, speed" "$(speed_to "full copy" "full copy, cp -r")" ">=" 0.6 "× cp -r's"

# A seed that shares no history with the source: made at the target by a job of its own, before the new files.
longhaul repository add foreign "$work/foreign"
longhaul job add backup seeding --machine web --repository foreign
longhaul job run seeding
longhaul job remove seeding --yes

say "$new MiB of new files"
mkdir "$work/mounted"
mount -o loop,noatime "$work/disk.img" "$work/mounted"
find /usr/share -xdev -type f -size -4M -printf '%s %P\n' | sort -k 2 |
    awk -v room="$new" '{ used += int(($1 + 4095) / 4096) * 4096; if (used <= room * 1048576) { sub(/^[0-9]+ /, ""); print } }' >"$work/list"
mkdir "$work/mounted/new"
tar -c -f - -C /usr/share --verbatim-files-from -T "$work/list" | tar -x -f - -C "$work/mounted/new"
umount "$work/mounted"

measure_longhaul "new files, backup" job run nightly
measure_longhaul "new files, copy" job run offsite
sent=$(field bytesTransferred)
rows=("| Longhaul, sent by the copy | $(mib "$sent") |")
if has restic; then
    before=$(stored "$work/restic-far")
    measure "new files, restic backup" restic -q -r "$work/restic-near" backup "$work/disk.img"
    measure "new files, restic copy" restic -q -r "$work/restic-far" copy --from-repo "$work/restic-near" latest
    theirs=$(($(stored "$work/restic-far") - before))
    rows+=("| restic, what the target grew by | $(mib "$theirs") |")
    target "new files, sent" "$(calc "printf \"%.3f\", $sent / $theirs")" "<=" 1 "× restic's"
fi
if has borg; then
    before=$(stored "$work/borg")
    measure "new files, borg" borg create "$work/borg::2" "$work/disk.img"
    theirs=$(($(stored "$work/borg") - before))
    rows+=("| borg, what the repository grew by | $(mib "$theirs") |")
    target "new files, sent" "$(calc "printf \"%.3f\", $sent / $theirs")" "<=" 1 "× borg's"
fi
if has rsync; then
    measure "new files, rsync" rsync --inplace --no-whole-file --stats "$work/disk.img" "$work/mirror"
    theirs=$(sed -nE '/^Total bytes (sent|received): /{s/.*: //; s/,//g; p}' "$work/answer" | awk '{ sum += $1 } END { print sum }')
    rows+=("| rsync, both ways | $(mib "$theirs") |")
fi

# What is sent beside the point's own files; each changed block may lie in a page of its own, and then its node too.
longhaul job add copy onto --job nightly --repository foreign --map seeding
measure_longhaul "copy onto a foreign seed" job run onto
control=$(($(field bytesTransferred) - $(field bytesWritten)))
differing=$(((size + 63) / 64))
changed=$(field blocksChanged)
[ "$changed" -ge "$differing" ] || differing=$changed
nodes=$(((size + 4095) / 4096 + 1))
target "copy onto a foreign seed, beside frames and table" "$control" "<=" $(((differing + nodes) * 64 * 40 + 65536)) bytes
target "peak memory" "$(for label in "first backup" unchanged "full copy" "new files, backup" "new files, copy" "copy onto a foreign seed"; do peak "$label"; echo; done | sort -n | tail -n 1)" "<=" 300 MiB

cat <<END
## Real files

$(about)

Disk of $size MiB, $used MiB of it used; $new MiB of new files. Bytes for the new files:

| | MiB |
|---|---:|
$(printf '%s\n' "${rows[@]}")

$(table)
$(print_targets)
END
