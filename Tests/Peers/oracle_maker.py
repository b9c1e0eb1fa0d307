"""Random messages that between them have every field of the schema."""

import random
import struct

from google.protobuf.descriptor import FieldDescriptor as F

from oracle_listing import is_repeated, is_required

ROOTS = [
    "SolverParameter", "NetParameter", "LayerParameter", "V1LayerParameter", "SolverState", "BlobProtoVector", "BlobProto",
    "Datum",
]  # fmt: skip


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
