#!/usr/bin/env python3
"""Short runs of Reg_Channel, and what slimming makes of them: does it take away all that was pruned, as the plan said?

  scripts/channel-runs.py PROGRAM IMAGES FOLDER [--iterations 100]

IMAGES is CIFAR-10 as image files, train/CLASS/NAME and test/CLASS/NAME, or an archive of that which tar can unpack.
Two nets are trained for some iterations and then pruned: ResNet-20, whose channels are tied over sums, and a net with
depthwise and group convolutions behind a Concat. For each the exit status is 1 unless

- every family has pruned as many channels as its ratio asks for,
- slimming takes away just these channels, holds none, and proves that nothing else has changed,
- the slim net has the multiply-adds that the run's plan said before its first iteration.
"""

import argparse
import collections
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))
import images  # noqa: E402
import nets  # noqa: E402
from bench import Bench  # noqa: E402


def joined():
    """Two branches, one of them depthwise, joined; behind them a depthwise and a group convolution."""
    w = nets.Writer("Joined", [100, 3, 32, 32], 10)
    x = w.conv_bn("stem", "data", 16, 3, stride=2, pad=1)
    deep = w.conv_bn("deep", w.conv_bn("deep_dw", x, 16, 3, pad=1, group=16), 32, 1)
    wide = w.conv_bn("wide", w.conv_bn("narrow", x, 8, 1), 32, 3, pad=1)
    x = w.layer("Concat", "joined", [deep, wide])
    x = w.conv_bn("joined_dw", x, 64, 3, stride=2, pad=1, group=64)
    x = w.conv_bn("blocks", x, 64, 3, pad=1, group=2)
    return w.finish(w.ip("fc", w.global_pool("pool", x), 10))


# The net, and the layers that are asked for half of their channels.
NETS = {
    "resnet20": (lambda: nets.resnet56(batch=100, blocks=3), r"conv1|s\db\d_[12p]"),
    "joined": (joined, "stem|deep|narrow|wide|blocks"),
}


def solver(net, prefix, iterations, more):
    return (
        f'net: "{net}" test_iter: 10 test_interval: 100000 test_initialization: false display: 50 random_seed: 1\n'
        f'max_iter: {iterations} base_lr: 0.02 lr_policy: "fixed" momentum: 0.9 weight_decay: 0.0005\n'
        f'snapshot_prefix: "{prefix}"\n{more}\n')


def train(bench, name, iterations):
    """Trains and prunes; gives the run's log and events, and the weights that it leaves."""
    make, wanted = NETS[name]
    whole = images.with_data(make(), bench.folder)
    asked = re.sub(rf'name: "({wanted})" type: "Convolution"', r"\g<0> prune_param { prune_ratio: 0.5 }", whole)
    for net, text in (("base", whole), ("prune", asked)):
        bench.write(f"{name}_{net}.prototxt", text)
    bench.write(f"{name}_base.solver", solver(f"{name}_base.prototxt", f"{name}_base", iterations, "snapshot: 0"))
    bench.write(
        f"{name}_prune.solver",
        solver(
            f"{name}_prune.prototxt", f"{name}_prune", iterations,
            # Penalties grow fast, and when all has fallen the net settles for the rest of the run.
            'prune_method: "Reg_Channel" AA: 0.2 target_reg: 0.5 acc_borderline: -1 losseval_interval: 100000'))
    bench.ours("train", "--solver", f"{name}_base.solver")
    events = bench.path(f"{name}.jsonl")
    pathlib.Path(events).unlink(missing_ok=True)
    done = bench.ours(
        "train", "--solver", f"{name}_prune.solver", "--weights", f"{name}_base_iter_{iterations}.caffemodel",
        "--log-json", events)
    lines = [json.loads(line) for line in bench.read(f"{name}.jsonl").splitlines()]
    weights = [line["weights"] for line in lines if line["event"] == "snapshot"][-1]
    return done.text, lines, weights


def check(bench, name, iterations):
    """Runs one net; gives what is not as it should be."""
    text, events, weights = train(bench, name, iterations)
    plan = re.search(r"multiply-adds: (\d+) -> (\d+) when all of this is pruned", text)
    before, planned = map(int, plan.groups())
    families = next(event for event in events if event["event"] == "prune_plan")["families"]
    reached = [event for event in events if event["event"] == "prune_ratios"][-1]["achieved"]
    bench.ours(
        "slim", "--model", f"{name}_prune.prototxt", "--weights", weights, "--out-model", f"{name}_slim.prototxt",
        "--out-weights", f"{name}_slim.caffemodel")
    record = json.loads(bench.read(f"{name}_slim.caffemodel.json"))
    left = {layer["layer"]: len(layer["kept"]) for layer in record["layers"]}
    sizes = {layer["layer"]: layer["channels"] for layer in record["layers"]}
    counts, faults = record["multiplyAdds"], []
    # A layer may make several families, the blocks of a group convolution, whose names are those of the first block.
    groups, pruned = collections.Counter(), collections.Counter()
    for family, ratio in zip(families, reached):
        groups[family["layers"][0]] += family["groups"]
        pruned[family["layers"][0]] += round(ratio * family["groups"])
    for maker, count in groups.items():
        if pruned[maker] < count // 2:
            faults.append(f"{maker}: {pruned[maker]} of {count} channels are pruned")
        gone = sizes.get(maker, 0) - left.get(maker, 0)
        if gone != pruned[maker]:
            faults.append(f"{maker}: {pruned[maker]} channels were pruned, {gone} are gone")
    if record["held"]:
        faults.append(f"held: {record['held']}")
    if (counts["before"], counts["after"]) != (before, planned):
        faults.append(f"multiply-adds {counts}, but the plan said {before} -> {planned}")
    worst = max(blob["relative"] for proof in record["proof"] for blob in proof["differences"])
    print(
        f"{name}: {len(families)} families, {sum(sizes.values()) - sum(left.values())} channels of {len(left)} layers gone,"
        f" {len(record['held'])} held; multiply-adds {before} -> {counts['after']}, planned {planned}; largest relative"
        f" difference {worst:.1e}", flush=True)
    return [f"{name}: {fault}" for fault in faults]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("images", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("folder", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--iterations", type=int, default=100, help="of the training, and of the pruning after it")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    bench = Bench(given.program, given.folder)
    images.databases(bench, given.images)
    faults = [fault for name in NETS for fault in check(bench, name, given.iterations)]
    print("\n".join(faults) or "all as planned")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
