#!/usr/bin/env bash
# Installs the program, links with the names of Caffe's tools, the manual page, completions for bash, zsh and fish, and the
# tables and recipes of reproduce.
#   scripts/install.sh --prefix DIR [--program FILE] [--caffe-tree DIR]
# --prefix DIR      where they go: DIR/bin, DIR/share
# --program FILE    a program that is built already, instead of one that scripts/build.sh makes
# --caffe-tree DIR  puts links into DIR/build/tools and DIR/build/examples, where the scripts of Caffe's examples look
set -euo pipefail

usage() { sed -n '2,7s/^# \{0,1\}//p' "$0"; }
fail() { echo "error: $*" >&2; exit 1; }

prefix= program= tree=
while [[ $# -gt 0 ]]; do
  case $1 in
    --prefix | --program | --caffe-tree)
      [[ -n ${2:-} ]] || fail "$1 needs a value"
      case $1 in --prefix) prefix=$2 ;; --program) program=$2 ;; --caffe-tree) tree=$2 ;; esac
      shift 2 ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; fail "unknown argument '$1'" ;;
  esac
done
[[ -n $prefix || -n $tree ]] || { usage >&2; fail "--prefix is missing"; }

if [[ -n $program ]]; then
  program=$(realpath -e "$program")
else
  program=$("$(dirname "$0")/build.sh")/caffe-increg
fi

tools=(
  caffe caffe_increg compute_image_mean convert_imageset device_query extract_features upgrade_net_proto_binary
  upgrade_net_proto_text upgrade_solver_proto_text
)
examples=(mnist/convert_mnist_data cifar10/convert_cifar_data siamese/convert_mnist_siamese_data)

if [[ -n $prefix ]]; then
  share=$prefix/share
  install -D -m 755 "$program" "$prefix/bin/caffe-increg"
  for name in "${tools[@]}" "${examples[@]##*/}"; do ln -sfn caffe-increg "$prefix/bin/$name"; done
  program=$(realpath "$prefix/bin/caffe-increg")
  mkdir -p "$share"/{man/man1,bash-completion/completions,zsh/site-functions,fish/vendor_completions.d}
  "$program" manual >"$share/man/man1/caffe-increg.1"
  # A shell looks for completions under the name that is typed.
  for name in caffe-increg "${tools[@]}" "${examples[@]##*/}"; do
    "$prefix/bin/$name" --generate-completion-script bash >"$share/bash-completion/completions/$name"
    "$prefix/bin/$name" --generate-completion-script zsh >"$share/zsh/site-functions/_$name"
    "$prefix/bin/$name" --generate-completion-script fish >"$share/fish/vendor_completions.d/$name.fish"
  done
  mkdir -p "$share/caffe-increg"
  # The tables of `reproduce`, and the recipes that they name.
  cp -r "$(dirname "$0")"/../examples/{papers,recipes} "$share/caffe-increg/"
  echo "Installed under $prefix: bin/caffe-increg, links with the names of Caffe's tools, man page, completions and tables"
  echo "Shells look for completions where XDG_DATA_DIRS (bash, fish) and fpath (zsh) say: $share," \
    "$share/zsh/site-functions"
fi

if [[ -n $tree ]]; then
  for name in "${tools[@]/#/tools/}" "${examples[@]/#/examples/}"; do
    mkdir -p "$tree/build/${name%/*}"
    for ending in "" .bin; do ln -sfn "$program" "$tree/build/$name$ending"; done
  done
  echo "Linked Caffe's tools in $tree/build"
fi
