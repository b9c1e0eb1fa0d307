"""Compresses nets to a share of their latency: `compress` beside Torch-Pruning on the same net in PyTorch.

    python3 benchmarks/compress.py --net NAME SOLVER WEIGHTS [--net ...] [--budget 0.5 0.25] [--drop 0.01] [--folder FOLDER]
    python3 benchmarks/compress.py --net NAME SOLVER WEIGHTS [--net ...] --folder FOLDER --time [--rounds 5]

Torch-Pruning is used as its README does: GroupMagnitudeImportance, BasePruner, widths in multiples of --round, the
classifier left whole, and one ratio for all layers that rises step by step, here until the net's measured time is within
the budget. Then it is trained as the net that `compress` has taken, with as many iterations and the same batches, rates,
momentum and decay. Where `compress` trains several nets, or one twice, the other side trains one net once. Both are judged on the half of the test
data that `compress` chooses nothing by. Seconds are those of the stages of `compress`, and those of pruning, training and
testing in PyTorch. What it needs: caffe_torch.py says, and torch-pruning.

With --folder a comparison is kept in figures.json. PyTorch's half is not made again, nor is what `compress` has finished.
--time times what is there, all four nets in turn: the table then has these milliseconds, the tenth percentiles of whole
passes, median of the rounds.
"""

import argparse
import copy
import json
import statistics
import sys
import tempfile
import time

import numpy
import torch
import torch.nn.functional as F

import budgets
import figures
from bench import PROGRAM, Bench, run
from caffe_torch import Images, Net, parse
from programs import pass_times

STEPS = 38  # of the ladder, up to a ratio of 0.95


def low(times):
    """The tenth percentile: what else the machine does makes passes longer only."""
    return float(numpy.percentile(times, 10))


def passes(models, data, seconds=2.0, least=30):
    """The tenth percentile of each model's passes in milliseconds; they run in turn."""
    times, begin = [[] for _ in models], time.monotonic()
    with torch.no_grad():
        for model in models * 5:
            model(data)
        while len(times[0]) < least or time.monotonic() < begin + seconds:
            for model, series in zip(models, times):
                start = time.perf_counter()
                model(data)
                series.append((time.perf_counter() - start) * 1e3)
    return [low(series) for series in times]


