"""The benchmark nets as prototxts, written from their papers' tables.

Data and labels come from DummyData with constant fillers, so that no program under test spends time on input.
"""


class Writer:
    """Collects layers; every method returns the name of the layer's top."""

    def __init__(self, name, shape, classes):
        self.shape, self.classes = shape, classes
        self.ops = []  # (type, name, top, bottoms, settings), for programs that read no prototxts
        dims = " ".join(f"dim: {d}" for d in shape)
        self.text = [
            f'name: "{name}"',
            'layer { name: "data" type: "DummyData" top: "data" top: "label" dummy_data_param {'
            f" shape {{ {dims} }} shape {{ dim: {shape[0]} }}"
            ' data_filler { type: "constant" value: 0.5 } data_filler { type: "constant" value: 1 } } }',
        ]

    def layer(self, type, name, bottoms, body="", top=None, **settings):
        bottom = " ".join(f'bottom: "{b}"' for b in bottoms)
        top = top or name
        self.ops.append((type, name, top, bottoms, settings))
        self.text.append(f'layer {{ name: "{name}" type: "{type}" {bottom} top: "{top}" {body} }}')
        return top

    def conv(self, name, bottom, n, k, stride=1, pad=0, group=1, bias=True):
        lr = "param { lr_mult: 1 decay_mult: 1 }" + (" param { lr_mult: 2 decay_mult: 0 }" if bias else "")
        body = (
            f"{lr} convolution_param {{ num_output: {n} kernel_size: {k} stride: {stride} pad: {pad} group: {group}"
            f' bias_term: {str(bias).lower()} weight_filler {{ type: "msra" }} }}'
        )
        settings = dict(n=n, k=k, stride=stride, pad=pad, group=group, bias=bias)
        return self.layer("Convolution", name, [bottom], body, **settings)

    def relu(self, name, bottom):
        return self.layer("ReLU", name, [bottom], top=bottom)

    def conv_relu(self, name, bottom, n, k, **more):
        top = self.conv(name, bottom, n, k, **more)
        return self.relu("relu_" + name, top)

    def conv_bn(self, name, bottom, n, k, relu=True, **more):
        top = self.conv(name, bottom, n, k, bias=False, **more)
        self.layer("BatchNorm", "bn_" + name, [top], top=top)
        self.layer("Scale", "scale_" + name, [top], "scale_param { bias_term: true }", top=top)
        return self.relu("relu_" + name, top) if relu else top

    def pool(self, name, bottom, k, stride, method="MAX", pad=0):
        body = f"pooling_param {{ pool: {method} kernel_size: {k} stride: {stride} pad: {pad} }}"
        return self.layer("Pooling", name, [bottom], body, method=method, k=k, stride=stride, pad=pad)

    def global_pool(self, name, bottom):
        return self.layer("Pooling", name, [bottom], "pooling_param { pool: AVE global_pooling: true }", k=0)

    def lrn(self, name, bottom, size, alpha, beta=0.75):
        body = f"lrn_param {{ local_size: {size} alpha: {alpha} beta: {beta} }}"
        return self.layer("LRN", name, [bottom], body, size=size, alpha=alpha, beta=beta)

    def ip(self, name, bottom, n):
        body = (
            "param { lr_mult: 1 decay_mult: 1 } param { lr_mult: 2 decay_mult: 0 }"
            f' inner_product_param {{ num_output: {n} weight_filler {{ type: "xavier" }} }}'
        )
        return self.layer("InnerProduct", name, [bottom], body, n=n)

    def dropout(self, name, bottom, ratio=0.5):
        return self.layer("Dropout", name, [bottom], f"dropout_param {{ dropout_ratio: {ratio} }}", top=bottom, ratio=ratio)

    def add(self, name, a, b):
        return self.layer("Eltwise", name, [a, b])

    def finish(self, bottom):
        self.score = bottom
        # What programs for inference read.
        dims = " ".join(f"dim: {d}" for d in self.shape)
        source = f'layer {{ name: "data" type: "Input" top: "data" input_param {{ shape {{ {dims} }} }} }}'
        self.deploy = "\n".join([self.text[0], source, *self.text[2:]]) + "\n"
        self.text.append(
            f'layer {{ name: "loss" type: "SoftmaxWithLoss" bottom: "{bottom}" bottom: "label" top: "loss" }}'
        )
        self.prototxt = "\n".join(self.text) + "\n"
        return self


