#!/usr/bin/env python3
"""Trains LeNet-5 and ResNet-20 under mpirun and with --simulate-ranks, and compares what both leave, byte by byte: weights,
momentum and the state of the method.

  scripts/same-ranks.py PROGRAM --mnist LMDB --cifar10 LMDB [--ranks 2,3,4] [--iterations 50] [--batch 16]

The databases are those that `reproduce run lenet5` and `reproduce run resnet20` make (train_lmdb).
"""

import argparse
import os
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "benchmarks"))
from bench import MPI_AS_ROOT, ROOT, run  # noqa: E402

RATIO = "prune_ratio: 0.5"
METHODS = {
    "plain": "",
    "Reg_Col": f'prune_method: "Reg_Col" regularization_type: "Reg_Col" {RATIO} AA: 0.02 target_reg: 0.2',
    "Reg_Channel": f'prune_method: "Reg_Channel" {RATIO} AA: 0.02 target_reg: 0.2',
    "GReg-1": f'prune_method: "GReg-1" {RATIO} pruning_param {{ reg_step: 0.01 reg_interval: 2 iters_before_cut: 40 }}',
    "SPP": f'prune_method: "PP_Channel" {RATIO} AA: 0.2 prune_interval: 2',
}
NETS = {"lenet5-mnist": "mnist", "resnet20-cifar10": "cifar10"}
ENVIRONMENT = {**os.environ, **MPI_AS_ROOT, "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMP_NUM_THREADS": "1"}


def prepare(folder, recipe, source, batch, iterations, pruning):
    text = pathlib.Path(ROOT, "examples/recipes", recipe, "net.prototxt").read_text()
    text = re.sub(r'source: "[^"]*"', f'source: "{source}"', re.sub(r"batch_size: \d+", f"batch_size: {batch}", text))
    (folder / "net.prototxt").write_text(text)
    (folder / "solver.prototxt").write_text(
        f'net: "net.prototxt" base_lr: 0.01 lr_policy: "fixed" momentum: 0.9 weight_decay: 0.0005 random_seed: 5'
        f' display: 10 max_iter: {iterations} snapshot_prefix: "run" test_iter: 2 test_interval: 25 {pruning}\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("--mnist", required=True, type=os.path.abspath)
    parser.add_argument("--cifar10", required=True, type=os.path.abspath)
    parser.add_argument("--ranks", default="2,3,4")
    parser.add_argument("--iterations", type=int, default=50)
    parser.add_argument("--batch", type=int, default=16)
    options = parser.parse_args()
    compared = different = 0
    for recipe, data in NETS.items():
        for method, pruning in METHODS.items():
            for ranks in options.ranks.split(","):
                with tempfile.TemporaryDirectory() as root:
                    train = [options.program, "train", "--solver", "solver.prototxt", "--conv-algorithm", "direct"]
                    lines = {
                        "processes": ["mpirun", "--bind-to", "none", "-np", ranks, *train],
                        "simulated": [*train, "--simulate-ranks", ranks],
                    }
                    folders = {}
                    for name, line in lines.items():
                        folders[name] = pathlib.Path(root, name)
                        folders[name].mkdir()
                        prepare(
                            folders[name], recipe, getattr(options, data), options.batch, options.iterations, pruning)
                        run(line, folders[name], ENVIRONMENT)
                    files = sorted(folders["simulated"].glob(f"run_iter_{options.iterations}.*"))
                    unlike = [f.name for f in files if f.read_bytes() != (folders["processes"] / f.name).read_bytes()]
                    compared, different = compared + len(files), different + len(unlike)
                    print(f"{recipe}, {method}, {ranks} ranks: {len(files)} files, different: {unlike or 'none'}", flush=True)
    print(f"{compared} files compared, {different} differ")
    sys.exit(different > 0 or compared == 0)


if __name__ == "__main__":
    main()
