"""Times caffe-increg beside stock Caffe and PyTorch, whichever are present, interleaved in one sitting.

    python3 benchmarks/run.py [NET ...] [--rounds 5] [--mode train|infer] [--caffe PATH] [--json FILE]

Every round runs every program once on every net; what is quoted is the median over rounds of each run's median
iteration, and the ratio to ours with the lowest and highest ratio of a round. Two threads unless --threads says else.
"""

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import nets

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
STAMP = re.compile(r"^I\d+ (\d+):(\d+):(\d+\.\d+) .*\] Iteration (\d+)\b.*loss =")

# Iterations per run: enough for a stable median, little enough for an hour in all.
ITERATIONS = {
    "lenet": 200, "cifar10_quick": 40, "cifar10_full": 40, "resnet56": 8,
    "caffenet": 5, "vgg16": 4, "resnet50": 5, "googlenet": 5,
}  # fmt: skip


def solver_text(net_path, iterations, display):
    return (
        f'net: "{net_path}" base_lr: 1e-5 lr_policy: "fixed" momentum: 0.9 weight_decay: 0.0005 display: {display}'
        f" max_iter: {iterations} snapshot_after_train: false solver_mode: CPU random_seed: 1\n"
    )


def run(command, environment):
    """Runs a command; returns its output and its peak resident memory in MiB."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        output.seek(0)
        text = output.read()
    if status != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {status}:\n{text[-2000:]}")
    return text, usage.ru_maxrss / 1024


def solver_times(text, display):
    """Milliseconds per iteration between the display lines of a Caffe log."""
    stamps = []
    for line in text.splitlines():
        match = STAMP.match(line)
        if match:
            hour, minute, second = int(match[1]), int(match[2]), float(match[3])
            stamps.append(hour * 3600 + minute * 60 + second)
    return [(b - a) * 1e3 / display for a, b in zip(stamps, stamps[1:])]


class Sitting:
    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        self.environment = dict(os.environ, OMP_NUM_THREADS=str(args.threads), OPENBLAS_NUM_THREADS=str(args.threads))
        self.programs = {"caffe-increg": self.ours}
        if args.caffe and os.path.exists(args.caffe):
            self.programs["caffe"] = self.caffe
        if shutil.which("python3") and subprocess.run([sys.executable, "-c", "import torch"], capture_output=True).returncode == 0:
            self.programs["torch nhwc"] = lambda net: self.torch(net, [])
            self.programs["torch nchw"] = lambda net: self.torch(net, ["--nchw"])

    def prototxt(self, net):
        path = os.path.join(self.folder, net + ".prototxt")
        if not os.path.exists(path):
            make = nets.NETS[net]
            with open(path, "w") as file:
                file.write((make(self.args.batch) if self.args.batch else make()).prototxt)
        return path

    def iterations(self, net):
        return ITERATIONS[net]

    def solve(self, command, net):
        # A display line every few iterations: printing must not be what is measured.
        count = self.iterations(net)
        display = max(1, count // 10)
        solver = os.path.join(self.folder, net + "_solver.prototxt")
        with open(solver, "w") as file:
            file.write(solver_text(self.prototxt(net), count + 1, display))
        text, memory = run(command + ["train", "--solver=" + solver], self.environment)
        times = solver_times(text, display)
        # The first interval pays for what is made once.
        return statistics.median(times[1:] or times), memory

    def forward(self, command, net):
        text, memory = run(
            command + ["time", "--model=" + self.prototxt(net), f"--iterations={self.iterations(net)}", "--phase=TEST"],
            self.environment)
        return float(re.search(r"Average Forward pass: ([\d.e+-]+) ms", text)[1]), memory

    def ours(self, net):
        command = [os.path.join(ROOT, ".build/release/caffe-increg")]
        return self.solve(command, net) if self.args.mode == "train" else self.forward(command, net)

    def caffe(self, net):
        return self.solve([self.args.caffe], net) if self.args.mode == "train" else self.forward([self.args.caffe], net)

    def torch(self, net, flags):
        batch = ["--batch", str(self.args.batch)] if self.args.batch else []
        text, memory = run(
            [sys.executable, os.path.join(HERE, "torch_peer.py"), net, self.args.mode, str(self.iterations(net)),
             "--threads", str(self.args.threads)] + flags + batch, self.environment)
        times = [float(line) for line in text.split()]
        return statistics.median(times[len(times) // 5 :]), memory


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nets", nargs="*", default=list(nets.NETS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mode", choices=["train", "infer"], default="train")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int)
    parser.add_argument("--caffe", default=shutil.which("caffe"), help="stock Caffe's binary")
    parser.add_argument("--json", help="write every single figure here")
    args = parser.parse_args()
    unknown = [net for net in args.nets if net not in nets.NETS]
    if unknown:
        parser.error(f"unknown nets {unknown}; there are {list(nets.NETS)}")
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {args.threads} threads, {args.mode}")
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        sitting = Sitting(args, folder)
        for _ in range(args.rounds):
            for net in args.nets:
                for name, program in sitting.programs.items():
                    start = time.time()
                    figures.setdefault((net, name), []).append(program(net))
                    print(f"  {net} {name}: {figures[net, name][-1][0]:.2f} ms ({time.time() - start:.0f} s)", file=sys.stderr)
    print(f"{'net':15}{'program':15}{'ms':>10}{'MiB':>8}{'x ours':>8}  lowest-highest")
    for (net, name), runs in figures.items():
        ours = figures[net, "caffe-increg"]
        ratios = [a[0] / b[0] for a, b in zip(runs, ours)]
        print(
            f"{net:15}{name:15}{statistics.median(r[0] for r in runs):10.2f}{statistics.median(r[1] for r in runs):8.0f}"
            f"{statistics.median(ratios):8.2f}  {min(ratios):.2f}-{max(ratios):.2f}"
        )
    if args.json:
        with open(args.json, "w") as file:
            json.dump({f"{net}/{name}": runs for (net, name), runs in figures.items()}, file, indent=1)


if __name__ == "__main__":
    main()
