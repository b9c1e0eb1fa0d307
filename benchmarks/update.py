"""The solver's update beside one streaming pass over weights, gradients and momentum."""

import json
import statistics

import floor
STAGES, CHANNELS = 8, 512

PRUNING = (
    'prune_method: "Reg_Col" regularization_type: "Reg_Col" AA: 0.0005 target_reg: 0.05 acc_borderline: -1'
    " test_iter: 1 test_interval: 1000000 test_initialization: false"
)


def convolutional_net():
    """Many weights, little to compute: what is left of an iteration is mostly the weights' traffic."""
    shape = f"shape {{ dim: 4 dim: {CHANNELS} dim: 4 dim: 4 }} shape {{ dim: 4 }}"
    text = [
        f'layer {{ name: "data" type: "DummyData" top: "data" top: "label" dummy_data_param {{ {shape}'
        ' data_filler { type: "constant" value: 0.5 } data_filler { type: "constant" value: 1 } } }'
    ]
    bottom = "data"
    for i in range(STAGES):
        text.append(
            f'layer {{ name: "conv{i}" type: "Convolution" bottom: "{bottom}" top: "conv{i}" convolution_param {{'
            f' num_output: {CHANNELS} kernel_size: 3 pad: 1 bias_term: false weight_filler {{ type: "msra" }} }}'
            " prune_param { prune_ratio: 0.9 } }")  # fmt: skip
        bottom = f"conv{i}"
    text.append(
        f'layer {{ name: "ip" type: "InnerProduct" bottom: "{bottom}" top: "ip" inner_product_param {{'
        ' num_output: 10 weight_filler { type: "xavier" } } }'
        ' layer { name: "loss" type: "SoftmaxWithLoss" bottom: "ip" bottom: "label" top: "loss" }')  # fmt: skip
    return "\n".join(text)


def update(bench, name, net, more=""):
    """The milliseconds of an update, with all that a pruning method does, as the program counts them itself."""
    path = bench.file(name + ".prototxt", net)
    solver = bench.solver(name + "_solver", path, 41, 1, f"snapshot_after_train: false {more}")
    # The program adds to a file that is there.
    events = bench.write(name + ".json", "")
    bench.ours("train", "--quiet-app", "--solver=" + solver, "--log-json", events)
    lines = bench.read(name + ".json").splitlines()
    times = [event["update_ms"] for event in map(json.loads, lines) if "update_ms" in event]
    # The first one pays for what is made once.
    return statistics.median(times[1:])


def stream(bench, count):
    """The milliseconds of one pass over that many weights, gradients and momenta."""
    line = f"stream {count}"
    return floor.measure(bench.floor, [line], bench.environment(), 9, 300)[line]["forward"][0]


def figures(bench):
    """A round: each the time of an update in streaming passes, taken before and after it, as memory's speed changes."""
    net = convolutional_net()
    count = STAGES * CHANNELS * CHANNELS * 9
    result, before = {}, stream(bench, count)
    for name, file, more in (("SGD with momentum and decay", "plain", ""), ("with IncReg", "pruning", PRUNING)):
        time = update(bench, file, net, more)
        after = stream(bench, count)
        result[name] = [2 * time / (before + after), 0]
        before = after
    return result
