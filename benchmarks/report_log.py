"""What a report of a long log costs, beside Python's JSON reader on the same lines in the same run.

    python3 benchmarks/report_log.py [PROGRAM] [--displays 1000000]

The log is that of a run which prunes 53 layers and displays every iteration. Both read it whole, twice in turns, and the
shorter processor time of each counts: Python only parses its lines, the program makes the page, too. The exit status is 1
where the page takes more than 300 kB, or the program longer than Python.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time

from bench import PROGRAM, run

LAYERS = [f"res{index}_branch2a" for index in range(53)]
MOST_BYTES = 300_000


def write(path, displays):
    """A log with so many displays."""
    with open(path, "w") as file:
        def event(kind, **fields):
            file.write(json.dumps({"event": kind, "time": 1.5, **fields}, separators=(",", ":")) + "\n")

        event("start", iteration=0, max_iter=displays)
        families = [{"name": name, "layers": [name], "groups": 64, "ratio": 0.5, "pruned": 0} for name in LAYERS]
        event("prune_plan", iteration=0, method="Reg_Channel", unit="channels", families=families)
        event("prune_phase", iteration=0, phase="prune", stage=1)
        for index in range(displays):
            loss = index * 7919 % 10_007 / 10_007 + 0.1
            outputs = [{"name": "loss", "values": [loss], "loss_weight": 1.0}]
            event(
                "display", iteration=index, loss=loss, lr=0.01, iterations_per_second=812.5, forward_ms=1.83021,
                backward_ms=2.91174, update_ms=0.12001, outputs=outputs)  # fmt: skip
            if index % 500 == 0:
                achieved = [0.5 * index / displays] * len(LAYERS)
                event("prune_ratios", iteration=index, achieved=achieved, target=[0.5] * len(LAYERS))
                accuracy = {"name": "accuracy", "values": [1 - loss / 2]}
                event("test", iteration=index, net=0, loss=loss, outputs=[accuracy])


def children():
    """Seconds of processor time that ended children have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", nargs="?", default=PROGRAM)
    parser.add_argument("--displays", type=int, default=1_000_000)
    chosen = parser.parse_args()
    reader = "import json, sys\nfor line in open(sys.argv[1]): json.loads(line)"
    with tempfile.TemporaryDirectory() as folder:
        log, page = os.path.join(folder, "log.jsonl"), os.path.join(folder, "report.html")
        write(log, chosen.displays)
        report = [chosen.program, "report", log, "--out", page]
        commands = {"report": report, "python": [sys.executable, "-c", reader, log]}
        best, walls = {}, {}
        for _ in range(2):
            for name, command in commands.items():
                before, start = children(), time.monotonic()
                run(command)
                best[name] = min(best.get(name, 1e9), children() - before)
                walls[name] = min(walls.get(name, 1e9), time.monotonic() - start)
        size = os.path.getsize(page)
        print(f"log: {os.path.getsize(log) / 1e6:.0f} MB, page: {size / 1e3:.0f} kB")
        for name in commands:
            print(f"{name:8}{best[name]:6.2f} s of processor time, {walls[name]:6.2f} s")
        print(f"report / python: {best['report'] / best['python']:.2f}")
    if size > MOST_BYTES or best["report"] > best["python"]:
        sys.exit("the page is too large, or takes too long")


if __name__ == "__main__":
    main()
