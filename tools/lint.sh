#!/usr/bin/env bash
# What a reader should not have to look for: tools/lint.sh [--all]
# The repository's own rules, clang-format, and clang-tidy over the sources that differ from origin/main (or from the
# last commit where there is no origin/main); --all: over every source. Needs build/dev configured.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
failed=0

python3 tools/check_layers.py || failed=1
python3 tools/check_sizes.py || failed=1
python3 tools/check_files.py || failed=1
git ls-files -z '*.h' '*.cpp' | xargs -0 -r clang-format --dry-run -Werror || failed=1

if [ "${1:-}" = --all ]; then
  sources="$(git ls-files 'src/*.cpp' 'tests/*.cpp' 'bench/*.cpp')"
else
  base="$(git merge-base HEAD origin/main 2>/dev/null || git rev-parse HEAD~1 2>/dev/null || git rev-parse HEAD)"
  sources="$(git diff --name-only --diff-filter=d "$base" -- 'src/*.cpp' 'tests/*.cpp' 'bench/*.cpp')"
fi
if [ -n "$sources" ]; then
  printf '%s\n' "$sources" | xargs -P "$(tools/jobs.sh)" -n 4 clang-tidy -p build/dev --quiet \
    --extra-arg=-Wno-unknown-warning-option || failed=1
fi
[ "$failed" = 0 ] && echo "lint: clean"
exit "$failed"
