"""Measures how nearly `plan` meets budgets, and how long it takes.

    python3 benchmarks/budgets.py [vgg16 resnet50 ...] [--budget macs=0.5 ...] [--batch 1] [--program PATH]

Nets have random weights (random_weights.py says what that needs). Of each net and budget what the plan costs is held against
what was asked. For latencies the net is pruned and slimmed as planned, and the whole and the slim net are timed in turn, as
`time --forward-only` runs them; the ratio of their undisturbed passes, median of the rounds, is held against what was asked,
too.
"""

import argparse
import json
import re
import statistics
import sys
import tempfile
import time

import random_weights
from bench import PROGRAM, Bench

BUDGETS = ["macs=0.5", "params=0.5", "bytes=0.5", "latency=0.75", "latency=0.5", "latency=0.35"]


def undisturbed(bench, deploy, batch, iterations):
    bench.write("timed.prototxt", re.sub(r"(input_param \{\s*shape \{\s*dim: )\d+", rf"\g<1>{batch}", deploy, count=1))
    done = bench.ours("time", "--model", "timed.prototxt", "--forward-only", "--iterations", str(iterations))
    return float(re.search(r"Undisturbed forward pass, .*: ([\d.e+-]+) ms", done.text)[1])


def slim(bench, model, weights, *what):
    bench.ours("prune", "--model", model, "--weights", weights, *what, "--out-weights", "masked.caffemodel")
    bench.ours("slim", "--model", model, "--weights", "masked.caffemodel", "--out-model", "slim.prototxt",
               "--out-weights", "slim.caffemodel", "--out-deploy", "slim-deploy.prototxt")  # fmt: skip
    return bench.read("slim-deploy.prototxt")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nets", nargs="*", default=["vgg16", "resnet50"])
    parser.add_argument("--budget", nargs="+", default=BUDGETS)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=40)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--folder", help="work here, and keep what is made")
    parser.add_argument("--program", default=PROGRAM)
    args = parser.parse_args()
    print(f"{'net':14}{'budget':14}{'asked':>14}{'planned':>14}{'of asked':>9}{'seconds':>9}  timed, of asked")
    with tempfile.TemporaryDirectory() as folder:
        for name in args.nets:
            bench = Bench(args.program, args.folder or folder, args.threads)
            model, weights, _ = random_weights.original(bench, name)
            given = ["--model", model, "--weights", weights]
            for budget in args.budget:
                batch = ["--batch", str(args.batch)] if budget.startswith("latency") else []
                start = time.monotonic()
                plan = bench.ours("plan", *given, "--budget", budget, *batch, "--json")
                seconds = time.monotonic() - start
                met = json.loads(plan.output)["budget"]
                row = f"{name:14}{budget:14}{met['limit']:14.6g}{met['cost']:14.6g}{met['cost'] / met['limit']:9.3f}{seconds:9.1f}"
                if batch:
                    whole = slim(bench, *given[1::2], "--ratio", "0")
                    part = slim(bench, *given[1::2], "--budget", budget, *batch)
                    asked = met["limit"] / met["whole"]
                    ratios = []
                    for _ in range(args.rounds):
                        a = undisturbed(bench, whole, args.batch, args.iterations)
                        ratios.append(undisturbed(bench, part, args.batch, args.iterations) / a / asked)
                    row += f"  {statistics.median(ratios):.3f} ({min(ratios):.3f}-{max(ratios):.3f})"
                    row += ", noisy" if met.get("isNoisy") else ""
                print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
