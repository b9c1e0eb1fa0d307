#!/usr/bin/env bash
# The campaign: hostile files, mutated messages, and kills, for so many minutes in all.
#
#   scripts/hostile.sh [MINUTES]    half of it fuzzing (libFuzzer and AddressSanitizer), a quarter mutations, a quarter kills
#   scripts/hostile.sh --slice      three minutes of mutations, kills and a full disk only; the fuzzers need a build of their own
#
# Prints tables; the exit code is 1 where an input ended a process, or a kill lost something. Such inputs stay in
# Fuzz/.build/crashes.
set -euo pipefail
cd "$(dirname "$0")/.."

minutes=${1:-10}
if [ "$minutes" = --slice ]; then
  fuzzing=0 quarter=1.5 faults='kill from:ENOSPC'
else
  fuzzing=$((minutes * 30)) quarter=$(python3 -c "print($minutes / 4)") faults='kill once:EIO from:ENOSPC'
fi
failed=0

# The tests' build has the programs.
build=(-c release -Xswiftc -enable-testing --scratch-path .build-tests)
for product in feed caffe-increg; do swift build "${build[@]}" --product "$product" >&2; done
programs=.build-tests/release
scripts/mutations.py "$programs/feed" --minutes "$quarter" || failed=1
if [ "${1:-}" = --slice ]; then
  echo 'A slice: no differential against Python protobuf, no errors of the disk that come once, no fuzzing' >&2
elif command -v protoc > /dev/null && python3 -c 'import google.protobuf' 2> /dev/null; then
  scripts/differential.py "$programs/feed" --count 2000 || failed=1
else
  echo 'SKIPPED: no differential against Python protobuf: protoc or google.protobuf is missing' >&2
fi
kills=$(python3 -c "print($quarter / 2)")
for fault in $faults; do
  scripts/kill-at-file-operations.py "$programs/caffe-increg" --fault "$fault" --minutes "$kills" || failed=1
done
if [ "${1:-}" = --slice ]; then exit "$failed"; fi

runtime=$(dirname "$(command -v swiftc)")/../lib/swift/clang/lib/linux
library=$runtime/libclang_rt.fuzzer_no_main-$(uname -m).a
if [ ! -f "$library" ]; then
  echo "SKIPPED: no fuzzing: the toolchain has no $library" >&2
  exit "$failed"
fi
build=(--package-path Fuzz -c release --sanitize=address -Xswiftc -sanitize-coverage=edge,inline-8bit-counters,pc-table
  -Xcc -fsanitize-coverage=edge,inline-8bit-counters,pc-table -Xlinker "$library" -Xlinker -lstdc++)
swift build "${build[@]}" >&2
fuzz=$(swift build "${build[@]}" --show-bin-path)/fuzz

# A trap ends the process at once: the backtrace of Swift's runtime would wait for a debugger.
export SWIFT_BACKTRACE=enable=no
targets=$("$fuzz")
seconds=$((fuzzing / $(wc -w <<< "$targets")))
work=Fuzz/.build/campaign
mkdir -p "$work" Fuzz/.build/crashes
scripts/make-seeds.py "$work/seeds" > /dev/null
"$programs/feed" words > "$work/words"
printf '%-12s %12s %8s %8s\n' target executions edges crashes
for target in $targets; do
  corpus=$work/$target.corpus log=$work/$target.log
  mkdir -p "$corpus"
  code=0
  FUZZ_TARGET=$target "$fuzz" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 -max_len=16384 -seed=1 \
    -dict="$work/words" -artifact_prefix="Fuzz/.build/crashes/$target-" -print_final_stats=1 \
    "$corpus" "$work/seeds/$target" > "$log" 2>&1 || code=1
  failed=$((failed | code))
  printf '%-12s %12s %8s %8s\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
    "$(grep -ao 'cov: [0-9]*' "$log" | tail -1 | cut -d' ' -f2)" "$code"
done
exit "$failed"
