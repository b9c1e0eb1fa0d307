#!/usr/bin/env bash
# The test command: dependencies, format, build without warnings, all tests. What the tests had to skip is printed last.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-dependencies.sh
scripts/format.sh --check
swift build -c release

log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift test -c release 2>&1 | tee "$log"

if skips=$(grep -aE 'SKIPPED|skipped' "$log"); then
  printf '\n===== SKIPPED: these tests did not run =====\n%s\n' "$skips"
fi
