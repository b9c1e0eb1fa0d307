#!/usr/bin/env python3
"""Runs `summary` over a folder of prototxts and sorts what cannot be read by its kind.

    scripts/survey.py FOLDER PROGRAM [--kinds N] [--list FILE] [--page FILE [--slim FILE]]

FOLDER holds nets, one a file, at any depth; PROGRAM is caffe-increg. A net is read if it has a summary in the TEST phase
or, where it has none, in the TRAIN phase. Where the program asks for the shape of a blob (`--shape`), it is given one: images
of some usual sizes with the channels that the program names, one value for labels, and as many of them as a later error
asks for. Where a stage leaves out a layer that is read, it is given that stage; the net counts as read with a hint. Nets with
Python layers are counted apart: such layers are passed through, and what they make may be anything.

Prints how many nets are read, how many of the others are faulty in Caffe, too, by reason, and the N (20) most frequent
kinds of failure with a net of each; names, numbers and places are no part of a kind. `--list` writes a line for each
failure. `--page` writes all of it with a table by layer type, as docs/compatibility/nets.md, and with what
scripts/survey-slim.py printed (`--slim`).
"""

import argparse
import collections
import concurrent.futures
import math
import pathlib
import re
import subprocess
import sys
import tempfile

import survey_page

# What nets that say nothing about their input most often read: channels, where the program does not know them, and sizes.
SIZES = "3x224x224", "1x28x28", "3x32x32", "3x360x480", "3x321x321", "3x512x512", "3x600x1000", "1", "64"

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


def run(program, *arguments):
    """What is wrong, in a line, and all that was told."""
    command = [program, *map(str, arguments)]
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
        return "1x1" if size in SIZES[:3] or "x" not in size else f"1x1x{size.partition('x')[2]}"
    if "roi" in name:
        return "1x5"
    return f"1x{size}" if channels == "3" or "x" not in size else f"1x{channels}x{size.partition('x')[2]}"


def factor(failure):
    """How many times as many items a batch must have by an error, or 1."""
    divides = re.search(r"\((\d+)\): its elements do not divide by the (\d+) of", failure)
    if divides:
        return int(divides[2]) // math.gcd(int(divides[1]), int(divides[2]))
    counts = re.search(r"\((\d+)\): has not as many elements as the shape [\d ]+\((\d+)\)", failure)
    firsts = re.search(r"has the shape (\d+)\b.*: the first axis must be that of the data, which has the shape (\d+)\b", failure)
    for found in filter(None, (counts, firsts)):
        least, most = sorted((int(found[1]), int(found[2])))
        return most // least if least and most % least == 0 else 1
    return 1


def streams(failure, shapes):
    """Shapes with as many streams of sequences as an error asks for."""
    found = re.search(r"has the shape (\d+) .*: must be \(streams, \.\.\.\), with (\d+) streams", failure)
    if not found:
        return shapes
    return {name: (flag, re.sub(rf"^(\d+)x{found[2]}$", rf"\1x{found[1]}", value)) for name, (flag, value) in shapes.items()}


def read(program, path):
    """How a net is read, and what was told; or the failure where it is not: that of the part of the net that has its inputs."""
    failures = []
    for phase in "TEST", "TRAIN":
        for size in SIZES:
            stages, shapes, items = [], {}, 1
            while True:
                options = ["--phase", phase, *stages]
                for name, (flag, value) in shapes.items():
                    options += [flag, f"{name}={items}{value[1:]}"]
                failure, told = run(program, "summary", "--model", path, *options)
                if failure is None:
                    return ("passed" if "not built in" in told else "hint" if shapes or stages else phase), None, told
                asked = re.search(r"(--(?:layer-)?shape) (\S+?)=(\S+)", failure)
                stage = re.search(r"is left out by its rule .*?include \{[^}]*\bstage: \"([^\"]*)\"", failure)
                if stage and stage[1] not in stages:
                    # With other layers, other shapes are asked for.
                    stages, shapes = [*stages, "--stage", stage[1]], {}
                elif asked and asked[2] not in shapes:
                    shapes[asked[2]] = asked[1], shape(asked[2], asked[3], size)
                elif shapes and items == 1 and 1 < factor(failure) <= 1024:
                    items = factor(failure)
                elif streams(failure, shapes) != shapes:
                    shapes = streams(failure, shapes)
                else:
                    break
            failures.append(failure)
            if not shapes and not stages:
                break
    return None, next((failure for failure in failures if "left out by its rule" not in failure), failures[0]), ""


