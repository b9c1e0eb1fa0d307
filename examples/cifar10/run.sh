#!/usr/bin/env bash
# Trains Caffe's quick net for CIFAR-10, from image files to a tested net. Everything is written to work/.
set -euo pipefail
example=examples/cifar10
work=$example/work
archive=$example/cifar-10-python.tar.gz
url=${CIFAR10_URL:-https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz}

fail() { echo "error: $*" >&2; exit 1; }

usage() {
  cat <<TEXT
usage: $0 [--images SOURCE] [--iterations N]
  --images SOURCE  the images: a folder with train/CLASS/NAME and test/CLASS/NAME (JPEG or PNG, 32 x 32, ten classes),
                   or an archive of one that tar can unpack. Without it CIFAR-10 is downloaded (170 MB; needs curl
                   and Python with OpenCV) and its images are stored as JPEG files. CIFAR10_URL names another place
                   to take cifar-10-python.tar.gz from; the archive is kept, so that it is downloaded once.
  --iterations N   stop after N iterations instead of 5000, for a quick look
TEXT
}

images= iterations=
while [[ $# -gt 0 ]]; do
  case $1 in
    --images)
      [[ -e ${2:-} ]] || fail "--images needs a folder or an archive, not '${2:-}'"
      images=$(realpath "$2")
      shift 2 ;;
    --iterations)
      [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || fail "--iterations needs a number, not '${2:-}'"
      iterations=$2
      shift 2 ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 1 ;;
  esac
done
cd "$(dirname "$0")/../.."

source examples/common.sh

# Before anything is built, downloaded or removed.
if [[ -z $images ]]; then
  command -v curl >/dev/null || [[ -f $archive ]] || fail "the download needs curl; --images takes images that are there"
  python3 -c 'import cv2' 2>/dev/null || fail "unpacking CIFAR-10 needs Python with OpenCV (pip install opencv-python-headless)"
elif [[ $images/ == "$PWD/$work/"* ]]; then
  fail "$images is in $work, which every run empties: move it elsewhere"
fi

step "Build"
caffe=$(scripts/build.sh --product caffe-increg)/caffe-increg
rm -rf "$work"
mkdir -p "$work"

step "Images"
if [[ -z $images ]]; then
  if [[ ! -f $archive ]]; then
    curl --fail --location --silent --show-error --retry 3 --output "$archive.part" "$url" || fail "cannot download $url"
    mv "$archive.part" "$archive"
  fi
  tar xzf "$archive" -C "$work" || fail "$archive is no whole archive: remove it, and it is downloaded again"
  python3 - "$work" <<'PYTHON' || fail "$archive is not CIFAR-10 for Python"
import os, pickle, sys
import cv2
source, target = sys.argv[1] + "/cifar-10-batches-py/", sys.argv[1] + "/images"
for part, names in [("train", [f"data_batch_{i}" for i in range(1, 6)]), ("test", ["test_batch"])]:
    for name in names:
        with open(source + name, "rb") as file:
            batch = pickle.load(file, encoding="bytes")
        for number, (label, row) in enumerate(zip(batch[b"labels"], batch[b"data"])):
            os.makedirs(f"{target}/{part}/{label}", exist_ok=True)
            image = row.reshape(3, 32, 32).transpose(1, 2, 0)[:, :, ::-1]
            cv2.imwrite(f"{target}/{part}/{label}/{name}-{number:05}.jpg", image)
PYTHON
  images=$work/images
elif [[ -f $images ]]; then
  mkdir "$work/images"
  tar xf "$images" -C "$work/images" || fail "tar cannot unpack $images"
  images=$work/images
fi
train=$(find -L "$images" -maxdepth 2 -type d -name train -print -quit)
root=${train%/train}
[[ -n $train && -d $root/test ]] || fail "there is no train/ and test/ in $images"
for part in train test; do
  classes=$(find -L "$root/$part" -mindepth 1 -maxdepth 1 -type d | wc -l)
  [[ $classes -eq 10 ]] || fail "$root/$part has $classes classes, not 10"
done

step "Databases of encoded images, and their mean"
for part in train test; do
  # Classes are numbered in the order of their names, which may look like numbers. Batches need all classes: the order is
  # random, but the same every time.
  find -L "$root/$part" -mindepth 2 -type f -printf '%P\n' | LC_ALL=C sort |
    awk -F/ 'BEGIN { random = 1 } NR == 1 || $1 "" != last { last = $1 ""; label++ }
      { random = random * 16807 % 2147483647; printf "%010d/%s %d\n", random, $0, label - 1 }' |
    LC_ALL=C sort | cut -d / -f 2- >"$work/$part.txt"
  logged "$part" "$caffe" convert_imageset --encoded --check_size "$root/$part/" "$work/$part.txt" "$work/${part}_lmdb"
  echo "$part: $(wc -l <"$work/$part.txt") images"
done
logged mean "$caffe" compute_image_mean "$work/train_lmdb" "$work/mean.binaryproto"

step "Train (logs: $work/quick.log, $work/quick_lr1.log)"
stages=(solver:quick:4000 solver_lr1:quick_lr1:5000)
resume=()
start=$(date +%s.%N) done=0
for stage in "${stages[@]}"; do
  IFS=: read -r solver log end <<<"$stage"
  [[ -z $iterations || $iterations -gt $end ]] || end=$iterations
  sed "s/^max_iter: .*/max_iter: $end/" $example/$solver.prototxt >"$work/$solver.prototxt"
  logged "$log" "$caffe" train --solver "$work/$solver.prototxt" "${resume[@]}"
  resume=(--snapshot "$work/quick_iter_$end.solverstate") done=$end
  grep -E 'Test net output' "$work/$log.log" | tail -n 2 | sed 's/.*\] *//'
  [[ $end != "$iterations" ]] || break
done
awk -v n="$done" -v start="$start" -v end="$(date +%s.%N)" \
  'BEGIN { printf "%d iterations with tests: %.0f s, %.0f training images per second\n", n, end - start, 100 * n / (end - start) }'
