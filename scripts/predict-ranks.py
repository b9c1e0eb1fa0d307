#!/usr/bin/env python3
"""Predicts how long an iteration takes on several ranks, from what one rank logged and what a link can do.

  caffe-increg time --model train.prototxt --phase TRAIN --log-json layers.jsonl
  scripts/predict-ranks.py layers.jsonl [train.jsonl] [--ranks 1,2,4,8,16,32,64] [--gbits 1] [--latency-us 100]
      [--cpu-ms-per-mb 0]

The first log gives layer times and parameters. A log of `train --log-json` of one rank, if there is one, gives the time of
the update. Gradients travel as the program sends them: in buckets, last layer first, each in two stages (parts to those who
add them, means to all), while the backward pass goes on; every rank has a link of its own, in both directions at once.
A rank looks after messages where a layer's gradients are complete, and all the time once its backward pass is over. What its
processor does for a megabyte that it sends and one that it receives is time in which it does not compute; benchmarks/links.py
measures it, and with RDMA it is next to nothing.
Prints one line per number of ranks: milliseconds per iteration, how many times the throughput of one rank that is, the
share of N that it reaches, the wait behind the backward pass, and the megabytes that a rank sends per iteration.
"""

import argparse
import json
import statistics

MOST_BYTES, FEWEST_BUCKETS = 8 << 20, 6  # Solver/GradientExchange.swift
STATISTICS = {"BatchNorm"}  # whose parameters have no gradients
GATHERS = 2  # of a few numbers, per iteration: losses, and requests from outside


def read(paths):
    events = [json.loads(line) for path in paths for line in open(path)]
    net = next(event for event in events if event["event"] == "net")
    times = next(event for event in events if event["event"] == "layers")
    updates = [event["update_ms"] for event in events if "update_ms" in event]
    bytes_of = {
        layer["name"]: 0 if layer["type"] in STATISTICS else 4 * layer["parameters"] for layer in net["layers"]
    }
    layers = [
        (bytes_of.get(layer["name"], 0), *(statistics.median(layer[key] or [0]) for key in ("forward_ms", "backward_ms")))
        for layer in times["layers"]
    ]
    return layers, statistics.median(updates) if updates else 0


def buckets(layers, ranks, cost):
    """(time at which it is complete, bytes) of every bucket, when a rank looks after messages, and when its backward pass ends."""
    share = (ranks - 1) / ranks
    largest = min(MOST_BYTES, sum(layer[0] for layer in layers) // FEWEST_BUCKETS)
    now = sum(forward for _, forward, _ in layers)
    found, looks, size = [], [], 0
    for amount, _, backward in reversed(layers):
        now += backward
        if size and size + amount > largest:
            found.append((now, size))
            size = 0
        size += amount
        if size and size >= largest:
            found.append((now, size))
            size = 0
        if amount:
            looks.append(now)
            # Both stages of it, of which the second comes later, are paid for here.
            now += cost * 2 * amount * share / 1e6
    return found + ([(now, size)] if size else []), looks, now


def iteration(layers, update, ranks, gbits, latency, cost=0):
    """Milliseconds of an iteration, of those the wait for gradients, and the bytes that a rank sends."""
    sent, looks, end = buckets(layers, ranks, cost)
    if ranks == 1:
        return end + update, 0, 0
    stages = [(ready, size * (ranks - 1) / ranks, False) for ready, size in sent]
    free, last, total = 0, end, 0
    while stages:
        stages.sort()
        ready, size, is_last = stages.pop(0)
        free = max(free, ready) + size * 8e-6 / gbits
        total += size
        last = max(last, free + latency)
        if not is_last:
            arrival = free + latency
            stages.append((next((look for look in looks if look >= arrival), max(arrival, end)), size, True))
    small = GATHERS * latency
    return last + small + update, last - end, total


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logs", nargs="+")
    parser.add_argument("--ranks", default="1,2,4,8,16,32,64")
    parser.add_argument("--gbits", type=float, default=1, help="of a rank's link, each way")
    parser.add_argument("--latency-us", type=float, default=100)
    parser.add_argument("--cpu-ms-per-mb", type=float, default=0, help="of a megabyte sent and one received")
    options = parser.parse_args()
    layers, update = read(options.logs)
    alone = iteration(layers, update, 1, options.gbits, 0)[0]
    print(f"{'ranks':>5} {'ms':>9} {'speed-up':>9} {'of N':>6} {'wait ms':>9} {'MB sent':>9}")
    for ranks in map(int, options.ranks.split(",")):
        time, wait, size = iteration(layers, update, ranks, options.gbits, options.latency_us / 1000, options.cpu_ms_per_mb)
        speedup = ranks * alone / time
        print(f"{ranks:5} {time:9.2f} {speedup:9.2f} {speedup / ranks:6.2f} {wait:9.2f} {size / 1e6:9.2f}")


if __name__ == "__main__":
    main()
