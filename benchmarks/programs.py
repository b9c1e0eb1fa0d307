"""The programs under test: each function runs one of them once and returns a figure, [milliseconds, peak MiB]."""

import json
import os
import re
import statistics
import sys

import floor
import layers
import nets
from bench import Bench, run, settled

HERE = os.path.dirname(os.path.abspath(__file__))
STAMP = re.compile(r"^I\d+ (\S+) .*\] Iteration \d+\b.*loss =", re.M)

# Programs that read ONNX, by their modules in Python.
ONNX_PEERS = {"openvino", "onnxruntime"}

# Iterations per run: enough for a stable median, little enough for an hour in all.
ITERATIONS = {
    "lenet": 200, "cifar10_quick": 40, "cifar10_full": 40, "resnet56": 8,
    "caffenet": 6, "vgg16": 5, "resnet50": 6, "googlenet": 8, "mobilenet": 8,
}  # fmt: skip


def clock(stamp):
    """The seconds of a log's time of day."""
    hours, minutes, seconds = stamp.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def display_times(text, display):
    """Milliseconds per iteration between the display lines of a Caffe log."""
    stamps = [clock(stamp) for stamp in STAMP.findall(text)]
    return [(b - a) * 1e3 / display for a, b in zip(stamps, stamps[1:])]


def pass_times(text):
    """Milliseconds of the passes that `time` measures."""
    return [float(time) for time in re.findall(r"forward-backward time: ([\d.e+-]+) ms", text)]


