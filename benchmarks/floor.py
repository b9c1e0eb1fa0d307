"""The floor of a net: what the bare oneDNN primitives that it cannot do without would take (floor.c measures them).

Counted are convolutions, inner products, pooling, LRN, batch normalisation (with its scale, and with a ReLU right behind
it, which the primitive takes along), other ReLUs, sums (also of the gradients of a blob with several readers) and the
softmax. Free are data, Dropout, Concat and whatever else could be done on the way. The first layer needs no gradient of
its data. Every direction may have the format and the algorithm it likes best, and nothing is paid for changing between
them. In inference only convolutions, inner products, pooling and LRN count: batch normalisation can be folded into
weights, and ReLUs and sums can ride along with a convolution.
"""

import math
import os
from collections import Counter

from bench import run

HERE = os.path.dirname(os.path.abspath(__file__))


class Row:
    """Layers that one primitive serves. `line` is floor.c's, without the key; `times` is how often it runs."""

    def __init__(self, layers, line, backward_only=False, times=1):
        self.layers, self.line, self.backward_only, self.times = layers, line, backward_only, times

    @property
    def key(self):
        return self.line.replace(" ", "_")


def pooled(size, s):
    """Caffe's output size of a pooling."""
    out = math.ceil((size + 2 * s["pad"] - s["k"]) / s["stride"]) + 1
    return out - 1 if s["pad"] and (out - 1) * s["stride"] >= size + s["pad"] else out


def line_and_shape(type, needs, shape, s):
    """The line of a layer and the shape of its top."""
    n, c, h, w = (shape + [1, 1])[:4]
    if type == "Convolution":
        oh, ow = ((x + 2 * s["pad"] - s["k"]) // s["stride"] + 1 for x in (h, w))
        line = f"conv {needs} {n} {c} {h} {w} {s['n']} {s['k']} {s['k']} {s['stride']} {s['pad']} 1 {s['group']} {s['bias']:d}"
        return line, [n, s["n"], oh, ow]
    if type == "InnerProduct":
        return f"ip {needs} {n} {c * h * w} {s['n']}", [n, s["n"]]
    if type == "Pooling":
        if s["k"] == 0:
            s = dict(method="AVE", k=h, stride=1, pad=0)
        oh, ow = pooled(h, s), pooled(w, s)
        average = int(s["method"] == "AVE")
        return f"pool {needs} {average} {n} {c} {h} {w} {oh} {ow} {s['k']} {s['stride']} {s['pad']}", [n, c, oh, ow]
    if type == "LRN":
        return f"lrn {needs} {n} {c} {h} {w} {s['size']} {s['alpha']} {s['beta']}", shape
    if type == "ReLU":
        return f"relu {needs} {math.prod(shape)}", shape
    if type == "Eltwise":
        return f"sum {math.prod(shape)}", shape
    raise ValueError(f"the floor of {type} is unknown")


def rows(net):
    """The rows of a net of nets.py, in the order of its layers."""
    result, shapes = [], {"data": net.shape}
    writer = {}  # of a blob: the name of the layer that wrote it last
    readers = Counter()  # of a blob as its last writer left it
    after_norm = None  # the blob whose batch normalisation can still take a ReLU along
    for type, name, top, bottoms, s in net.ops:
        shape = shapes[bottoms[0]]
        if bottoms != [top]:
            readers.update((blob, writer.get(blob)) for blob in bottoms)
        writer[top] = name
        if type in ("BatchNorm", "Scale") or type == "ReLU" and after_norm == top:
            if type == "BatchNorm":
                result.append(Row([name], ""))
            else:
                result[-1].layers.append(name)
            result[-1].line = f"bn 1 {' '.join(map(str, shape))} {int(type == 'ReLU')}"
            after_norm = None if type == "ReLU" else top
            continue
        after_norm = None
        if type == "Concat":
            shape = [shape[0], sum(shapes[b][1] for b in bottoms)] + shape[2:]
        elif type != "Dropout":
            line, shape = line_and_shape(type, int(bottoms != ["data"]), shape, s)
            result.append(Row([name], line))
        shapes[top] = shape
    n, c = shapes[net.score]
    result.append(Row(["loss"], f"softmax {n} {c}"))
    for (blob, layer), count in readers.items():
        if count > 1:
            line = f"sum {math.prod(shapes[blob])}"
            result.append(Row([f"{blob}_{layer}_0_split"], line, backward_only=True, times=count - 1))
    return result


def inference_rows(net):
    """The rows that inference cannot do without."""
    return [row for row in rows(net) if row.line.split()[0] in ("conv", "ip", "pool", "lrn")]


def compile_program(folder):
    """Builds floor.c; returns the path of the program."""
    program = os.path.join(folder, "floor")
    command = [os.environ.get("CC", "cc"), "-O2", "-fopenmp", os.path.join(HERE, "floor.c"), "-ldnnl", "-o", program]
    run(command)
    return program


def measure(program, lines, environment, repeats=5, milliseconds=40, forward_only=False):
    """Measures lines of floor.c: {line: {direction: (median, minimum, candidate)}}, in milliseconds."""
    keyed = {line.replace(" ", "_"): line for line in lines}
    text = "".join("{} {} {}\n".format(line.split()[0], key, line.split(" ", 1)[1]) for key, line in keyed.items())
    command = [program, str(repeats), str(milliseconds)] + ["forward"] * forward_only
    result = {line: {} for line in lines}
    for line in run(command, environment=environment, text=text).output.splitlines():
        key, direction, median, minimum, candidate, _ = line.split()
        result[keyed[key]][direction] = (float(median), float(minimum), candidate)
    return result


def of_row(row, measured, which=0):
    """A row's forward and backward time (`which`: 0 the medians, 1 the minima)."""
    times = {direction: row.times * values[which] for direction, values in measured[row.line].items()}
    if row.backward_only:
        return 0, sum(times.values())
    forward = times.pop("forward")
    return forward, sum(times.values())