def rate(solver, iteration):
    """The learning rate, as sgd_solver.cpp has it, of the policies that are needed."""
    if solver.lr_policy == "poly":
        return solver.base_lr * (1 - iteration / solver.max_iter) ** solver.power
    if solver.lr_policy == "multistep":
        return solver.base_lr * solver.gamma ** sum(iteration >= step for step in solver.stepvalue)
    if solver.lr_policy == "step":
        return solver.base_lr * solver.gamma ** (iteration // solver.stepsize)
    if solver.lr_policy == "fixed":
        return solver.base_lr
    sys.exit(f"lr_policy {solver.lr_policy} is not known here")


def traced(model, data):
    with torch.no_grad():
        return torch.jit.trace(model.eval(), data)


def frozen(trace):
    return torch.jit.optimize_for_inference(torch.jit.freeze(trace))


class Peer:
    """A net in PyTorch, its data, and the state of ours that it is held against."""

    def __init__(self, bench, solver, weights, ours, round_to):
        net = parse("NetParameter", parse("SolverParameter", solver).net)
        self.whole, self.tests = Net(net, parse("NetParameter", weights)), Images(net, "TEST")
        self.training, self.bench, self.ours, self.round = Images(net, "TRAIN"), bench, ours, round_to
        self.batches = len(self.tests.labels) // self.tests.batch
        # Blocks of channels that oneDNN likes are made when the net is frozen; this is the layout of what goes in.
        data = self.tests.take(0)[0]
        layouts = [data, data.to(memory_format=torch.channels_last)]
        times = [passes([frozen(traced(self.whole, each))], each)[0] for each in layouts]
        self.data = layouts[times.index(min(times))]

    def accuracy(self, model):
        """On the second half of the batches."""
        model.eval()
        right, first = 0, self.batches // 2
        with torch.no_grad():
            for number in range(first, self.batches):
                images, labels = self.tests.take(number)
                right += (model(images).argmax(1) == labels).sum().item()
        return right / (self.batches - first) / self.tests.batch

    def pruned(self, budget):
        """The first net of the ladder within the budget; and its ratio."""
        import torch_pruning

        model = copy.deepcopy(self.whole).eval()
        classifier = list(model.parts.values())[-1]
        pruner = torch_pruning.pruner.BasePruner(
            model, self.data[:1], importance=torch_pruning.importance.GroupMagnitudeImportance(p=2), pruning_ratio=0.95,
            iterative_steps=STEPS, ignored_layers=[classifier], round_to=self.round)  # fmt: skip
        whole, size = frozen(traced(self.whole, self.data)), None
        for step in range(1, STEPS + 1):
            pruner.step()
            before, size = size, [parameter.shape for parameter in model.parameters()]
            if size == before:
                continue
            a, b = passes([whole, frozen(traced(model, self.data))], self.data)
            print(f"  ratio {0.95 * step / STEPS:.3f}: {b / a:.3f} of the time", file=sys.stderr)
            if b <= budget * a:
                return model, 0.95 * step / STEPS
        return None, None

    def tune(self, model, solver):
        """Trains as a solver of `compress` does."""
        assert solver.type in ("", "SGD") and solver.iter_size == 1
        optimizer = torch.optim.SGD(
            [{"params": [parameter], "lr": 0, "multiple": rate, "weight_decay": solver.weight_decay * decay}
             for parameter, rate, decay in model.groups()], lr=0, momentum=solver.momentum)  # fmt: skip
        random = numpy.random.default_rng(max(0, solver.random_seed))
        model.train()
        for iteration in range(solver.max_iter):
            for group in optimizer.param_groups:
                group["lr"] = group["multiple"] * rate(solver, iteration)
            images, labels = self.training.take(iteration, random)
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()

    def compress(self, name, budget):
        torch.manual_seed(1)
        start = time.monotonic()
        model, ratio = self.pruned(budget)
        if model is None:
            return {"error": "no step of the ladder is within the budget"}
        self.tune(model, parse("SolverParameter", self.bench.path(f"{name}/{self.ours['tuning']}")))
        after = self.accuracy(model)
        seconds = time.monotonic() - start
        traces = [traced(each, self.data) for each in (self.whole, model)]
        for trace, which in zip(traces, ("whole", "slim")):
            torch.jit.save(trace, self.bench.path(f"{name}/torch_{which}.pt"))
        torch.save(self.data, self.bench.path(f"{name}/torch_data.pt"))
        return {
            "accuracy": [self.accuracy(self.whole), after], "ms": passes([frozen(trace) for trace in traces], self.data),
            "parameters": [sum(p.numel() for p in each.parameters()) for each in (self.whole, model)],
            "seconds": seconds, "ratio": ratio}  # fmt: skip


def ours(bench, name, solver, weights, budget, args):
    """What `compress` made of a net."""
    given = {"--tune-iterations": args.tune_iterations, "--tune-rate": args.tune_rate}
    more = [word for flag, value in given.items() if value is not None for word in (flag, str(value))]
    command = [
        bench.program, "compress", "--solver", solver, "--weights", weights, "--budget", f"latency={budget}",
        "--drop", str(args.drop), "--round", str(args.round), "--threads", str(args.threads), "--out", bench.path(name),
        *more]  # fmt: skip
    done = run(command, None, bench.environment(), check=False)
    if "the budget cannot be met" in done.errors:
        return {"error": done.errors.strip().splitlines()[-1].removeprefix("caffe-increg: ")}
    if done.status not in (0, 2):
        sys.exit(done.text)
    record, state = (json.loads(bench.read(f"{name}/{file}")) for file in ("best.json", "state.json"))
    cost, sides = record["cost"], ("before", "after")
    return {
        "accuracy": [record["accuracy"][side]["judged"] for side in sides],
        "ms": [cost[side]["milliseconds"] for side in sides],
        "parameters": [cost[side]["parameters"] for side in sides],
        "multiply-adds": [cost[side]["multiplyAdds"] for side in sides],
        "seconds": sum(stage["seconds"] for stage in state["done"]), "status": done.status,
        "plans": len(record["attempts"]), "shortfalls": record["shortfalls"],
        "tuning": record["weights"].replace("tuned.caffemodel", "tune.solver.prototxt").replace(
            "retrained.caffemodel", "retrain.solver.prototxt")}  # fmt: skip


def timed(bench, name, solver, weights, args):
    """Times the four nets of a comparison in turn."""
    whole = budgets.slim(bench, parse("SolverParameter", solver).net, weights, "--ratio", "0")
    deploys = [bench.write("whole_deploy.prototxt", whole), bench.path(f"{name}/best_deploy.prototxt")]
    has_peer = bench.exists(f"{name}/torch_data.pt")
    if has_peer:
        data = torch.load(bench.path(f"{name}/torch_data.pt"))
        models = [frozen(torch.jit.load(bench.path(f"{name}/torch_{which}.pt"))) for which in ("whole", "slim")]
    rounds = {"ours": [], **({"torch": []} if has_peer else {})}
    for _ in range(args.rounds):
        texts = [bench.ours("time", "--model", deploy, "--forward-only", "--iterations", "100").text for deploy in deploys]
        rounds["ours"].append([low(pass_times(text)) for text in texts])
        if has_peer:
            rounds["torch"].append(passes(models, data))
    return {side: [statistics.median(column) for column in zip(*rows)] for side, rows in rounds.items()}


def table(taken, drop):
    lines = ["| net | of the time | program | accuracy | | milliseconds | | of the whole | met | seconds |",
             "|---|---|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for net, entries in taken.items():
        for budget, sides in entries.items():
            for side, name in (("ours", "compress"), ("torch", "Torch-Pruning")):
                figure = sides.get(side)
                if not figure or "error" in figure:
                    lines.append(f"| {net} | {budget} | {name} | {(figure or {}).get('error', '-')} | | | | | no | |")
                    continue
                (a, b), (c, d) = figure["accuracy"], figure.get("timed", figure["ms"])
                # 5 % for two sittings, as compress has it.
                missed = {"accuracy": b < a - drop - 1e-6, "time": d > float(budget) * c * 1.05}
                missed = [what for what, is_missed in missed.items() if is_missed]
                lines.append(
                    f"| {net} | {budget} | {name} | {a:.4f} | {b:.4f} | {c:.3f} | {d:.3f} | {d / c:.3f} | "
                    f"{'not ' + ', '.join(missed) if missed else 'yes'} | {figure['seconds']:.0f} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--net", nargs=3, action="append", metavar=("NAME", "SOLVER", "WEIGHTS"), required=True)
    parser.add_argument("--budget", nargs="+", default=["0.5", "0.25"], help="shares of the whole net's time")
    parser.add_argument("--drop", type=float, default=0.01)
    parser.add_argument("--tune-iterations", type=int, help="of both sides; as compress has it, without it")
    parser.add_argument("--tune-rate", type=float, help="the first rate of both sides; as compress has it, without it")
    parser.add_argument("--round", type=int, default=8, help="widths of both sides are multiples of this")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--time", action="store_true", help="only time what is there")
    parser.add_argument("--folder", help="where nets and figures are kept")
    parser.add_argument("--program", default=PROGRAM)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    with tempfile.TemporaryDirectory() as temporary:
        bench = Bench(args.program, args.folder or temporary, args.threads)
        path = bench.path("figures.json")
        taken = figures.load(path)
        for net, solver, weights in args.net:
            for budget in args.budget:
                name, entry = f"{net}-{budget}", taken.setdefault(net, {}).setdefault(budget, {})
                print(name, file=sys.stderr)
                if args.time:
                    for side, milliseconds in timed(bench, name, solver, weights, args).items():
                        entry[side]["timed"] = milliseconds
                else:
                    entry["ours"] = ours(bench, name, solver, weights, budget, args)
                    if "torch" not in entry and "error" not in entry["ours"]:
                        peer = Peer(bench, solver, weights, entry["ours"], args.round)
                        base, other = entry["ours"]["accuracy"][0], peer.accuracy(peer.whole)
                        if abs(base - other) > 0.001:
                            sys.exit(f"{net}: the whole net's accuracy is {base:.4f} here, {other:.4f} in PyTorch")
                        entry["torch"] = peer.compress(name, float(budget))
                figures.save(path, taken)
        print(table(taken, args.drop))
    return 0


if __name__ == "__main__":
    sys.exit(main())
