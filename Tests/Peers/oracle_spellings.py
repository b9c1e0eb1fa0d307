"""Messages in unusual but valid spellings, as texts and as bytes."""

import math
import struct

from google.protobuf.descriptor import FieldDescriptor as F

from oracle_listing import is_repeated, is_required

UNKNOWN = range(5000, 5050)  # numbers that no message of the schema has


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
