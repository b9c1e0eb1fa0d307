"""Nets that `prune` and `slim` made about two times smaller, beside the whole ones, here and in other programs.

    python3 benchmarks/run.py slim [--nets vgg16,resnet50]
"""

import json

import nets
from programs import ONNX_PEERS

NETS = [("vgg16", 1), ("vgg16", 8), ("resnet50", 1), ("resnet50", 8), ("googlenet", 8)]
# The share of the channels of all layers that goes: multiply-adds go with its square, nearly.
RATIO = 0.3
COUNT = 20


def slim(bench, net, batch):
    """The slim net's prototxt and weights, and how many times fewer multiply-adds it has."""
    deploy, weights = bench.deploy_net(net, batch), bench.weights(net)
    name = f"{net}_{batch}_slim"
    if not bench.exists(name + ".caffemodel.json"):
        masked = f"{net}_masked.caffemodel"
        bench.ours("prune", "--model", deploy, "--weights", weights, "--ratio", str(RATIO), "--round", "16", "--out-weights", masked)
        bench.ours("slim", "--model", deploy, "--weights", masked, "--out-model", name + ".prototxt",
                   "--out-weights", name + ".caffemodel")  # fmt: skip
    cost = json.loads(bench.read(name + ".caffemodel.json"))["multiplyAdds"]
    return (bench.path(name + ".prototxt"), bench.path(name + ".caffemodel")), cost["before"] / cost["after"]


def section(bench, present):
    """Every net in every program."""
    for net, batch in NETS:
        small, fewer = slim(bench, net, batch)
        files = {"whole": (bench.deploy_net(net, batch), bench.weights(net)), "slim": small}
        shape = nets.NETS[net](batch).shape
        passes = {"ours": lambda pair: bench.ours_pass(*pair, COUNT)}
        if "opencv" in present:
            passes["opencv"] = lambda pair, shape=shape: bench.opencv_pass(*pair, shape, COUNT)
        for peer in ONNX_PEERS & present:
            passes[peer] = lambda pair, peer=peer, shape=shape: bench.onnx_pass(peer, *pair, shape, COUNT)
        for program, run in passes.items():
            yield f"{net} b{batch}, 1/{fewer:.2f}, {program}", {k: lambda run=run, pair=pair: run(pair) for k, pair in files.items()}
