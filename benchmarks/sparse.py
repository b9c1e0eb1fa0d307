"""Convolutions with dead columns: per layer and in whole nets, computed without them, densely, and by direct convolution;
whole nets in OpenVINO, ONNX Runtime, OpenCV and PyTorch, too; training when nothing more is pruned; and compact files.

    python3 benchmarks/run.py sparse --nets 3x3                            layers of VGG-16 and ResNet-50, batches of 1 and 8
    python3 benchmarks/run.py sparse --nets 1x1                            pointwise ones
    python3 benchmarks/run.py sparse --nets vgg16,resnet50                 whole nets, beside the peers that are there
    python3 benchmarks/run.py sparse --nets vgg16-training,lenet-training  iterations behind a cut
    python3 benchmarks/run.py sparse --nets vgg16-file,resnet50-file       bytes

Needs the Python modules h5py and numpy; of peers openvino, onnxruntime, cv2 and torch.
"""

import os

import h5py
import nets
import numpy
from programs import ONNX_PEERS

# (input channels, extent, filters, kernel) of every shape of VGG-16's and ResNet-50's convolutions, but for images.
VGG16 = [(64, 224, 64), (64, 112, 128), (128, 112, 128), (128, 56, 256), (256, 56, 256), (256, 28, 512), (512, 28, 512), (512, 14, 512)]
RESNET50 = [(64, 56, 64), (128, 28, 128), (256, 14, 256), (512, 7, 512)]
POINTWISE = [
    (64, 56, 256), (256, 56, 64), (256, 56, 128), (128, 28, 512), (512, 28, 128), (512, 28, 256), (256, 14, 1024), (1024, 14, 256),
    (1024, 14, 512), (512, 7, 2048), (2048, 7, 512),
]  # fmt: skip
SHAPES = [(*shape, 3) for shape in VGG16 + RESNET50]
# (batch, dead columns in percent)
SETTINGS = [(1, 75), (1, 90), (8, 75), (8, 90)]
NETS = [("vgg16", 1), ("resnet50", 1)]
# (net, dead columns in percent, iterations between two lines of the log); LeNet's are the example's.
TRAINED = [("vgg16", 90, 1), ("lenet", 90, 20)]
MODES = {"compact": ["--compact=on"], "dense": ["--compact=off"], "direct": ["--compact=off", "--conv-algorithm=direct"]}


def layers():
    """(name, shape, batch, dead) of every layer that is measured."""
    for batch, dead in SETTINGS:
        for c, extent, filters, kernel in SHAPES:
            yield f"{kernel}x{kernel} {c}@{extent}-{filters} b{batch} {dead}%", (c, extent, filters, kernel), batch, dead
    for c, extent, filters in POINTWISE:
        yield f"1x1 {c}@{extent}-{filters} b1 75%", (c, extent, filters, 1), 1, 75


def layer_net(shape, batch):
    """A net of one convolution and its rectifier."""
    c, extent, filters, kernel = shape
    return (
        f'layer {{ name: "data" type: "Input" top: "data" input_param {{'
        f" shape {{ dim: {batch} dim: {c} dim: {extent} dim: {extent} }} }} }}\n"
        f'layer {{ name: "conv" type: "Convolution" bottom: "data" top: "conv" convolution_param {{ num_output: {filters}'
        f' kernel_size: {kernel} pad: {kernel // 2} weight_filler {{ type: "msra" }} }} }}\n'
        'layer { name: "relu" type: "ReLU" bottom: "conv" top: "conv" }\n'
    )


def kill_columns(path, dead):
    """Sets a share of the columns of every convolution to zero, but of those that read images."""
    random = numpy.random.default_rng(1)
    with h5py.File(path, "r+") as file:
        for blobs in file["data"].values():
            if not len(blobs) or blobs["0"].ndim != 4 or blobs["0"].shape[1] <= 4:
                continue
            weight = blobs["0"][...]
            columns = weight.reshape(len(weight), -1)
            columns[:, random.permutation(columns.shape[1])[: round(columns.shape[1] * dead / 100)]] = 0
            blobs["0"][...] = weight


def pruned(bench, weights, dead):
    """A caffemodel with dead columns, made once."""
    path = f"{os.path.splitext(weights)[0]}_{dead}.caffemodel"
    if not bench.exists(path):
        table = path.replace(".caffemodel", ".h5")
        bench.ours("convert", weights, table)
        kill_columns(bench.path(table), dead)
        bench.ours("convert", table, path)
    return path


