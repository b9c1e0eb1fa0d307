"""What a pruning method costs: an iteration of training ResNet-56 while it prunes, beside one without it."""

NET = "resnet56"
# Between two lines DSA takes one batch of its own.
DISPLAY, LINES = 9, 5
CHANNELS = "prune_ratio: 0.5"
METHODS = {
    "Reg_Channel": f"{CHANNELS} AA: 0.0001 target_reg: 1",
    "AFP_Channel": f"{CHANNELS} AA: 0.01",
    "PP_Channel": f"{CHANNELS} AA: 0.001",
    **{name: f"{CHANNELS} epoch_iters: 782" for name in ("SFP", "ASFP", "SRFP", "ASRFP")},
    **{name: f"{CHANNELS} pruning_param {{ reg_step: 1e-6 pick_step: 1e-8 }}" for name in ("GReg-1", "GReg-2")},
    "DSA": f"pruning_param {{ iters_before_cut: {DISPLAY * LINES} budget: 0.5 }}",
    "OrthoReg": f"{CHANNELS} pruning_param {{ iters_before_cut: {DISPLAY * LINES} }}",
    "OneShot": CHANNELS,
}


def iteration(bench, method=None):
    """Milliseconds of an iteration, of so many that each part of the method's work is among them."""
    more = f'prune_method: "{method}" {METHODS[method]}' if method else ""
    # AFP cuts in the middle of a run.
    count = DISPLAY * LINES * (2 if method == "AFP_Channel" else 1) + 1
    solver = bench.solver(
        f"{NET}_{method or 'plain'}_solver", bench.train_net(NET), count, DISPLAY, f"snapshot_after_train: false {more}")
    return bench.timed(solver, DISPLAY, lines=LINES)


def section(bench, present):
    """Every method, and the plain solver before it."""
    for method in METHODS:
        yield f"{NET} {method}", {
            "plain": lambda: iteration(bench),
            "pruned": lambda method=method: iteration(bench, method),
        }
