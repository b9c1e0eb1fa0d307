"""Times caffe-increg beside stock Caffe, PyTorch, OpenCV, OpenVINO, ONNX Runtime and bare oneDNN primitives, whichever are present.

    python3 benchmarks/run.py [SECTION ...] [--nets NET,...] [--rounds 3] [--caffe PATH] [--figures FILE] [--store [FILE]]

Sections: train, infer, load, layers, threads, update, sparse, slim, methods (all, unless some are named). Every round runs
every program once on a net, so that they share the machine's good and bad times; what is quoted is the median over rounds of each run's
median, and the median of the rounds' ratios. With --figures a sitting can be taken in pieces: rounds are added to the
file, and the tables are made of everything in it. --store writes them to results.md, or another file, beside this one.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time

import figures
import report
from bench import PROGRAM
from programs import Programs
from sections import SECTIONS, peers

HERE = os.path.dirname(os.path.abspath(__file__))


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", metavar="SECTION")
    parser.add_argument("--nets", help="only these nets, separated by commas")
    parser.add_argument("--programs", help="only programs whose names begin with one of these, separated by commas")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--program", default=PROGRAM)
    parser.add_argument("--caffe", default=shutil.which("caffe"), help="stock Caffe's program")
    parser.add_argument("--figures", help="a file that rounds are added to")
    parser.add_argument("--folder", help="where nets and weights are kept between pieces of a sitting")
    parser.add_argument("--store", nargs="?", const="results.md", help="a file in benchmarks to write the tables to")
    args = parser.parse_args()
    unknown = [name for name in args.sections if name not in SECTIONS]
    if unknown:
        parser.error(f"unknown sections {unknown}; there are {list(SECTIONS)}")
    return args


def one_round(runs, wanted):
    """Runs the programs of a net in turn; `runs` may also be one function that measures all of them."""
    if callable(runs):
        return runs()
    result = {}
    for name, program in runs.items():
        if wanted and not name.startswith(wanted):
            continue
        start = time.time()
        result[name] = program()
        print(f"  {name}: {result[name][0]:.2f} ms ({time.time() - start:.0f} s)", file=sys.stderr)
    return result


def measure(args, folder, taken):
    """Adds rounds to the figures."""
    bench = Programs(args.program, folder, args.threads, args.caffe)
    present = peers(bench)
    nets = args.nets.split(",") if args.nets else None
    wanted = tuple(args.programs.split(",")) if args.programs else None
    for section in args.sections or SECTIONS:
        for net, runs in SECTIONS[section](bench, present):
            if nets and net.split()[0] not in nets:
                continue
            for _ in range(args.rounds):
                print(f"{section} {net}", file=sys.stderr)
                taken.setdefault(section, {}).setdefault(net, []).append(one_round(runs, wanted))
                if args.figures:
                    figures.save(args.figures, taken)


def main():
    args = options()
    taken = figures.load(args.figures)
    if args.rounds:
        with tempfile.TemporaryDirectory() as temporary:
            folder = args.folder or temporary
            os.makedirs(folder, exist_ok=True)
            measure(args, folder, taken)
    print(report.markdown(taken))
    if args.store:
        with open(os.path.join(HERE, args.store), "w") as file:
            file.write(report.stored(taken, args.threads))


if __name__ == "__main__":
    main()
