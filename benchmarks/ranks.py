#!/usr/bin/env python3
"""Throughput of two ranks with one thread each beside one rank with two threads, on the same two processors, in turn.

  benchmarks/ranks.py PROGRAM [--nets lenet,cifar10_full,resnet56,resnet50] [--rounds 3]

Prints per net the images per second of both, as medians over the rounds, their ratio, and how long a rank waits for
gradients behind its backward pass, of how long an iteration.
"""

import argparse
import json
import statistics
import tempfile

import nets
from bench import MPI_AS_ROOT, run
from programs import Programs

# Per net the iterations of a run, of which the last half is measured.
ITERATIONS = {"lenet": 400, "cifar10_quick": 100, "cifar10_full": 60, "resnet56": 24, "resnet50": 12}


def measure(bench, net, ranks):
    """Images per second, milliseconds of an iteration, and of those the wait."""
    count = ITERATIONS[net]
    solver = bench.solver(net + "_solver", bench.train_net(net), count + 1, count // 2, "snapshot_after_train: false")
    # The program adds to a file that is there.
    log = bench.write("log.jsonl", "")
    line = [bench.program, "train", "--solver", solver, "--threads", str(2 // ranks), "--log-json", log]
    if ranks > 1:
        line = ["mpirun", "--bind-to", "core", "-np", str(ranks), *line]
    run(line, bench.folder, {**bench.environment(), **MPI_AS_ROOT})
    events = [json.loads(text) for text in bench.read("log.jsonl").splitlines()]
    display = [event for event in events if event["event"] == "display" and event.get("iterations_per_second")][-1]
    speed = display["iterations_per_second"]
    return speed * ranks * nets.NETS[net]().shape[0], 1000 / speed, display.get("exchange_ms", 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--nets", default="lenet,cifar10_full,resnet56,resnet50")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"{'net':14} {'1 rank':>9} {'2 ranks':>9} {'ratio':>6} {'wait ms':>8} {'of ms':>8}")
    with tempfile.TemporaryDirectory() as folder:
        bench = Programs(options.program, folder, None)
        for net in options.nets.split(","):
            rounds = [[measure(bench, net, ranks) for ranks in (1, 2)] for _ in range(options.rounds)]
            one, two = ([statistics.median(column) for column in zip(*rows)] for rows in zip(*rounds))
            print(f"{net:14} {one[0]:9.1f} {two[0]:9.1f} {two[0] / one[0]:6.2f} {two[2]:8.2f} {two[1]:8.2f}", flush=True)


if __name__ == "__main__":
    main()