def layer_weights(bench, shape, dead):
    """Those of a layer's net."""
    name = "sparse_" + "_".join(map(str, shape))
    if not bench.exists(f"{name}_iter_0.caffemodel"):
        model = bench.file(f"{name}.prototxt", layer_net(shape, 1))
        solver = f'base_lr: 0 lr_policy: "fixed" max_iter: 0 random_seed: 1 net: "{model}" snapshot_prefix: "{name}"\n'
        bench.ours("train", "--solver=" + bench.file(f"{name}_solver.prototxt", solver))
    return pruned(bench, f"{name}_iter_0.caffemodel", dead)


def low(times):
    """What a tenth of the times are below: what else the machine does makes a piece slower, never faster."""
    return float(numpy.percentile(times, 10, method="lower"))


def passes(bench, model, weights, mode):
    """A forward pass as the sum of its layers, in milliseconds, and the run's peak memory."""
    layers, memory = bench.layer_events(model, 60, "--weights=" + weights, "--forward-only", *MODES[mode])
    return [sum(low(layer["forward_ms"]) for layer in layers), memory]


def layer(bench, shape, batch, dead, mode):
    """A layer's forward pass."""
    model = bench.file(f"sparse_{'_'.join(map(str, shape))}_b{batch}.prototxt", layer_net(shape, batch))
    return passes(bench, model, layer_weights(bench, shape, dead), mode)


def net(bench, name, batch, dead, mode):
    """A net's forward pass."""
    return passes(bench, bench.deploy_net(name, batch), pruned(bench, bench.weights(name), dead), mode)


def peer(bench, name, batch, dead, program):
    """A forward pass of the net with the same zeros in a program that reads ONNX."""
    weights = bench.path(pruned(bench, bench.weights(name), dead))
    return bench.onnx_pass(program, bench.deploy_net(name, batch), weights, nets.NETS[name](batch).shape, 20)


def training(bench, name, dead, display, mode):
    """An iteration of training behind a cut that is done before the first."""
    cut = f'prune_method: "OneShot_Col" prune_ratio: {dead / 100} snapshot_after_train: false'
    solver = bench.solver(f"sparse_{name}_solver.prototxt", bench.train_net(name), 10 * display + 1, display, cut)
    return bench.timed(solver, display, flags=MODES[mode])


def convolution_bytes(bench, name, dead, mode):
    """The MiB of the convolutions' weights in a whole file, or of what is left of them in a compact one."""
    whole = pruned(bench, bench.weights(name), dead)
    compact = whole.replace(".caffemodel", "_compact.caffemodel")
    if not bench.exists(compact):
        bench.ours("convert", "--compact", whole, compact)
    with h5py.File(bench.path(whole.replace(".caffemodel", ".h5"))) as file:
        floats = sum(blobs["0"].size for blobs in file["data"].values() if len(blobs) and blobs["0"].ndim == 4)
    saved = os.path.getsize(bench.path(whole)) - os.path.getsize(bench.path(compact)) if mode == "compact" else 0
    return [0, (4 * floats - saved) / 2**20]


def section(bench, present):
    """All of it."""
    peers = sorted(ONNX_PEERS & present)
    for name, shape, batch, dead in layers():
        yield name, {mode: lambda a=(shape, batch, dead, mode): layer(bench, *a) for mode in MODES}
    for name, batch in NETS:
        for dead in (75, 90):
            runs = {mode: lambda a=(name, batch, dead, mode): net(bench, *a) for mode in MODES}
            runs |= {program: lambda a=(name, batch, dead, program): peer(bench, *a) for program in peers}
            # These compute with zeros as with any number.
            if "opencv" in present:
                runs["opencv"] = lambda a=(name, batch): bench.opencv(*a, 20)
            if "torch" in present:
                runs["torch"] = lambda a=(name, batch): bench.torch(a[0], "infer", ["--frozen"], a[1])
            yield f"{name} b{batch} {dead}%", runs
    for name, dead, display in TRAINED:
        runs = {mode: lambda a=(name, dead, display, mode): training(bench, *a) for mode in ("compact", "dense")}
        yield f"{name}-training {dead}%", runs
    for name, _ in NETS:
        runs = {mode: lambda a=(name, 90, mode): convolution_bytes(bench, *a) for mode in ("compact", "dense")}
        yield f"{name}-file 90%", runs
