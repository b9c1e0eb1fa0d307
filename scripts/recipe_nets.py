"""The nets of the recipes, and the data that they are for (scripts/write-recipes.py)."""

from nets import Writer, vgg16_layers

CIFAR = dict(
    image=[3, 32, 32], database="cifar", train=50000,
    # Blue, green, red. The mean and deviation of CIFAR-10's training images.
    both="crop_size: 32 mean_value: 113.9 mean_value: 123.0 mean_value: 125.3"
    " std_value: 66.7 std_value: 62.1 std_value: 63.0",
    train_only="mirror: true pad: 4 ",
)
PLAIN_CIFAR = dict(CIFAR, train_only="mirror: true ")
MNIST = dict(image=[1, 28, 28], database="mnist", train=60000, both="scale: 0.00390625", train_only="")
IMAGENET = dict(
    image=[3, 224, 224], database="imagenet", train=1281167,
    both="crop_size: 224 mean_value: 103.53 mean_value: 116.28 mean_value: 123.675"
    " std_value: 57.375 std_value: 57.12 std_value: 58.395",
    train_only="mirror: true ",
)
ALEXNET = dict(
    IMAGENET, image=[3, 227, 227], both="crop_size: 227 mean_value: 104 mean_value: 117 mean_value: 123"
)

# As in the papers' framework, whose running statistics take a tenth of every batch: Caffe's take a thousandth, and a net that
# changes within some hundred iterations is tested with what it was before.
BATCH_NORM = "batch_norm_param { moving_average_fraction: 0.9 } " + " ".join(["param { lr_mult: 0 }"] * 3)


class Recipe(Writer):
    """A net that reads databases, in both phases, with the paper's preparation of images."""

    def __init__(self, name, data, batch, classes, top5=False):
        super().__init__(name, [batch, *data["image"]], classes)
        self.top5 = top5
        self.text = [f'name: "{name}"']
        for phase, part, size, more in [("TRAIN", "train", batch, data["train_only"]), ("TEST", "test", 100, "")]:
            source = f"examples/recipes/data/{data['database']}_{part}_lmdb"
            self.text.append(
                f'layer {{ name: "data" type: "Data" top: "data" top: "label" include {{ phase: {phase} }}'
                f" transform_param {{ {more}{data['both']} }}"
                f' data_param {{ source: "{source}" batch_size: {size} backend: LMDB }} }}'
            )

    def conv_bn(self, name, bottom, n, k, relu=True, depthwise=False, **more):
        top = self.conv(name, bottom, n, k, bias=False, **more)
        self.layer("BatchNorm", "bn_" + name, [top], BATCH_NORM, top=top)
        self.layer("Scale", "scale_" + name, [top], "scale_param { bias_term: true }", top=top)
        return self.relu("relu_" + name, top) if relu else top

    def conv_relu_bn(self, name, bottom, n, k, **more):
        """BatchNorm behind the rectifier, as OrthoReg's VGG-13 has it."""
        top = self.relu("relu_" + name, self.conv(name, bottom, n, k, **more))
        self.layer("BatchNorm", "bn_" + name, [top], BATCH_NORM, top=top)
        return self.layer("Scale", "scale_" + name, [top], "scale_param { bias_term: true }", top=top)

    def done(self, bottom):
        both = f'bottom: "{bottom}" bottom: "label"'
        for name, k in [("accuracy", 1), ("accuracy_top5", 5)][: 2 if self.top5 else 1]:
            body = f"accuracy_param {{ top_k: {k} }} " if k > 1 else ""
            self.text.append(
                f'layer {{ name: "{name}" type: "Accuracy" {both} top: "{name}" {body}include {{ phase: TEST }} }}')
        self.text.append(f'layer {{ name: "loss" type: "SoftmaxWithLoss" {both} top: "loss" }}')
        return "\n".join(line.replace("  ", " ") for line in self.text) + "\n"


def lenet5():
    w = Recipe("LeNet-5", MNIST, 64, 10)
    x = w.pool("pool1", w.conv("conv1", "data", 20, 5), 2, 2)
    x = w.pool("pool2", w.conv("conv2", x, 50, 5), 2, 2)
    x = w.relu("relu1", w.ip("ip1", x, 500))
    return w.done(w.ip("ip2", x, 10))


def quick():
    """cifar10_quick with BatchNorm behind every convolution."""
    w = Recipe("CIFAR10_quick_BN", PLAIN_CIFAR, 100, 10)
    x = w.pool("pool1", w.conv_bn("conv1", "data", 32, 5, pad=2), 3, 2)
    x = w.pool("pool2", w.conv_bn("conv2", x, 32, 5, pad=2), 3, 2, "AVE")
    x = w.pool("pool3", w.conv_bn("conv3", x, 64, 5, pad=2), 3, 2, "AVE")
    return w.done(w.ip("ip2", w.ip("ip1", x, 64), 10))


