#!/usr/bin/env python3
"""Reads mutated messages with this program and with Python protobuf, whose classes are compiled from the same schema.

  scripts/differential.py FEED [--count 20000] [--first 0]

FEED is the program of Tests/Feed (.build-tests/release/feed). What both read must be the same message: that is the exit code.
What only one of them reads is counted, with the reasons that Python gives; the program has limits and rules of its own.
"""

import argparse
import collections
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

SCRIPTS = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(SCRIPTS.parent / "Tests/Peers"))

from google.protobuf import text_format  # noqa: E402
from google.protobuf.message import DecodeError  # noqa: E402

import caffe_schema  # noqa: E402

TYPES = {"net": "NetParameter", "state": "SolverState", "mean": "BlobProto", "datum": "Datum", "text": "NetParameter",
         "solver": "SolverParameter"}
TEXTS = {"text", "solver"}


def records(data):
    position = 0
    while position < len(data):
        (size,) = struct.unpack_from("<i", data, position)
        position += 4
        yield data[position:position + size] if size >= 0 else None
        position += max(size, 0)


def theirs(kind, target, content):
    """The message that Python reads, and why it reads none."""
    message = kind()
    try:
        if target in TEXTS:
            text_format.Parse(content.decode(), message)
        else:
            message.ParseFromString(content)
    except (DecodeError, text_format.ParseError, UnicodeDecodeError, ValueError, RecursionError) as error:
        return None, re.sub(r"\d+|[\"'`].*[\"'`]", "_", str(error).splitlines()[0])[:80]
    return message, None


def comparable(message):
    """Leaves out what is kept in another order, and what is read by a rule of this program: prune_param of caffe_increg and
    clip_param of Caffe have one number, and the layer's type says which it is."""
    message.DiscardUnknownFields()
    for layer in getattr(message, "layer", []):
        layer.ClearField("clip_param")
        layer.ClearField("prune_param")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("feed")
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    types = caffe_schema.load()
    different = 0
    with tempfile.TemporaryDirectory() as folder:
        seeds = pathlib.Path(folder)
        subprocess.run([sys.executable, SCRIPTS / "make-seeds.py", folder], check=True, stdout=subprocess.DEVNULL)
        for target, name in TYPES.items():
            files = sorted(map(str, (seeds / target).iterdir()))
            # Printing and parsing text takes Python ten times as long.
            count = options.count // 10 if target in TEXTS else options.count
            output = subprocess.run(
                [options.feed, "write", "mutate", target, str(count), str(options.first), *files], check=True,
                capture_output=True).stdout
            counts, reasons = collections.Counter(), collections.Counter()
            for number, (content, ours) in enumerate(zip(*[records(output)] * 2)):
                message, reason = theirs(types[name], target, content)
                if message is None or ours is None:
                    who = "neither" if message is None and ours is None else "Python only" if ours is None else "ours only"
                    counts[who] += 1
                    if who == "ours only":
                        reasons[reason] += 1
                    continue
                again = types[name]()
                again.ParseFromString(ours)
                for each in (again, message):
                    comparable(each)
                same = again.SerializePartialToString(deterministic=True) == message.SerializePartialToString(deterministic=True)
                counts["the same" if same else "DIFFERENT"] += 1
                if not same:
                    different += 1
                    if counts["DIFFERENT"] <= 3:
                        print(f"DIFFERENT: {target}, input {options.first + number}")
            print(f"{target}: {count} inputs, {dict(counts)}", flush=True)
            for reason, often in reasons.most_common(5):
                print(f"  ours only {often}: Python says {reason}")
    print(f"{different} messages that both read are different")
    return different > 0


if __name__ == "__main__":
    sys.exit(main())
