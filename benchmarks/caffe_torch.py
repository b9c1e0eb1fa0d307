"""Nets of prototxts in PyTorch, with the weights of caffemodels and the images that their data layers read.

Needs the Python modules torch, numpy, protobuf, lmdb and cv2, and the program protoc.
"""

import os
import sys

import cv2
import lmdb
import numpy
import torch
import torch.nn as nn
import torch.nn.functional as F
from google.protobuf import text_format

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Tests/Peers"))
import caffe_schema  # noqa: E402

MESSAGES = caffe_schema.load()


def parse(kind, path):
    """A message of a text file, or of a binary one."""
    message = MESSAGES[kind]()
    with open(path, "rb") as file:
        content = file.read()
    if path.endswith("prototxt"):
        return text_format.Parse(content.decode(), message)
    message.ParseFromString(content)
    return message


def array(blob):
    shape = tuple(blob.shape.dim) or (blob.num, blob.channels, blob.height, blob.width)
    return numpy.array(blob.data, numpy.float32).reshape(shape)


def phase(net, name):
    """The layers of a net in TRAIN or TEST."""
    rules = {"TRAIN": 0, "TEST": 1}[name]
    return [layer for layer in net.layer if all(rule.phase == rules for rule in layer.include if rule.HasField("phase"))]


def pair(layer, field, default):
    """Two numbers of a convolution or pooling, which says one for both axes, one for each, or none."""
    given = getattr(layer, field if field != "kernel" else "kernel_size")
    given = list(given) if not isinstance(given, int) else [given] if given else []
    sides = [getattr(layer, f"{field}_{axis}", 0) for axis in "hw"]
    return tuple(sides) if any(sides) else tuple((given or [default]) * 2)[:2]


class Net(nn.Module):
    """The net of phase TEST up to what its accuracy reads. A BatchNorm and the Scale behind it are one layer."""

    def __init__(self, net, weights):
        super().__init__()
        layers = phase(net, "TEST")
        blobs = {layer.name: [array(blob) for blob in layer.blobs] for layer in weights.layer}
        self.score = next(layer.bottom[0] for layer in layers if layer.type == "Accuracy")
        self.data = layers[0].top[0]
        self.parts, self.layers, self.multiples = nn.ModuleDict(), [], {}
        for layer in layers:
            if layer.type in ("Data", "Accuracy", "Softmax", "SoftmaxWithLoss"):
                continue
            self.layers.append(layer)
            part = self.part(layer, blobs.get(layer.name, []))
            if part is not None:
                self.parts[layer.name] = part
                self.multiples[layer.name] = list(layer.param)

    def part(self, layer, blobs):
        """What runs a layer with weights; None for others."""
        if layer.type == "Convolution":
            p, weight = layer.convolution_param, blobs[0]
            part = nn.Conv2d(
                weight.shape[1] * p.group, len(weight), pair(p, "kernel", 1), pair(p, "stride", 1), pair(p, "pad", 0),
                (list(p.dilation) or [1])[0], p.group, bias=len(blobs) > 1)  # fmt: skip
        elif layer.type == "InnerProduct":
            weight = blobs[0].reshape(layer.inner_product_param.num_output, -1)
            part = nn.Linear(weight.shape[1], len(weight), bias=len(blobs) > 1)
        elif layer.type == "BatchNorm":
            p, count = layer.batch_norm_param, blobs[2].item() or 1
            part = nn.BatchNorm2d(len(blobs[0].ravel()), p.eps, 1 - p.moving_average_fraction)
            part.running_mean[:], part.running_var[:] = (torch.tensor(blob.ravel() / count) for blob in blobs[:2])
            return part
        elif layer.type == "Scale":
            before = self.layers[-2]
            if before.type != "BatchNorm" or layer.bottom[0] != before.top[0]:
                sys.exit(f"{layer.name}: a Scale without a BatchNorm in front is not known here")
            part, weight = self.parts[before.name], blobs[0].ravel()
            self.multiples[before.name] = list(layer.param)
        else:
            return None
        with torch.no_grad():
            for parameter, value in zip(part.parameters(), [weight] + blobs[1:]):
                parameter.copy_(torch.tensor(value.reshape(parameter.shape)))
        return part if layer.type != "Scale" else None

    def forward(self, data):
        blobs = {self.data: data}
        for layer in self.layers:
            x = blobs[layer.bottom[0]]
            if layer.name in self.parts:
                if layer.type == "InnerProduct" and x.dim() > 2:
                    x = torch.flatten(x, 1)
                x = self.parts[layer.name](x)
            elif layer.type == "ReLU":
                x = F.relu(x)
            elif layer.type == "Pooling":
                x = pooled(layer.pooling_param, x)
            elif layer.type == "Eltwise" and layer.eltwise_param.operation == 1 and not layer.eltwise_param.coeff:
                x = x + blobs[layer.bottom[1]]
            elif layer.type == "Power" and layer.power_param.power == 1:
                x = x * layer.power_param.scale + layer.power_param.shift
            elif layer.type == "Concat":
                x = torch.cat([blobs[bottom] for bottom in layer.bottom], 1)
            elif layer.type == "LRN" and layer.lrn_param.norm_region == 0:
                p = layer.lrn_param
                x = F.local_response_norm(x, p.local_size, p.alpha, p.beta, p.k)
            elif layer.type not in ("Scale", "Dropout"):
                sys.exit(f"{layer.name}: layers of type {layer.type} as it is are not known here")
            blobs[layer.top[0]] = x
        return blobs[self.score]

    def groups(self):
        """Parameters with their multiples of rate and decay, for an optimiser."""
        for name, part in self.parts.items():
            given = self.multiples[name]
            for number, parameter in enumerate(part.parameters()):
                rate, decay = (given[number].lr_mult, given[number].decay_mult) if number < len(given) else (1, 1)
                yield parameter, rate, decay


