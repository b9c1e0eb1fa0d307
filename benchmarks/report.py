"""Tables of figures, in Markdown, which reads well on a terminal too."""

import machine
from figures import Ratio, geometric_mean, median, ratio

# Programs that run trained nets.
PEERS = ["openvino", "onnxruntime", "opencv", "torch"]
# Title, what is measured, whether memory is meant, the programs, and what the columns of ratios divide.
TABLES = {
    "train": [
        ("Training iteration (forward, backward, update)", "ms", 0, ["ours", "caffe", "torch", "floor"],
         [("caffe", "ours"), ("torch", "ours"), ("ours", "floor")]),
        ("Peak memory of training", "MiB", 1, ["ours", "caffe", "torch"], [("ours", "caffe"), ("ours", "torch")]),
    ],
    "infer": [
        ("Inference", "ms", 0, ["ours", "caffe", *PEERS, "floor"],
         [("caffe", "ours"), *((peer, "ours") for peer in PEERS), ("ours", "floor")]),
        ("Peak memory of inference", "MiB", 1, ["ours", "caffe", *PEERS], [("ours", "caffe")]),
    ],
    "load": [
        ("Loading weights into a net", "ms", 0, ["ours", "caffe", "opencv"], [("caffe", "ours"), ("opencv", "ours")]),
        ("Peak memory of reading weights, to convert them", "MiB", 1, ["convert", "file"], [("convert", "file")]),
    ],
    "layers": [
        ("Sum of all layers' times, forward and backward", "ms", 0, ["ours", "floor"], [("ours", "floor")]),
    ],
    "sparse": [
        ("Dead columns", "ms", 0, ["compact", "dense", "direct", *PEERS],
         [("dense", "compact"), ("direct", "compact"),
          *((peer, "compact") for peer in PEERS)]),
        ("Dead columns: peak memory, and the convolutions' share of a file", "MiB", 1, ["compact", "dense"],
         [("compact", "dense")]),
    ],
    "slim": [("Nets that slim made smaller", "ms", 0, ["whole", "slim"], [("whole", "slim")])],
    "methods": [("Training while a method prunes", "ms", 0, ["plain", "pruned"], [("pruned", "plain")])],
    "threads": [("Training on 2 threads and on 1", "ms", 0, ["ours", "1 thread"], [("1 thread", "ours")])],
}  # fmt: skip
NOTES = {
    "train": "Higher is better for us in the ratios to ours, lower in ours / floor. PyTorch: the faster of its layouts.",
    "infer": "PyTorch: the fastest of both layouts, eager and frozen (traced, frozen, optimised for inference). The floor has "
    "only convolutions, inner products, pooling and LRN.",
    "sparse": "Columns live at random. Dense is the best of our plans, Winograd's included; times are what a tenth of the passes are "
    "below, of nets the sums of their layers' times, of the peers, which compute with the zeros (PyTorch frozen), and of training "
    "the median. Training is one iteration behind the cut, dense with masks.",
    "slim": "Behind the batch stands which part of the multiply-adds is left. The nets have random weights.",
    "methods": "Medians of nine iterations each; DSA takes a batch of its own in every nine.",
    "load": "The file was read before, so that it is in the system's cache. Converted to HDF5 and back, no bit was lost.",
}


def row(cells):
    return "| " + " | ".join(cells) + " |"


def number(value):
    return "-" if value is None else f"{value:.0f}" if value >= 1000 else f"{value:.4g}"


def table(by_net, title, unit, which, programs, divisions):
    """One table with a line of geometric means behind several nets."""
    names = [f"{over} / {under}" for over, under in divisions]
    lines = [f"## {title}", "", row(["net", "rounds", *(f"{p}, {unit}" for p in programs), *names])]
    lines.append(row(["---"] * (2 + len(programs) + len(names))))
    medians = {name: [] for name in names}
    for net, rounds in by_net.items():
        if not any(median(rounds, program, which) for program in programs):
            continue
        ratios = [ratio(rounds, over, under, which) for over, under in divisions]
        for name, r in zip(names, ratios):
            medians[name] += [r.median] if r.values else []
        lines.append(row([net, str(len(rounds)), *(number(median(rounds, p, which)) for p in programs), *map(str, ratios)]))
    if len(by_net) > 1:
        means = [f"{geometric_mean(values):.2f}" if values else "-" for values in medians.values()]
        lines.append(row(["geometric mean", *[""] * (1 + len(programs)), *means]))
    return "\n".join(lines) + "\n"


def update_table(rounds):
    """The solver's update, in streaming passes."""
    lines = ["## Solver's update, in streaming passes over weights, gradients and momentum", ""]
    lines += [row(["update", "rounds", "passes"]), row(["---"] * 3)]
    for name in rounds[0]:
        lines.append(row([name, str(len(rounds)), str(Ratio([r[name][0] for r in rounds]))]))
    return "\n".join(lines) + "\n"


def markdown(figures):
    """All tables of the figures there are."""
    parts = []
    for section in filter(figures.get, [*TABLES, "update"]):
        if section == "update":
            parts.append(update_table(figures[section]["update"]))
        for description in TABLES.get(section, []):
            parts.append(table(figures[section], *description))
        if section in NOTES:
            parts.append(NOTES[section] + "\n")
    return "\n".join(parts)


def stored(figures, threads):
    """The text of results.md."""
    head = f"""# Results

Made by `python3 benchmarks/run.py --store`, which says how each figure is taken. {threads} threads unless said. In a round
all programs take a turn. Figures are the rounds' medians; ratios are medians of the rounds' ratios [lowest-highest], and
one round has no spread. The floor is what the bare oneDNN primitives of the net take; `floor.py` says which those are.

"""
    return head + machine.table() + "\n" + markdown(figures)
