#!/usr/bin/env bash
# Runs the tests as on a processor without AVX-512: oneDNN and OpenBLAS are held to AVX2, and the program's own functions are
# built without anything wider. It needs a build of its own. Options go to `swift test`, as in --filter KernelTests.
set -euo pipefail
cd "$(dirname "$0")/.."

build=(-c release -Xswiftc -enable-testing -Xcc -DCK_NO_AVX512 --scratch-path .build-avx2)
swift build "${build[@]}" --build-tests
ONEDNN_MAX_CPU_ISA=AVX2 DNNL_MAX_CPU_ISA=AVX2 OPENBLAS_CORETYPE=Haswell OMP_NUM_THREADS=1 \
  swift test "${build[@]}" --skip-build "$@"
