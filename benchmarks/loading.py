"""Times how long the weights of VGG-16 (553 MB) take to load, beside stock Caffe and OpenCV, whichever are present.

    python3 benchmarks/loading.py [--rounds 5] [--caffe PATH]

Every round loads the same caffemodel once with every program, in turn, into a net that is built already: from the log's
times for caffe-increg and stock Caffe (`test`), around `readNetFromCaffe` for OpenCV. Quoted are the median over rounds
and the ratio to ours with the lowest and highest ratio of a round. Then `convert` takes the file to HDF5 and back: that
must lose no bit, and its peak of resident memory tells how much of it reading takes.
"""

import argparse
import filecmp
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

import nets

OURS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.build/release/caffe-increg")
STAMP = re.compile(r"^I\d+ (\d+):(\d+):(\d+\.\d+) .*\] (.*)$", re.M)
OPENCV = """
import sys, time, cv2
start = time.perf_counter()
cv2.dnn.readNetFromCaffe(sys.argv[1], sys.argv[2])
print(time.perf_counter() - start)
"""


def run(*command):
    """Runs a command; returns its output, and its peak resident memory in bytes."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        output.seek(0)
        text = output.read()
    if status != 0:
        sys.exit(f"{' '.join(command)} ended with {status}:\n{text[-2000:]}")
    return text, usage.ru_maxrss * 1024


def loading(program, model, weights):
    """Seconds between the net's being built and its first batch, in which `test` loads the weights."""
    text, _ = run(program, "test", "-model", model, "-weights", weights, "-iterations", "1")
    times = {}
    for hour, minute, second, message in STAMP.findall(text):
        for event in ("Network initialization done", "Running for 1 iterations"):
            if message.startswith(event):
                times[event] = int(hour) * 3600 + int(minute) * 60 + float(second)
    start, end = times.values()
    return end - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--caffe", default=shutil.which("caffe"), help="stock Caffe's binary")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = lambda name: os.path.join(folder, name)
        lines = nets.NETS["vgg16"](1).prototxt.splitlines()
        with open(path("net.prototxt"), "w") as file:
            file.write("\n".join(lines))
        lines = [line for line in lines if "SoftmaxWithLoss" not in line and "DummyData" not in line]
        lines.insert(1, 'layer { name: "data" type: "Input" top: "data" input_param { shape { dim: [1, 3, 224, 224] } } }')
        with open(path("deploy.prototxt"), "w") as file:
            file.write("\n".join(lines))
        with open(path("solver.prototxt"), "w") as file:
            file.write(
                f'net: "{path("net.prototxt")}" base_lr: 1 lr_policy: "fixed" max_iter: 0 random_seed: 1'
                f' snapshot_prefix: "{path("vgg")}"')
        run(OURS, "train", "-solver", path("solver.prototxt"))
        os.remove(path("vgg_iter_0.solverstate"))
        weights, size = path("vgg_iter_0.caffemodel"), os.path.getsize(path("vgg_iter_0.caffemodel"))

        programs = {"caffe-increg": lambda: loading(OURS, path("deploy.prototxt"), weights)}
        if args.caffe and os.path.exists(args.caffe):
            programs["caffe"] = lambda: loading(args.caffe, path("deploy.prototxt"), weights)
        if subprocess.run([sys.executable, "-c", "import cv2"], capture_output=True).returncode == 0:
            programs["opencv"] = lambda: float(run(sys.executable, "-c", OPENCV, path("deploy.prototxt"), weights)[0])
        times = {name: [] for name in programs}
        for _ in range(args.rounds):
            for name, program in programs.items():
                times[name].append(program())
        print(f"{size / 1e6:.0f} MB; {'program':15}{'s':>8}{'x ours':>8}  lowest-highest")
        for name, runs in times.items():
            ratios = [a / b for a, b in zip(runs, times["caffe-increg"])]
            print(
                f"        {name:15}{statistics.median(runs):8.3f}{statistics.median(ratios):8.2f}"
                f"  {min(ratios):.2f}-{max(ratios):.2f}")

        _, peak = run(OURS, "convert", weights, path("a.h5"))
        run(OURS, "convert", path("a.h5"), path("back.caffemodel"))
        run(OURS, "convert", path("back.caffemodel"), path("b.h5"))
        same = filecmp.cmp(path("a.h5"), path("b.h5"), shallow=False)
        print(f"convert: peak memory {peak / size:.2f} x the file; to HDF5 and back {'the same bits' if same else 'DIFFERENT'}")
        if not same:
            sys.exit(1)


main()
