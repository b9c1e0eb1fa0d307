"""Measures how much of its theoretical speed-up a channel-slimmed net has.

    python3 benchmarks/slimming.py [vgg16 resnet50] [--batch 1 8] [--speedup 2 4] [--rounds 5] [--program PATH]

Nets have random weights (random_weights.py says what that needs). `prune --round 16` takes one ratio of the
channels of all layers, the one with which the multiply-adds are just about the asked number of times fewer; `slim` removes
them. Whole and slim net then run in turn, as `time --forward-only` runs them, and per round the ratio of their times is
held against the ratio of their multiply-adds: 1 is all of the theoretical speed-up. The median over the rounds is printed,
with the lowest and highest. The exit code is 1 where one is below 0.8.
"""

import argparse
import json
import re
import statistics
import sys
import tempfile

import random_weights
from bench import PROGRAM, Bench
from figures import Ratio
from programs import pass_times


class Sitting(Bench):
    def weights(self, net):
        self.model, self.whole, _ = random_weights.original(self, net)

    def slim(self, ratio):
        """The deploy prototxt of the net without that share of its channels, and its multiply-adds before and after."""
        model = self.model
        self.ours("prune", "--model", model, "--weights", self.whole, "--ratio", str(ratio), "--round", "16",
                  "--out-weights", "masked.caffemodel")  # fmt: skip
        self.ours("slim", "--model", model, "--weights", "masked.caffemodel", "--out-model", "slim.prototxt",
                  "--out-weights", "slim.caffemodel", "--out-deploy", "slim-deploy.prototxt")  # fmt: skip
        cost = json.loads(self.read("slim.caffemodel.json"))["multiplyAdds"]
        return self.read("slim-deploy.prototxt"), cost["before"], cost["after"], ratio

    def slim_to(self, speedup):
        """Halves the interval of ratios until the multiply-adds fit, or the rounding allows no nearer."""
        # Multiply-adds go with the square of what is left, nearly.
        guess, best = 1 - speedup**-0.5, None
        low, high = guess - 0.1, guess + 0.12
        for _ in range(5):
            middle = (low + high) / 2
            found = self.slim(middle)
            if best is None or abs(found[1] / found[2] - speedup) < abs(best[1] / best[2] - speedup):
                best = found
            low, high = (middle, high) if found[1] / found[2] < speedup else (low, middle)
            if abs(best[1] / best[2] - speedup) < 0.05 * speedup:
                break
        return best

    def time(self, deploy, batch, iterations):
        self.write("timed.prototxt", re.sub(r"(input_param \{\s*shape \{\s*dim: )\d+", rf"\g<1>{batch}", deploy, count=1))
        done = self.ours("time", "--model", "timed.prototxt", "--forward-only", "--iterations", str(iterations))
        return statistics.median(pass_times(done.text))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nets", nargs="*", default=["vgg16", "resnet50"])
    parser.add_argument("--batch", nargs="+", type=int, default=[1, 8])
    parser.add_argument("--speedup", nargs="+", type=float, default=[2, 4])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--program", default=PROGRAM)
    parser.add_argument("--prepare", help="only make the prototxts, and keep them in this folder")
    parser.add_argument("--prepared", help="take the prototxts from there")
    args = parser.parse_args()
    failed = False
    print(
        f"{'net':10}{'batch':>6}{'ratio':>7}{'multiply-adds':>15}{'ms whole':>10}{'ms slim':>9}{'faster':>8}"
        f"{'of theory':>11}  lowest-highest")
    with tempfile.TemporaryDirectory() as folder:
        sitting = Sitting(args.program, args.prepare or folder, args.threads)
        for net in args.nets:
            cases = prepared(args.prepared, net, args.speedup) if args.prepared else make(sitting, net, args.speedup)
            if args.prepare:
                sitting.write(f"{net}.json", json.dumps(cases))
                continue
            whole = cases["1"]
            for batch in args.batch:
                iterations = 10 if batch == 1 else 4
                for speedup in args.speedup:
                    deploy, before, after, ratio = cases[f"{speedup:g}"]
                    pairs = [
                        (sitting.time(whole[0], batch, iterations), sitting.time(deploy, batch, iterations))
                        for _ in range(args.rounds)
                    ]
                    theory = before / after
                    share = Ratio([a / b / theory for a, b in pairs])
                    a, b = (statistics.median(pair[i] for pair in pairs) for i in (0, 1))
                    failed |= share.median < 0.8
                    print(
                        f"{net:10}{batch:6}{ratio:7.3f}{theory:14.2f}x{a:10.1f}{b:9.1f}{a / b:7.2f}x{share.median:11.2f}"
                        f"  {min(share.values):.2f}-{max(share.values):.2f}", flush=True)
    return 1 if failed else 0


def make(sitting, net, speedups):
    sitting.weights(net)
    cases = {"1": sitting.slim(0)}
    for speedup in speedups:
        cases[f"{speedup:g}"] = sitting.slim_to(speedup)
    return cases


def prepared(folder, net, speedups):
    return json.loads(Bench(PROGRAM, folder).read(f"{net}.json"))


if __name__ == "__main__":
    sys.exit(main())
