#!/usr/bin/env bash
# Runs every fuzz target that was built for SECONDS each, from its seeds: tools/fuzz.sh SECONDS
# What it finds new stays in build/fuzz/found/NAME; an input that breaks a target is left in build/fuzz/NAME-*.
set -euo pipefail
cd "$(dirname "$0")/.."

shopt -s nullglob
programs=(build/fuzz/fuzz/*_fuzz)
[ ${#programs[@]} -gt 0 ] || { echo "fuzz: no target was built" >&2; exit 1; }
for program in "${programs[@]}"; do
  name="$(basename "$program")"
  mkdir -p "build/fuzz/found/$name"
  seeds=()
  [ -d "fuzz/corpus/$name" ] && seeds=("fuzz/corpus/$name")
  dictionary=()
  [ -f "fuzz/$name.dict" ] && dictionary=("-dict=fuzz/$name.dict")
  echo "== $name"
  "$program" -max_total_time="${1:-60}" -max_len=65536 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -verbosity=1 -artifact_prefix="build/fuzz/$name-" "${dictionary[@]}" "build/fuzz/found/$name" "${seeds[@]}"
done
