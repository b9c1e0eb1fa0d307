#!/usr/bin/env bash
# Fuzzes what reads files, with libFuzzer and AddressSanitizer: `scripts/hostile.sh [MINUTES]`, for all targets together.
# Prints a table; the exit code is 1 where an input ended the process. Such inputs stay in Fuzz/.build/crashes.
set -euo pipefail
cd "$(dirname "$0")/.."

minutes=${1:-10}
runtime=$(dirname "$(command -v swiftc)")/../lib/swift/clang/lib/linux
library=$runtime/libclang_rt.fuzzer_no_main-$(uname -m).a
if [ ! -f "$library" ]; then
  echo "SKIPPED: no fuzzing: the toolchain has no $library" >&2
  exit 0
fi
build=(--package-path Fuzz -c release --sanitize=address -Xswiftc -sanitize-coverage=edge,inline-8bit-counters,pc-table
  -Xcc -fsanitize-coverage=edge,inline-8bit-counters,pc-table -Xlinker "$library" -Xlinker -lstdc++)
swift build "${build[@]}" >&2
fuzz=$(swift build "${build[@]}" --show-bin-path)/fuzz

# A trap ends the process at once: the backtrace of Swift's runtime would wait for a debugger.
export SWIFT_BACKTRACE=enable=no
targets=$("$fuzz")
seconds=$((minutes * 60 / $(wc -w <<< "$targets")))
work=Fuzz/.build/campaign
mkdir -p "$work" Fuzz/.build/crashes
failed=0
printf '%-12s %12s %8s %8s\n' target executions edges crashes
for target in $targets; do
  seeds=$work/$target.seeds corpus=$work/$target.corpus log=$work/$target.log
  mkdir -p "$seeds" "$corpus"
  # The files of the tests are seeds of all targets: those that a target cannot read are dropped soon.
  find Tests/Golden -type f -size -16k \( -name '*.prototxt' -o -name '*.caffemodel' -o -name '*.solverstate' \
    -o -name '*.binaryproto' -o -name '*.jpg' -o -name '*.png' \) -exec cp -n {} "$seeds" \; 2>/dev/null || true
  code=0
  FUZZ_TARGET=$target "$fuzz" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 -max_len=16384 -seed=1 \
    -artifact_prefix="Fuzz/.build/crashes/$target-" -print_final_stats=1 "$corpus" "$seeds" > "$log" 2>&1 || code=1
  failed=$((failed | code))
  printf '%-12s %12s %8s %8s\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
    "$(grep -ao 'cov: [0-9]*' "$log" | tail -1 | cut -d' ' -f2)" "$code"
done
exit "$failed"
