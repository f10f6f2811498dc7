#!/bin/bash
# What the kernels take: digest, compression, delta, the tree, the tables and retention. One process, no files; prints Markdown tables.
#
#   bench/kernels.sh                         all of them, some three minutes
#   bench/kernels.sh --filter '*Delta*'      some of them; other options of BenchmarkDotNet too
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build bench/Longhaul.Kernels -c Release --nologo -v quiet >&2
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
[ $# -gt 0 ] || set -- --filter '*'
artifacts/bin/Longhaul.Kernels/release/Longhaul.Kernels --artifacts "$results" --exporters github "$@" >&2
cat "$results"/results/*-github.md
