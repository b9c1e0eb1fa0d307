"""What nets with dead columns reach and take: the rows of `reproduce run columns`, accuracy and time side by side.

    python3 benchmarks/columns.py RECORDS FOLDER [--rounds 3] [--program PATH]

RECORDS and FOLDER are what was given to `reproduce run columns` as --records and --out. Of every row the net of its first
seed makes forward passes over batches of its test images, in turn with its dead columns left out (`--compact auto`) and
computed as any number (`off`). Prints mean accuracies over the seeds, and milliseconds of a pass, medians of the rounds.
"""

import argparse
import json
import os
import statistics

from bench import PROGRAM
from programs import Programs
from sparse import low


def passes(bench, compact):
    """A forward pass as the sum of its layers, but for data and what is counted behind the scores."""
    layers, _ = bench.layer_events("slim.prototxt", 40, "--weights=slim.caffemodel", "--phase=TEST", "--forward-only",
                                   f"--compact={compact}")  # fmt: skip
    return sum(low(layer["forward_ms"]) for layer in layers if layer["type"] not in ("Data", "Accuracy"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records")
    parser.add_argument("folder")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--program", default=PROGRAM)
    given = parser.parse_args()
    rows = {}
    with open(given.records) as file:
        for record in map(json.loads, file):
            if record["table"] == "columns":
                rows.setdefault(record["row"], []).append(record)
    print("| row | seeds | base | end | columns left out, ms | computed, ms | faster |\n|---|---|---|---|---|---|---|")
    for row, records in rows.items():
        place = os.path.join(given.folder, "columns", row, f"seed{min(record['seed'] for record in records)}")
        bench = Programs(given.program, place, given.threads)
        rounds = [(passes(bench, "auto"), passes(bench, "off")) for _ in range(given.rounds)]
        out, whole = map(statistics.median, zip(*rounds))
        base, end = (100 * statistics.mean(record[key]["top1"] for record in records) for key in ("base", "end"))
        faster = statistics.median(b / a for a, b in rounds)
        print(f"| {row} | {len(records)} | {base:.2f} | {end:.2f} | {out:.3f} | {whole:.3f} | {faster:.2f} |", flush=True)


if __name__ == "__main__":
    main()
