#!/usr/bin/env python3
"""Slims a small net that forks, joins and has groups, and runs the result in OpenCV 4 as well.

Usage: opencv-agreement.py <caffe-increg> <empty folder>

Makes weights by one training step on random data, prunes half of the channels, slims, and compares the outputs of the
pruned and of the slim net between this program and OpenCV. Needs the Python modules cv2 (4.x), h5py and numpy.
Prints the largest differences, relative to the largest output; exits with 1 where one is above 1e-4.
"""

import pathlib
import sys

import cv2
import h5py
import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "benchmarks"))
from bench import Bench  # noqa: E402

FILLER = 'weight_filler { type: "gaussian" std: 0.2 } bias_filler { type: "gaussian" std: 0.2 }'


def convolution(name, bottom, outputs, kernel, group=1):
    return f"""layer {{ name: "{name}" type: "Convolution" bottom: "{bottom}" top: "{name}" convolution_param {{
  num_output: {outputs} kernel_size: {kernel} pad: {kernel // 2} group: {group} {FILLER} }} }}
"""


def layer(name, kind, bottoms, top, rest=""):
    bottoms = " ".join(f'bottom: "{bottom}"' for bottom in bottoms)
    return f'layer {{ name: "{name}" type: "{kind}" {bottoms} top: "{top}" {rest} }}\n'


NET = (
    """name: "joined"
layer { name: "source" type: "DummyData" top: "data" top: "label" dummy_data_param {
  shape { dim: 2 dim: 3 dim: 20 dim: 20 } shape { dim: 2 }
  data_filler { type: "uniform" min: -1 max: 1 } data_filler { type: "constant" value: 1 } } }
"""
    + convolution("stem", "data", 16, 3)
    + layer("bn", "BatchNorm", ["stem"], "stem")
    + layer("scale", "Scale", ["stem"], "stem", "scale_param { bias_term: true }")
    + layer("relu0", "ReLU", ["stem"], "stem")
    + convolution("grouped", "stem", 12, 3, 2)
    + layer("relu1", "ReLU", ["grouped"], "grouped")
    + convolution("depthwise", "grouped", 12, 3, 12)
    + convolution("back", "depthwise", 16, 1)
    + layer("add", "Eltwise", ["stem", "back"], "add", "eltwise_param { coeff: 1 coeff: 0.5 }")
    + layer("cat", "Concat", ["add", "depthwise"], "cat")
    + layer("cut", "Slice", ["cat"], "left", 'top: "right" slice_param { axis: 1 slice_point: 10 }')
    + convolution("l", "left", 8, 3)
    + convolution("r", "right", 8, 1)
    + layer("most", "Eltwise", ["l", "r"], "most", "eltwise_param { operation: MAX }")
    + layer("pool", "Pooling", ["most"], "pool", "pooling_param { pool: MAX kernel_size: 2 stride: 2 }")
    + layer("fc", "InnerProduct", ["pool"], "fc", "inner_product_param { num_output: 10 " + FILLER + " }")
    + layer("loss", "SoftmaxWithLoss", ["fc", "label"], "loss")
)

SOLVER = """net: "net.prototxt" base_lr: 0.001 lr_policy: "fixed" max_iter: 1 display: 0 snapshot_prefix: "net"
snapshot_after_train: true random_seed: 1
"""


def main(program, folder):
    bench = Bench(program, folder)
    bench.write("net.prototxt", NET)
    bench.write("solver.prototxt", SOLVER)
    bench.ours("train", "--solver", "solver.prototxt")
    trained = ["--model", "net.prototxt", "--weights", "net_iter_1.caffemodel"]
    # A dense net slims to itself: this writes its deploy net.
    bench.ours("slim", *trained, "--out-model", "dense.prototxt", "--out-weights", "dense.caffemodel",
               "--out-deploy", "pruned-deploy.prototxt")  # fmt: skip
    bench.ours("prune", *trained, "--ratio", "0.5", "--round", "2", "--out-weights", "pruned.caffemodel")
    bench.ours("slim", "--model", "net.prototxt", "--weights", "pruned.caffemodel", "--out-model", "slim.prototxt",
               "--out-weights", "slim.caffemodel", "--out-deploy", "slim-deploy.prototxt")

    data = numpy.random.default_rng(1).uniform(-1, 1, (2, 3, 20, 20)).astype(numpy.float32)
    with h5py.File(bench.path("inputs.h5"), "w") as file:
        file["data"] = data
    outputs = {}
    for kind in "pruned", "slim":
        deploy, weights = f"{kind}-deploy.prototxt", f"{kind}.caffemodel"
        bench.ours("forward", "--model", deploy, "--weights", weights, "--inputs", "inputs.h5", "--outputs", f"{kind}.h5")
        with h5py.File(bench.path(f"{kind}.h5")) as file:
            outputs[f"{kind}, caffe-increg"] = file["data/fc"][...]
        net = cv2.dnn.readNetFromCaffe(bench.path(deploy), bench.path(weights))
        net.setInput(data, "data")
        outputs[f"{kind}, OpenCV {cv2.__version__}"] = net.forward("fc").reshape(2, -1)

    reference = outputs["pruned, caffe-increg"]
    largest = numpy.abs(reference).max()
    worst = 0.0
    for name, output in outputs.items():
        difference = float(numpy.abs(output - reference).max() / largest)
        worst = max(worst, difference)
        print(f"{name}: {difference:.3g} from the pruned net in caffe-increg")
    return 0 if worst <= 1e-4 else 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