def resnet_cifar(depth):
    """Shortcuts without weights: every second pixel, and zeros for the new channels (He et al. 2016, option A)."""
    w = Recipe(f"ResNet-{depth}", CIFAR, 128, 10)
    x, channels = w.conv_bn("conv1", "data", 16, 3, pad=1), 16
    for stage, n in enumerate([16, 32, 64], 1):
        for block in range((depth - 2) // 6):
            name = f"s{stage}b{block}"
            stride = 2 if channels != n else 1
            y = w.conv_bn(name + "_1", x, n, 3, stride=stride, pad=1)
            y = w.conv_bn(name + "_2", y, n, 3, pad=1, relu=False)
            if channels != n:
                body = "pooling_param { pool: AVE kernel_size: 1 stride: 2 round_mode: FLOOR }"
                half = w.layer("Pooling", name + "_half", [x], body)
                zero = w.layer("Power", name + "_zero", [half], "power_param { scale: 0 }")
                x, channels = w.layer("Concat", name + "_wide", [half, zero]), n
            x = w.relu("relu_" + name, w.add(name, x, y))
    return w.done(w.ip("fc", w.global_pool("pool", x), 10))


def resnet_basic(data, batch, classes, top5):
    """ResNet-34; small images get a first convolution of 3 x 3 and no pooling."""
    w = Recipe("ResNet-34", data, batch, classes, top5)
    if data is IMAGENET:
        x = w.pool("pool1", w.conv_bn("conv1", "data", 64, 7, stride=2, pad=3), 3, 2)
    else:
        x = w.conv_bn("conv1", "data", 64, 3, pad=1)
    channels = 64
    for stage, (n, count) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)], 1):
        for block in range(count):
            name = f"s{stage}b{block}"
            stride = 2 if channels != n else 1
            short = x if stride == 1 else w.conv_bn(name + "_p", x, n, 1, stride=2, relu=False)
            y = w.conv_bn(name + "_1", x, n, 3, stride=stride, pad=1)
            y = w.conv_bn(name + "_2", y, n, 3, pad=1, relu=False)
            x, channels = w.relu("relu_" + name, w.add(name, short, y)), n
    return w.done(w.ip("fc", w.global_pool("pool", x), classes))


def resnet50():
    """The stride of a stage is at its 3 x 3 convolution, as in torchvision's net."""
    w = Recipe("ResNet-50", IMAGENET, 64, 1000, True)
    x = w.pool("pool1", w.conv_bn("conv1", "data", 64, 7, stride=2, pad=3), 3, 2)
    for stage, (n, count) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)], 1):
        for block in range(count):
            name = f"s{stage}b{block}"
            stride = 2 if stage > 1 and not block else 1
            short = x if block else w.conv_bn(name + "_p", x, 4 * n, 1, stride=stride, relu=False)
            y = w.conv_bn(name + "_1", x, n, 1)
            y = w.conv_bn(name + "_2", y, n, 3, stride=stride, pad=1)
            y = w.conv_bn(name + "_3", y, 4 * n, 1, relu=False)
            x = w.relu("relu_" + name, w.add(name, short, y))
    return w.done(w.ip("fc", w.global_pool("pool", x), 1000))


def vgg_cifar(depth, classes, batch, norm="conv_bn"):
    w = Recipe(f"VGG-{depth}", CIFAR, batch, classes)
    counts = {13: [2, 2, 2, 2, 2], 16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4]}[depth]
    x = "data"
    for stage, (n, count) in enumerate(zip([64, 128, 256, 512, 512], counts), 1):
        for i in range(1, count + 1):
            x = getattr(w, norm)(f"conv{stage}_{i}", x, n, 3, pad=1)
        x = w.pool(f"pool{stage}", x, 2, 2, "MAX" if stage < 5 else "AVE")
    return w.done(w.ip("fc", x, classes))


def vgg16_imagenet():
    data = dict(IMAGENET, both="crop_size: 224 mean_value: 103.939 mean_value: 116.779 mean_value: 123.68")
    w = Recipe("VGG-16", data, 16, 1000, True)
    return w.done(vgg16_layers(w))


def mobilenet_cifar():
    w = Recipe("MobileNet-V1", CIFAR, 128, 100)
    x, channels = w.conv_bn("conv1", "data", 32, 3, pad=1), 32
    table = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] + [(512, 1)] * 5 + [(1024, 2), (1024, 1)]
    for index, (n, stride) in enumerate(table, 2):
        x = w.conv_bn(f"conv{index}_dw", x, channels, 3, stride=stride, pad=1, group=channels)
        x, channels = w.conv_bn(f"conv{index}_sep", x, n, 1), n
    return w.done(w.ip("fc", w.global_pool("pool", x), 100))


def alexnet():
    w = Recipe("AlexNet", ALEXNET, 256, 1000, True)
    x = w.pool("pool1", w.lrn("norm1", w.conv_relu("conv1", "data", 96, 11, stride=4), 5, 1e-4), 3, 2)
    x = w.pool("pool2", w.lrn("norm2", w.conv_relu("conv2", x, 256, 5, pad=2, group=2), 5, 1e-4), 3, 2)
    x = w.conv_relu("conv3", x, 384, 3, pad=1)
    x = w.conv_relu("conv4", x, 384, 3, pad=1, group=2)
    x = w.pool("pool5", w.conv_relu("conv5", x, 256, 3, pad=1, group=2), 3, 2)
    for name in ["fc6", "fc7"]:
        x = w.dropout("drop_" + name, w.relu("relu_" + name, w.ip(name, x, 4096)))
    return w.done(w.ip("fc8", x, 1000))
