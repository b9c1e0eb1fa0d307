#!/usr/bin/env python3
"""Throughput of two ranks with one thread each beside one rank with two threads, on the same two processors, in turn.

  benchmarks/ranks.py PROGRAM [--nets lenet,cifar10_full,resnet56,resnet50] [--rounds 3]

Prints per net the images per second of both, as medians over the rounds, their ratio, and how long a rank waits for
gradients behind its backward pass, of how long an iteration.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

import nets

# Per net the iterations of a run, of which the last half is measured.
ITERATIONS = {"lenet": 400, "cifar10_quick": 100, "cifar10_full": 60, "resnet56": 24, "resnet50": 12}
ROOT = {f"OMPI_{name}": "1" for name in ("ALLOW_RUN_AS_ROOT", "ALLOW_RUN_AS_ROOT_CONFIRM")}


def run(program, folder, name, ranks):
    """Images per second, milliseconds of an iteration, and of those the wait."""
    log = folder / "log.jsonl"
    log.unlink(missing_ok=True)
    line = [program, "train", "--solver", "solver.prototxt", "--threads", str(2 // ranks), "--log-json", log.name]
    if ranks > 1:
        line = ["mpirun", "--bind-to", "core", "-np", str(ranks), *line]
    done = subprocess.run(line, cwd=folder, env={**os.environ, **ROOT}, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(done.stderr[-2000:])
    events = [json.loads(text) for text in log.read_text().splitlines()]
    display = [event for event in events if event["event"] == "display" and event.get("iterations_per_second")][-1]
    speed = display["iterations_per_second"]
    return speed * ranks * nets.NETS[name]().shape[0], 1000 / speed, display.get("exchange_ms", 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("--nets", default="lenet,cifar10_full,resnet56,resnet50")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"{'net':14} {'1 rank':>9} {'2 ranks':>9} {'ratio':>6} {'wait ms':>8} {'of ms':>8}")
    for name in options.nets.split(","):
        with tempfile.TemporaryDirectory() as root:
            folder = pathlib.Path(root)
            count = ITERATIONS[name]
            (folder / "net.prototxt").write_text(nets.NETS[name]().prototxt)
            (folder / "solver.prototxt").write_text(
                f'net: "net.prototxt" base_lr: 0.0001 lr_policy: "fixed" momentum: 0.9 max_iter: {count + 1} '
                f"display: {count // 2} random_seed: 1 snapshot_after_train: false")
            one, two = [], []
            for _ in range(options.rounds):
                one.append(run(options.program, folder, name, 1))
                two.append(run(options.program, folder, name, 2))
        middle = [[statistics.median(column) for column in zip(*rows)] for rows in (one, two)]
        print(f"{name:14} {middle[0][0]:9.1f} {middle[1][0]:9.1f} {middle[1][0] / middle[0][0]:6.2f} "
              f"{middle[1][2]:8.2f} {middle[1][1]:8.2f}", flush=True)


if __name__ == "__main__":
    main()
