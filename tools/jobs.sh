#!/usr/bin/env bash
# Prints how many compilers may run at once: one a core, and no more than memory holds (a file that uses Boost.Beast
# takes about 1.2 GB).
cores="$(nproc 2>/dev/null || echo 2)"
by_memory="$(awk '/^MemAvailable:/ { print int($2 / 1200000) }' /proc/meminfo 2>/dev/null || echo "$cores")"
jobs=$((by_memory < cores ? by_memory : cores))
echo $((jobs < 1 ? 1 : jobs))
