"""Writes Swift value types, and C accessors of protobuf-c's descriptors, for the messages of caffe.proto.

Usage: generate.py DESCRIPTOR_SET C_DIRECTORY SWIFT_DIRECTORY   (called by scripts/generate-proto.sh)

Names follow swift-protobuf: num_output -> numOutput, hasNumOutput, clearNumOutput(); MAX -> .max. A word in
capitals at the start is lower-cased as a whole (AA -> aa, IF_eswpf -> ifEswpf), other words keep their inner
case (compRatio). Integers of every width are Int. Blob values and gradients (FLOATS) are Floats.
"""

import pathlib
import sys

from google.protobuf import descriptor_pb2
from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Field

FLOATS = {"BlobProto.data", "BlobProto.diff", "CompactValues.data"}

# Swift file -> its messages; a message that is not named here goes to LayerSettings.swift.
FILES = {
    "Arrays": ["BlobShape", "BlobProto", "CompactValues", "BlobProtoVector", "Datum"],
    "Nets": ["NetParameter", "NetState", "NetStateRule", "ParamSpec", "FillerParameter"],
    "Layers": ["LayerParameter", "TransformationParameter", "LossParameter"],
    "Solvers": ["SolverParameter", "PruneParameter", "PruningParameter", "SolverState", "RunPosition", "SourcePosition"],
    "Legacy": ["V1LayerParameter", "V0LayerParameter"],
}
REST = "LayerSettings"
KEYWORDS = {"default", "in", "repeat", "operator", "init", "extension", "is", "as"}
INTEGERS = {Field.TYPE_INT32, Field.TYPE_INT64, Field.TYPE_UINT32}
SCALARS = {
    Field.TYPE_FLOAT: ("Float", "float"),
    Field.TYPE_DOUBLE: ("Double", "double"),
    Field.TYPE_BOOL: ("Bool", "bool"),
    Field.TYPE_STRING: ("String", "string"),
    Field.TYPE_BYTES: ("[UInt8]", "bytes"),
}


def camel(name):
    first, *rest = name.split("_")
    first = first.lower() if first.isupper() else first[:1].lower() + first[1:]
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def camel_case(name):
    """The case name of an enum value such as BATCH_SIZE."""
    return camel(name.lower())


def quoted(name):
    return f"`{name}`" if name in KEYWORDS else name


def c_name(name):
    """protobuf-c's spelling, which starts a word at each capital after a small letter: PReLU -> pre_lu."""
    out = ""
    was_upper = True
    for letter in name:
        if letter.isupper():
            if not was_upper:
                out += "_"
            out += letter.lower()
        else:
            out += letter
        was_upper = letter.isupper()
    return out


def float_literal(text):
    return text if any(c in text for c in ".en") else text + ".0"


