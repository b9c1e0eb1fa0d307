#!/usr/bin/env python3
"""Starts the recipes that came with caffe_increg (LeNet-5, VGG-16, ResNet-50), unmodified, on small made-up data.

  scripts/recipes.py PROGRAM RECIPES [--iterations 20] [--only lenet5,vgg16,resnet50]

RECIPES is the folder `compression_experiments` of caffe_increg. It is copied into a folder that looks as the recipes
expect: PROGRAM as build/tools/caffe, LMDBs of random images in data/, and pretrained weights, drawn at random, where
train.sh looks for them; that path is the only thing that is changed. Each train.sh runs until so many iterations are
done, and is interrupted then. Printed are the plan, the progress lines and how the run ended. The exit status is 1 where
a run fails or a loss is not a finite number. Needs 8 GB of disk in TMPDIR and 4 GB of memory.
"""

import argparse
import math
import os
import pathlib
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "benchmarks"))
from bench import run  # noqa: E402

RECIPES = ["lenet5", "vgg16", "resnet50"]
chance = random.Random(1)


def png(width, height):
    """Noise in blocks of eight pixels, as a PNG."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b""
    for _ in range(height // 8):
        row = b"\0" + b"".join(chance.randbytes(3) * 8 for _ in range(width // 8))
        rows += row * 8
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def make_data(program, root):
    def convert(*arguments):
        run([program, *arguments], root)

    (root / "images").mkdir()
    (root / "data/mnist").mkdir(parents=True)
    (root / "data/ilsvrc12").mkdir()
    names = [f"{index}.png" for index in range(64)]
    for name in names:
        (root / "images" / name).write_bytes(png(256, 256))
    (root / "list.txt").write_text("".join(f"{name} {chance.randrange(1000)}\n" for name in names))
    for part in ("train", "val"):
        convert("convert_imageset", "images/", "list.txt", f"data/ilsvrc12/ilsvrc12_{part}_lmdb")
    convert("compute_image_mean", "data/ilsvrc12/ilsvrc12_train_lmdb", "data/ilsvrc12/imagenet_mean.binaryproto")
    (root / "digits").write_bytes(struct.pack(">IIII", 2051, 256, 28, 28) + chance.randbytes(256 * 784))
    (root / "labels").write_bytes(struct.pack(">II", 2049, 256) + bytes(chance.randrange(10) for _ in range(256)))
    for part in ("train", "test"):
        convert("convert_mnist_data", "digits", "labels", f"data/mnist/mnist_{part}_lmdb")


def make_weights(program, root, recipe):
    """The weights of a run whose layers have fillers, which the recipes' nets lack.

    Where statistics are given it is a run of one iteration, without learning, that takes those of its batch: with those
    of an untrained BatchNorm, which are 0, every layer would multiply by 300.
    """
    net = (recipe / "train_val.prototxt").read_text()
    if "weight_filler" not in net:
        net = re.sub(r"((?:convolution|inner_product)_param\s*{)", r'\1 weight_filler { type: "xavier" }', net)
    iterations = 1 if "use_global_stats: true" in net else 0
    (root / "init.prototxt").write_text(net.replace("use_global_stats: true", "use_global_stats: false"))
    (root / "init_solver.prototxt").write_text(
        f'net: "init.prototxt" base_lr: 0 lr_policy: "fixed" max_iter: {iterations} snapshot_prefix: "init"'
        ' random_seed: 1 test_iter: 1 test_interval: 1000 test_initialization: false\n')
    run([program, "train", "--solver", "init_solver.prototxt"], root)
    return root / f"init_iter_{iterations}.caffemodel"


def go(root, recipe, iterations):
    weights = recipe / "weights"
    weights.mkdir(exist_ok=True)
    script = recipe / "train.sh"
    pretrained = re.search(r'PRETRAINED="(.*)"', script.read_text())[1]
    if pretrained.startswith("/"):
        shutil.copy(make_weights(root / "build/tools/caffe", root, recipe), weights / "pretrained.caffemodel")
        script.write_text(script.read_text().replace(pretrained, str((weights / "pretrained.caffemodel").relative_to(root))))
    start = time.monotonic()
    process = subprocess.Popen(["sh", script.relative_to(root), "0"], cwd=root)
    def read(kind):
        return "".join(path.read_text(errors="replace") for path in weights.glob(f"log_*_{kind}.txt"))

    stopped = False
    while process.poll() is None:
        time.sleep(0.2)
        if not stopped and f"**** Step {iterations} " in read("prune"):
            # train.sh passes on no signals: the program is its only child.
            child = int(pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])
            os.kill(child, signal.SIGINT)
            stopped = True
    print(f"== {recipe.name}: exit code {process.returncode} after {time.monotonic() - start:.0f} s")
    errors, output = read("acc"), read("prune")
    shown = r"\] Pruning plan: |\] Iteration \d+[, ].*(?:loss|lr)|Snapshotting|stopped early|rror"
    plan = [line.split("] ", 1)[1] for line in errors.splitlines() if re.search(shown, line)]
    print("\n".join(line for line in plan if not re.match(r"Pruning plan: layer '(?!.*(conv1|1_2|res2a))", line)))
    print("\n".join([line for line in output.splitlines() if line.startswith(("[app]", "**** Step"))][: iterations + 1]))
    losses = re.findall(r"\] Iteration \d+.* loss = (\S+)", errors)
    finite = bool(losses) and all(math.isfinite(float(loss)) for loss in losses)
    if not finite:
        print(f"FAILED {recipe.name}: losses {losses}")
    return process.returncode == 0 and finite and f"**** Step {iterations} " in output


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=os.path.abspath, help="caffe-increg")
    parser.add_argument("recipes", type=pathlib.Path, help="caffe_increg's folder compression_experiments")
    parser.add_argument("--iterations", type=int, default=20, help="how many of each recipe")
    parser.add_argument("--only", default=",".join(RECIPES), help="these of the recipes, separated by commas")
    options = parser.parse_args()
    unknown = set(options.only.split(",")) - set(RECIPES)
    if unknown:
        parser.error(f"--only: unknown recipes {sorted(unknown)}; there are {', '.join(RECIPES)}")
    if not options.recipes.is_dir():
        print(f"SKIPPED recipes: '{options.recipes}' is not here")
        return False
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "build/tools").mkdir(parents=True)
        (root / "build/tools/caffe").symlink_to(options.program)
        shutil.copytree(options.recipes, root / "compression_experiments")
        make_data(options.program, root)
        good = [go(root, root / "compression_experiments" / name, options.iterations) for name in options.only.split(",")]
    return not all(good)


if __name__ == "__main__":
    sys.exit(main())
