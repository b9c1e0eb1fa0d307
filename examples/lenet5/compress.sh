#!/usr/bin/env bash
# Trains a LeNet-5 and makes it at least twice as fast and half as large, at a loss of half a point at most. Everything is
# written to work/, with a page of it, report.html.
set -euo pipefail
source "$(dirname "$0")/baseline.sh"

step "Compress (log: $work/small/run.log)"
"$caffe" compress --solver $example/baseline_solver.prototxt --weights "$work/baseline.caffemodel" \
  --budget macs=0.5 --drop 0.005 --out "$work/small"

step "Report"
"$caffe" report "$work/small/best.json" "$work/train.jsonl" --out "$work/report.html"
