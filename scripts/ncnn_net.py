"""Runs a caffemodel in ncnn, whose converter is given, in a process of its own: ncnn ends where it does not know a layer."""

import os
import pathlib
import subprocess
import sys

import numpy


class Unread(Exception):
    """What ncnn or its converter does not read."""


def forward(converter, folder, model, weights, inputs, ends):
    """What a net makes of `inputs`, arrays by blob, item after item: an array for each of `ends`, layers by the blobs that they
    make."""
    folder = pathlib.Path(folder)
    files = [str(folder / name) for name in ("ncnn.param", "ncnn.bin", "ncnn-inputs.npz", "ncnn-outputs.npz")]
    for file in files:
        pathlib.Path(file).unlink(missing_ok=True)
    numpy.savez(files[2], **inputs)
    commands = (
        [os.path.abspath(converter), model, weights, *files[:2]],
        [sys.executable, os.path.abspath(__file__), *files, *(f"{top}={layer}" for top, layer in ends.items())],
    )
    for command in commands:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace")
        if done.returncode < 0:
            raise Unread(f"ended by signal {-done.returncode}")
        if done.returncode:
            said = (done.stderr + done.stdout).strip().splitlines()
            raise Unread(said[-1] if said else f"ended with {done.returncode}")
    with numpy.load(files[3]) as file:
        return {end: file[end] for end in ends}


def main(param, weights, inputs, outputs, *ends):
    import ncnn

    net = ncnn.Net()
    # As exact as it can: no half precision, no Winograd.
    for option in ["use_fp16_packed", "use_fp16_storage", "use_fp16_arithmetic", "use_bf16_storage",
                   "use_winograd_convolution", "use_vulkan_compute"]:  # fmt: skip
        if hasattr(net.opt, option):
            setattr(net.opt, option, False)
    if net.load_param(param) or net.load_model(weights):
        sys.exit("ncnn cannot read what caffe2ncnn wrote")
    arrays, names = dict(numpy.load(inputs)), set(pathlib.Path(param).read_text().split())
    found = {}
    for end in ends:
        top, _, layer = end.partition("=")
        items = []
        for item in range(len(next(iter(arrays.values())))):
            extractor = net.create_extractor()
            for name, array in arrays.items():
                extractor.input(name, ncnn.Mat(numpy.ascontiguousarray(array[item])))
            # What a layer makes in place has its name behind the blob's.
            blob = f"{top}_{layer}"
            status, values = extractor.extract(blob if blob in names else top)
            if status:
                sys.exit(f"ncnn cannot compute '{top}'")
            items.append(numpy.array(values).ravel())
        found[top] = numpy.stack(items)
    numpy.savez(outputs, **found)


if __name__ == "__main__":
    main(*sys.argv[1:])
