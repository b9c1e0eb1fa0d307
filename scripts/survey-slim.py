#!/usr/bin/env python3
"""Prunes and slims nets of different kinds out of a folder of public prototxts, with random weights.

    scripts/survey-slim.py FOLDER PROGRAM WORK [--count 40] [--ratios 0.25 0.5] [--most 3e9] [--caffe2ncnn PATH] [--resume FILE]

FOLDER is that of scripts/survey.py, PROGRAM caffe-increg, WORK an existing folder for what is made. Nets are taken that
read Input layers, run here, and need at most --most multiply-adds; from each repository in turn the next one whose set of
layer types was not there yet. Nets whose inputs are too small for their layers, or which cannot lose a channel, are named and not
counted.

Each gets random weights, is pruned by each ratio of its channels, slimmed, and compared with the masked net by `compare`. If
OpenCV 4 or ncnn reads the whole net and computes what it computes here (to 1e-3 of the largest output), it has to read the
slim one and compute what the masked one computes here, too. A line for each says how much is left and how far these are.
The exit code is 1 where a command fails, a slim net is not equal, or one of them differs on the slim one only. What it
printed before, where it was stopped, is not done again with `--resume`.

Needs the Python modules h5py, numpy and cv2 (4.x) and, where caffe2ncnn is given, ncnn (scripts/realnets.py says how to
build caffe2ncnn).
"""

import argparse
import collections
import itertools
import pathlib
import re
import sys

import cv2
import h5py
import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "benchmarks"))
import ncnn_net  # noqa: E402
from bench import Bench, run  # noqa: E402

LARGEST = 1e-3


class Unfit(Exception):
    """Why a net is not tried, although it reads Input layers and runs."""


def layers(text):
    """Name, type, bottoms and tops of a text's layers in the current format."""
    found = []
    for part in re.split(r"^\s*layer\s*\{", text, flags=re.M)[1:]:
        def values(field, part=part):
            return re.findall(rf"\b{field}\s*:\s*[\"']([^\"']*)[\"']", part)
        if values("type"):
            found.append(((values("name") or [""])[0], values("type")[0], values("bottom"), values("top")))
    return found