def lenet(batch=64):
    w = Writer("LeNet", [batch, 1, 28, 28], 10)
    x = w.pool("pool1", w.conv("conv1", "data", 20, 5), 2, 2)
    x = w.pool("pool2", w.conv("conv2", x, 50, 5), 2, 2)
    x = w.relu("relu1", w.ip("ip1", x, 500))
    return w.finish(w.ip("ip2", x, 10))


def cifar10_quick(batch=100):
    w = Writer("CIFAR10_quick", [batch, 3, 32, 32], 10)
    x = w.relu("relu1", w.pool("pool1", w.conv("conv1", "data", 32, 5, pad=2), 3, 2))
    x = w.pool("pool2", w.conv_relu("conv2", x, 32, 5, pad=2), 3, 2, "AVE")
    x = w.pool("pool3", w.conv_relu("conv3", x, 64, 5, pad=2), 3, 2, "AVE")
    return w.finish(w.ip("ip2", w.ip("ip1", x, 64), 10))


def cifar10_full(batch=100):
    w = Writer("CIFAR10_full", [batch, 3, 32, 32], 10)
    x = w.relu("relu1", w.pool("pool1", w.conv("conv1", "data", 32, 5, pad=2), 3, 2))
    x = w.lrn("norm1", x, 3, 5e-5)
    x = w.pool("pool2", w.conv_relu("conv2", x, 32, 5, pad=2), 3, 2, "AVE")
    x = w.lrn("norm2", x, 3, 5e-5)
    x = w.pool("pool3", w.conv_relu("conv3", x, 64, 5, pad=2), 3, 2, "AVE")
    return w.finish(w.ip("ip1", x, 10))


def resnet56(batch=64, blocks=9):
    w = Writer(f"ResNet-{6 * blocks + 2}", [batch, 3, 32, 32], 10)
    x, channels = w.conv_bn("conv1", "data", 16, 3, pad=1), 16
    for stage, n in enumerate([16, 32, 64]):
        for block in range(blocks):
            stride = 2 if stage and not block else 1
            name = f"s{stage}b{block}"
            y = w.conv_bn(name + "_1", x, n, 3, stride=stride, pad=1)
            y = w.conv_bn(name + "_2", y, n, 3, pad=1, relu=False)
            if channels != n:
                x, channels = w.conv_bn(name + "_p", x, n, 1, stride=2, relu=False), n
            x = w.relu("relu_" + name, w.add(name, x, y))
    return w.finish(w.ip("fc", w.global_pool("pool", x), 10))


def caffenet(batch=32, wide=4096):
    w = Writer("CaffeNet", [batch, 3, 227, 227], 1000)
    x = w.pool("pool1", w.conv_relu("conv1", "data", 96, 11, stride=4), 3, 2)
    x = w.lrn("norm1", x, 5, 1e-4)
    x = w.pool("pool2", w.conv_relu("conv2", x, 256, 5, pad=2, group=2), 3, 2)
    x = w.lrn("norm2", x, 5, 1e-4)
    x = w.conv_relu("conv3", x, 384, 3, pad=1)
    x = w.conv_relu("conv4", x, 384, 3, pad=1, group=2)
    x = w.pool("pool5", w.conv_relu("conv5", x, 256, 3, pad=1, group=2), 3, 2)
    for name in ["fc6", "fc7"]:
        x = w.dropout("drop_" + name, w.relu("relu_" + name, w.ip(name, x, wide)))
    return w.finish(w.ip("fc8", x, 1000))


def vgg16(batch=4):
    w = Writer("VGG-16", [batch, 3, 224, 224], 1000)
    return w.finish(vgg16_layers(w))


def vgg16_layers(w):
    """From the data to the scores."""
    x = "data"
    for stage, (n, count) in enumerate([(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)], 1):
        for i in range(1, count + 1):
            x = w.conv_relu(f"conv{stage}_{i}", x, n, 3, pad=1)
        x = w.pool(f"pool{stage}", x, 2, 2)
    for name in ["fc6", "fc7"]:
        x = w.dropout("drop_" + name, w.relu("relu_" + name, w.ip(name, x, 4096)))
    return w.ip("fc8", x, 1000)


