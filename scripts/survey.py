#!/usr/bin/env python3
"""Runs `summary` over a folder of prototxts and sorts what cannot be read by its kind.

    scripts/survey.py FOLDER PROGRAM [--kinds N] [--list FILE] [--types]

FOLDER holds nets, one a file, at any depth; PROGRAM is caffe-increg. A net is read if it has a summary in the TEST phase
or, where it has none, in the TRAIN phase. Where the program asks for the shape of an input (`--shape`), it is given
one (images of some usual sizes, one value for labels), and the net counts as read with a hint. Nets with Python layers are counted apart: such layers are passed through, and what they
make may be anything.

Prints how many nets are read, and the N (20) most frequent kinds of failure with a net of each; names, numbers and places
are no part of a kind. `--list` writes a line for each failure. `--types` prints, by layer type, in how many nets it
stands and how many of these are read, which is what docs/nets.md is made from.
"""

import argparse
import collections
import concurrent.futures
import pathlib
import re
import subprocess
import sys

# What nets that say nothing about their input most often read.
SIZES = "224x224", "360x480", "321x321", "600x1000"


def summary(program, path, *options):
    command = [program, "summary", "--model", str(path), *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=120)
    except subprocess.TimeoutExpired:
        return "took more than two minutes", ""
    if done.returncode == 0:
        return None, done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith((f"{pathlib.Path(program).name}: ", "Error: "))]
    return (errors or [f"ended with {done.returncode}"])[0].partition(": ")[2], done.stderr


def read(program, path):
    """How a net is read, and the failure where it is not: that of the part of the net that has its inputs."""
    failures = []
    for phase in "TEST", "TRAIN":
        for size in SIZES:
            options = ["--phase", phase]
            while True:
                failure, told = summary(program, path, *options)
                if failure is None:
                    return ("passed" if "not built in" in told else "hint" if len(options) > 2 else phase), None
                asked = re.search(r"(--(?:layer-)?shape) (\S+?)=", failure)
                if not asked or any(option.startswith(f"{asked[2]}=") for option in options):
                    break
                shape = "1x1" if re.search("label|seg|gt|im_info", asked[2]) else f"1x3x{size}"
                options += [asked[1], f"{asked[2]}={shape}"]
            failures.append(failure)
            if len(options) == 2:
                break
    return None, next((failure for failure in failures if "left out by its rule" not in failure), failures[0])


def kind(failure):
    """A failure without its places, names and numbers."""
    text = re.sub(r"^\S*\.prototxt(:\d+)*: ", "", failure)
    text = re.sub(r"; it is one of .*?(?= \(in |$)", "", text)
    text = re.sub(r"(layer|top|bottom|blob|file|source) ('[^']*'|\"[^\"]*\")", r"\1 '...'", text)
    text = re.sub(r"('[^']*|\S+)/[^ ']*'?", "...", text)
    text = re.sub(r"(?<=--shape )\S+", "...", text)
    text = re.sub(r"\(\d[\d, ]*\)", "(...)", text)
    return re.sub(r"-?\b\d+(\.\d+)?\b", "N", text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("program")
    parser.add_argument("--kinds", type=int, default=20)
    parser.add_argument("--list", type=pathlib.Path)
    parser.add_argument("--types", action="store_true")
    args = parser.parse_args()
    paths = sorted(path for path in args.folder.rglob("*.prototxt") if path.is_file())
    if not paths:
        sys.exit(f"{args.folder}: no prototxts")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        outcomes = dict(zip(paths, pool.map(lambda path: read(args.program, path), paths)))
    types = {}
    for path in paths:
        text = re.sub(r"#[^\n]*", "", path.read_text(errors="replace"))
        types[path] = set(re.findall(r"\btype\s*:\s*[\"']?(\w+)", text))
    with_python = {path for path in paths if types[path] & {"Python", "PYTHON"}}
    for what, group in ("without Python layers", set(paths) - with_python), ("with Python layers", with_python):
        ways = collections.Counter(outcomes[path][0] for path in group)
        good = sum(count for way, count in ways.items() if way)
        share = f"{good / len(group):.1%}" if group else "none"
        print(f"{what}: {len(group)} nets, {good} read ({share}): {ways['TEST']} in the TEST phase, "
              f"{ways['TRAIN']} in TRAIN only, {ways['hint']} with --shape, {ways['passed']} with types passed through")  # fmt: skip
    kinds = collections.defaultdict(list)
    for path in paths:
        if outcomes[path][1]:
            kinds[kind(outcomes[path][1])].append(path)
    for text, group in sorted(kinds.items(), key=lambda entry: -len(entry[1]))[: args.kinds]:
        print(f"{len(group):4} {text}\n       {group[0].relative_to(args.folder)}")
    if args.list:
        failures = [f"{path.relative_to(args.folder)}\t{outcomes[path][1]}\n" for path in paths if outcomes[path][1]]
        args.list.write_text("".join(failures))
    if args.types:
        counts = collections.Counter(name for path in paths for name in types[path])
        reads = collections.Counter(name for path in paths if outcomes[path][0] for name in types[path])
        for name, count in sorted(counts.items()):
            print(f"{name}\t{count}\t{reads[name]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
