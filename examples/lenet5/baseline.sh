# What both scripts of this example begin with: options, the build, the data and the trained net. They
# source this with their arguments, and it goes to the repository's root.
example=examples/lenet5
work=$example/work

usage() {
  cat <<TEXT
usage: $0 [--mnist DIR]
  --mnist DIR  take the digits from MNIST's four IDX files in DIR, which may be gzipped,
               instead of making handwritten-like ones
TEXT
}

mnist=
while [[ $# -gt 0 ]]; do
  case $1 in
    --mnist)
      [[ -d ${2:-} ]] || { echo "error: --mnist needs a folder, not '${2:-}'" >&2; exit 1; }
      mnist=$(realpath "$2")
      shift 2 ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 1 ;;
  esac
done
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

source examples/common.sh

step "Build"
bin=$(scripts/build.sh)
caffe=$bin/caffe-increg
rm -rf "$work"
mkdir -p "$work"

step "Data"
if [[ -z $mnist ]]; then
  mnist=$work/digits
  "$bin/make-digits" --out "$mnist" --train 20000 --test 10000
fi
for set in train:train t10k:test; do
  images=$mnist/${set%:*}-images-idx3-ubyte
  labels=$mnist/${set%:*}-labels-idx1-ubyte
  [[ -e $images ]] || images=$images.gz labels=$labels.gz
  logged "${set#*:}_lmdb" "$caffe" convert_mnist_data "$images" "$labels" "$work/${set#*:}_lmdb"
done

step "Train the baseline (log: $work/train.log)"
logged train "$caffe" train --solver $example/baseline_solver.prototxt --log-json "$work/train.jsonl"
cp "$work/baseline_iter_2000.caffemodel" "$work/baseline.caffemodel"
grep -E 'Test net output.*accuracy' "$work/train.log" | tail -n 1 | sed 's/.*\] *//'
