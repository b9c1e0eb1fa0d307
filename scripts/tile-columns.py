#!/usr/bin/env python3
"""Columns of tiles against whole columns: what IncReg keeps of the accuracy with Reg_TileCol and with Reg_Col.

  scripts/tile-columns.py PROGRAM IMAGES FOLDER [--nets quick,resnet20] [--ratios 0.75,0.9] [--seeds 1,2,3] [--table]

IMAGES is CIFAR-10 as image files, train/CLASS/NAME and test/CLASS/NAME, or an archive of that which tar can unpack.
Everything is written to FOLDER; what is finished there is not done again, so that a stopped run goes on, and `--table`
only prints the table of what there is. For every net and seed a net is trained, then pruned from its weights by each
method to each ratio of its 3 x 3 and larger convolutions (of ResNet-20's the first stays whole) and retrained until the
accuracy does not rise any more. The accuracy is that of the best check on the 10,000 test images, for the net as it was
trained and for the pruned ones alike. A layer of at most 32 filters is one tile, and its groups are its columns: in the
quick net the methods differ in conv3, in ResNet-20 in the third stage.
"""

import argparse
import collections
import pathlib
import re
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))
import bench  # noqa: E402
import images  # noqa: E402
import nets  # noqa: E402

METHODS = ["Reg_Col", "Reg_TileCol"]
# Iterations of training, its solver, and the solver of pruning.
NETS = {
    "quick": (
        4000,
        'base_lr: 0.001 lr_policy: "fixed" momentum: 0.9 weight_decay: 0.004',
        'base_lr: 0.001 lr_policy: "fixed" momentum: 0.9 weight_decay: 0.004 AA: 0.005 target_reg: 1',
    ),
    "resnet20": (
        12000,
        'base_lr: 0.1 lr_policy: "multistep" gamma: 0.1 stepvalue: 6000 stepvalue: 9000 momentum: 0.9 weight_decay: 0.0001',
        'base_lr: 0.01 lr_policy: "fixed" momentum: 0.9 weight_decay: 0.0001 AA: 0.001 target_reg: 0.2',
    ),
}


def run(bench, log, *arguments):
    """Runs the program with its log in a file, which has its name only when the program has ended well."""
    part = log.with_suffix(".part")
    part.write_text(bench.ours(*map(str, arguments)).text)
    part.rename(log)


def net_text(name, folder, ratio=None):
    """A net with its data, and with a ratio for its convolutions."""
    if name == "quick":
        text = (ROOT / "examples/cifar10/train_test.prototxt").read_text()
        text = text.replace("examples/cifar10/work", str(folder))
    else:
        text = images.with_data(nets.resnet56(batch=100, blocks=3), folder)
    if ratio is None:
        return text

    def asked(match):
        size = int(re.search(r"kernel_size: (\d+)", match.group(2)).group(1))
        whole = size == 1 or name == "resnet20" and match.group(1) == "conv1"
        return match.group(0) if whole else f"{match.group(0)} prune_param {{ prune_ratio: {ratio} }}"

    # The name and the field that gives the kernel's size, of every convolution.
    return re.sub(
        r'name: "(\w+)"\s+type: "Convolution"(?=((?:(?!type:)[\s\S])*?kernel_size: \d+))', asked, text)


def solver_text(net, prefix, seed, iterations, rest):
    return (
        f'net: "{net}" test_iter: 100 test_initialization: false display: 100 max_iter: {iterations} random_seed: {seed}\n'
        f'snapshot_prefix: "{prefix}"\n{rest}\n')


def train(program, name, seed, folder):
    iterations, settings, _ = NETS[name]
    log = folder / "trained.log"
    if not log.exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "net.prototxt").write_text(net_text(name, folder.parent.parent))
        (folder / "solver.prototxt").write_text(
            solver_text(folder / "net.prototxt", folder / "trained", seed, iterations, f"{settings} test_interval: 200"))
        run(program, log, "train", "--solver", folder / "solver.prototxt")
    return folder / f"trained_iter_{iterations}.caffemodel"


def prune(program, name, seed, method, ratio, folder):
    log = folder / f"{method}-{ratio}.log"
    if log.exists():
        return
    weights = train(program, name, seed, folder)
    net, solver = (folder / f"{method}-{ratio}{ending}" for ending in (".prototxt", ".solver"))
    net.write_text(net_text(name, folder.parent.parent, ratio))
    regularization = "L2" if method == "Reg_TileCol" else method
    solver.write_text(
        solver_text(
            net, folder / f"{method}-{ratio}", seed, 40000,
            f'{NETS[name][2]} test_interval: 1000000 prune_method: "{method}" regularization_type: "{regularization}"\n'
            "acc_borderline: -1 losseval_interval: 500 retrain_test_interval: 100"))
    run(program, log, "train", "--solver", solver, "--weights", weights)


def accuracies(log):
    """The accuracies of a run's tests."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return [float(value) for value in re.findall(r"accuracy = ([0-9.e-]+)", text)]


def table(folder, names, ratios, seeds):
    lines = ["| net | ratio | seed | trained | " + " | ".join(METHODS) + " | difference |", "|---" * 7 + "|"]
    for name in names:
        for ratio in ratios:
            means = collections.defaultdict(list)
            for seed in seeds:
                place = folder / name / f"seed{seed}"
                values = [max(accuracies(place / f"{log}.log"), default=None)
                          for log in ["trained"] + [f"{method}-{ratio}" for method in METHODS]]
                complete = None not in values
                difference = values[2] - values[1] if complete else None
                cells = [f"{value:.4f}" if value is not None else "-" for value in values]
                lines.append(f"| {name} | {ratio} | {seed} | {' | '.join(cells)} | "
                             + (f"{difference:+.4f} |" if complete else "- |"))
                if complete:
                    for key, value in zip(["trained", *METHODS, "difference"], [*values, difference]):
                        means[key].append(value)
            if means:
                mean = [statistics.mean(means[key]) for key in ["trained", *METHODS]]
                lines.append(f"| {name} | {ratio} | mean of {len(means['trained'])} | "
                             + " | ".join(f"{value:.4f}" for value in mean)
                             + f" | {statistics.mean(means['difference']):+.4f} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("images", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("folder", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--nets", default="quick", type=lambda text: text.split(","))
    parser.add_argument("--ratios", default="0.75,0.9", type=lambda text: text.split(","))
    parser.add_argument("--seeds", default="1,2,3", type=lambda text: [int(seed) for seed in text.split(",")])
    parser.add_argument("--table", action="store_true", help="only print the table of what is finished")
    given = parser.parse_args()
    if unknown := [name for name in given.nets if name not in NETS]:
        parser.error(f"no net {unknown[0]}; there are {', '.join(NETS)}")
    if not given.table:
        given.folder.mkdir(parents=True, exist_ok=True)
        program = bench.Bench(given.program, given.folder)
        images.databases(program, given.images)
        for name in given.nets:
            for seed in given.seeds:
                for ratio in given.ratios:
                    for method in METHODS:
                        prune(program, name, seed, method, ratio, given.folder / name / f"seed{seed}")
                        (given.folder / "table.md").write_text(table(given.folder, given.nets, given.ratios, given.seeds))
    print(table(given.folder, given.nets, given.ratios, given.seeds), end="")


if __name__ == "__main__":
    main()
