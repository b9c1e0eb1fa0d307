#!/usr/bin/env python3
"""Holds a program against an earlier one, byte by byte: does a change of the code leave every result as it was?

  scripts/same-bits.py OLD NEW [--formats BINARYPROTO,HDF5]

Both programs train the runs of scripts/stop-and-resume.py, every pruning method among them, Reg_Col in both profiles. The
weights and solver states that they leave must be the same files, and what they print the same lines. Then both summarise,
plan, slim and convert the weights that Reg_Channel leaves: files and standard output must be the same. The exit status is 1
where anything differs.
"""

import argparse
import importlib
import os
import pathlib
import re
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "benchmarks"), str(ROOT / "scripts")]
from bench import Bench  # noqa: E402

runs = importlib.import_module("stop-and-resume")
# Commands on what a run leaves; what they say of files, times and the machine is not compared.
AFTERWARDS = [
    ["summary", "--model", "net.prototxt", "--weights", "last.caffemodel"],
    ["plan", "--model", "net.prototxt", "--weights", "last.caffemodel", "--ratio", "0.4"],
    ["prune", "--model", "net.prototxt", "--weights", "last.caffemodel", "--ratio", "0.4", "--out-weights", "masked.caffemodel"],
    ["slim", "--model", "net.prototxt", "--weights", "masked.caffemodel", "--out-model", "slim.prototxt",
     "--out-weights", "slim.caffemodel"],
    ["convert", "slim.caffemodel", "slim.caffemodel.h5"],
    ["test", "--model", "net.prototxt", "--weights", "masked.caffemodel", "--iterations", "4"],
]  # fmt: skip
KEPT = re.compile(r"\.(caffemodel|solverstate|prototxt|h5)(\.h5)?$")


def lines(text):
    """What a program prints, without dates and the names of programs."""
    return [re.sub(r" \(\d{4}/\d\d/\d\d-\d\d:\d\d\)", "", line) for line in text.splitlines()]


def outcome(program, folder, form, method, profile, afterwards):
    folder.mkdir()
    runs.prepare(folder, form, method)
    bench = Bench(program, folder, threads=1, cache=str(folder / "cache"))
    more = ["--conv-algorithm", "fixed"] + (["--profile", profile] if profile else [])
    printed = lines(bench.ours("train", "--solver", "solver.prototxt", "--weights", "init.caffemodel", *more).output)
    if afterwards:
        last = max(folder.glob("*.caffemodel"), key=lambda path: path.stat().st_mtime_ns)
        os.link(last, folder / "last.caffemodel")
        for command in AFTERWARDS:
            printed += lines(bench.ours(*command).output)
    files = {path.name: path.read_bytes() for path in folder.iterdir() if KEPT.search(path.name)}
    return printed, files


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=os.path.abspath)
    parser.add_argument("new", type=os.path.abspath)
    parser.add_argument("--formats", default="BINARYPROTO,HDF5", type=lambda text: text.split(","))
    given = parser.parse_args()
    different = total = 0
    cases = [("Reg_Col", "fixed"), ("Reg_Col", "reference"), *((method, None) for method in runs.METHODS)]
    for form in given.formats:
        for method, profile in cases:
            with tempfile.TemporaryDirectory() as root:
                # One name for both, since solver states hold paths and logs name folders.
                got = []
                for program in (given.old, given.new):
                    folder = pathlib.Path(root, "run")
                    got.append(outcome(
                        program, folder, form, method, profile, method.endswith("_Channel") and form == "BINARYPROTO"))
                    folder.rename(pathlib.Path(root, f"done{len(got)}"))
            (before, old), (after, new) = got
            total += len(old)
            names = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
            same = not names and before == after
            different += not same
            print(
                f"{form} {method} {profile or ''}: {len(before)} lines, {len(old)} files: "
                + ("the same" if same else f"different: {names[:5]}{'' if before == after else ', lines'}"), flush=True)
    print(f"{total} files compared, {different} runs differ")
    return different > 0


if __name__ == "__main__":
    sys.exit(main())
