#!/usr/bin/env bash
# Builds every benchmark as it would ship and runs them one after the other: tools/bench.sh JOBS
# Each prints its table and leaves build/bench/NAME.json.
set -euo pipefail
cd "$(dirname "$0")/.."

cmake --preset release -B build/bench -DRAPPORT_BENCH=ON -DRAPPORT_TESTS=OFF >/dev/null
cmake --build build/bench -j "${1:-2}"
shopt -s nullglob
programs=(build/bench/bench/*_bench)
[ ${#programs[@]} -gt 0 ] || { echo "bench: there is no benchmark in bench/" >&2; exit 1; }
for program in "${programs[@]}"; do
  name="$(basename "$program")"
  echo "== $name"
  "$program" --benchmark_out="build/bench/$name.json" --benchmark_out_format=json
done
