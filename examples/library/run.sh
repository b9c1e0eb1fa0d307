#!/usr/bin/env bash
# Builds the example as a package of its own and runs it; its files go to a temporary folder.
set -euo pipefail
cd "$(dirname "$0")"
swift build -c release
program=$(swift build -c release --show-bin-path)/library
files=$PWD
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$program" "$files"
