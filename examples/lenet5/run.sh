#!/usr/bin/env bash
# Trains a LeNet-5, prunes it with IncReg, slims it, and compares the three nets. Everything is written to work/.
set -euo pipefail
source "$(dirname "$0")/baseline.sh"

step "Prune and retrain (log: $work/prune.log)"
logged prune "$caffe" train --solver $example/prune_solver.prototxt --weights "$work/baseline.caffemodel" \
  --log-json "$work/prune.jsonl"
grep -aE '^\[app\] .*(stage = 1\) finished|Output the best)|prune finished!' "$work/prune.log" | head -n 6
best=$(sed -nE 's/.*Output the best caffemodel, iter = ([0-9]+).*/\1/p' "$work/prune.log" | tail -n 1)
cp "$work"/pruned*_stage1-retrain_iter_"$best".caffemodel "$work/masked.caffemodel"

step "Slim: remove what is zero, prove that the answer stays"
logged slim "$caffe" slim --model $example/deploy.prototxt --weights "$work/masked.caffemodel" \
  --out-model "$work/slim_deploy.prototxt" --out-weights "$work/slim.caffemodel"
grep -v '] Use CPU' "$work/slim.log"
# The same surgery on the net with data and labels, to measure the accuracy with.
logged slim_train_val "$caffe" slim --model $example/train_val.prototxt --weights "$work/masked.caffemodel" \
  --out-model "$work/slim_train_val.prototxt" --out-weights "$work/slim_train_val.caffemodel"

step "Compare (images of 28 x 28, batches of 64, this machine)"
# name, net with data, net to use, weights
row() {
  local accuracy parameters adds bytes time
  accuracy=$("$caffe" test --model "$2" --weights "$4" --iterations 100 \
    --log-json "$work/nets.jsonl" 2>&1 |
    sed -nE 's/.*\] accuracy = ([0-9.e-]+).*/\1/p' | tail -n 1)
  read -r parameters adds < <("$caffe" summary --model "$3" --weights "$4" |
    awk '$1 == "total" { print $2, $3 }')
  bytes=$(stat -c %s "$4")
  time=$("$caffe" time --model "$3" --weights "$4" --phase TEST --iterations 200 \
    --log-json "$work/nets.jsonl" 2>&1 |
    sed -nE 's/.*Average Forward pass: ([0-9.]+) ms.*/\1/p' | awk '{ printf "%.4f", $1 / 64 }')
  printf '%-8s %9s %11s %14s %11s %9s\n' "$1" "$accuracy" "$parameters" "$adds" "$bytes" "$time"
}
printf '%-8s %9s %11s %14s %11s %9s\n' net accuracy parameters multiply-adds file-bytes ms/image
row before $example/train_val.prototxt $example/deploy.prototxt "$work/baseline.caffemodel"
row masked $example/train_val.prototxt $example/deploy.prototxt "$work/masked.caffemodel"
row slim "$work/slim_train_val.prototxt" "$work/slim_deploy.prototxt" "$work/slim.caffemodel"
# The masked net runs at the speed of the columns that live; this is what it took with its zeros.
for use in on off; do
  "$caffe" time --model $example/deploy.prototxt --weights "$work/masked.caffemodel" --phase TEST --iterations 200 \
    --compact $use 2>&1 |
    sed -nE 's/.*Average Forward pass: ([0-9.]+) ms.*/\1/p' |
    awk -v use=$use '{ printf "masked with --compact %-3s %.4f ms/image\n", use, $1 / 64 }'
done

step "Report"
"$caffe" report "$work/prune.jsonl" "$work/train.jsonl" "$work/nets.jsonl" "$work/slim.caffemodel.json" \
  --out "$work/report.html"
