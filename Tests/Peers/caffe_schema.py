"""The messages of proto/caffe.proto as Python protobuf's, compiled on the spot by protoc."""

import os
import subprocess
import tempfile

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PROTO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../proto")


def load():
    """Message classes by their short names."""
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["protoc", "-I" + PROTO, "--descriptor_set_out=" + out.name, "caffe.proto"], check=True)
        files = descriptor_pb2.FileDescriptorSet.FromString(out.read())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return {
        message.name: message_factory.GetMessageClass(pool.FindMessageTypeByName("caffe." + message.name))
        for message in files.file[0].message_type
    }
