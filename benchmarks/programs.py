"""The programs under test: each function runs one of them once and returns a figure, [milliseconds, peak MiB]."""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile

import floor
import layers
import nets

HERE = os.path.dirname(os.path.abspath(__file__))
STAMP = re.compile(r"^I\d+ (\S+) .*\] Iteration \d+\b.*loss =", re.M)

# Iterations per run: enough for a stable median, little enough for an hour in all.
ITERATIONS = {
    "lenet": 200, "cifar10_quick": 40, "cifar10_full": 40, "resnet56": 8,
    "caffenet": 6, "vgg16": 5, "resnet50": 6, "googlenet": 8, "mobilenet": 8,
}  # fmt: skip


def has_module(name):
    """Whether Python can import a module."""
    return subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True).returncode == 0


def run(command, environment):
    """Runs a command; returns its output and its peak resident memory (VmHWM) in MiB."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        output.seek(0)
        text = output.read()
    if status != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {status}:\n{text[-2000:]}")
    return text, usage.ru_maxrss / 1024


def clock(stamp):
    """The seconds of a log's time of day."""
    hours, minutes, seconds = stamp.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def display_times(text, display):
    """Milliseconds per iteration between the display lines of a Caffe log."""
    stamps = [clock(stamp) for stamp in STAMP.findall(text)]
    return [(b - a) * 1e3 / display for a, b in zip(stamps, stamps[1:])]


class Bench:
    """Where things are, and the nets as files."""

    def __init__(self, program, caffe, threads, folder, cache=None):
        """`cache` is where the program keeps which convolutions it chose, if not where it always does."""
        self.program, self.caffe, self.threads, self.folder, self.cache = program, caffe, threads, folder, cache
        self.compiled = None

    def environment(self, threads=None):
        count = str(threads or self.threads)
        cache = {"XDG_CACHE_HOME": self.cache} if self.cache else {}
        return dict(os.environ, **cache, OMP_NUM_THREADS=count, OPENBLAS_NUM_THREADS=count, MKL_NUM_THREADS=count)

    def file(self, name, text):
        """Writes a file of the sitting's folder, if it is not there yet; returns its path."""
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            with open(path, "w") as file:
                file.write(text)
        return path

    def solver(self, name, net_path, iterations, display, more=""):
        return self.file(
            name,
            f'net: "{net_path}" base_lr: 1e-5 lr_policy: "fixed" momentum: 0.9 weight_decay: 0.0005 display: {display}'
            f' max_iter: {iterations} snapshot_prefix: "{self.folder}/{name}" solver_mode: CPU random_seed: 1 {more}\n')  # fmt: skip

    def train_net(self, net):
        return self.file(net + ".prototxt", nets.NETS[net]().prototxt)

    def deploy_net(self, net, batch):
        return self.file(f"{net}_{batch}_deploy.prototxt", nets.NETS[net](batch).deploy)

    def weights(self, net):
        """A caffemodel of a net: as filled, but for one iteration that gives BatchNorm its statistics."""
        name = f"{net}_one"
        path = os.path.join(self.folder, name + "_iter_1.caffemodel")
        if not os.path.exists(path):
            small = self.file(f"{net}_small.prototxt", nets.NETS[net](2).prototxt)
            run([self.program, "train", "--solver=" + self.solver(name, small, 1, 1)], self.environment())
        return path

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

    def train(self, command, net, threads=None):
        """One iteration of a program that takes Caffe's solvers."""
        # A display line every few iterations: printing must not be what is measured.
        count = ITERATIONS[net]
        display = max(1, count // 10)
        solver = self.solver(
            net + "_solver.prototxt", self.train_net(net), count + 1, display, "snapshot_after_train: false")  # fmt: skip
        text, memory = run(command + ["train", "--solver=" + solver], self.environment(threads))
        times = display_times(text, display)
        # The first interval pays for what is made once.
        return [statistics.median(times[1:] or times), memory]

    def ours_training(self, net, threads=None):
        return self.train([self.program], net, threads)

    def caffe_training(self, net):
        return self.train([self.caffe], net)

    def floor_training(self, net):
        return self.floor_sum(floor.rows(nets.NETS[net]()))

    def torch(self, net, mode, flags, batch=None):
        more = ["--batch", str(batch)] if batch else []
        text, memory = run(
            [sys.executable, "-W", "ignore", os.path.join(HERE, "torch_peer.py"), net, mode, str(ITERATIONS[net]), "--threads",
             str(self.threads), *flags, *more], self.environment())  # fmt: skip
        times = [float(line) for line in text.split()]
        return [statistics.median(times[len(times) // 5 :]), memory]

    # Inference

    def ours_inference(self, net, batch, count):
        text, memory = run(
            [self.program, "time", "--model=" + self.deploy_net(net, batch), "--weights=" + self.weights(net),
             f"--iterations={count}", "--forward-only"], self.environment())  # fmt: skip
        times = [float(t) for t in re.findall(r"forward-backward time: ([\d.e+-]+) ms", text)]
        return [statistics.median(times), memory]

    def caffe_inference(self, net, batch, count):
        text, memory = run(
            [self.caffe, "time", "--model=" + self.deploy_net(net, batch), "--weights=" + self.weights(net),
             f"--iterations={count}", "--phase=TEST"], self.environment())  # fmt: skip
        return [float(re.search(r"Average Forward pass: ([\d.e+-]+) ms", text)[1]), memory]

    def opencv(self, net, batch, count):
        """The time of a forward pass, and the memory."""
        shape = ",".join(map(str, nets.NETS[net](batch).shape))
        text, memory = run(
            [sys.executable, os.path.join(HERE, "opencv_peer.py"), self.deploy_net(net, batch), self.weights(net),
             shape, str(count), str(self.threads)], self.environment())  # fmt: skip
        times = [float(line) for line in text.split()]
        return [statistics.median(times[len(times) // 5 :]), memory]

    def floor_inference(self, net, batch):
        return self.floor_sum(floor.inference_rows(nets.NETS[net](batch)), forward_only=True)

    # Layers

    def layer_times(self, prototxt, count):
        """Our {layer: (forward, backward)} in milliseconds, each a list with one entry per iteration."""
        events = os.path.join(self.folder, "layers.json")
        if os.path.exists(events):
            os.remove(events)
        command = [self.program, "time", "--model", prototxt, "--iterations", str(count), "--log-json", events]
        run(command, self.environment())
        with open(events) as file:
            event = json.loads(file.read())
        return {layer["name"]: (layer["forward_ms"], layer["backward_ms"]) for layer in event["layers"]}

    def layers(self, net):
        """The rows of layers.compare."""
        rows = floor.rows(nets.NETS[net]())
        ours = self.layer_times(self.train_net(net), ITERATIONS[net])
        return layers.compare(rows, ours, self.measured_floor(rows))
