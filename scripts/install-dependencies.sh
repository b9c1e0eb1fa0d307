#!/usr/bin/env bash
# Installs the Debian packages that the build needs, where they are missing. Further packages can be named as arguments.
set -euo pipefail

if ! command -v swift >/dev/null; then
  echo "error: there is no 'swift' in PATH. Install Swift 6.2 or later from https://www.swift.org/install/linux/" >&2
  exit 1
fi

# oneDNN runs on OpenMP; the OpenMP build of OpenBLAS shares its threads instead of fighting for the cores.
packages=(
  pkg-config libprotobuf-c-dev libhdf5-dev liblmdb-dev libleveldb-dev libturbojpeg0-dev libpng-dev zlib1g-dev libssl-dev
  libdnnl-dev libopenblas-openmp-dev "$@"
)

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [[ $status == "install ok installed" ]] || missing+=("$package")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

as_root=()
if [[ $EUID -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "error: these Debian packages are missing, and installing them needs root or sudo: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "Installing the Debian packages ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
