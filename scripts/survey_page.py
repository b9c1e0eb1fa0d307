"""The page that scripts/survey.py writes: which nets are read, which are not and why, layer type by layer type."""

import collections
import re

HEAD = """\
# Public nets

Which of the prototxts that people keep on GitHub `summary` reads: {nets} with distinct content, out of {repositories} repositories
and all their branches and pull requests. Templates with placeholders and texts with marks of a merge are left out as far as
they were recognised, solvers are not nets. `scripts/survey.py FOLDER PROGRAM --page docs/compatibility/nets.md` writes this page.

| nets | number | read | in the TEST phase | in TRAIN only | with `--shape` or `--stage` | with types passed through |
|---|---|---|---|---|---|---|
"""

HINTS = """
Where the program asks for a shape with `--shape`, it got one: images of the channels that it named and of some usual
sizes; databases, lists and mean files are on nobody else's machine. Whatever a summary takes for granted, it says.

## What is not read

"""

OWN = """
## By layer type

Types of nets in the old formats are counted by their current names, nets that cannot be upgraded not at all. Caffe's own types
are built in:

"""

FORKS = "\nSo are these of forks ([forks.md](forks.md)):\n\n"

PASSED = """
All others are passed through: what they read and make keeps its channels. Losses, accuracies and other measures are one value,
what is in place stays as it is, and what else they make is guessed: it is as what they read or as its readers need it, which
the summary says, and `--layer-shape` says better. Of types in two nets or more:

"""


SLIM = """
## Pruned and slimmed

With random weights, by `scripts/survey-slim.py`: nets of different sets of layer types, pruned of 25 and of 50 % of their
channels and slimmed. `compare` finds each slim net equal to the masked one. Distances are those of OpenCV 4 and ncnn, relative
to the largest output: from what this program computes with the net as it is, and, where they read that alike, of the slim net
there from the masked net here. Other numbers than here come of another meaning of the layers, in the dense net too.

"""


def groups(nets):
    yield "without Python layers", [net for net in nets if not net.has_python]
    yield "with Python layers", [net for net in nets if net.has_python]


def table(*rows):
    """Rows of a table, the first of which is its head."""
    lines = ["| " + " | ".join(str(cell).replace("|", "/") for cell in row) + " |\n" for row in rows]
    return lines[0] + "|" + "---|" * len(rows[0]) + "\n" + "".join(lines[1:])


def passed(net):
    """The types that are passed through in a net that is read, with what tells each from a built-in one, and whether its shape is a
    guess."""
    found = {}
    for name, difference, guess in re.findall(r"type '([^']*)'(.*?) is not built in and passed through(; what it makes)?", net.told):
        difference = re.sub(r" \(without them: .*", "", difference).strip()
        found[name] = re.sub(r"\d+", "other numbers of", difference, count=1) if "bottoms" in difference else difference, bool(guess)
    return found


def faults(nets):
    """Why nets are not read: those that are faulty in Caffe, too, by reason, then the others, one by one."""
    reasons = collections.Counter(net.fault for net in nets if net.fault)
    yield f"{reasons.total()} nets are faulty in Caffe, too:\n\n"
    yield table(("nets", "why"), *((count, reason) for reason, count in reasons.most_common()))
    others = [net for net in nets if net.failure and not net.fault]
    yield f"\nThe other {len(others)}:\n\n"
    rows = ((net.name, re.sub(r"^\S*\.prototxt(:\d+)*: ", "", net.failure)) for net in others)
    yield table(("net", "why"), *((f"{name.replace('+', '/', 1).replace('__', '/')}", f"`{why[:230]}`") for name, why in rows))


def page(nets, known, forks):
    """The page in Markdown. `known` are the types that are built in; `forks` is the text of forks.md, whose table names those of
    forks."""
    repositories = {net.name.partition("/")[0] for net in nets}
    text = HEAD.format(nets=len(nets), repositories=len(repositories))
    for what, group in groups(nets):
        ways = collections.Counter(net.way for net in group)
        good = len(group) - ways[None]
        cells = what, len(group), f"{good} ({good / max(1, len(group)):.1%})", *(ways[way] for way in ("TEST", "TRAIN", "hint", "passed"))
        text += "| " + " | ".join(map(str, cells)) + " |\n"
    text += HINTS + "".join(faults(nets)) + OWN
    total, read, ways = collections.Counter(), collections.Counter(), collections.defaultdict(list)
    for net in nets:
        total.update(net.types)
        if net.way:
            read.update(net.types)
            for name, way in passed(net).items():
                ways[name].append(way)
    rows = sorted(total.items(), key=lambda entry: (-entry[1], entry[0]))
    theirs = {name for cells in re.findall(r"^\| ([\w, ]+) \| ", forks, re.M) for name in re.findall(r"\w+", cells)}

    def built_in(names):
        for name, count in names:
            variants = collections.Counter(difference for difference, _ in ways[name])
            how = "; ".join(f"{number} passed through, {difference or 'of another form'}" for difference, number in variants.most_common())
            yield name, count, read[name], how

    head = "type", "nets", "read", "but"
    text += table(head, *built_in(row for row in rows if row[0] in known - theirs))
    text += FORKS + table(head, *built_in(row for row in rows if row[0] in known & theirs))
    others = [row for row in rows if row[0] not in known]
    text += PASSED + table(
        ("type", "nets", "read", "with a guessed shape"),
        *((name, count, read[name], sum(guess for _, guess in ways[name])) for name, count in others if count > 1))  # fmt: skip
    single = [f"{name}{'' if read[name] else ' (not read)'}" for name, count in others if count == 1]
    return text + f"\nIn one net each: {', '.join(single)}.\n"


def slimmed(lines):
    """What scripts/survey-slim.py printed, as a table."""
    rows = []
    for line in lines.splitlines():
        name, _, said = line.partition(": ")
        if not name.endswith(".prototxt") or said.startswith(("FAILED", "not tried")):
            continue
        original, *ratios = said.split(", at ")
        original = re.sub(r"(\w+) cannot: [^,]*", r"\1 does not read it", original)
        original = re.sub(r"(\w+) has \d+ values for [^,]*", r"\1 makes other numbers", original)
        cells = [part.partition(": ")[2].replace(" of the parameters", "").replace("slim in ", "") for part in ratios]
        rows.append((name.replace("+", "/", 1).replace("__", "/"), original, *(cells or [""] * 2)))
    return SLIM + table(("net", "as it is", "at 25 %: parameters left, distances", "at 50 %"), *rows)
