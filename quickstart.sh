#!/bin/bash
# The main job of Longhaul on real input: a file system is backed up, the backup is carried off-site as a seed, a copy job
# is mapped to it, and the next restore point is copied by sending only what changed; then it is restored and compared.
#
#   ./quickstart.sh [FOLDER]
#
# Works in FOLDER, which must not exist yet and stays; without it, in a temporary folder that is removed at the end.
# QUICKSTART_MIB is the size of the file system, 512 by default.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 PATH=$PATH:/usr/sbin:/sbin
size=${QUICKSTART_MIB:-512}

say() { printf '\n== %s\n' "$*"; }
die() {
    echo "quickstart.sh: $*" >&2
    exit 1
}

command -v dotnet >/dev/null || die "the .NET SDK is missing; global.json says which version."
eng/install-packages.sh e2fsprogs:mkfs.ext4 diffutils:cmp

if [ $# -gt 0 ]; then
    [ ! -e "$1" ] || die "$1 exists; name a folder that does not."
    mkdir -p "$1"
    work=$(readlink -f "$1")
else
    work=$(mktemp -d "${TMPDIR:-/tmp}/longhaul-quickstart.XXXXXX")
    trap 'rm -rf "$work"' EXIT
fi

say "building the program (a minute or two, the first time only)"
./longhaul version

# Runs the program and keeps its document; shows the command.
longhaul() {
    echo "\$ ./longhaul $*"
    ./longhaul --home "$work/home" "$@"
}
ask() {
    echo "\$ ./longhaul $*"
    ./longhaul --home "$work/home" --json --progress none "$@" >"$work/answer.json" || {
        code=$?
        cat "$work/answer.json" >&2
        die "'longhaul $*' ended with $code."
    }
}

# A number or a text out of the last answer: the first field of that name. The program prints one field a line.
field() { sed -nE "s/^ *\"$1\": \"?([^\",]*)\"?,?\$/\1/p" "$work/answer.json" | head -n 1; }
last() { sed -nE "s/^ *\"$1\": \"?([^\",]*)\"?,?\$/\1/p" "$work/answer.json" | tail -n 1; }

now() { date +%s%N; }
table=()
row() { table+=("$(printf '%-46s %12s %8s' "$1" "$2" "$3")"); } # what, bytes, seconds
seconds() { awk -v from="$1" -v to="$(now)" 'BEGIN { printf "%.1f", (to - from) / 1e9 }'; }
human() { awk -v b="$1" 'BEGIN { split("B KiB MiB GiB", u); i = 1; while (b >= 1024 && i < 4) { b /= 1024; i++ } printf "%.1f %s", b, u[i] }'; }

say "a disk: an ext4 file system of $size MiB, filled from this machine's /usr"
eng/fill-image.sh "$work/web.img" "$size" /usr/share/doc /usr/bin /usr/lib /usr/share
echo "$work/web.img holds $(du -h "$work/web.img" | cut -f 1) in $(du -h --apparent-size "$work/web.img" | cut -f 1)"

say "two repositories, a machine and a backup job"
longhaul repository add here "$work/here"
longhaul repository add offsite "$work/offsite"
longhaul machine add web --disk "root=$work/web.img"
longhaul job add backup nightly --machine web --repository here

say "the first restore point: a full"
start=$(now)
ask job run nightly
row "backup: full" "$(human "$(field bytesWritten)")" "$(seconds "$start")"

say "its backup is carried off-site, as on a USB disk"
start=$(now)
cp -r "$work/here/nightly" "$work/offsite/nightly"
row "carried by hand" "$(human "$(du -sb "$work/offsite/nightly" | cut -f 1)")" "$(seconds "$start")"
longhaul repository rescan offsite

say "a copy job; can that folder be its seed?"
longhaul job add copy offsite --job nightly --repository offsite
longhaul job candidates offsite
longhaul job map offsite offsite/nightly --yes

say "work goes on: a few files are changed and added in the file system"
mkdir "$work/edits"
for each in 1 2 3 4 5 6 7 8; do
    head -c 65536 /dev/urandom >"$work/edits/upload-$each.bin"
    echo "write $work/edits/upload-$each.bin upload-$each.bin"
done >"$work/edits/commands"
date >"$work/edits/note"
echo "write $work/edits/note note.txt" >>"$work/edits/commands"
debugfs -w -f "$work/edits/commands" "$work/web.img" >/dev/null 2>&1
changed=$((8 * 65536))

say "the second restore point: an increment"
start=$(now)
ask job run nightly
[ "$(field blocksChanged)" -gt 0 ] || die "nothing has changed in the file system: debugfs wrote nothing."
row "backup: increment ($(human "$changed") of new files)" "$(human "$(field bytesWritten)")" "$(seconds "$start")"

say "what would the copy send?"
longhaul job plan offsite

say "the copy: only what changed crosses the line"
start=$(now)
ask job run offsite
copied=$(last bytesTransferred)
row "off-site copy: sent and asked for" "$(human "$copied")" "$(seconds "$start")"
longhaul backup show offsite/nightly

say "the newest off-site point is restored and compared"
start=$(now)
ask point restore offsite/nightly@latest --to "$work/restored"
restored=$(field path)
case $restored in /*) ;; *) restored=$work/restored/$restored ;; esac
row "restore" "$(human "$(stat -c %s "$restored")")" "$(seconds "$start")"
cmp "$work/web.img" "$restored" || die "the restored disk differs."
e2fsck -fn "$restored" >"$work/e2fsck.log" 2>&1 || {
    cat "$work/e2fsck.log" >&2
    die "the restored file system is not sound."
}

say "result"
printf '%-46s %12s %8s\n' "" bytes seconds
printf '%s\n' "${table[@]}"
printf '%-46s %12s\n' "restored disk, by cmp and e2fsck" identical
cat <<END

Where to go next:
  docs/guide/README.md          one page per task: seeds, mapping, plans, restore, the lost server
  ./longhaul job --help         every command, with examples
  ./quickstart.sh FOLDER        the same, in a folder that stays, to look around in
END
[ $# -eq 0 ] || echo "  this run is in $work: ./longhaul --home $work/home job list"
