"""Fails if small nets take longer, beside the floor, than thresholds.json allows: python3 benchmarks/check.py [PROGRAM]

The figures are ratios: the sum of the layers' shortest times over the sum of the bare primitives' shortest times, on the
same machine in the same minute, both on one thread: where others use the machine too, two threads wait for each other at
every barrier, but one has undisturbed moments, which the shortest of many times finds. A net that misses its threshold is
measured again, both sides keeping what was best so far, and the program choosing its convolutions anew.
"""

import json
import os
import shutil
import sys
import tempfile

import floor
import nets
from bench import PROGRAM
from programs import Programs

HERE = os.path.dirname(os.path.abspath(__file__))
ATTEMPTS, ITERATIONS = 5, 15

NETS = {
    "lenet b32": lambda: nets.lenet(32),
    "cifar10_full b20": lambda: nets.cifar10_full(20),
    "resnet8 b16": lambda: nets.resnet56(16, blocks=1),
    "googlenet b1": lambda: nets.googlenet(1),
    "caffenet b2": lambda: nets.caffenet(2, wide=512),
    "mobilenet b4": lambda: nets.mobilenet(4),
}


class Best:
    """The best ratio of a net over attempts."""

    def __init__(self, bench, name):
        self.bench, self.net, self.ours, self.floor = bench, NETS[name](), {}, {}
        self.prototxt = bench.file(name.replace(" ", "_") + ".prototxt", self.net.prototxt)
        self.rows = floor.rows(self.net)

    def attempt(self):
        """Measures once more; returns the ratio of what was best so far."""
        shutil.rmtree(self.bench.cache, ignore_errors=True)
        ours = self.bench.layer_times(self.prototxt, ITERATIONS)
        lines = sorted({row.line for row in self.rows})
        measured = floor.measure(self.bench.floor, lines, self.bench.environment(), ITERATIONS, 0)
        for layer, both in ours.items():
            for direction, times in enumerate(both):
                key = layer, direction
                self.ours[key] = min(times + [self.ours[key]] if key in self.ours else times or [0])
        for line, directions in measured.items():
            for direction, times in directions.items():
                self.floor[line, direction] = min(times[1], self.floor.get((line, direction), times[1]))
        return sum(self.ours.values()) / self.least_floor()

    def least_floor(self):
        """The sum of the primitives' shortest times."""
        return sum(
            row.times * time for row in self.rows for (line, _), time in self.floor.items() if line == row.line)  # fmt: skip


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else PROGRAM
    with open(os.path.join(HERE, "thresholds.json")) as file:
        thresholds = json.load(file)
    slow = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Programs(program, folder, 1, cache=os.path.join(folder, "cache"))
        for name, threshold in thresholds.items():
            best = Best(bench, name)
            for attempt in range(1, ATTEMPTS + 1):
                ratio = best.attempt()
                if ratio <= threshold:
                    break
            else:
                slow.append(name)
            print(f"{name:20}{ratio:6.2f} x the floor, threshold {threshold}, {attempt} attempts", flush=True)
    if slow:
        sys.exit(f"slower beside the floor than allowed: {', '.join(slow)}")


if __name__ == "__main__":
    main()
