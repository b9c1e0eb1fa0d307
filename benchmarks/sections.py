"""What a sitting measures. A section maps a net to its programs, and a program to a function that runs it once."""

import os

import layers
import loading
import methods
import nets
import programs
import slim
import sparse
import update
from bench import has_module

INFERENCE = [
    ("lenet", 64), ("cifar10_quick", 100), ("cifar10_full", 100), ("resnet56", 64), ("caffenet", 32), ("vgg16", 1), ("vgg16", 4),
    ("vgg16", 8), ("resnet50", 1), ("resnet50", 4), ("resnet50", 8), ("googlenet", 8),
]  # fmt: skip
TORCH = {"nhwc": [], "nchw": ["--nchw"]}
TORCH_INFERENCE = TORCH | {"frozen nhwc": ["--frozen"], "frozen nchw": ["--nchw", "--frozen"]}


def peers(bench):
    """The peers that are present."""
    found = {"caffe"} if bench.caffe and os.path.exists(bench.caffe) else set()
    modules = {"torch": "torch", "opencv": "cv2"} | {name: name for name in programs.ONNX_PEERS}
    return found | {name for name, module in modules.items() if has_module(module)}


def train(bench, present):
    """Iterations of training, with the floor of forward and backward."""
    for net in nets.NETS:
        runs = {"ours": lambda net=net: bench.ours_training(net), "floor": lambda net=net: bench.floor_training(net)}
        if "caffe" in present:
            runs["caffe"] = lambda net=net: bench.caffe_training(net)
        if "torch" in present:
            for name, flags in TORCH.items():
                runs["torch " + name] = lambda net=net, flags=flags: bench.torch(net, "train", flags)
        yield net, runs


def infer(bench, present):
    """Forward passes of trained nets, with their floor."""
    for net, batch in INFERENCE:
        count = 20 if batch == 1 else max(6, programs.ITERATIONS[net])
        runs = {
            "ours": lambda a=(net, batch, count): bench.ours_inference(*a),
            "floor": lambda a=(net, batch): bench.floor_inference(*a),
        }
        if "caffe" in present:
            runs["caffe"] = lambda a=(net, batch, max(3, count // 4)): bench.caffe_inference(*a)
        if "opencv" in present:
            runs["opencv"] = lambda a=(net, batch, count): bench.opencv(*a)
        for peer in programs.ONNX_PEERS & present:
            runs[peer] = lambda a=(peer, net, batch, count): bench.onnx(*a)
        if "torch" in present:
            for name, flags in TORCH_INFERENCE.items():
                runs["torch " + name] = lambda a=(net, "infer", flags, batch): bench.torch(*a)
        yield f"{net} b{batch}", runs


def load(bench, present):
    """Reading the weights of VGG-16 into a net, and converting them."""
    loading.prepare(bench)
    runs = {"ours": lambda: loading.of_test(bench, bench.program)}
    if "caffe" in present:
        runs["caffe"] = lambda: loading.of_test(bench, bench.caffe)
    if "opencv" in present:
        runs["opencv"] = lambda: loading.of_opencv(bench)
    yield loading.NET, runs | {"convert": lambda: loading.of_convert(bench), "file": lambda: loading.file_size(bench)}


def layer_times(bench, present):
    """Our layers beside the floor: the sums, and the table on the terminal."""

    def both(net):
        compared = bench.layers(net)
        print(layers.table(net, compared))
        ours, bare = layers.sums(compared)
        return {"ours": [ours, 0], "floor": [bare, 0]}

    for net in nets.NETS:
        yield net, lambda net=net: both(net)


def threads(bench, present):
    """Training on one thread and on two."""
    for net in nets.NETS:
        yield net, {
            "ours": lambda net=net: bench.ours_training(net, 2),
            "1 thread": lambda net=net: bench.ours_training(net, 1),
        }


def solver_update(bench, present):
    """The solver's update in streaming passes."""
    yield "update", lambda: update.figures(bench)


SECTIONS = {
    "train": train, "infer": infer, "load": load, "layers": layer_times, "threads": threads, "update": solver_update,
    "sparse": sparse.section, "slim": slim.section, "methods": methods.section,
}  # fmt: skip
