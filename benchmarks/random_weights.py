"""Whole nets with weights as training might leave them: what pruned nets compute must not be their biases alone.

Needs the Python modules h5py and numpy.
"""

import re

import h5py
import numpy

import nets


def original(bench, name):
    """The prototxt and caffemodel of a net, made once in the bench's folder, and the blob with its scores."""
    model, weights, net = f"{name}.prototxt", f"{name}.caffemodel", nets.NETS[name](1)
    if not bench.exists(weights):
        bench.write(model, net.prototxt)
        solver = 'base_lr: 0 lr_policy: "fixed" max_iter: 0 random_seed: 1'
        bench.write("solver.prototxt", f'net: "{model}" snapshot_prefix: "{name}" {solver}\n')
        bench.ours("train", "--solver", "solver.prototxt")
        bench.ours("convert", f"{name}_iter_0.caffemodel", f"{name}.h5")
        randomise(bench.path(f"{name}.h5"), net)
        bench.ours("convert", f"{name}.h5", weights)
    return model, weights, net.score


def randomise(path, net):
    """Changes weights in HDF5: fillers make all channels alike, and constants of factors and biases."""
    random = numpy.random.default_rng(1)
    types = dict(re.findall(r'layer { name: "([^"]*)" type: "([^"]*)"', net.prototxt))

    def strengths(count):
        # A few channels do most of the work, the same ones wherever there are as many: pruned nets still compute.
        values = numpy.exp(numpy.random.default_rng(count).normal(0, 1.5, count))
        return values / numpy.sqrt((values**2).mean())

    with h5py.File(path, "r+") as file:
        for layer, blobs in file["data"].items():
            if not len(blobs):
                continue
            weight = blobs["0"]
            if types[layer] == "BatchNorm":
                # Sums of twice the weight: readers have to divide.
                weight[...] = random.normal(0, 0.05, weight.shape)
                blobs["1"][...] = random.uniform(1.5, 2.5, weight.shape)
                blobs["2"][...] = 2
                continue
            if types[layer] == "Scale":
                weight[...] = random.uniform(0.7, 1.3, weight.shape)
            elif layer != net.score:
                weight[...] *= strengths(len(weight)).reshape(-1, *[1] * (weight.ndim - 1))
            if "1" in blobs:
                blobs["1"][...] = random.normal(0, 0.02, blobs["1"].shape)