def pooled(p, x):
    if p.global_pooling:
        return F.adaptive_max_pool2d(x, 1) if p.pool == 0 else F.adaptive_avg_pool2d(x, 1)
    pool = F.max_pool2d if p.pool == 0 else F.avg_pool2d
    return pool(x, pair(p, "kernel", 1), pair(p, "stride", 1), pair(p, "pad", 0), ceil_mode=p.round_mode == 0)


class Images:
    """All images of a net's data layer in a phase, as the layer transforms them."""

    def __init__(self, net, name):
        layer = phase(net, name)[0]
        self.batch, self.p, self.trains = layer.data_param.batch_size, layer.transform_param, name == "TRAIN"
        images, labels = [], []
        with lmdb.open(layer.data_param.source, readonly=True, lock=False) as file, file.begin() as records:
            for _, record in records.cursor():
                datum = MESSAGES["Datum"].FromString(record)
                if datum.encoded:
                    image = cv2.imdecode(numpy.frombuffer(datum.data, numpy.uint8), cv2.IMREAD_COLOR).transpose(2, 0, 1)
                else:
                    image = numpy.frombuffer(datum.data, numpy.uint8).reshape(datum.channels, datum.height, datum.width)
                images.append(image)
                labels.append(datum.label)
        border = [(0, 0), (0, 0), (self.p.pad, self.p.pad), (self.p.pad, self.p.pad)]
        self.images, self.labels = numpy.pad(numpy.stack(images), border), torch.tensor(labels)
        each = (1, -1, 1, 1)
        self.mean = numpy.array(list(self.p.mean_value) or [0], numpy.float32).reshape(each)
        if self.p.mean_file:
            self.mean = array(parse("BlobProto", self.p.mean_file))
        self.scale = self.p.scale / numpy.array(list(self.p.std_value) or [1], numpy.float32).reshape(each)

    def take(self, number, random=None):
        """A batch of images and labels; behind the last image comes the first."""
        which = numpy.arange(number * self.batch, (number + 1) * self.batch) % len(self.images)
        values = (self.images[which].astype(numpy.float32) - self.mean) * self.scale
        height, width = values.shape[2:]
        size = self.p.crop_size or height, self.p.crop_size or width
        result = numpy.empty(values.shape[:2] + size, numpy.float32)
        for image, target in zip(values, result):
            room = height - size[0], width - size[1]
            top, left = (random.integers(r + 1) for r in room) if self.trains else (r // 2 for r in room)
            part = image[:, top : top + size[0], left : left + size[1]]
            target[:] = part[:, :, ::-1] if self.p.mirror and random is not None and random.integers(2) else part
        return torch.tensor(result), self.labels[which]
