#!/usr/bin/env python3
"""Ends random ranks of runs under mpirun at random moments, resumes the runs, and holds what they leave against one that
was not disturbed, byte by byte.

  scripts/kill-ranks.py PROGRAM [--kills 30] [--ranks 3] [--seed 1] [--method Reg_Col]

A rank is killed, or stopped so that it hangs. The run must end on all ranks within 30 s with a message, and its newest
solver state must lead to the same end.
"""

import argparse
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import golden_run

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "benchmarks"))
from bench import MPI_AS_ROOT  # noqa: E402

# More ranks than processors may be asked for.
ENVIRONMENT = {**MPI_AS_ROOT, "OMPI_MCA_rmaps_base_oversubscribe": "1"}


def prepare(folder, method):
    golden_run.place(folder, "tiny-d-regcol-bn-residual")
    pruning = f'prune_method: "{method}" regularization_type: "{method}" AA: 0.02 target_reg: 0.2' if method else ""
    (folder / "solver.prototxt").write_text(
        f"""net: "net.prototxt" base_lr: 0.01 lr_policy: "fixed" momentum: 0.9 weight_decay: 0.0005 random_seed: 5 display: 1
        max_iter: 1200 snapshot: 50 snapshot_prefix: "snap" test_iter: 4 test_interval: 100 {pruning}""")


def start(program, folder, ranks):
    state = golden_run.newest_state(folder)
    begin = ["--snapshot", state.name] if state else ["--weights", "init.caffemodel"]
    line = ["mpirun", "--bind-to", "none", "-np", str(ranks), program, "train", "--solver", "solver.prototxt",
            "--conv-algorithm", "direct", "--rank-timeout", "10", *begin]
    with open(folder / "log", "wb") as log:
        return subprocess.Popen(line, cwd=folder, stdout=log, stderr=log, env={**os.environ, **ENVIRONMENT, "OMP_NUM_THREADS": "1"})


def find_rank(mpirun, rank):
    """The process of a rank, once there is one."""
    for child in pathlib.Path(f"/proc/{mpirun}/task/{mpirun}/children").read_text().split():
        try:
            if f"OMPI_COMM_WORLD_RANK={rank}\0" in pathlib.Path(f"/proc/{child}/environ").read_text():
                return int(child)
        except OSError:
            pass
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--ranks", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--method", default="Reg_Col")
    options = parser.parse_args()
    draw = random.Random(options.seed)
    kills = faults = 0
    slowest = 0.0
    with tempfile.TemporaryDirectory() as root:
        whole = pathlib.Path(root, "whole")
        whole.mkdir()
        prepare(whole, options.method)
        begin = time.monotonic()
        if start(options.program, whole, options.ranks).wait() != 0:
            sys.exit((whole / "log").read_text()[-3000:])
        length = time.monotonic() - begin
        while kills < options.kills:
            folder = pathlib.Path(root, "broken")
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            prepare(folder, options.method)
            while True:
                run = start(options.program, folder, options.ranks)
                how = draw.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGSTOP])
                rank = draw.randrange(options.ranks)
                if kills < options.kills:
                    try:
                        run.wait(draw.uniform(0.3, 0.8 * length))
                    except subprocess.TimeoutExpired:
                        pass
                # While nets are built ranks wait longer for each other.
                while how == signal.SIGSTOP and run.poll() is None and b"] Iteration " not in (folder / "log").read_bytes():
                    time.sleep(0.05)
                victim = find_rank(run.pid, rank) if run.poll() is None and kills < options.kills else None
                if victim is None:
                    code = run.wait()
                    if code != 0:
                        faults += 1
                        print(f"FAULT: ended with {code}: {(folder / 'log').read_text()[-1000:]}")
                    break
                kills += 1
                begin = time.monotonic()
                os.kill(victim, how)
                try:
                    code = run.wait(30)
                    slowest = max(slowest, time.monotonic() - begin)
                except subprocess.TimeoutExpired:
                    code = None
                    run.kill()
                log = (folder / "log").read_text(errors="replace")
                if code == 0 and "Optimization Done." in log:
                    break
                if code in (0, None) or f"rank {rank}" not in log:
                    faults += 1
                    print(f"FAULT: rank {rank}, {how.name}: code {code}: {log[-1000:]}")
            for file in sorted(whole.glob("snap_iter_1200.*")):
                if file.read_bytes() != (folder / file.name).read_bytes():
                    faults += 1
                    print(f"FAULT: {file.name} is not that of the undisturbed run")
    print(f"{kills} ranks ended, {faults} faults; the slowest end took {slowest:.1f} s")
    sys.exit(faults > 0)


if __name__ == "__main__":
    main()
