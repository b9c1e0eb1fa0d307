"""Figures of a sitting: {section: {net: [round, ...]}}, a round being {program: [milliseconds, MiB]}."""

import json
import math
import os
import statistics


def load(path):
    """The figures in a file; none if there is no file."""
    if not path or not os.path.exists(path):
        return {}
    with open(path) as file:
        return json.load(file)


def save(path, figures):
    """Writes the figures to a file."""
    with open(path + ".new", "w") as file:
        json.dump(figures, file, indent=1)
    os.replace(path + ".new", path)


def best(rounds, group):
    """Per round the figure of the fastest program of a group ("torch": all whose names begin so); None without one."""
    result = []
    for figures in rounds:
        found = [value for name, value in figures.items() if name == group or name.startswith(group + " ")]
        result.append(min(found) if found else None)
    return result


class Ratio:
    """Ratios of rounds: the median and how far they spread."""

    def __init__(self, values):
        self.values = values
        self.median = statistics.median(values) if values else None

    def __str__(self):
        return f"{self.median:.2f} [{min(self.values):.2f}-{max(self.values):.2f}]" if self.values else "-"


def ratio(rounds, over, under, which=0):
    """The ratios of two groups in the same rounds; `which`: 0 times, 1 memory."""
    pairs = zip(best(rounds, over), best(rounds, under))
    return Ratio([a[which] / b[which] for a, b in pairs if a and b and b[which]])


def median(rounds, group, which=0):
    """The median figure of a group, or None."""
    values = [figure[which] for figure in best(rounds, group) if figure]
    return statistics.median(values) if values else None


def geometric_mean(values):
    """Of ratios."""
    return math.exp(statistics.mean(map(math.log, values)))
