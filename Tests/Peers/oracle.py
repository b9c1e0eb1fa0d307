"""Python protobuf as an oracle for our reader and writer of caffe.proto's messages.

    oracle.py make FOLDER COUNT SEED [FILE ...]   generates COUNT messages and writes FOLDER/cases
    oracle.py check FOLDER                        reads FOLDER/ours; prints every disagreement

Every generated message is there in four forms: text and bytes as Python protobuf writes them, and both again in unusual
but valid spellings. FILEs are texts: of nets, or of solvers if their names say so. Both files hold records of five
parts, each behind its length (4 bytes, little-endian): message type, name, form ("text" or "wire"), content, and the
listing of all fields that Python protobuf finds in the content.
"""

import math
import random
import struct
import sys

from google.protobuf import text_format, unknown_fields
from google.protobuf.descriptor import FieldDescriptor as F

import caffe_schema

ROOTS = [
    "SolverParameter", "NetParameter", "LayerParameter", "V1LayerParameter", "SolverState", "BlobProtoVector", "BlobProto",
    "Datum",
]  # fmt: skip
UNKNOWN = range(5000, 5050)  # numbers that no message of the schema has


# ------------------------------------------------------------------------------------------------------- listing


def is_repeated(field):
    return field.is_repeated if hasattr(field, "is_repeated") else field.label == F.LABEL_REPEATED


def is_required(field):
    return field.is_required if hasattr(field, "is_required") else field.label == F.LABEL_REQUIRED


def scalar(field, value):
    """A value that is not a message, exactly: floats by their bits, texts in hexadecimal."""
    if field.type in (F.TYPE_FLOAT, F.TYPE_DOUBLE):
        if math.isnan(value):
            return "nan"
        form = "<f" if field.type == F.TYPE_FLOAT else "<d"
        return struct.pack(form, value)[::-1].hex()
    if field.type == F.TYPE_STRING:
        return "'" + value.encode().hex()
    if field.type == F.TYPE_BYTES:
        return "'" + value.hex()
    return str(int(value))


def listing(message, unknown=True):
    """One line per value, in the order of the fields' numbers."""
    lines = []
    for field, value in message.ListFields():
        for item in value if is_repeated(field) else [value]:
            if field.type == F.TYPE_MESSAGE:
                lines += [field.name + " {", *listing(item, unknown), "}"]
            else:
                lines.append(field.name + " " + scalar(field, item))
    if unknown:
        for field in sorted(unknown_fields.UnknownFieldSet(message), key=lambda f: f.field_number):
            data = field.data.hex() if field.wire_type == 2 else field.data
            lines.append(f"#{field.field_number} {field.wire_type} {data}")
    return lines


# ---------------------------------------------------------------------------------------------------- generation


