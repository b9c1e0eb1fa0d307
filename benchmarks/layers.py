"""Per-layer times of caffe-increg beside the floor."""

import statistics

import floor


def compare(rows, ours, measured, summary=statistics.median, which=0):
    """Rows of (layers, our forward, our backward, the floor's forward, the floor's backward, the floor's candidates).

    Layers that the floor counts as free make up the last row but keep their time.
    """
    left = {name: tuple(summary(times) if times else 0 for times in both) for name, both in ours.items()}
    result = []
    for row in rows:
        times = [left.pop(name) for name in row.layers if name in left]
        forward, backward = sum(t[0] for t in times), sum(t[1] for t in times)
        chosen = "/".join(values[2] for values in measured[row.line].values())
        result.append((" ".join(row.layers), forward, backward, *floor.of_row(row, measured, which), chosen))
    free = sorted(left, key=lambda name: -sum(left[name]))
    label = "free: " + " ".join(free[:3])
    result.append((label, sum(t[0] for t in left.values()), sum(t[1] for t in left.values()), 0, 0, ""))
    return result


def sums(compared):
    """Our whole time and the floor's."""
    return sum(r[1] + r[2] for r in compared), sum(r[3] + r[4] for r in compared)


def table(net, compared):
    """A table for the terminal, what costs most beside the floor first."""
    ours, bare = sums(compared)
    lines = [
        f"{net}: ours {ours:.2f} ms, floor {bare:.2f} ms, ratio {ours / bare:.2f}",
        f"{'layers':44}{'forward':>9}{'floor':>9}{'backward':>10}{'floor':>9}{'excess':>9}  floor's choice",
    ]
    for name, f, b, ff, fb, chosen in sorted(compared, key=lambda r: r[3] + r[4] - r[1] - r[2]):
        lines.append(f"{name[:43]:44}{f:9.3f}{ff:9.3f}{b:10.3f}{fb:9.3f}{f + b - ff - fb:9.3f}  {chosen}")
    return "\n".join(lines) + "\n"