def current_types(program, path):
    """The layer types of a net in the current format; none where it cannot be upgraded."""
    with tempfile.TemporaryDirectory() as folder:
        upgraded = pathlib.Path(folder) / "net.prototxt"
        run(program, "upgrade_net_proto_text", path, upgraded)
        text = upgraded.read_text(errors="replace") if upgraded.exists() else ""
    return set(re.findall(r'^layer \{\n(?:  name: .*\n)?  type: "([^"]*)"', text, re.M))


def is_built_in(program, name):
    """Whether a layer type is, by what is said of a layer of it."""
    with tempfile.TemporaryDirectory() as folder:
        net = pathlib.Path(folder) / "net.prototxt"
        net.write_text(f'layer {{ name: "x" type: "{name}" top: "x" }}')
        return f"'{name}' is not built in" not in run(program, "summary", "--model", net)[1]


class Net:
    """What became of a net."""

    def __init__(self, program, path, folder):
        self.name = str(path.relative_to(folder))
        self.way, self.failure, self.told = read(program, path)
        self.failure = self.failure and self.failure.replace(f"{folder}/", "")
        self.types = current_types(program, path)
        text = re.sub(r"#[^\n]*", "", path.read_text(errors="replace"))
        self.has_python = bool(re.search(r"\btype\s*:\s*[\"']?(Python|PYTHON)\b", text))
        self.fault = self.failure and next((fault for pattern, fault in FAULTY.items() if re.search(pattern, self.failure)), None)


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
    parser.add_argument("--page", type=pathlib.Path)
    parser.add_argument("--slim", type=pathlib.Path)
    args = parser.parse_args()
    paths = sorted(path for path in args.folder.rglob("*.prototxt") if path.is_file())
    if not paths:
        sys.exit(f"{args.folder}: no prototxts")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        nets = list(pool.map(lambda path: Net(args.program, path, args.folder), paths))
    for what, group in survey_page.groups(nets):
        ways = collections.Counter(net.way for net in group)
        good = len(group) - ways[None]
        print(f"{what}: {len(group)} nets, {good} read ({good / max(1, len(group)):.1%}): {ways['TEST']} in the TEST phase, "
              f"{ways['TRAIN']} in TRAIN only, {ways['hint']} with --shape, {ways['passed']} with types passed through")  # fmt: skip
        faults = collections.Counter(net.fault for net in group if net.fault)
        if faults:
            rest = len(group) - faults.total()
            print(f"  {faults.total()} of the others are faulty in Caffe, too; of the rest {good / max(1, rest):.1%} are read")
        for reason, count in faults.most_common():
            print(f"  {count:4} {reason}")
    kinds = collections.defaultdict(list)
    for net in nets:
        if net.failure:
            kinds[kind(net.failure)].append(net)
    for text, group in sorted(kinds.items(), key=lambda entry: -len(entry[1]))[: args.kinds]:
        print(f"{len(group):4} {text}\n       {group[0].name}")
    if args.list:
        args.list.write_text("".join(f"{net.name}\t{net.failure}\n" for net in nets if net.failure))
    if args.page:
        forks = pathlib.Path(__file__).resolve().parent.parent / "docs/compatibility/forks.md"
        known = {name for name in set().union(*(net.types for net in nets)) if is_built_in(args.program, name)}
        text = survey_page.page(nets, known, forks.read_text())
        args.page.write_text(text + (survey_page.slimmed(args.slim.read_text()) if args.slim else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
