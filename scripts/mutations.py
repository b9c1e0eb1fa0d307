#!/usr/bin/env python3
"""Feeds mutated files to what reads them, each in a process that must live on.

  scripts/mutations.py FEED [--minutes 2] [--scale 1] [--only REGEX] [--first 0] [--crashes FOLDER]

FEED is the program of Tests/Feed (.build-tests/release/feed). Every target of Tests/Hostile gets messages with fields changed
(`mutate`) and files with bytes changed or cut off (`damage`), from the seeds of make-seeds.py. With --minutes all share the time
evenly; with --scale 1 it is instead 1,000,000 mutations of nets, 200,000 of states, HDF5 files and databases together, and 100,000
flips and truncations. An input that ends the process is written into --crashes, and the exit code is 1.

What is counted: inputs, values, errors, and the memory of the process at the peak.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile
import time

SCRIPTS = pathlib.Path(__file__).resolve().parent
# Inputs of `--scale 1`; what is not named gets 10,000.
COUNTS = {("mutate", name): 250_000 for name in ("text", "net", "describe", "caffemodel")}
COUNTS |= {("mutate", "state"): 100_000, ("damage", "hdf5"): 20_000, ("damage", "lmdb"): 80_000}
OTHERS = 10_000
# HDF5 is read by a process of its own, for each file; surgery runs nets.
SLOW = {"hdf5": 100, "surgery": 100, "describe": 1000, "lmdb": 1000}
PIECE = 10_000
RESULT = re.compile(r"(\d+) inputs, (\d+) values, (\d+) errors, (\d+) MiB")


class Feed:
    def __init__(self, program, seeds, crashes):
        self.program, self.crashes = program, crashes
        self.files = {path.name: sorted(map(str, path.iterdir())) for path in seeds.iterdir() if path.name != "made"}

    def run(self, way, target, count, first):
        """Counts of some inputs; None where one ended the process, which is then found and kept."""
        words = [way, target, str(count), str(first), *self.files.get(target, [])]
        run = subprocess.run([self.program, *words], capture_output=True, text=True)
        if run.returncode == 0:
            return [int(number) for number in RESULT.search(run.stdout).groups()]
        reached = int(re.findall(r"^(\d+)$", run.stderr, re.MULTILINE)[-1])
        for number in range(reached, min(reached + 100, first + count)):
            words = [way, target, "1", str(number), *self.files.get(target, [])]
            alone = subprocess.run([self.program, *words], capture_output=True, text=True)
            if alone.returncode != 0:
                show = [self.program, "show", way, target, str(number), *self.files.get(target, [])]
                content = subprocess.run(show, capture_output=True).stdout
                self.crashes.mkdir(parents=True, exist_ok=True)
                path = self.crashes / f"{target}-{way}-{number}"
                path.write_bytes(content)
                print(f"CRASH: {path}, code {alone.returncode}: {alone.stderr[-300:]}", flush=True)
                return None
        print(f"CRASH: {way} {target}, one of {count} inputs from {first} on, not alone: {run.stderr[-300:]}", flush=True)
        return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("feed")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--crashes", type=pathlib.Path, default=pathlib.Path("Fuzz/.build/crashes"))
    options = parser.parse_args()
    targets = subprocess.run([options.feed], capture_output=True, text=True, check=True).stdout.split()
    # Surgery's inputs are seeds, which have nothing to mutate.
    ways = [(way, target) for target in targets for way in ("mutate", "damage")
            if (way, target) not in {("mutate", name) for name in ("list", "hdf5", "lmdb", "idx", "surgery")}]
    ways = [pair for pair in ways if re.search(options.only, " ".join(pair))]
    crashed, totals = 0, [0, 0, 0]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, SCRIPTS / "make-seeds.py", folder], check=True, stdout=subprocess.DEVNULL)
        feed = Feed(options.feed, pathlib.Path(folder), options.crashes)
        end = time.monotonic() + options.minutes * 60 if options.minutes else None
        print(f"{'way':8}{'target':12}{'inputs':>10}{'values':>10}{'errors':>10}{'MiB':>6}{'s':>7}")
        for index, (way, target) in enumerate(ways):
            wanted = int(COUNTS.get((way, target), OTHERS) * options.scale)
            share = (end - time.monotonic()) / (len(ways) - index) if end else 0
            begin, sums, memory = time.monotonic(), [0, 0, 0], 0
            piece = SLOW.get(target, PIECE)
            while time.monotonic() - begin < share if end else sums[0] < wanted:
                count = piece if end else min(piece, wanted - sums[0])
                first = options.first + sums[0]
                result = feed.run(way, target, count, first)
                if result is None:
                    crashed += 1
                    break
                sums = [a + b for a, b in zip(sums, result)]
                memory = max(memory, result[3])
            totals = [a + b for a, b in zip(totals, sums)]
            seconds = time.monotonic() - begin
            print(f"{way:8}{target:12}{sums[0]:10}{sums[1]:10}{sums[2]:10}{memory:6}{seconds:7.0f}", flush=True)
    print(f"{totals[0]} inputs, {totals[1]} values, {totals[2]} errors, {crashed} crashes")
    return crashed > 0


if __name__ == "__main__":
    sys.exit(main())
