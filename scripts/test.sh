#!/usr/bin/env bash
# The test command: dependencies, format, build without warnings, all tests. What the tests had to skip is printed last.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-dependencies.sh
scripts/format.sh --check
# Optimised, as the program is shipped: without that the numeric tests take ten times as long. A folder of its own keeps
# this build from undoing the one that users run.
build=(-c release -Xswiftc -enable-testing --scratch-path .build-tests)
swift build "${build[@]}" --build-tests

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Tests run side by side; each computes on one thread.
OMP_NUM_THREADS=1 swift test "${build[@]}" --skip-build 2>&1 | tee "$log"

if skips=$(grep -aE 'SKIPPED|skipped' "$log"); then
  printf '\n===== SKIPPED: these tests did not run =====\n%s\n' "$skips"
fi
