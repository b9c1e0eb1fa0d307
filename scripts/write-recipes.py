#!/usr/bin/env python3
"""Writes the recipes under examples/recipes: nets and solvers that follow the papers (docs/reproduce.md).

  scripts/write-recipes.py [FOLDER]

FOLDER is examples/recipes without it. A test holds the committed files against what this makes.
"""

import pathlib
import sys

root = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(root / "benchmarks"))
from recipe_nets import (  # noqa: E402
    CIFAR, IMAGENET, alexnet, lenet5, mobilenet_cifar, quick, resnet50, resnet_basic, resnet_cifar, vgg16_imagenet,
    vgg_cifar,
)


def epochs(count, data, batch):
    """Iterations; the last batch of an epoch may be a smaller one in the original."""
    return round(count * data["train"] / batch)


def solver(note, rate, iterations, steps=(), gamma=0.1, decay=5e-4, type="SGD", policy=None, **more):
    lines = [f"# {line}" for line in note.split("\n")]
    lines += ["test_interval: " + str(max(1, iterations // 10)), "test_iter: 100", "test_initialization: false"]
    lines += [f"base_lr: {rate}", "momentum: 0.9", f"weight_decay: {decay}"]
    if type != "SGD":
        lines.append(f'type: "{type}"')
    if steps:
        lines += ['lr_policy: "multistep"', f"gamma: {gamma}", *(f"stepvalue: {step}" for step in steps)]
    else:
        lines += policy or ['lr_policy: "fixed"']
    lines += [f"max_iter: {iterations}", "display: 100", "solver_mode: CPU", "random_seed: 1"]
    for name, value in more.items():
        if isinstance(value, dict):
            lines.append(f"{name} {{ " + " ".join(f"{key}: {item}" for key, item in value.items()) + " }")
        else:
            lines.append(f"{name}: " + (f'"{value}"' if isinstance(value, str) else str(value)))
    return "\n".join(lines) + "\n"


def at(data, batch):
    return lambda *counts: tuple(epochs(count, data, batch) for count in counts)


def sfp_solvers(data, batch):
    e = at(data, batch)
    return {
        "sfp.prototxt": solver(
            "SFP's run: 200 epochs from random weights, each layer for itself. The original trains its first epoch at a tenth of the rate.",
            0.1, *e(200), steps=e(60, 120, 160), gamma=0.2, type="Nesterov", prune_method="SFP_Row"),
    }  # fmt: skip


def greg_solvers(data, batch):
    """GReg's run in two: penalties and the cut here, the fine-tuning of the slim net in tune.prototxt."""
    e, fields = at(data, batch), dict(reg_interval=10, reg_step=1e-4, settle_iters=10000)
    return {
        "greg1.prototxt": solver(
            "GReg-1: penalties grow for 100,000 iterations and settle for 10,000; then the groups are cut.",
            0.001, 110100, prune_method="GReg-1", pruning_param=fields),
        "greg2.prototxt": solver(
            "GReg-2: groups are picked after 10,000 iterations; penalties grow for 99,000 more and settle.",
            0.001, 119100, prune_method="GReg-2", pruning_param=dict(fields, pick_step=1e-5)),
        "oneshot.prototxt": solver(
            "The control of GReg's table 1: filters of the smallest L1 norm are cut, then tune.prototxt follows.",
            0.001, 2, prune_method="OneShot"),
        "tune.prototxt": solver("Fine-tuning behind the cut.", 0.01, *e(120), steps=e(60, 90)),
    }  # fmt: skip


def ortho_solvers(data, batch, strength=0.01):
    e = at(data, batch)
    return {
        "ortho.prototxt": solver(
            "OrthoReg's early-bird tickets: 24 epochs with the penalty and one at a tenth of the rate; then one cut.",
            0.1, *e(25), steps=e(24), decay=1e-4, prune_method="OrthoReg",
            pruning_param=dict(ortho_strength=strength, iters_before_cut=e(25)[0], score_batches=79)),
        "early.prototxt": solver(
            "The other criteria: 25 epochs of plain training, then one cut.", 0.1, *e(25), decay=1e-4,
            prune_method="OneShot",
            pruning_param=dict(
                importance='"fisher"', global_ranking="true", keep_share=0.05, iters_before_cut=e(25)[0],
                score_batches=79)),
        "tune.prototxt": solver("Retraining behind the cut.", 0.1, *e(140), steps=e(60, 100), decay=1e-4),
        "base.prototxt": solver("The unpruned net.", 0.1, *e(160), steps=e(80, 120), decay=1e-4),
    }  # fmt: skip


def caffe_increg(ratio_note, **more):
    return solver(
        "IncReg as caffe_increg comes with it, but for `speedup`: its README's rows have one, its solvers none.\n"
        + ratio_note,
        0.0005, 1000000, decay=0.00025, iter_size=2, prune_method="Reg_Col", regularization_type="Reg_Col", AA=0.00025,
        target_reg=2.5, losseval_interval=20000, retrain_test_interval=1000, **more)  # fmt: skip


def own(end, steps, rate, decay, note, **tunes):
    """Solvers of our own tables: a method's run, and its last fifths, so many by name, for a net that is slim by then."""
    words = {3: "three", 4: "four"}
    return {"prune.prototxt": solver(note, rate, end, steps=steps, decay=decay, prune_method="None")} | {
        f"{name}.prototxt": solver(
            f"The last {words[fifths]} of five parts of prune.prototxt's iterations, for a net that is slim by then.",
            rate, end * fifths // 5, steps=(end * fifths * 2 // 15, end * fifths * 9 // 50), decay=decay)
        for name, fifths in tunes.items()
    }  # fmt: skip


def recipes():
    imagenet = at(IMAGENET, 256)
    he = lambda e, base: solver("200 epochs.", 0.1, *e(200), steps=base)  # noqa: E731
    e128 = at(CIFAR, 128)
    yield "lenet5-mnist", lenet5(), {
        "base.prototxt": solver(
            "About 2 epochs.", 0.01, 1800, policy=['lr_policy: "inv"', "gamma: 0.0001", "power: 0.75"]),
        **own(1720, (1140, 1550), 0.01, 5e-4, "2 epochs of 55,000 images in which a method has to do all it does.", short_tune=3),
        "increg.prototxt": solver(
            "IncReg by columns as caffe_increg comes with it.", 0.0005, 100000, decay=0.00025,
            prune_method="Reg_Col", regularization_type="Reg_Col", AA=0.00025, target_reg=0.05,
            losseval_interval=1000, retrain_test_interval=500),
    }  # fmt: skip
    yield "quickbn-cifar10", quick(), {
        "base.prototxt": solver("12 epochs of 45,000 images.", 0.02, 5400, steps=(3600, 4950), decay=0.0005),
        **own(
            2250, (1500, 2025), 0.01, 5e-4, "5 epochs of 45,000 images in which a method has to do all it does.",
            short_tune=3, long_tune=4),
    }  # fmt: skip
    for depth in [20, 32, 56, 110]:
        yield f"resnet{depth}-cifar10", resnet_cifar(depth), {
            "base.prototxt": he(e128, e128(100, 150)),
            **sfp_solvers(CIFAR, 128),
            **greg_solvers(CIFAR, 128),
            **({} if depth != 20 else {
                "short_base.prototxt": solver("15 epochs.", 0.1, *e128(15), steps=e128(9, 13)),
                **own(*e128(8), e128(5, 7), 0.02, 5e-4, "8 epochs in which a method has to do all it does.", short_tune=3),
            }),
        }  # fmt: skip
    yield "vgg16-cifar10", vgg_cifar(16, 10, 128), {
        "base.prototxt": he(e128, e128(100, 150)), **sfp_solvers(CIFAR, 128), **greg_solvers(CIFAR, 128),
    }  # fmt: skip
    e256 = at(CIFAR, 256)
    yield "vgg19-cifar100", vgg_cifar(19, 100, 256), {
        "base.prototxt": he(e256, e256(100, 150)), **greg_solvers(CIFAR, 256),
    }  # fmt: skip
    yield "vgg13-cifar100", vgg_cifar(13, 100, 128, "conv_relu_bn"), ortho_solvers(CIFAR, 128)
    yield "mobilenet-cifar100", mobilenet_cifar(), ortho_solvers(CIFAR, 128, 0.001)
    yield "resnet34-cifar100", resnet_basic(CIFAR, 128, 100, False), ortho_solvers(CIFAR, 128)
    net_note = "Give the ratios by prune_param: 0.9 for all convolutions but the first."
    yield "alexnet-imagenet", alexnet(), {
        "base.prototxt": solver("90 epochs.", 0.01, *imagenet(90), steps=imagenet(30, 60)),
        "spp.prototxt": solver(
            "SPP; what its abstract leaves open is caffe_increg's.", 0.0005, 300000, prune_method="PP_Col", AA=0.05,
            regularization_type="PP_Col", prune_interval=180, speedup=4),
    }  # fmt: skip
    yield "vgg16-imagenet", vgg16_imagenet(), {
        "base.prototxt": solver("74 epochs.", 0.01, *at(IMAGENET, 256)(74), steps=imagenet(30, 60), iter_size=16),
        "increg.prototxt": caffe_increg(net_note, speedup=5),
    }  # fmt: skip
    greg_imagenet = {
        "greg1.prototxt": solver(
            "GReg-1 with the original's settings for ImageNet.", 0.001, 90100, decay=1e-4, prune_method="GReg-1",
            pruning_param=dict(reg_interval=5, reg_step=1e-4, settle_iters=40000)),
        "greg2.prototxt": solver(
            "GReg-2 with the original's settings for ImageNet.", 0.001, 94600, decay=1e-4, prune_method="GReg-2",
            pruning_param=dict(reg_interval=5, reg_step=1e-4, pick_step=1e-5, settle_iters=40000)),
        "tune.prototxt": solver(
            "Fine-tuning behind the cut: 90 epochs of batches of 256.", 0.01, *imagenet(90),
            steps=imagenet(30, 60, 75), decay=1e-4, iter_size=4),
        "base.prototxt": solver(
            "90 epochs. The papers begin with torchvision's weights instead: --weights.", 0.1, *imagenet(90),
            steps=imagenet(30, 60), decay=1e-4, iter_size=4),
        "sfp.prototxt": solver(
            "SFP's run: 100 epochs from random weights.", 0.1, *imagenet(100), steps=imagenet(30, 60, 90), decay=1e-4,
            type="Nesterov", iter_size=4, prune_method="SFP_Row"),
    }  # fmt: skip
    yield "resnet34-imagenet", resnet_basic(IMAGENET, 64, 1000, True), greg_imagenet
    yield "resnet50-imagenet", resnet50(), {
        **greg_imagenet, "increg.prototxt": caffe_increg(net_note, speedup=2),
    }  # fmt: skip


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else root / "examples/recipes"
    for name, net, solvers in recipes():
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        (place / "net.prototxt").write_text("# Written by scripts/write-recipes.py.\n" + net)
        for file, text in solvers.items():
            (place / file).write_text(f'# Written by scripts/write-recipes.py.\nnet: "examples/recipes/{name}/net.prototxt"\n' + text)


if __name__ == "__main__":
    main()
