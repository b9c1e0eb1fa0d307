#!/usr/bin/env bash
# Makes the library's documentation with DocC, an archive for each module; a warning is an error. Prints the folder they
# are in.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-dependencies.sh >&2
# The modules of the product CaffeIncReg.
modules=(Base CaffeProto NetIO NetModel ONNX Engine Layers Pruning Slimming Solver IncRegSolver Budgets OpenMPI)
swift package --scratch-path .build-documentation generate-documentation --warnings-as-errors \
  "${modules[@]/#/--target=}" >&2
echo "$PWD/.build-documentation/plugins/Swift-DocC/outputs"
