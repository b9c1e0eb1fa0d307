"""CIFAR-10 from image files, as databases and a mean, for scripts that train on it."""


def databases(bench, images):
    """Makes train_lmdb, test_lmdb and mean.binaryproto in a bench's folder, unless they are there.

    `images` has train/CLASS/NAME and test/CLASS/NAME, or is an archive of that which tar can unpack.
    """
    if bench.exists("mean.binaryproto"):
        return
    if images.is_file():
        target = bench.path("images")
        bench.start("mkdir", "-p", target)
        bench.start("tar", "xf", str(images), "-C", target)
        images = type(images)(target)
    for part in ("train", "test"):
        if bench.exists(f"{part}_lmdb"):
            continue
        classes = sorted(path for path in (images / part).iterdir() if path.is_dir())
        files = [(path, label) for label, name in enumerate(classes) for path in sorted(name.iterdir())]
        # Batches need all classes: one order for everybody, drawn by a small generator.
        random, order = 1, []
        for path, label in files:
            random = random * 16807 % 2147483647
            order.append((random, path, label))
        lines = [f"{path.relative_to(images / part)} {label}\n" for _, path, label in sorted(order)]
        listed = bench.write(f"{part}.txt", "".join(lines))
        bench.ours("convert_imageset", "--encoded", "--check_size", f"{images / part}/", listed, f"{part}_lmdb")
    bench.ours("compute_image_mean", "train_lmdb", "mean.binaryproto")


def with_data(net, folder):
    """A net of benchmarks/nets.py with these databases instead of constant data, and with its accuracy."""
    lines = net.prototxt.split("\n")
    data = [
        f'layer {{ name: "data" type: "Data" top: "data" top: "label" include {{ phase: {phase} }} transform_param {{'
        f' mean_file: "{folder}/mean.binaryproto" scale: 0.016 {mirror} }}'
        f' data_param {{ source: "{folder}/{part}_lmdb" batch_size: 100 backend: LMDB }} }}'
        for phase, part, mirror in [("TRAIN", "train", "mirror: true"), ("TEST", "test", "")]
    ]
    accuracy = (
        f'layer {{ name: "accuracy" type: "Accuracy" bottom: "{net.score}" bottom: "label" top: "accuracy"'
        " include { phase: TEST } }")
    return "\n".join([lines[0], *data, *lines[2:], accuracy])
