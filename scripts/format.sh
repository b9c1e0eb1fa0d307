#!/usr/bin/env bash
# Formats the Swift code in place, or checks it with --check. Generated files are left alone.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=(format --in-place)
[[ ${1:-} != --check ]] || mode=(lint --strict)
find Package.swift Sources Tests examples Fuzz/Sources -name '*.swift' -not -path '*/Generated/*' -print0 |
  xargs -0 swift format "${mode[@]}" --parallel