class Programs(Bench):
    """caffe-increg and its peers, and the nets as files."""

    def __init__(self, program, folder, threads, caffe=None, cache=None):
        super().__init__(program, folder, threads, cache)
        self.caffe = caffe and os.path.abspath(caffe)
        self.compiled = None

    def solver(self, name, net_path, iterations, display, more=""):
        return self.file(
            name,
            f'net: "{net_path}" base_lr: 1e-5 lr_policy: "fixed" momentum: 0.9 weight_decay: 0.0005 display: {display}'
            f' max_iter: {iterations} snapshot_prefix: "{self.folder}/{name}" solver_mode: CPU random_seed: 1'
            f" {more}\n")  # fmt: skip

    def train_net(self, net):
        return self.file(net + ".prototxt", nets.NETS[net]().prototxt)

    def deploy_net(self, net, batch):
        return self.file(f"{net}_{batch}_deploy.prototxt", nets.NETS[net](batch).deploy)

    def weights(self, net):
        """A caffemodel of a net: as filled, but for one iteration that gives BatchNorm its statistics."""
        name = f"{net}_one"
        if not self.exists(name + "_iter_1.caffemodel"):
            small = self.file(f"{net}_small.prototxt", nets.NETS[net](2).prototxt)
            self.ours("train", "--solver=" + self.solver(name, small, 1, 1))
        return self.path(name + "_iter_1.caffemodel")

    @property
    def floor(self):
        """The program of floor.c."""
        self.compiled = self.compiled or floor.compile_program(self.folder)
        return self.compiled

    def measured_floor(self, rows, **more):
        return floor.measure(self.floor, sorted({row.line for row in rows}), self.environment(), **more)

    def floor_sum(self, rows, **more):
        measured = self.measured_floor(rows, **more)
        return [sum(sum(floor.of_row(row, measured)) for row in rows), 0]

    # Training

    def train(self, program, net, threads=None):
        """One iteration of a program that takes Caffe's solvers."""
        # A display line every few iterations: printing must not be what is measured.
        count = ITERATIONS[net]
        display = max(1, count // 10)
        solver = self.solver(
            net + "_solver.prototxt", self.train_net(net), count + 1, display, "snapshot_after_train: false")  # fmt: skip
        return self.timed(solver, display, program, threads)

    def timed(self, solver, display, program=None, threads=None, flags=(), lines=None):
        """The milliseconds of an iteration of a solver that displays every few, and the run's peak memory; only of the
        first so many lines, if they are given."""
        command = [program or self.program, "train", "--solver=" + solver, *flags]
        done = run(command, self.folder, self.environment(threads))
        times = display_times(done.errors, display)[:lines]
        # The first interval pays for what is made once.
        return [statistics.median(times[1:] or times), done.memory]

    def ours_training(self, net, threads=None):
        return self.train(self.program, net, threads)

    def caffe_training(self, net):
        return self.train(self.caffe, net)

    def floor_training(self, net):
        return self.floor_sum(floor.rows(nets.NETS[net]()))

    def torch(self, net, mode, flags, batch=None):
        more = ["--batch", str(batch)] if batch else []
        return self.peer("torch_peer.py", net, mode, str(ITERATIONS[net]), "--threads", str(self.threads), *flags, *more)

    def peer(self, script, *arguments):
        """Of a script that prints the milliseconds of each pass, a line each."""
        command = [sys.executable, "-W", "ignore", os.path.join(HERE, script), *arguments]
        done = run(command, self.folder, self.environment())
        return [settled([float(line) for line in done.output.split()]), done.memory]

    # Inference

    def ours_inference(self, net, batch, count):
        return self.ours_pass(self.deploy_net(net, batch), self.weights(net), count)

    def ours_pass(self, model, weights, count):
        """The time of a forward pass, and the memory."""
        done = self.ours("time", "--model=" + model, "--weights=" + weights, f"--iterations={count}", "--forward-only")
        return [statistics.median(pass_times(done.text)), done.memory]

    def caffe_inference(self, net, batch, count):
        done = run(
            [self.caffe, "time", "--model=" + self.deploy_net(net, batch), "--weights=" + self.weights(net),
             f"--iterations={count}", "--phase=TEST"], self.folder, self.environment())  # fmt: skip
        return [float(re.search(r"Average Forward pass: ([\d.e+-]+) ms", done.text)[1]), done.memory]

    def opencv(self, net, batch, count):
        return self.opencv_pass(self.deploy_net(net, batch), self.weights(net), nets.NETS[net](batch).shape, count)

    def opencv_pass(self, model, weights, shape, count):
        """As `ours_pass`, in OpenCV."""
        return self.peer("opencv_peer.py", model, weights, ",".join(map(str, shape)), str(count), str(self.threads))

    def onnx(self, peer, net, batch, count):
        return self.onnx_pass(peer, self.deploy_net(net, batch), self.weights(net), nets.NETS[net](batch).shape, count)

    def onnx_pass(self, peer, model, weights, shape, count):
        """As `ours_pass`, of a net that is converted once, in a program that reads ONNX."""
        graph = model.removesuffix(".prototxt") + "_" + os.path.basename(weights).removesuffix(".caffemodel") + ".onnx"
        if not self.exists(graph):
            self.ours("convert", weights, "--model=" + model, graph)
        return self.peer("onnx_peer.py", peer, graph, ",".join(map(str, shape)), str(count), str(self.threads))

    def floor_inference(self, net, batch):
        return self.floor_sum(floor.inference_rows(nets.NETS[net](batch)), forward_only=True)

    # Layers

    def layer_events(self, prototxt, count, *flags):
        """What `time` tells of every layer, and the run's peak memory."""
        # The program adds to a file that is there.
        events = self.write("layers.json", "")
        done = self.ours("time", "--model", prototxt, "--iterations", str(count), "--log-json", events, *flags)
        lines = [json.loads(line) for line in self.read("layers.json").splitlines()]
        [event] = [line for line in lines if line["event"] == "layers"]
        return event["layers"], done.memory

    def layer_times(self, prototxt, count):
        """Our {layer: (forward, backward)} in milliseconds, each a list with one entry per iteration."""
        told, _ = self.layer_events(prototxt, count)
        return {layer["name"]: (layer["forward_ms"], layer["backward_ms"]) for layer in told}

    def layers(self, net):
        """The rows of layers.compare."""
        rows = floor.rows(nets.NETS[net]())
        ours = self.layer_times(self.train_net(net), ITERATIONS[net])
        return layers.compare(rows, ours, self.measured_floor(rows))
