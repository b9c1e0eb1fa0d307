#!/usr/bin/env python3
"""Ends commands that write right before the N-th thing that they do to a file, for every N, and looks at what they leave.

  scripts/kill-at-file-operations.py PROGRAM [--fault kill] [--only REGEX] [--every 1] [--minutes M] [--seed 1] [--list]

Each scenario is a command in a folder of its own, with tiny nets. It runs unharmed first; what it does to files is counted
(file_operations.c, which says what an operation is). Then it runs again and again from the same beginning, and

  --fault kill          is killed, with all processes that it has started, right before operation N
  --fault signal:SIGTERM  gets SIGTERM right before operation N, and must end as after a kill, but with exit code 1 and a message, or
                        in good order
  --fault once:EIO      has operation N fail, once; ENOSPC and EDQUOT are other errors for it
  --fault from:ENOSPC   has everything that takes room on the disk fail from operation N on

What must hold, or it is counted as a fault:

  a training run that was killed goes on from its newest solver state, and ends with the files of the unbroken one, byte by
  byte; a compression does so when its command is given again. Where a run removes old snapshots, one may be left whose turn it
  was;
  of what another command writes, files that had their names have them still, or again, once the next command has looked into
  the folder: all old or all new;
  a file under its own name is whole at all times;
  a command whose call fails says so and ends with exit code 1 and all old files, at once; or it did not matter, and it ends with
  exit code 0 and all new ones; only where removing a temporary file is what failed, that one may be left;
  the next command leaves no temporary file.

`--every 7` takes every seventh N only, from a random first one; with --minutes, scenarios come in random order, with a few
seconds each, and what did not fit is said. The exit code is 1 where there is a fault.
"""

import argparse
import collections
import errno
import os
import pathlib
import random
import re
import shutil
import signal
import sys
import tempfile
import time

from file_scenarios import Programs, contents, scenarios, temporaries

# For each scenario, where the time is limited.
FEWEST_SECONDS = 4


def restore(folder, before):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(before, folder)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("--fault", default="kill")
    parser.add_argument("--only", default="")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    every = [scenario for scenario in scenarios() if re.search(options.only, scenario.name)]
    if options.list:
        return print(*(scenario.name for scenario in every), sep="\n")
    fault = options.fault
    if fault != "kill":
        when, name = fault.split(":")
        fault = f"{when} {int(getattr(signal, name)) if when == 'signal' else getattr(errno, name)}"
    chance = random.Random(options.seed)
    totals, faults, left_out = collections.Counter(), collections.Counter(), 0
    end = time.monotonic() + options.minutes * 60 if options.minutes else None
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        programs = Programs(options.program, root)
        if end:
            chance.shuffle(every)
        for index, scenario in enumerate(every):
            if end and time.monotonic() > end:
                print(f"{len(every) - index} scenarios were left out, for lack of time")
                break
            before, folder = root / "before", root / "trial"
            shutil.rmtree(before, ignore_errors=True)
            before.mkdir()
            scenario.prepare(before, programs)
            old = contents(before)
            # Once more, so that what is remembered in the user's cache is there.
            for _ in range(2):
                restore(folder, before)
                code, words, count = programs.run(scenario.line(folder), folder, at=0)
                assert code == 0, (scenario.name, words[-2000:])
            new = scenario.results(folder)
            assert new and not temporaries(folder), (scenario.name, temporaries(folder))
            # What is replaced by the same would show nothing.
            assert all(new[name] != old.get(name) for name in new), scenario.name
            places = list(range(1 + chance.randrange(options.every), count + 1, options.every))
            if end:
                chance.shuffle(places)
            share = max(FEWEST_SECONDS, (end - time.monotonic()) / (len(every) - index)) if end else 0
            begin, done = time.monotonic(), 0
            for place in places:
                if end and time.monotonic() - begin > share:
                    break
                restore(folder, before)
                code, words, _ = programs.run(scenario.line(folder), folder, at=place, fault=fault)
                killed = "signal" if fault.startswith("signal") else code == -9
                found = []
                if fault == "kill" and not killed:
                    # Threads that write side by side may do without a call.
                    totals["not reached"] += 1
                    continue
                if killed is not True and (code not in (0, 1) or code == 1 and "caffe-increg: " not in words):
                    found.append(("ended", f"exit code {code}: {words[-300:]}"))
                found += scenario.faults(folder, programs, old, new, killed, code, words)
                if rest := temporaries(folder):
                    found.append(("temporary", f"{rest} behind the next run"))
                done += 1
                totals[scenario.kind] += 1
                for what, text in found:
                    faults[what] += 1
                    print(f"FAULT: {scenario.name}, operation {place} of {count}: {what}: {text}", flush=True)
            left_out += len(places) - done
            print(f"{scenario.name}: {done} of {count} operations", flush=True)
    print(", ".join(f"{kind}: {count}" for kind, count in totals.items()))
    if left_out:
        print(f"{left_out} places were left out, for lack of time or since they were not reached")
    words = [f"{faults[what]} {what}" for what in ("lost", "mixed", "temporary", "ended")]
    print(f"{options.fault}: {sum(totals.values()) - totals['not reached']} runs, faults: {', '.join(words)}")
    return sum(faults.values()) > 0


if __name__ == "__main__":
    sys.exit(main())
