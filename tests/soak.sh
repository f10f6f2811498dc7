#!/bin/bash
# Runs the soak test for an hour: many machines, random jobs, kills, Ctrl-C, full disks, pins,
# rules of the calendar, passwords, seeds, rot and repair, protection from deletion (tests/Longhaul.EndToEnd.Tests/Soaking).
#
#   LONGHAUL_SOAK_MINUTES=60 LONGHAUL_SEED=1 tests/soak.sh
#
# A mistake prints the seed, the round and what came before, keeps the folder, and ends with an exit code other than 0.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
export LONGHAUL_SOAK_MINUTES=${LONGHAUL_SOAK_MINUTES:-60} LONGHAUL_REQUIRE=all

eng/install-packages.sh e2fsprogs:mkfs.ext4 mount:mount
dotnet build tests/Longhaul.EndToEnd.Tests -c Release --nologo -v quiet
exec artifacts/bin/Longhaul.EndToEnd.Tests/release/Longhaul.EndToEnd.Tests \
    --progress off --no-ansi --output detailed --filter-class '*SoakTests'
