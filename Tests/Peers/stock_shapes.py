"""Prints the shapes of all blobs that stock Caffe makes of its own nets and of caffe_increg's three recipes.

    stock_shapes.py CAFFE_BINARY CAFFE_SOURCE INCREG_SOURCE >Tests/Golden/stock/shapes.txt

Every net is built (not run) in both phases over data sets of one record. A line is a net's file, its phase and, per layer
with tops, the layer's name and its tops' shapes. What stock Caffe does not know (caffe_increg's fields) is left out of the
nets first. Nets with Python layers are passed over; nets that hold no layer in a phase, or none but data, too.
"""

import glob
import os
import re
import subprocess
import sys
import tempfile

import h5py
import lmdb
import numpy
from google.protobuf import text_format

import caffe_schema

TYPES = caffe_schema.load()
# What a data set's image is, by a part of its path. The siamese net's pairs are two channels.
IMAGES = {"siamese": (2, 28, 28), "mnist": (1, 28, 28), "cifar10": (3, 32, 32), "ilsvrc12": (3, 256, 256)}


def image_of(path):
    return next(dims for part, dims in IMAGES.items() if part in path)


def prepare(layer):
    """Makes the files that a data layer reads when it is set up."""
    mean = layer.transform_param.mean_file or layer.data_param.mean_file
    if mean:
        parent(mean)
        dims = IMAGES["ilsvrc12"] if "imagenet" in mean else image_of(mean)
        blob = TYPES["BlobProto"](num=1, channels=dims[0], height=dims[1], width=dims[2], data=[0] * int(numpy.prod(dims)))
        with open(mean, "wb") as file:
            file.write(blob.SerializeToString())
    if layer.type == "Data":
        layer.data_param.backend = 1  # LMDB, for the one LevelDB there is
        dims = image_of(layer.data_param.source)
        os.makedirs(layer.data_param.source, exist_ok=True)
        datum = TYPES["Datum"](channels=dims[0], height=dims[1], width=dims[2], data=bytes(int(numpy.prod(dims))), label=0)
        with lmdb.open(layer.data_param.source) as database, database.begin(write=True) as transaction:
            transaction.put(b"0", datum.SerializeToString())
    if layer.type == "HDF5Data":
        parent(layer.hdf5_data_param.source)
        with h5py.File("rows.h5", "w") as file:
            file["data"], file["label"] = numpy.zeros((1, 4), "f"), numpy.zeros(1, "f")
        with open(layer.hdf5_data_param.source, "w") as file:
            file.write("rows.h5\n")
    if layer.type in ("ImageData", "WindowData"):
        # These need a stock Caffe with OpenCV; what they make is a matter of their settings alone.
        settings = layer.image_data_param if layer.type == "ImageData" else layer.window_data_param
        side = layer.transform_param.crop_size or settings.crop_size
        layer.type = "DummyData"
        layer.dummy_data_param.shape.add().dim.extend([settings.batch_size, 3, side, side])
        layer.dummy_data_param.shape.add().dim.append(settings.batch_size)


def parent(path):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)


def without_fork(message):
    for field, value in message.ListFields():
        if field.number > 1000 and field.number < 2000:
            message.ClearField(field.name)
        elif field.type == field.TYPE_MESSAGE:
            for item in value if field.is_repeated else [value]:
                without_fork(item)


def shapes(log):
    """Per layer the shapes of its tops, without the splits that Caffe inserts."""
    layers, name = [], None
    for line in log.splitlines():
        if match := re.search(r"\] Setting up (.*)$", line):
            name = match[1]
            layers.append((name, []))
        elif match := re.search(r"\] Top shape: (.*)\(\d+\)$", line):
            layers[-1][1].append("x".join(match[1].split()) or "scalar")
    return [f"{name}={','.join(tops)}" for name, tops in layers if tops and not re.search(r"_split$", name)]


def main(caffe, sources):
    paths = []
    for variable, source, folders in [
        ("CAFFE_SOURCE", sources[0], ["models", "examples"]), ("INCREG_SOURCE", sources[1], ["compression_experiments"])]:
        for folder in folders:
            for path in sorted(glob.glob(f"{source}/{folder}/**/*.prototxt", recursive=True)):
                if "solver" not in os.path.basename(path):
                    paths.append((f"{variable}/{os.path.relpath(path, source)}", os.path.abspath(path)))
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        open("none.caffemodel", "w").close()
        for name, path in paths:
            with open(path) as file:
                net = text_format.Parse(file.read(), TYPES["NetParameter"]())
            if any(layer.type == "Python" for layer in net.layer):
                continue
            for layer in net.layer:
                prepare(layer)
            without_fork(net)
            for phase in ["TRAIN", "TEST"]:
                with open("net.prototxt", "w") as file:
                    file.write(text_format.MessageToString(net))
                with open("solver.prototxt", "w") as file:
                    file.write('train_net: "net.prototxt" base_lr: 1 lr_policy: "fixed" max_iter: 0 snapshot_after_train: false')
                command = [caffe, "train", "-solver", "solver.prototxt"]
                if phase == "TEST":
                    command = [caffe, "test", "-model", "net.prototxt", "-weights", "none.caffemodel", "-iterations", "0"]
                    if "autoencoder" in path:
                        command += ["-stage", "test-on-train"]
                log = subprocess.run(command, capture_output=True, text=True).stderr
                found = shapes(log)
                if "Network initialization done." not in log:
                    print(f"{name} {phase}: {log[-500:]}", file=sys.stderr)
                elif found:
                    print(name, phase, *found)


main(os.path.abspath(sys.argv[1]), [os.path.abspath(path) for path in sys.argv[2:]])
