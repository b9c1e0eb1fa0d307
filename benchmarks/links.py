#!/usr/bin/env python3
"""Iterations of two ranks over a link of limited speed beside what scripts/predict-ranks.py says of them.

  benchmarks/links.py PROGRAM [--nets lenet,resnet56,caffenet] [--gbits 1] [--delay-us 0] [--rounds 3]

Each rank has one thread, and a network namespace of its own (scripts/two-hosts.sh, which says what that needs; a delay needs
the kernel's netem). What a megabyte costs the processor is measured first, with LeNet on a link of 100 Gbit/s. Then prints per
net the milliseconds that are predicted and measured, and the megabytes that a rank sends in
an iteration: as predicted, and as the link's counter says.
"""

import argparse
import importlib.util
import json
import os
import re
import statistics
import subprocess
import tempfile

import nets
from bench import MPI_AS_ROOT, run
from programs import HERE, Programs
from ranks import ITERATIONS

SCRIPTS = os.path.join(HERE, "../scripts")
# Of the run whose bytes are taken off, for what ranks send before the first iteration.
FEW = 3


def predictions():
    """scripts/predict-ranks.py as a module."""
    spec = importlib.util.spec_from_file_location("predict_ranks", os.path.join(SCRIPTS, "predict-ranks.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def predicted(bench, net, gbits, delay, cost):
    """Milliseconds of an iteration of two ranks, and the bytes that one sends."""
    module = predictions()
    layers, updates = bench.write("layers.jsonl", ""), bench.write("updates.jsonl", "")
    # The other rank will share memory and caches, so something like it runs while layers are timed.
    other = [bench.program, "time", "--model", bench.train_net(net), "--phase", "TRAIN", "--iterations", "100000", "--threads", "1"]
    companion = subprocess.Popen(other, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=bench.environment())
    try:
        bench.ours("time", "--model", bench.train_net(net), "--phase", "TRAIN", "--iterations", str(2 * ITERATIONS[net]), "--threads",
                   "1", "--log-json", layers)  # fmt: skip
        bench.ours("train", "--solver", solver(bench, net, 12), "--threads", "1", "--log-json", updates)
    finally:
        companion.kill()
        companion.wait()
    time, _, size = module.iteration(*module.read([layers, updates]), 2, gbits, delay / 1000, cost)
    return time, size


def processor_cost(bench, rounds):
    """Milliseconds of a rank's processor for a megabyte that it sends and one that it receives."""
    net, fast = "lenet", 100
    costs = []
    for _ in range(rounds):
        time, size = predicted(bench, net, fast, 0, 0)
        costs.append((measured(bench, net, fast, 0, ITERATIONS[net])[0] - time) / (size / 1e6))
    return max(0, statistics.median(costs))


def solver(bench, net, count):
    return bench.solver(f"{net}_{count}_solver", bench.train_net(net), count + 1, max(1, count // 2), "snapshot_after_train: false")


def measured(bench, net, gbits, delay, count):
    """Milliseconds of an iteration, and the bytes that rank 0's end has sent in all."""
    log = bench.write("log.jsonl", "")
    line = [os.path.join(SCRIPTS, "two-hosts.sh"), "--gbits", str(gbits), "--delay-us", str(delay), bench.program, "train",
            "--solver", solver(bench, net, count), "--threads", "1", "--log-json", log]  # fmt: skip
    done = run(line, bench.folder, {**bench.environment(), **MPI_AS_ROOT})
    events = [json.loads(text) for text in bench.read("log.jsonl").splitlines()]
    speed = [event["iterations_per_second"] for event in events if event.get("iterations_per_second")][-1]
    return 1000 / speed, int(re.search(r"bytes sent: (\d+)", done.text)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--nets", default="lenet,resnet56,resnet50", type=lambda text: text.split(","))
    parser.add_argument("--gbits", type=float, default=1)
    parser.add_argument("--delay-us", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if unknown := [net for net in options.nets if net not in ITERATIONS]:
        parser.error(f"no net {unknown[0]}; there are {', '.join(ITERATIONS)}")
    link = options.gbits, options.delay_us
    print(f"{'net':12}{'predicted ms':>14}{'measured ms':>13}{'ratio':>8}{'predicted MB':>14}{'counted MB':>12}{'ratio':>8}")
    with tempfile.TemporaryDirectory() as folder:
        bench = Programs(os.path.abspath(options.program), folder, None)
        cost = processor_cost(bench, options.rounds)
        print(f"a megabyte sent and one received cost the processor {cost:.2f} ms")
        for net in options.nets:
            rows = []
            for _ in range(options.rounds):
                time, size = predicted(bench, net, *link, cost)
                before = measured(bench, net, *link, FEW)[1]
                taken, after = measured(bench, net, *link, ITERATIONS[net])
                counted = (after - before) / (ITERATIONS[net] - FEW)
                rows.append((time, taken, taken / time, size / 1e6, counted / 1e6, counted / size))
            middle = [statistics.median(column) for column in zip(*rows)]
            print(f"{net:12}{middle[0]:14.2f}{middle[1]:13.2f}{middle[2]:8.2f}{middle[3]:14.3f}{middle[4]:12.3f}{middle[5]:8.3f}", flush=True)


if __name__ == "__main__":
    main()