class Survey(Bench):
    def __init__(self, args):
        super().__init__(args.program, args.work)
        self.args = args

    def command(self, *arguments):
        """Runs the program; what it says where it fails."""
        done = run([self.program, *map(str, arguments)], self.folder, self.environment(), check=False)
        if done.status:
            errors = [line for line in done.errors.splitlines() if line.startswith((f"{pathlib.Path(self.program).name}:", "Error:"))]
            raise RuntimeError(f"{arguments[0]}: {(errors or [f'ended with {done.status}'])[0][:300]}")
        return done.output

    def randomise(self, text):
        """Fills `net.h5` with weights under which all channels compute and none is like another."""
        random = numpy.random.default_rng(1)
        types = {name: kind for name, kind, _, _ in layers(text)}
        with h5py.File(self.path("net.h5"), "r+") as file:
            arrays = {}
            # Names with slashes are groups in groups.
            file["data"].visititems(lambda name, array: arrays.update({name: array}) if isinstance(array, h5py.Dataset) else None)
            for place, blob in sorted(arrays.items()):
                name, _, index = place.rpartition("/")
                blob[...] = self.values(types.get(name, ""), int(index), blob.shape, random)

    @staticmethod
    def values(kind, index, shape, random):
        # Positive: factors and variances.
        if (kind, index) in {("Scale", 0), ("Normalize", 0), ("BN", 0), ("BN", 3), ("BatchNorm", 1), ("BatchNorm", 3)}:
            return random.uniform(0.5, 1.5, shape)
        if (kind, index) == ("BatchNorm", 2):
            return numpy.ones(shape)
        if kind == "PReLU":
            return random.uniform(0.1, 0.4, shape)
        if index == 0 and len(shape) > 1:
            strength = random.uniform(0.3, 1.7, shape[0]).reshape(-1, *[1] * (len(shape) - 1))
            return random.normal(0, (2 / numpy.prod(shape[1:])) ** 0.5, shape) * strength
        return random.normal(0, 0.1, shape)

    def upgraded(self, path):
        """The net's text in the current format, which is `net.prototxt` from now on; empty where it has none."""
        done = run([self.program, "upgrade_net_proto_text", str(path), "net.prototxt"], self.folder, check=False)
        return pathlib.Path(self.path("net.prototxt")).read_text() if done.status == 0 else ""

    def check(self, text):
        shapes = {}
        for name, kind, _, tops in layers(text):
            if kind == "Input":
                part = text[text.index(f'name: "{name}"'):]
                dims = re.findall(r"shape\s*\{([^}]*)\}", part)
                for index, top in enumerate(tops):
                    shapes[top] = [int(dim) for dim in re.findall(r"\bdim\s*:\s*(\d+)", dims[min(index, len(dims) - 1)])]
        if any(min(shape[2:], default=99) < 12 for shape in shapes.values()):
            raise Unfit("its inputs are so small that it computes nothing, as of nets that every caller reshapes")
        self.write("solver.prototxt", 'net: "net.prototxt" snapshot_prefix: "net" base_lr: 0 lr_policy: "fixed" max_iter: 0 random_seed: 1\n')  # fmt: skip
        self.command("train", "--solver", "solver.prototxt", "--conv-algorithm", "direct")
        self.command("convert", "net_iter_0.caffemodel", "net.h5")
        self.randomise(text)
        self.command("convert", "net.h5", "net.caffemodel")
        random = numpy.random.default_rng(2)
        boxes = {bottoms[1] for _, kind, bottoms, _ in layers(text) if kind in ("ROIPooling", "PSROIPooling")}
        inputs = {top: self.array(shape, top in boxes, random).astype(numpy.float32) for top, shape in shapes.items()}
        with h5py.File(self.path("input.h5"), "w") as file:
            for top, values in inputs.items():
                file[top] = values
        read = {bottom for _, _, bottoms, tops in layers(text) for bottom in bottoms if bottom not in tops}
        ends = {top: name for name, _, _, tops in layers(text) for top in tops if top not in read and top not in shapes}
        others = [("OpenCV", self.opencv), *([("ncnn", self.ncnn)] if self.args.caffe2ncnn else [])]
        readers, says, whole = [], [], {}
        try:
            whole = self.here("net.prototxt", "net.caffemodel", ends)
        except RuntimeError as error:
            # Where a blob has the name of another one's folder in HDF5.
            if "name already exists" not in str(error):
                raise
            others, says = [], ["forward cannot write its blobs"]
        for name, reader in others:
            good, distance = self.distance(reader, "net.prototxt", "net.caffemodel", ends, inputs, whole)
            says.append(f"{name} {distance}")
            if good:
                readers.append((name, reader))
        for ratio in self.args.ratios:
            self.command("prune", "--model", "net.prototxt", "--weights", "net.caffemodel", "--ratio", ratio, "--out-weights", "masked.caffemodel")  # fmt: skip
            report = self.command("slim", "--model", "net.prototxt", "--weights", "masked.caffemodel", "--out-model", "slim.prototxt",
                                  "--out-weights", "slim.caffemodel", "--out-deploy", "deploy.prototxt")  # fmt: skip
            self.command("compare", "--model", "net.prototxt", "--weights", "masked.caffemodel",
                         "--other-model", "slim.prototxt", "--other-weights", "slim.caffemodel")  # fmt: skip
            total = next(line for line in report.splitlines() if line.startswith("total")).split()
            if len(total) < 4:
                raise Unfit("no channel of it can go")
            says.append(f"at {ratio}: {int(total[3]) / int(total[1]):.0%} of the parameters")
            masked = self.here("net.prototxt", "masked.caffemodel", ends) if readers else {}
            for name, reader in readers:
                good, distance = self.distance(reader, "deploy.prototxt", "slim.caffemodel", ends, inputs, masked)
                says.append(f"slim in {name} {distance}")
                if not good:
                    raise RuntimeError(f"{name} and the slim net: {distance}")
        return ", ".join(says)

    @staticmethod
    def array(shape, holds_boxes, random):
        """Random values; or boxes in the first image, which are five numbers each: its own, and those of two corners."""
        if not holds_boxes:
            return random.normal(0, 1, shape)
        corners = random.uniform(0, 100, (numpy.prod(shape) // 5, 2))
        return numpy.hstack([0 * corners[:, :1], corners, corners + 100]).reshape(shape)

    def here(self, model, weights, ends):
        self.command("forward", "--model", model, "--weights", weights, "--inputs", "input.h5", "--outputs", "output.h5",
                     "--conv-algorithm", "direct")  # fmt: skip
        with h5py.File(self.path("output.h5")) as file:
            return {end: file["data"][end][...] for end in ends}

    def distance(self, reader, model, weights, ends, inputs, reference):
        """Whether another program computes the same, and how far it is from it, or why it does not."""
        try:
            outputs = reader(model, weights, ends, inputs)
        except (cv2.error, ncnn_net.Unread) as error:
            return False, "cannot: " + re.sub(r".*? error: ", "", (str(error).strip() or "?").splitlines()[-1])[:90].replace(",", ";")
        worst = 0.0
        for end, output in outputs.items():
            output, expected = numpy.asarray(output).reshape(-1), reference[end].reshape(-1)
            if output.shape != expected.shape:
                return False, f"has {output.size} values for {expected.size} of '{end}'"
            worst = max(worst, float(numpy.abs(output - expected).max() / max(numpy.abs(expected).max(), 1e-30)))
        return worst <= LARGEST, f"{worst:.1g}"

    def opencv(self, model, weights, ends, inputs):
        net = cv2.dnn.readNetFromCaffe(self.path(model), self.path(weights))
        for name, values in inputs.items():
            net.setInput(values, name)
        # Behind a layer of another name than its top's OpenCV has one of the top's name.
        last = set(net.getUnconnectedOutLayersNames())
        return dict(zip(ends, net.forward([top if top in last and name not in last else name for top, name in ends.items()])))

    def ncnn(self, model, weights, ends, inputs):
        return ncnn_net.forward(self.args.caffe2ncnn, self.folder, model, weights, inputs, ends)


def candidates(args):
    """Nets by repository, in turn."""
    by_repository = collections.defaultdict(list)
    for path in sorted(args.folder.rglob("*.prototxt")):
        by_repository[path.relative_to(args.folder).parts[0]].append(path)
    for row in itertools.zip_longest(*by_repository.values()):
        yield from filter(None, row)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("program")
    parser.add_argument("work")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--ratios", type=float, nargs="+", default=[0.25, 0.5])
    parser.add_argument("--most", type=float, default=3e9)
    parser.add_argument("--caffe2ncnn")
    parser.add_argument("--resume", type=pathlib.Path)
    args = parser.parse_args()
    survey = Survey(args)
    seen, failed, lines = set(), 0, []
    before = args.resume.read_text().splitlines() if args.resume else []
    before = {line.partition(": ")[0]: line for line in before if re.search(r"\.prototxt: (?!FAILED|not tried)", line)}
    for path in candidates(args):
        if len(lines) + failed == args.count:
            break
        text = survey.upgraded(path.resolve())
        kinds = frozenset(kind for _, kind, _, _ in layers(text))
        if kinds in seen or "Input" not in kinds:
            continue
        done = run([survey.program, "summary", "--model", str(path.resolve())], check=False)
        total = re.search(r"^total\s+(\d+)\s+(\d+)", done.output, re.M)
        # What the commands that run nets refuse is not tried: unknown fields and types.
        if done.status or "unknown" in done.errors or "not built in" in done.errors or "has no field" in done.errors:
            continue
        if not total or int(total[1]) == 0 or float(total[2]) > args.most:
            continue
        seen.add(kinds)
        name = str(path.relative_to(args.folder))
        try:
            lines.append(before.get(name) or f"{name}: {survey.check(text)}")
            print(lines[-1], flush=True)
        except Unfit as reason:
            print(f"{name}: not tried: {reason}", flush=True)
        except (RuntimeError, OSError, KeyError, ValueError) as error:
            failed += 1
            print(f"{name}: FAILED: {error}", flush=True)
    agreed = {name: sum(f"slim in {name} " in line for line in lines) for name in ("OpenCV", "ncnn")}
    print(f"{len(lines)} nets equal, {failed} failed; OpenCV agrees on {agreed['OpenCV']}, ncnn on {agreed['ncnn']}")
    return 1 if failed or len(lines) < args.count else 0


if __name__ == "__main__":
    sys.exit(main())
