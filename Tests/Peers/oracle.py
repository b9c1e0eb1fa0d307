"""Python protobuf as an oracle for our reader and writer of caffe.proto's messages.

    oracle.py make FOLDER COUNT SEED [FILE ...]   generates COUNT messages and writes FOLDER/cases
    oracle.py check FOLDER                        reads FOLDER/ours; prints every disagreement

Every generated message is there in four forms: text and bytes as Python protobuf writes them, and both again in unusual
but valid spellings. FILEs are texts: of nets, or of solvers if their names say so. Both files hold records of five
parts, each behind its length (4 bytes, little-endian): message type, name, form ("text" or "wire"), content, and the
listing of all fields that Python protobuf finds in the content.
"""

import random
import struct
import sys

from google.protobuf import text_format

import caffe_schema
from oracle_listing import listing
from oracle_maker import Maker
from oracle_spellings import TextSpeller, WireSpeller


def write(file, *parts):
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode()
        file.write(struct.pack("<I", len(data)) + data)


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    parts, position = [], 0
    while position < len(data):
        (size,) = struct.unpack_from("<I", data, position)
        parts.append(data[position + 4 : position + 4 + size])
        position += 4 + size
    return zip(*[iter(parts)] * 5)


def parsed(kind, form, content):
    message = kind()
    if form == "text":
        text_format.Parse(content.decode(), message)
    else:
        message.ParseFromString(content)
    return message


def make(folder, count, seed, paths):
    types = caffe_schema.load()
    maker = Maker(types, int(seed))
    with open(folder + "/cases", "wb") as file:

        def add(kind, name, form, content):
            message = parsed(types[kind], form, content)
            write(file, kind, name, form, content, "\n".join(listing(message)))
            return message

        for number in range(int(count)):
            message = maker.message(number)
            kind, name = message.DESCRIPTOR.name, f"message {number} of seed {seed}"
            draw = random.Random(f"{seed} {number}")
            text = text_format.MessageToString(message, as_utf8=draw.random() < 0.5)
            spelt = TextSpeller(draw).message(message)
            wire = WireSpeller(draw, maker).message(message)
            expected = listing(message)
            for form, content in [("text", text.encode()), ("text", spelt.encode()), ("wire", message.SerializeToString())]:
                found = listing(add(kind, name, form, content))
                assert found == expected, f"{name}, {form}: Python protobuf does not agree with itself"
            add(kind, name, "wire", wire)
        for path in paths:
            with open(path, "rb") as text:
                content = text.read()
            kind = "SolverParameter" if "solver" in path.rsplit("/", 1)[-1] else "NetParameter"
            message = add(kind, path, "text", content)
            add(kind, path, "wire", message.SerializeToString())
    print(f"{len(maker.targets)} fields")


def check(folder):
    types = caffe_schema.load()
    count = 0
    for kind, name, form, content, expected in read(folder + "/ours"):
        kind, name, form, expected = kind.decode(), name.decode(), form.decode(), expected.decode().split("\n")
        count += 1
        if form == "text":  # where unknown fields are comments
            expected = [line for line in expected if not line.startswith("#")]
        try:
            found = listing(parsed(types[kind], form, content)) or [""]
        except Exception as error:
            print(f"{name}, {kind}: our {form} is refused: {error}")
            continue
        expected = expected or [""]
        if found != expected:
            at = next((i for i, (a, b) in enumerate(zip(found, expected)) if a != b), min(len(found), len(expected)))
            print(f"{name}, {kind}: our {form} differs in line {at}: {found[at:at+1]}, expected {expected[at:at+1]}")
    print(f"{count} checked")


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5:])
    else:
        check(sys.argv[2])
