#!/bin/sh
# Regenerates everything that follows from proto/caffe.proto: the protobuf-c messages (Sources/CaffeProto/C) and
# the Swift value types (Sources/CaffeProto/Generated). The results are committed; run this after changing the
# schema. Needs protobuf-compiler, protobuf-c-compiler and Python 3 with the protobuf module
# (Debian: python3-protobuf).
#   scripts/generate-proto.sh          writes into the source tree
#   scripts/generate-proto.sh --check  changes nothing, fails if the tree is not what would be written
set -eu
cd "$(dirname "$0")/.."
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

# protobuf-c puts a member called `base` into every struct, and two messages have a field of that name. protoc-c
# sees it as `base_` (same place in alphabetical order); the descriptor then gets the true name back.
mkdir -p "$temporary/C" "$temporary/Swift"
sed -E 's/^(  optional float )base( = 1 )/\1base_\2/' proto/caffe.proto >"$temporary/caffe.proto"
protoc-c -I"$temporary" --c_out="$temporary/C" "$temporary/caffe.proto"
sed -i 's/^    "base_",$/    "base",/' "$temporary/C/caffe.pb-c.c"
test "$(grep -c '^    "base",$' "$temporary/C/caffe.pb-c.c")" = 2
protoc -Iproto --include_source_info --descriptor_set_out="$temporary/caffe.pb" proto/caffe.proto
python3 proto/generate.py "$temporary/caffe.pb" "$temporary/C" "$temporary/Swift"

if [ "${1:-}" = --check ]; then
  for file in caffe.pb-c.c caffe.pb-c.h descriptors.c include/CCaffeProto.h; do
    cmp "$temporary/C/$(basename "$file")" "Sources/CaffeProto/C/$file"
  done
  diff -r "$temporary/Swift" Sources/CaffeProto/Generated
else
  mkdir -p Sources/CaffeProto/C/include Sources/CaffeProto/Generated
  mv "$temporary/C/CCaffeProto.h" Sources/CaffeProto/C/include/
  mv "$temporary"/C/* Sources/CaffeProto/C/
  rm -f Sources/CaffeProto/Generated/*.swift
  mv "$temporary"/Swift/*.swift Sources/CaffeProto/Generated/
fi
