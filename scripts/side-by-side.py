#!/usr/bin/env python3
"""Puts two pruning runs side by side, as a Markdown table: what fell when, accuracy at each check, sparsity, wall time.

  scripts/side-by-side.py NAME=FOLDER NAME=FOLDER

Each folder has the run's standard output and error as stdout.txt and stderr.txt, or with .gz behind.
"""

import gzip
import pathlib
import re
import sys


def read(folder, name):
    path = pathlib.Path(folder, name)
    return path.read_text() if path.exists() else gzip.open(f"{path}.gz", "rt").read()


def wall_seconds(log):
    """From the first line to the last one, over midnight too."""
    times = [
        int(h) * 3600 + int(m) * 60 + float(s)
        for h, m, s in re.findall(r"^[IW]\d+ (\d\d):(\d\d):(\d\d\.\d+)", log, re.M)
    ]
    return sum((b - a) % 86400 for a, b in zip(times, times[1:]))


def rows(folder):
    """(what, value) in the order of the run; equal keys of two runs stand in one row."""
    output = read(folder, "stdout.txt")
    checks = 0
    steps = 0
    for line in output.splitlines():
        steps += line.startswith("**** Step")
        if match := re.match(r"(\S+) prune finished!  step: (\d+).*pruned_ratio_row: (\S+)  pruned_ratio_col: (\S+)", line):
            if steps < 5000:
                yield f"{match[1]} has reached its ratio", f"step {match[2]}, rows {match[3]}, columns {match[4]}"
        elif match := re.match(r"\[app\] Current pruning stage.*speedup: (\S+), iter: (\d+)", line):
            yield "stage finished", f"iteration {match[2]}, speed-up {match[1]}"
        elif match := re.match(r"\[app\]    '(\w+)' going on, current acc = (\S+), iter: (\d+)", line):
            checks += 1
            yield f"check {checks}", f"{float(match[2]):.4f} at iteration {match[3]}"
        elif match := re.match(r"\[app\]    '\w+' of current lr period finished.*= (\S+), iter = (\d+), decay lr \(new: (\S+)\)", line):
            yield f"rate falls after check {checks}", f"to {float(match[3]):g}, best {float(match[1]):.4f} at {match[2]}"
        elif match := re.match(r"\[app\]    All 'retrain' done.*iter = (\d+), acc = (\S+?)\. Resuming", line):
            yield "best net", f"accuracy {match[2]}, iteration {match[1]}"
        elif match := re.match(r"\[app\]    (\w+), shape = .*num_pruned_col = \d+ \((\S+)\).*num_pruned_row = \d+ \((\S+)\)", line):
            yield f"{match[1]} in the end", f"columns {match[2]}, rows {match[3]}"
    summary = {}
    for name, ratio in re.findall(r"^(\S+)  IF_prune: 1  pruned_ratio_col: \S+\((\S+)\)", output, re.M):
        summary[name] = ratio
    for name, columns in summary.items():
        yield f"{name}: zero columns", columns
    yield "iterations made", str(steps)
    yield "wall time", f"{wall_seconds(read(folder, 'stderr.txt')):.0f} s"


def main():
    runs = [argument.split("=", 1) for argument in sys.argv[1:]]
    tables = [dict(rows(folder)) for _, folder in runs]
    keys = list(dict.fromkeys(key for table in tables for key in table))
    print("| |", " | ".join(name for name, _ in runs), "|")
    print("|---|" + "---|" * len(runs))
    for key in keys:
        print(f"| {key} |", " | ".join(table.get(key, "") for table in tables), "|")


if __name__ == "__main__":
    main()
