"""The solver's update beside one streaming pass over weights, gradients and momentum."""

import statistics

import floor
from programs import display_times, run

COUNT = 20_000_000
STAGES, CHANNELS = 8, 512

PARAMETER_NET = f"""
layer {{ name: "w" type: "Parameter" top: "w" parameter_param {{ shape {{ dim: {COUNT} }} }} }}
layer {{ name: "silence" type: "Silence" bottom: "w" }}
layer {{ name: "loss" type: "DummyData" top: "loss" dummy_data_param {{ shape {{ dim: 1 }} }} }}
"""
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


def iteration(bench, name, net, count, more=""):
    """The milliseconds of a training iteration."""
    path = bench.file(name + ".prototxt", net)
    solver = bench.solver(name + "_solver", path, count + 1, count // 10, f"snapshot_after_train: false {more}")
    text, _ = run([bench.program, "train", "--quiet-app", "--solver=" + solver], bench.environment())
    return statistics.median(display_times(text, count // 10)[1:])


def stream(bench, counts):
    """The milliseconds of one pass over that many weights, gradients and momenta."""
    lines = [f"stream {count}" for count in counts]
    measured = floor.measure(bench.floor, lines, bench.environment(), 9, 300)
    return [measured[line]["forward"][0] for line in lines]


def figures(bench):
    """A round: each the time of an update in streaming passes.

    Without pruning, an iteration of a net that is nothing but a parameter: the gradients' clearing and the update. With
    IncReg, that plus what pruning adds to the iterations of a convolutional net.
    """
    weights = STAGES * CHANNELS * CHANNELS * 9
    one_pass, pass_over_convolutions = stream(bench, [COUNT, weights])
    update = iteration(bench, "parameter", PARAMETER_NET, 50) / one_pass
    net = convolutional_net()
    without = iteration(bench, "plain", net, 20)
    pruning = (iteration(bench, "pruning", net, 20, PRUNING) - without) / pass_over_convolutions
    return {"SGD with momentum and decay": [update, 0], "with IncReg": [update + pruning, 0]}
