#!/bin/bash
# Every benchmark, one after the other: Markdown on stdout, progress on stderr.
#
#   bench/peers.sh        some 90 GiB of room; root; Debian's restic, borg, rsync and PostgreSQL where they are to take part
#
# Each of the scripts runs alone too, and small: BENCH_MIB, BENCH_RUNS (5), BENCH_INCREMENTS (60), BENCH_FOLDER (where to
# work), BENCH_PEERS ("restic borg rsync": which of those installed take part). docs/benchmarks.md
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")" || exit 1
failed=0
for each in churn scattered files sparse curves; do
    echo "== $each" >&2
    "./$each.sh" || failed=1
    echo
done
exit "$failed"