class Maker:
    """Makes random messages. Every call names the field that must be set, and how to get to its message."""

    def __init__(self, types, seed):
        self.types, self.random = types, random.Random(seed)
        # The shortest way from a root to every message type, as fields; with it the fields that have to be covered.
        self.targets, ways, queue = [], {}, [(types[name].DESCRIPTOR, []) for name in ROOTS]
        while queue:
            type, way = queue.pop(0)
            if type.name in ways:
                continue
            ways[type.name] = way
            for field in type.fields:
                self.targets.append(way + [field])
                if field.type == F.TYPE_MESSAGE:
                    queue.append((field.message_type, way + [field]))
        missing = set(types) - set(ways)
        assert not missing, f"no root holds {missing}"

    def message(self, number):
        way = self.targets[number % len(self.targets)]
        root = way[0].containing_type.name
        if number >= len(self.targets):
            root, way = self.random.choice(ROOTS), []
        message = self.types[root]()
        self.budget = self.random.choice([10, 40, 150])
        self.fill(message, way)
        return message

    def fill(self, message, way, depth=0):
        fields = list(message.DESCRIPTOR.fields)
        wanted = [field for field in fields if is_required(field)]
        wanted += self.random.sample(fields, min(len(fields), self.random.choice([0, 1, 2, 3, 5, 8])))
        for field in wanted:
            if self.budget > 0 and (not way or field.number != way[0].number) or is_required(field):
                self.set(message, field, [], depth)
        if way:
            self.set(message, way[0], way[1:], depth)

    def set(self, message, field, way, depth):
        self.budget -= 1
        count = 1
        if is_repeated(field):
            count = self.random.choice([1, 2, 3, 17] if field.type != F.TYPE_MESSAGE else [1, 2])
        for _ in range(count):
            if field.type == F.TYPE_MESSAGE:
                if depth > 12:
                    return
                target = getattr(message, field.name)
                if is_repeated(field):
                    target = target.add()
                else:
                    target.SetInParent()
                self.fill(target, way, depth + 1)
            elif is_repeated(field):
                getattr(message, field.name).append(self.value(field))
            else:
                setattr(message, field.name, self.value(field))

    def value(self, field):
        draw = self.random
        if field.type == F.TYPE_BOOL:
            return draw.random() < 0.5
        if field.type == F.TYPE_ENUM:
            return draw.choice(field.enum_type.values).number
        if field.type == F.TYPE_STRING:
            return "".join(self.character() for _ in range(draw.choice([0, 1, 5, 30])))
        if field.type == F.TYPE_BYTES:
            return bytes(draw.randrange(256) for _ in range(draw.choice([0, 1, 9, 300])))
        if field.type == F.TYPE_FLOAT:
            return struct.unpack("<f", struct.pack("<I", self.bits(32, 23)))[0]
        if field.type == F.TYPE_DOUBLE:
            return struct.unpack("<d", struct.pack("<Q", self.bits(64, 52)))[0]
        low, high = {F.TYPE_INT32: (-(2**31), 2**31), F.TYPE_INT64: (-(2**63), 2**63), F.TYPE_UINT32: (0, 2**32)}[field.type]
        return max(low, draw.choice([low, -1, 0, 1, 127, 128, 300, high - 1, draw.randrange(low, high)]))

    def bits(self, size, mantissa):
        """A number's pattern: everyday, any, or a border of the format."""
        draw = self.random
        one = ((1 << (size - 2 - mantissa)) - 1) << mantissa
        inf = ((1 << (size - 1 - mantissa)) - 1) << mantissa
        sign = draw.randrange(2) << (size - 1)
        if draw.random() < 0.3:
            form, back = ("<f", "<I") if size == 32 else ("<d", "<Q")
            return struct.unpack(back, struct.pack(form, draw.choice([0.1, -0.5, 3, 1e-4, 0.00390625, 1e6, 123456.7])))[0]
        borders = [0, 1, (1 << mantissa) - 1, 1 << mantissa, one, one + 1, inf - 1, inf, inf + (1 << mantissa - 1)]
        return sign | draw.choice(borders + [draw.randrange(inf)] * 4)

    def character(self):
        ranges = [(0x20, 0x7F), (0x20, 0x7F), (1, 0x20), (0x7F, 0x800), (0x4E00, 0x9FFF), (0x1F300, 0x1F600)]
        low, high = self.random.choice(ranges)
        return self.random.choice("\"'\\?\n") if self.random.random() < 0.1 else chr(self.random.randrange(low, high))


# ------------------------------------------------------------------------------------------- unusual text spellings


class TextSpeller:
    def __init__(self, draw):
        self.draw = draw

    def message(self, message):
        out = self.draw.choice(["", "# a comment: { \" '\n", "\t\r\n"])
        for field, value in message.ListFields():
            values = list(value) if is_repeated(field) else [value]
            if is_repeated(field) and self.draw.random() < 0.4:
                items = [self.nested(v) if field.type == F.TYPE_MESSAGE else self.scalar(field, v) for v in values]
                out += f"{field.name}:[{self.draw.choice([',', ' , ']).join(items)}]" + self.separator()
                continue
            for item in values:
                if field.type == F.TYPE_MESSAGE:
                    out += field.name + self.draw.choice(["", ":", " : "]) + self.nested(item)
                else:
                    out += field.name + self.draw.choice([":", ": ", " :\n"]) + self.scalar(field, item)
                out += self.separator()
        return out

    def separator(self):
        return self.draw.choice(["\n", " ", ", ", ";", " # more }\n"])

    def nested(self, message):
        left, right = self.draw.choice(["{}", "<>"])
        return f"{left} {self.message(message)} {right}"

    def scalar(self, field, value):
        choice = self.draw.choice
        if field.type == F.TYPE_BOOL:
            return choice(["true", "True", "t", "1"] if value else ["false", "False", "f", "0"])
        if field.type == F.TYPE_ENUM:
            return choice([field.enum_type.values_by_number[value].name, str(value)])
        if field.type == F.TYPE_STRING:
            return self.quoted([c if ord(c) >= 32 and c != "\x7f" and choice([0, 1]) else c.encode() for c in value])
        if field.type == F.TYPE_BYTES:
            return self.quoted([bytes([b]) for b in value])
        if field.type in (F.TYPE_FLOAT, F.TYPE_DOUBLE):
            if math.isnan(value):
                return choice(["nan", "NaN"])
            if math.isinf(value):
                return ("-" if value < 0 else "") + choice(["inf", "Infinity", "INF"])
            return choice([repr(value), "%.17e" % value, "%.20g" % value + choice(["", "f" if value % 1 else ""])])
        sign, size = ("-" if value < 0 else ""), abs(value)
        return sign + choice([str(size), hex(size), "0X%X" % size, "0%o" % size if size else "0"])

    def quoted(self, parts):
        """Parts are characters as they are, or bytes to be escaped; now and then a new literal begins."""
        quote = self.draw.choice("\"'")
        out = quote
        for part in parts:
            if isinstance(part, str) and part not in ("\\", quote, "\n"):
                out += part
            else:
                for byte in part if isinstance(part, bytes) else part.encode():
                    out += self.draw.choice(["\\%03o", "\\x%02x", "\\%03o"]) % byte
                    if out[-4:-2] == "\\x" or self.draw.random() < 0.1:  # or else the next digit might be taken along
                        out += quote + self.draw.choice(["", " ", "\n"]) + quote
        return out + quote


