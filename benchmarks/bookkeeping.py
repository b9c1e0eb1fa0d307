"""What IncReg's own work costs beside an iteration of its recipes (2 x 16 images), on the weights of whole nets.

    python3 benchmarks/bookkeeping.py [vgg16] [resnet50] [--rounds 3] [--caffe PATH] [--threads 2]

The work depends on the weights alone, so it is measured where little else happens: iterations on one image of 32 x 32, in
runs that differ in pruning only and take turns. Counted is all that a pruning iteration takes longer than one of
plain training: scores, ranks, penalties, masks on weights, gradients and momentum, the lines on standard output, and
what the update loses because gradients must be whole first. It is taken in two states: while groups are ranked, which is
where a recipe spends its first 24,500 iterations, and while they fall, all within a few iterations here, which is
the most that there can be. VGG-16's inner products, which are not pruned, have few outputs, so that their update is not
all that is measured.

Beside it stand iterations of the recipe, ours and stock Caffe's, both without pruning; Caffe's is a pass of 16 images
taken twice. Shares are of ours. The exit status is 1 where one is above 2 %.
"""

import argparse
import os
import re
import shutil
import statistics
import sys
import tempfile

import nets
import programs
from bench import PROGRAM, run

LIMIT = 2  # per cent
PRUNING = 'prune_method: "Reg_Col" regularization_type: "Reg_Col" losseval_interval: 1000 '
# As in the recipes; and so that the first group falls in the fourth iteration.
STATES = {"ranking": PRUNING + "AA: 0.00025 target_reg: 2.5", "falling": PRUNING + "AA: 0.0005 target_reg: 0.0008"}
ITERATIONS, WARM = 30, 4


def small(net):
    """A net with all its convolutions, on an image of 32 x 32."""
    return nets.NETS[net](1).prototxt.replace("dim: 224", "dim: 32").replace("num_output: 4096", "num_output: 16")


def prunable(text):
    """Every convolution gets the recipes' ratio."""
    return text.replace('type: "Convolution"', 'type: "Convolution" prune_param { prune_ratio: 0.9 }')


def train(bench, name, text, iterations, more="", program=None):
    """Milliseconds from the passes of an iteration to those of the next, and the lines on standard output."""
    solver = bench.solver(
        name + "_solver", bench.file(name, text), iterations + 1, 1, "snapshot_after_train: false " + more)  # fmt: skip
    done = run([program or bench.program, "train", "--solver=" + solver], bench.folder, bench.environment())
    return programs.display_times(done.errors, 1), done.output


def falling(lines):
    """The iterations in which groups fall: the speed-up that is reached changes behind them."""
    reached = re.findall(r"^\*\*\*\* Step \d+ \(after update\): ([\d.]+)/", lines, re.M)
    changes = [i for i in range(1, len(reached)) if reached[i] != reached[i - 1]]
    if not changes:
        raise RuntimeError("nothing fell")
    return range(changes[0] - 1, changes[-1])


def work(bench, net, rounds):
    """Per state, the medians of what an iteration takes in it and of what one takes without pruning."""
    text = small(net)
    plain, pruned = [], {state: [] for state in STATES}
    for _ in range(rounds):
        plain += train(bench, net + "_plain", text, ITERATIONS)[0][WARM:]
        for state, settings in STATES.items():
            times, lines = train(bench, f"{net}_{state}", prunable(text), ITERATIONS, settings)
            pruned[state] += [times[i] for i in falling(lines)] if state == "falling" else times[WARM:]
    return {state: (statistics.median(times), statistics.median(plain)) for state, times in pruned.items()}


def report(bench, net, rounds):
    """Prints a net's figures; whether all shares are within the limit."""
    figures = work(bench, net, rounds)
    whole = nets.NETS[net](16).prototxt
    iteration = statistics.median(train(bench, net + "_recipe", whole, 4, "iter_size: 2")[0][1:])
    line = f"{net}: an iteration of the recipe {iteration:.0f} ms"
    if bench.caffe and os.path.exists(bench.caffe):
        caffe = 2 * statistics.median(train(bench, net + "_caffe", whole, 2, program=bench.caffe)[0])
        line += f", stock Caffe's {caffe:.0f} ms"
    print(line)
    for state, (with_pruning, without) in figures.items():
        cost = with_pruning - without
        print(f"{net}, {state}: {with_pruning:.1f} ms against {without:.1f} ms without pruning, that is {cost:.1f} ms or "
              f"{100 * cost / iteration:.2f} % of the recipe's iteration", flush=True)  # fmt: skip
    return all(100 * (a - b) / iteration <= LIMIT for a, b in figures.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nets", nargs="*", default=["vgg16", "resnet50"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--program", default=PROGRAM)
    parser.add_argument("--caffe", default=shutil.which("caffe"), help="stock Caffe's program")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = programs.Programs(args.program, folder, args.threads, args.caffe)
        return not all([report(bench, net, args.rounds) for net in args.nets])


if __name__ == "__main__":
    sys.exit(main())
