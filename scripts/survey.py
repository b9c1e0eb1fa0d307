#!/usr/bin/env python3
"""Runs `summary` over a folder of prototxts and sorts what cannot be read by its kind.

    scripts/survey.py FOLDER PROGRAM [--kinds N] [--list FILE] [--types]

FOLDER holds nets, one a file, at any depth; PROGRAM is caffe-increg. A net is read if it has a summary in the TEST phase
or, where it has none, in the TRAIN phase. Where the program asks for the shape of an input (`--shape`), it is given
one (images of some usual sizes with the channels that the program names, one value for labels), and where a stage leaves
out a layer that is read, it is given that stage; the net counts as read with a hint. Nets with Python layers are counted
apart: such layers are passed through, and what they make may be anything.

Prints how many nets are read, how many of the others are faulty in Caffe, too, by reason, and the N (20) most frequent
kinds of failure with a net of each; names, numbers and places are no part of a kind. `--list` writes a line for each failure. `--types` prints, by layer type, in how many nets it
stands and how many of these are read, which is what docs/nets.md is made from.
"""

import argparse
import collections
import concurrent.futures
import pathlib
import re
import subprocess
import sys

# What nets that say nothing about their input most often read: channels, where the program does not know them, and sizes.
SIZES = "3x224x224", "1x28x28", "3x360x480", "3x321x321", "3x512x512", "3x600x1000", "1", "64"

# What Caffe refuses, too: patterns of failures, and the place in Caffe that does.
FAULTY = {
    r"is given twice": "a field is repeated (protobuf's text format)",
    r"\{(num|bottom_name)\}": "a template with placeholders",
    r"unknown bottom blob .* no layer before": "a bottom that no layer makes (net.cpp: AppendBottom)",
    r"already produced": "two layers make one blob (net.cpp: AppendTop)",
    r"lr_mult: is .* statistics": "a learning rate for statistics (batch_norm_layer.cpp)",
    r"in the old field layers": "`layer` beside V1 `layers` (upgrade_proto.cpp)",
    r"\(SoftmaxWithLoss\): takes 2 bottoms, but has 1": "a loss without labels (loss_layer.cpp)",
    r'expected "," or': "a text that cannot be parsed",
}


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


def shape(name, example, size):
    """What an input may be like, where the program says how many channels it has, or does not know it (3)."""
    channels = example.split("x")[1]
    if channels == "3" and re.search("label|seg|gt|im_info", name):
        # Later sizes are tried where the first did not do: then labels may be images.
        return "1x1" if size in SIZES[:2] or "x" not in size else f"1x1x{size.partition('x')[2]}"
    if "roi" in name:
        return "1x5"
    return f"1x{size}" if channels == "3" or "x" not in size else f"1x{channels}x{size.partition('x')[2]}"


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
                asked = re.search(r"(--(?:layer-)?shape) (\S+?)=(\S+)", failure)
                stage = re.search(r"is left out by its rule .*?include \{[^}]*\bstage: \"([^\"]*)\"", failure)
                if stage and stage[1] not in options:
                    options += ["--stage", stage[1]]
                    continue
                if not asked or any(option.startswith(f"{asked[2]}=") for option in options):
                    break
                options += [asked[1], f"{asked[2]}={shape(asked[2], asked[3], size)}"]
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
        faults = collections.Counter(
            next((reason for pattern, reason in FAULTY.items() if re.search(pattern, outcomes[path][1])), None)
            for path in group if outcomes[path][1])  # fmt: skip
        faulty = sum(count for reason, count in faults.items() if reason)
        if not any(faults.values()):
            continue
        print(f"  {faulty} of the others are faulty in Caffe, too; of the rest {good / max(1, len(group) - faulty):.1%} are read")
        for reason, count in faults.most_common():
            if reason:
                print(f"  {count:4} {reason}")
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