class Generator:
    def __init__(self, file):
        self.file = file
        self.comments = {tuple(l.path): l.leading_comments for l in file.source_code_info.location}
        self.enums = {}
        for enum in file.enum_type:
            self.enums[f".{file.package}.{enum.name}"] = (enum.name, enum)
        for message in file.message_type:
            if message.nested_type or message.extension or message.oneof_decl:
                raise SystemExit(f"{message.name}: nested messages, extensions and oneofs are not supported")
            for enum in message.enum_type:
                self.enums[f".{file.package}.{message.name}.{enum.name}"] = (f"{message.name}.{enum.name}", enum)

    def comment(self, path, indent):
        lines = self.comments.get(tuple(path), "").strip().splitlines()
        if not lines:
            raise SystemExit(f"no comment above {path}")
        return [f"{indent}/// {line.strip()}".rstrip() for line in lines]

    def enum(self, enum, path, indent):
        out = self.comment(path, indent)
        out.append(f"{indent}public enum {enum.name}: Int32, CaseIterable, Sendable {{")
        for index, value in enumerate(enum.value):
            out += self.comment(path + [2, index], indent + "  ")
            out.append(f"{indent}  case {quoted(camel_case(value.name))} = {value.number}")
        return out + [f"{indent}}}"]

    def kind(self, message, field):
        """(Swift type of one value, FieldCursor method, default value) of a field."""
        if f"{message.name}.{field.name}" in FLOATS:
            return "Floats", "blobValues", "Floats()"
        if field.type in INTEGERS:
            return "Int", "int", field.default_value or "0"
        if field.type == Field.TYPE_MESSAGE:
            name = field.type_name.rsplit(".", 1)[1]
            return name, "message", f"{name}()"
        if field.type == Field.TYPE_ENUM:
            name, enum = self.enums[field.type_name]
            return name, "enumeration", f"{name}." + camel_case(field.default_value or enum.value[0].name)
        swift, method = SCALARS[field.type]
        default = {
            "String": f'"{field.default_value}"',
            "Bool": field.default_value or "false",
            "[UInt8]": "[]",
        }.get(swift) or float_literal(field.default_value or "0")
        return swift, method, default

    def field(self, message, field, path):
        """(declaration lines, line of `visit`)"""
        name = camel(field.name)
        swift, method, default = self.kind(message, field)
        upper = name[0].upper() + name[1:]
        out = self.comment(path, "  ")
        if field.default_value:
            text = f'"{field.default_value}"' if swift == "String" else field.default_value
            out[-1] += f" Default: {text}."
        if swift == "Floats" or field.label == Field.LABEL_REPEATED:
            type_name = swift if swift == "Floats" else f"[{swift}]"
            empty = "Floats()" if swift == "Floats" else "[]"
            out.append(f"  public var {quoted(name)}: {type_name} = {empty}")
            plural = "" if swift == "Floats" else "s"
            return out, f"    try cursor.{method}{plural}(&{quoted(name)})"
        stored = f"Box<{swift}>" if method == "message" else swift
        get = f"_{name}?.value ?? {default}" if method == "message" else f"_{name} ?? {default}"
        new = "Box(newValue)" if method == "message" else "newValue"
        out += [
            f"  public var {quoted(name)}: {swift} {{ get {{ {get} }} set {{ _{name} = {new} }} }}",
            f"  /// Whether `{name}` is set.",
            f"  public var has{upper}: Bool {{ _{name} != nil }}",
            f"  /// Unsets `{name}`.",
            f"  public mutating func clear{upper}() {{ _{name} = nil }}",
            f"  private var _{name}: {stored}?",
        ]
        return out, f"    try cursor.{method}(&_{name})"

    def message(self, index):
        message = self.file.message_type[index]
        out = self.comment([4, index], "")
        out.append(f"public struct {message.name}: Message {{")
        visits = []
        for position, enum in enumerate(message.enum_type):
            out += self.enum(enum, [4, index, 4, position], "  ") + [""]
        for position, field in enumerate(message.field):
            lines, visit = self.field(message, field, [4, index, 2, position])
            out += lines + [""]
            visits.append((field.number, visit))
        out += [
            "  /// Fields the schema does not have, in wire format; written back behind the others.",
            "  public var unknownFields: [UInt8] = []",
            "",
            "  /// A message without any field set.",
            "  public init() {}",
            "",
            "  /// The description of this type.",
            "  public static var descriptor: MessageDescriptor {",
            f"    MessageDescriptor(caffe_descriptor_{c_name(message.name)}())",
            "  }",
            "",
            "  /// Moves all fields, in the order of their numbers.",
            "  public mutating func visit(_ cursor: inout FieldCursor) throws {",
        ]
        out += [visit for _, visit in sorted(visits)]
        return out + ["    try cursor.unknown(&unknownFields)", "  }", "}"]

    def swift_files(self):
        place = {name: file for file, names in FILES.items() for name in names}
        files = {}
        for index, enum in enumerate(self.file.enum_type):
            files.setdefault("Nets", []).extend([""] + self.enum(enum, [5, index], ""))
        for index, message in enumerate(self.file.message_type):
            files.setdefault(place.get(message.name, REST), []).extend([""] + self.message(index))
        header = [
            "// Generated from proto/caffe.proto by scripts/generate-proto.sh. Do not edit.",
            "// swift-format-ignore-file",
            "",
            "import CCaffeProto",
        ]
        return {name: header + lines for name, lines in files.items()}

    def c_files(self):
        note = "// Generated from proto/caffe.proto by scripts/generate-proto.sh. Do not edit."
        header = [
            note,
            "// The descriptors' addresses, through functions: Swift sees a global C constant as a copy.",
            "#pragma once",
            "#include <protobuf-c/protobuf-c.h>",
            "",
        ]
        source = [note, '#include "CCaffeProto.h"', '#include "caffe.pb-c.h"', ""]
        for message in self.file.message_type:
            declaration = f"const ProtobufCMessageDescriptor *caffe_descriptor_{c_name(message.name)}(void)"
            header.append(declaration + ";")
            source.append(f"{declaration} {{ return &caffe__{c_name(message.name)}__descriptor; }}")
        return header, source


def main():
    files = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(sys.argv[1]).read_bytes())
    generator = Generator(files.file[0])
    header, source = generator.c_files()
    c_directory, swift_directory = map(pathlib.Path, sys.argv[2:4])
    (c_directory / "CCaffeProto.h").write_text("\n".join(header) + "\n")
    (c_directory / "descriptors.c").write_text("\n".join(source) + "\n")
    for name, lines in generator.swift_files().items():
        (swift_directory / f"{name}.swift").write_text("\n".join(lines) + "\n")


main()
