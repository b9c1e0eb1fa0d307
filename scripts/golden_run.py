"""The golden runs of Tests/Golden/increg as scripts take them: their nets and weights in a folder, solvers of the scripts' own."""

import pathlib
import shutil

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "Tests/Golden"

# Methods, each with what it needs to do something within some hundred iterations of a tiny net.
METHODS = {"AFP_Col": "AA: 0.02", "AFP_Row": "AA: 0.02", "PP_Col": "AA: 0.05", "PP_Row": "AA: 0.05"}
METHODS |= {f"{name}_Row": "epoch_iters: 40" for name in ("SFP", "ASFP", "SRFP", "ASRFP")}
METHODS |= {"GReg-1_Row": "", "GReg-2_Row": "", "OneShot_Row": "pruning_param { rounds: 3 }"}
METHODS |= {"AFP_Channel": "AA: 0.02", "PP_Channel": "AA: 0.05", "SFP": "epoch_iters: 40", "GReg-1": ""}
SEARCH = "AA: 0.05 target_reg: 0.5 acc_borderline: -1 losseval_interval: 20 retrain_test_interval: 10"
METHODS |= {"Reg_Channel": SEARCH, "Reg_Row": SEARCH}
METHODS |= {"DSA": "pruning_param { keep_interval: 3 }"}
METHODS |= {"OrthoReg_Row": "pruning_param { rounds: 2 score_batches: 3 }"}


def other_solver(method, iterations=240, snapshot=30):
    """A solver for one of METHODS, or for None."""
    regularization = "L2" if method == "None" or method.startswith("PP") else method
    return f"""net: "net.prototxt" base_lr: 0.001 lr_policy: "fixed" momentum: 0.9 weight_decay: 0.0005 display: 1
max_iter: {iterations} snapshot: {snapshot} snapshot_prefix: "snap" test_iter: 4 test_interval: 50 test_initialization: false
prune_method: "{method}" regularization_type: "{regularization}" {METHODS.get(method, "")}"""


def place(folder, name):
    """Puts a run's net, with its data, and the weights from which it starts in a folder; returns where the run lies."""
    run = GOLDEN / "increg" / name
    net = (run / "net.prototxt").read_text()
    for part, data in (("train", GOLDEN / "solver/tiny_train.h5"), ("test", GOLDEN / "increg/tiny_test.h5")):
        (folder / f"{part}.txt").write_text(f"{data}\n")
        net = net.replace(f"../data/tiny_{part}.txt", f"{part}.txt")
    (folder / "net.prototxt").write_text(net)
    shutil.copy(run / "init.caffemodel", folder)
    return run


def newest_state(folder):
    """The solver state that was written last, of either format; None without any."""
    states = [path for path in folder.iterdir() if ".solverstate" in path.name]
    return max(states, key=lambda path: path.stat().st_mtime_ns, default=None)