def resnet50(batch=4):
    w = Writer("ResNet-50", [batch, 3, 224, 224], 1000)
    x = w.pool("pool1", w.conv_bn("conv1", "data", 64, 7, stride=2, pad=3), 3, 2)
    for stage, (n, count) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)], 2):
        for block in range(count):
            stride = 2 if stage > 2 and not block else 1
            name = f"res{stage}{chr(97 + block)}"
            short = x if block else w.conv_bn(name + "_1", x, 4 * n, 1, stride=stride, relu=False)
            y = w.conv_bn(name + "_2a", x, n, 1, stride=stride)
            y = w.conv_bn(name + "_2b", y, n, 3, pad=1)
            y = w.conv_bn(name + "_2c", y, 4 * n, 1, relu=False)
            x = w.relu("relu_" + name, w.add(name, short, y))
    return w.finish(w.ip("fc1000", w.global_pool("pool5", x), 1000))


def googlenet(batch=8):
    w = Writer("GoogLeNet", [batch, 3, 224, 224], 1000)
    x = w.pool("pool1", w.conv_relu("conv1", "data", 64, 7, stride=2, pad=3), 3, 2)
    x = w.lrn("norm1", x, 5, 1e-4)
    x = w.conv_relu("conv2", w.conv_relu("conv2_reduce", x, 64, 1), 192, 3, pad=1)
    x = w.pool("pool2", w.lrn("norm2", x, 5, 1e-4), 3, 2)
    table = [
        ("3a", 64, 96, 128, 16, 32, 32), ("3b", 128, 128, 192, 32, 96, 64), "pool3",
        ("4a", 192, 96, 208, 16, 48, 64), ("4b", 160, 112, 224, 24, 64, 64), ("4c", 128, 128, 256, 24, 64, 64),
        ("4d", 112, 144, 288, 32, 64, 64), ("4e", 256, 160, 320, 32, 128, 128), "pool4",
        ("5a", 256, 160, 320, 32, 128, 128), ("5b", 384, 192, 384, 48, 128, 128),
    ]  # fmt: skip
    for row in table:
        if isinstance(row, str):
            x = w.pool(row, x, 3, 2)
            continue
        name, n1, r3, n3, r5, n5, p = row
        branches = [
            w.conv_relu(name + "_1x1", x, n1, 1),
            w.conv_relu(name + "_3x3", w.conv_relu(name + "_3x3r", x, r3, 1), n3, 3, pad=1),
            w.conv_relu(name + "_5x5", w.conv_relu(name + "_5x5r", x, r5, 1), n5, 5, pad=2),
            w.conv_relu(name + "_pp", w.pool(name + "_pool", x, 3, 1, pad=1), p, 1),
        ]
        x = w.layer("Concat", name, branches)
    return w.finish(w.ip("fc", w.dropout("drop", w.global_pool("pool5", x), 0.4), 1000))


def mobilenet(batch=8):
    w = Writer("MobileNet", [batch, 3, 224, 224], 1000)
    x, channels = w.conv_bn("conv1", "data", 32, 3, stride=2, pad=1), 32
    table = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] + [(512, 1)] * 5 + [(1024, 2), (1024, 1)]
    for index, (n, stride) in enumerate(table, 2):
        x = w.conv_bn(f"conv{index}_dw", x, channels, 3, stride=stride, pad=1, group=channels)
        x, channels = w.conv_bn(f"conv{index}_sep", x, n, 1), n
    return w.finish(w.ip("fc", w.global_pool("pool", x), 1000))


def squeezenet(batch=8):
    w = Writer("SqueezeNet", [batch, 3, 227, 227], 1000)
    x = w.pool("pool1", w.conv_relu("conv1", "data", 64, 3, stride=2), 3, 2)
    for number, squeeze in enumerate([16, 16, 32, 32, 48, 48, 64, 64], 2):
        name, expand = f"fire{number}", 4 * squeeze
        y = w.conv_relu(name + "_s1", x, squeeze, 1)
        branches = [w.conv_relu(name + "_e1", y, expand, 1), w.conv_relu(name + "_e3", y, expand, 3, pad=1)]
        x = w.layer("Concat", name, branches)
        if number in (3, 5):
            x = w.pool(f"pool{number}", x, 3, 2)
    return w.finish(w.global_pool("pool10", w.conv_relu("conv10", x, 1000, 1)))


NETS = {
    "lenet": lenet,
    "cifar10_quick": cifar10_quick,
    "cifar10_full": cifar10_full,
    "resnet56": resnet56,
    "caffenet": caffenet,
    "vgg16": vgg16,
    "resnet50": resnet50,
    "googlenet": googlenet,
    "mobilenet": mobilenet,
    "squeezenet": squeezenet,
}