# -------------------------------------------------------------------------------------------- unusual wire spellings


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def record(number, wire, payload):
    return varint(number << 3 | wire) + (varint(len(payload)) if wire == 2 else b"") + payload


class WireSpeller:
    def __init__(self, draw, maker):
        self.draw, self.maker = draw, maker

    def message(self, message):
        """The fields in random order, values of one field in theirs."""
        queues = [self.field(field, value) for field, value in message.ListFields()]
        while self.draw.random() < 0.2:
            queues.append([self.unknown()])
        out = b""
        while queues:
            queue = self.draw.choice(queues)
            out += queue.pop(0)
            queues = [q for q in queues if q]
        return out

    def unknown(self):
        wire, payload = self.draw.choice(
            [(0, varint(self.draw.randrange(1 << 64))), (1, b"12345678"), (5, b"\0\1\2\3"), (2, b"any\xff"), (2, b"")])
        return record(self.draw.choice(UNKNOWN), wire, payload)

    def field(self, field, value):
        number = field.number
        if field.type == F.TYPE_MESSAGE:
            if not is_repeated(field):
                return [record(number, 2, part) for part in self.parts(value)]
            return [record(number, 2, self.message(item)) for item in value]
        if field.type in (F.TYPE_STRING, F.TYPE_BYTES):
            values = [v.encode() if isinstance(v, str) else v for v in (value if is_repeated(field) else [value])]
            return [record(number, 2, v) for v in values]
        if not is_repeated(field):
            out = [record(number, *self.scalar(field, value))]
            # The last one counts.
            return [record(number, *self.scalar(field, self.maker.value(field)))] + out if self.draw.random() < 0.2 else out
        out, rest = [], list(value)
        while rest:  # runs of packed values, and unpacked ones, whatever the schema says
            count = self.draw.randrange(1, len(rest) + 1)
            wire = [self.scalar(field, v) for v in rest[:count]]
            if self.draw.random() < 0.5:
                out.append(record(number, 2, b"".join(payload for _, payload in wire)))
            else:
                out += [record(number, *w) for w in wire]
            rest = rest[count:]
        return out

    def parts(self, message):
        """A sub-message in one record, or in two that are to be merged."""
        if self.draw.random() < 0.7:
            return [self.message(message)]
        first, second = type(message)(), type(message)()
        for field, value in message.ListFields():
            for part in [first, second] if is_required(field) else [self.draw.choice([first, second])]:
                if is_repeated(field):
                    getattr(part, field.name).MergeFrom(value)
                elif field.type == F.TYPE_MESSAGE:
                    getattr(part, field.name).CopyFrom(value)
                else:
                    setattr(part, field.name, value)
        return [self.message(first), self.message(second)]

    def scalar(self, field, value):
        if field.type == F.TYPE_FLOAT:
            return 5, struct.pack("<f", value)
        if field.type == F.TYPE_DOUBLE:
            return 1, struct.pack("<d", value)
        if field.type == F.TYPE_BOOL:
            return 0, varint(self.draw.choice([1, 2, 1 << 40]) if value else 0)
        if field.type == F.TYPE_INT32 and self.draw.random() < 0.2:
            return 0, varint(value & 0xFFFFFFFF)  # as short as unsigned numbers are
        return 0, varint(value)


# ------------------------------------------------------------------------------------------------------------ files


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
