"""Tables of figures, in Markdown, which reads well on a terminal too."""

import machine
from figures import geometric_mean, median, ratio

# Title, what is measured, what the columns of ratios divide, and whether memory is meant.
TABLES = {
    "train": [
        ("Training iteration (forward, backward, update)", "ms", 0, ["caffe", "torch", "floor"],
         [("caffe", "ours"), ("torch", "ours"), ("ours", "floor")]),
        ("Peak memory of training", "MiB", 1, ["caffe", "torch"], [("ours", "caffe"), ("ours", "torch")]),
    ],
    "infer": [
        ("Inference", "ms", 0, ["caffe", "torch", "opencv"], [("caffe", "ours"), ("torch", "ours"), ("opencv", "ours")]),
        ("Peak memory of inference", "MiB", 1, ["caffe", "torch", "opencv"], [("ours", "caffe")]),
    ],
    "layers": [("Sum of all layers' times, forward and backward", "ms", 0, ["floor"], [("ours", "floor")])],
    "threads": [("Training on 2 threads and on 1", "ms", 0, ["1 thread"], [("1 thread", "ours")])],
}  # fmt: skip
NOTES = {
    "train": "Higher is better for us in the ratios to ours, lower in ours / floor. PyTorch: the faster of its layouts.",
    "infer": "PyTorch: the fastest of both layouts, eager and frozen (traced, frozen, optimised for inference).",
}


def row(cells):
    return "| " + " | ".join(cells) + " |"


def number(value):
    return "-" if value is None else f"{value:.0f}" if value >= 1000 else f"{value:.4g}"


def table(by_net, title, unit, which, groups, divisions):
    """One table with a line of geometric means behind several nets."""
    programs = ["ours", *groups]
    names = [f"{over} / {under}" for over, under in divisions]
    lines = [f"## {title}", "", row(["net", *(f"{p}, {unit}" for p in programs), *names])]
    lines.append(row(["---"] * (1 + len(programs) + len(names))))
    medians = {name: [] for name in names}
    for net, rounds in by_net.items():
        ratios = [ratio(rounds, over, under, which) for over, under in divisions]
        for name, r in zip(names, ratios):
            medians[name] += [r.median] if r.values else []
        lines.append(row([net, *(number(median(rounds, p, which)) for p in programs), *map(str, ratios)]))
    if len(by_net) > 1:
        means = [f"{geometric_mean(values):.2f}" if values else "-" for values in medians.values()]
        lines.append(row(["geometric mean", *[""] * len(programs), *means]))
    return "\n".join(lines) + "\n"


def update_table(rounds):
    """The solver's update, in streaming passes."""
    lines = ["## Solver's update, in streaming passes over weights, gradients and momentum", ""]
    lines += [row(["update", "passes"]), row(["---", "---"])]
    for name in rounds[0]:
        values = sorted(r[name][0] for r in rounds)
        lines.append(row([name, f"{median(rounds, name):.2f} [{values[0]:.2f}-{values[-1]:.2f}]"]))
    return "\n".join(lines) + "\n"


def markdown(figures):
    """All tables of the figures there are."""
    parts = []
    for section, by_net in figures.items():
        if section == "update":
            parts.append(update_table(by_net["update"]))
        for description in TABLES.get(section, []):
            parts.append(table(by_net, *description))
        if section in NOTES:
            parts.append(NOTES[section] + "\n")
    return "\n".join(parts)


def stored(figures, threads):
    """The text of results.md."""
    counts = sorted({len(rounds) for by_net in figures.values() for rounds in by_net.values()})
    rounds = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    head = f"""# Results

Made by `python3 benchmarks/run.py --store`, which says how each figure is taken. {threads} threads unless said. Rounds in
which the programs took turns: {rounds}. Figures are the rounds' medians; ratios are medians of the rounds' ratios
[lowest-highest], and one round has no spread. The floor is what the bare oneDNN primitives of the net take; `floor.py`
says which those are.

"""
    return head + machine.table() + "\n" + markdown(figures)
