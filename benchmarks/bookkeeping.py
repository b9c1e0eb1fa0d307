"""What IncReg's own work costs: ranks, penalties, masks and the lines it prints, beside an iteration of its recipes.

    python3 benchmarks/bookkeeping.py [vgg16] [resnet50] [--rounds 2] [--caffe PATH] [--threads 2]

The work depends on the weights alone, so it is measured where little else happens: iterations on one image, with
Reg_Col on all convolutions and without, interleaved. While groups fall, all of it is due: scores, ranks, penalties, masks
of gradients. VGG-16's inner products, which are not pruned, have few outputs here, so that their update is not all that is
measured. An iteration of the recipes has 2 x 16 images; ours and stock Caffe's (without pruning, one pass of 16
images, taken twice) are timed as such. The share printed last is the work over ours.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import tempfile

import nets
import run

RECIPE = dict(batch=16, iter_size=2)


def prunable(text):
    """Every convolution gets the recipes' ratio."""
    return text.replace('type: "Convolution"', 'type: "Convolution" prune_param { prune_ratio: 0.9 }')


class Sitting:
    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        self.environment = dict(os.environ, OMP_NUM_THREADS=str(args.threads), OPENBLAS_NUM_THREADS=str(args.threads))

    def times(self, command, net, batch, iterations, more="", prune=False, small=False):
        """Milliseconds of each iteration but the first, and the lines on standard output."""
        model, solver = (os.path.join(self.folder, name) for name in ("net.prototxt", "solver.prototxt"))
        text = nets.NETS[net](batch).prototxt
        if small:
            text = text.replace("num_output: 4096", "num_output: 16")
        with open(model, "w") as file:
            file.write(prunable(text) if prune else text)
        with open(solver, "w") as file:
            file.write(run.solver_text(model, iterations + 1, 1) + more)
        # Two files, as the recipes have them: the lines of one would break those of the other.
        with open(os.path.join(self.folder, "stdout"), "w+") as output, open(os.path.join(self.folder, "log"), "w+") as log:
            done = subprocess.run(command + ["train", "--solver=" + solver], stdout=output, stderr=log, env=self.environment)
            for file in (output, log):
                file.seek(0)
            lines, messages = output.read(), log.read()
        if done.returncode != 0:
            raise RuntimeError(messages[-2000:])
        times = run.solver_times(messages, 1)
        return times[1:] or times, lines

    def work(self, net):
        """The median of what an iteration takes longer with pruning, in ms, and what it takes without."""
        ours = [os.path.join(run.ROOT, ".build/release/caffe-increg")]
        # A group can fall in the fourth iteration, and all have fallen some twenty later.
        pruning = (
            'prune_method: "Reg_Col" regularization_type: "Reg_Col" AA: 0.0005 target_reg: 0.0008'
            f' losseval_interval: 1000 snapshot_prefix: "{self.folder}/snap"\n'
        )
        plain, pruned = [], []
        for _ in range(self.args.rounds):
            plain += self.times(ours, net, 1, 12, small=True)[0]
            times, output = self.times(ours, net, 1, 12, pruning, prune=True, small=True)
            assert "IF_prune: 1" in output and not re.search(r"losseval-", output), "pruning was over too early"
            assert re.search(r"pruned_ratio_col: 0\.[0-9]*[1-9]", output), "nothing fell"
            pruned += times[3:]
        return statistics.median(pruned) - statistics.median(plain), statistics.median(plain)

    def report(self, net):
        work, plain = self.work(net)
        ours = [os.path.join(run.ROOT, ".build/release/caffe-increg")]
        more = f"iter_size: {RECIPE['iter_size']}\n"
        iteration = statistics.median(self.times(ours, net, RECIPE["batch"], 3, more)[0])
        line = f"{net}: IncReg's work {work:.1f} ms (an iteration on one image {plain:.0f} ms); recipe iteration {iteration:.0f} ms"
        if self.args.caffe:
            caffe = statistics.median(self.times([self.args.caffe], net, RECIPE["batch"], 1)[0]) * RECIPE["iter_size"]
            line += f", stock Caffe's {caffe:.0f} ms"
        print(f"{line}; IncReg's share {100 * work / iteration:.2f} %", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nets", nargs="*", default=["vgg16", "resnet50"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--caffe", default=shutil.which("caffe"), help="stock Caffe's binary")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for net in args.nets:
            Sitting(args, folder).report(net)


if __name__ == "__main__":
    main()
