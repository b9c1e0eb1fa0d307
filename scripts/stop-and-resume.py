#!/usr/bin/env python3
"""Stops a pruning run at random moments, resumes it, and holds what it leaves against the unbroken run, byte by byte.

  scripts/stop-and-resume.py PROGRAM [--stops 200] [--seed 1] [--formats BINARYPROTO,HDF5]
      [--method Reg_Col|all]

The run is the golden tiny-e: it prunes, settles, retrains, has good and bad stages with roll-backs, and a final
retraining. With another method it is 240 iterations from the same weights, pruning and fine-tuning; 'None' prunes nothing.
A stop is a SIGKILL, SIGTERM, SIGINT or SIGHUP (with --sighup_effect stop) some moments behind a random iteration, drawn so
that all states of the run are hit alike. But for SIGKILL the run must end with code 0 and a snapshot of where it was. The run
goes on from the newest solver state in its folder; every third run is stopped once more.
All files that the unbroken run leaves must be there and equal in the end, and the [app] lines must be its last ones.
"""

import argparse
import collections
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import golden_run

SIGNALS = [signal.SIGKILL, signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
ITERATION = re.compile(r"\*\*\*\* Step (\d+)|\] Iteration (\d+) ")
STATE = re.compile(r"\((prune|losseval|retrain|final_retrain)-")
METHODS = golden_run.METHODS | {"None": ""}


def prepare(folder, form, method):
    run = golden_run.place(folder, "tiny-e-multistage")
    solver = golden_run.other_solver(method) if method in METHODS else (run / "solver.prototxt").read_text()
    (folder / "solver.prototxt").write_text(solver + f"\nrandom_seed: 1\nsnapshot_format: {form}\n")


class Run:
    """One process in a folder, from the newest state there, if there is one."""

    def __init__(self, program, folder, method):
        state = golden_run.newest_state(folder)
        start = ["--snapshot", state.name] if state else ["--weights", "init.caffemodel"]
        self.start = state.name if state else "the beginning"
        self.reading, writing = os.pipe()
        with open(folder / "stderr.txt", "ab") as errors:
            # Methods that print no line per iteration log one.
            self.process = subprocess.Popen(
                [program, "train", "--solver", "solver.prototxt", "--sighup_effect", "stop", *start], cwd=folder, stdout=writing,
                stderr=writing if method in METHODS else errors, env={**os.environ, "OMP_NUM_THREADS": "1"})
        os.close(writing)
        self.app, self.states, self.state = [], [], "start"
        self.iteration, self.log = 0, folder / "stderr.txt"
        self.log_start = self.log.stat().st_size if self.log.exists() else 0
        self.stopped_early = self.is_done = False

    def lines(self):
        rest = b""
        while True:
            chunk = os.read(self.reading, 1 << 16)
            if not chunk:
                return
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield line.decode()

    def go(self, stop_after=None, stop=None):
        """Reads until the end, or until as many iterations are done; gives whether `stop` was called."""
        done = stopped = 0
        for line in self.lines():
            self.stopped_early |= "Optimization stopped early." in line
            self.is_done |= "Optimization Done." in line
            if line.startswith("[app]"):
                self.app.append(re.sub(r" \(\d{4}/\d\d/\d\d-\d\d:\d\d\)", "", line))
                if "fine-tuning" in line:
                    self.state = "fine-tuning"
            elif match := STATE.search(line):
                self.state = match[1]
            elif line.startswith("**** Step") or "] Iteration " in line and " iter/s" in line:
                self.states.append(self.state)
                # The iteration with the number N is step N + 1.
                step, iteration = ITERATION.search(line).groups()
                self.iteration = int(step) - 1 if step else int(iteration)
                done += 1
                if done == stop_after:
                    stop(self.process)
                    stopped = True
        os.close(self.reading)
        self.process.wait()
        log = self.log.read_bytes()[self.log_start:]
        self.stopped_early |= b"Optimization stopped early." in log
        self.is_done |= b"Optimization Done." in log
        return stopped

    def fault(self, folder):
        """What is wrong with how a run ended that somebody stopped in good order; None where nothing is."""
        # A signal that comes when all is done and written ends the process as it ends any other.
        if self.process.returncode != 0 and not (self.process.returncode < 0 and self.is_done):
            return f"exit code {self.process.returncode}"
        state = golden_run.newest_state(folder)
        if self.stopped_early and (state is None or int(re.search(r"_iter_(\d+)\.", state.name)[1]) < self.iteration):
            return f"it stopped at {self.iteration}, and the newest state is {state and state.name}"
        return None


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if ".caffemodel" in path.name or ".solverstate" in path.name}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("--stops", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--formats", default="BINARYPROTO,HDF5")
    parser.add_argument("--method", default="Reg_Col", choices=["Reg_Col", *METHODS, "all"])
    options = parser.parse_args()
    methods = ["Reg_Col", *METHODS] if options.method == "all" else [options.method]
    return max(of_method(options, method) for method in methods)


def of_method(options, method):
    """Stops runs of a method; returns whether one did not end as the unbroken one."""
    chance = random.Random(options.seed)
    counts, failures = collections.Counter(), 0
    formats = options.formats.split(",")
    with tempfile.TemporaryDirectory() as root:
        unbroken = {}
        for form in formats:
            folder = pathlib.Path(root, form)
            folder.mkdir()
            prepare(folder, form, method)
            run = Run(options.program, folder, method)
            run.go()
            assert run.process.returncode == 0, (folder / "stderr.txt").read_text()[-2000:]
            # What happens behind an iteration's line belongs to the next one.
            moments = collections.defaultdict(list)
            for index, state in enumerate(run.states):
                moments[state].append(index + 1)
            unbroken[form] = (contents(folder), run.app, moments)
            print(f"{method}, {form}: {len(run.states)} iterations, {dict((s, len(m)) for s, m in moments.items())}", flush=True)
        for number in range(options.stops):
            form = formats[number % len(formats)]
            files, app, moments = unbroken[form]
            folder = pathlib.Path(root, "trial")
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            prepare(folder, form, method)
            history, faults, most = [], [], 2 if number % 3 == 2 else 1
            while True:
                run = Run(options.program, folder, method)
                if len(history) < most:
                    state = chance.choice(sorted(moments))
                    after = chance.choice(moments[state]) if not history else chance.randrange(1, 200)
                    delay, number_of_signal = chance.random() ** 2 * 0.01, chance.choice(SIGNALS)

                    def stop(process):
                        time.sleep(delay)
                        process.send_signal(number_of_signal)

                    if run.go(after, stop):
                        history.append(f"{number_of_signal.name} in {run.state} from {run.start} after {after}")
                        counts[run.state, form, number_of_signal.name] += 1
                        if number_of_signal != signal.SIGKILL and (fault := run.fault(folder)):
                            faults.append(f"{history[-1]}: {fault}")
                        continue
                else:
                    run.go()
                break
            got = contents(folder)
            wrong = faults + [name for name in files if got.get(name) != files[name]]
            if run.process.returncode != 0:
                wrong.append(f"exit code {run.process.returncode}")
            lines = run.app[1:] if run.app[:1] and "Training starts" in run.app[0] else run.app
            if lines and app[-len(lines):] != lines:
                wrong.append("[app] lines")
            if wrong:
                failures += 1
                print(f"{number}: {form}: {history}, then from {run.start}: {len(wrong)} wrong: {wrong[:5]}", flush=True)
                if failures == 1:
                    print((folder / "stderr.txt").read_text()[-500:])
    for key, count in sorted(counts.items()):
        print(*key, count)
    print(f"{sum(counts.values())} stops in {options.stops} runs, {failures} runs that did not end as the unbroken one")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
