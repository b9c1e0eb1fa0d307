"""Times two builds of caffe-increg on the same training runs, in turn: whether a change has made the program slower.

    python3 benchmarks/builds.py BEFORE AFTER [--runs RUN,...] [--rounds 3] [--threads 2]

Runs: lenet, resnet56, vgg16, and lenet-reg_col and vgg16-reg_col, which prune columns; update is the update of a large net
alone, without and with IncReg. Quoted are the medians, and the median of the rounds' ratios, of times and of peak memory.
"""

import argparse
import os
import statistics
import tempfile

import nets
import update
from programs import ITERATIONS, Programs

RUNS = ["lenet", "resnet56", "vgg16", "lenet-reg_col", "vgg16-reg_col"]


class Build(Programs):
    """A build of the program, and what it trains."""

    def one(self, name):
        """A run's milliseconds per iteration, and its peak memory in MiB."""
        net, _, method = name.partition("-")
        if not method:
            return self.ours_training(net)
        text = nets.NETS[net]().prototxt.replace(
            'type: "Convolution"', 'type: "Convolution" prune_param { prune_ratio: 0.9 }')  # fmt: skip
        path, count = self.file(name + ".prototxt", text), ITERATIONS[net]
        more = update.PRUNING + " snapshot_after_train: false"
        solver = self.solver(name + "_solver.prototxt", path, count + 1, max(1, count // 10), more)
        return self.timed(solver, max(1, count // 10))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("--runs", default=",".join(RUNS + ["update"]))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    print("| run | before, ms | after, ms | after / before | rounds | memory |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        cache = os.path.join(folder, "cache")
        builds = [Build(program, folder, args.threads, cache=cache) for program in (args.before, args.after)]
        for name in args.runs.split(","):
            for row, rounds in measured(name, builds, args.rounds):
                report(row, rounds)


def measured(name, builds, count):
    """The rows of a run, each with a round's figures of both builds."""
    if name != "update":
        builds[0].one(name)  # tries convolutions
        return [(name, [[build.one(name) for build in turn(builds, r)][:: 1 if r % 2 == 0 else -1] for r in range(count)])]
    net, rows = update.convolutional_net(), (("update, SGD", "plain", ""), ("update, IncReg", "pruning", update.PRUNING))
    return [
        (row, [[[update.update(build, file, net, more), 0] for build in turn(builds, r)][:: 1 if r % 2 == 0 else -1]
               for r in range(count)])
        for row, file, more in rows]  # fmt: skip


def turn(builds, number):
    """The builds in turn, the first one first in every other round."""
    return builds if number % 2 == 0 else builds[::-1]


def report(name, rounds):
    before, after = (statistics.median(r[i][0] for r in rounds) for i in (0, 1))
    ratios = sorted(b[0] / a[0] for a, b in rounds)
    memory = statistics.median(b[1] / a[1] for a, b in rounds) if rounds[0][0][1] else None
    print(
        f"| {name} | {before:.2f} | {after:.2f} | {statistics.median(ratios):.3f} | {ratios[0]:.3f}-{ratios[-1]:.3f} |"
        f" {f'{memory:.3f}' if memory else ''} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
