"""All fields that Python protobuf finds in a message, as lines."""

import math
import struct

from google.protobuf import unknown_fields
from google.protobuf.descriptor import FieldDescriptor as F


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
