"""The golden runs of Tests/Golden/increg as scripts take them: their nets and weights in a folder, solvers of the scripts' own."""

import pathlib
import shutil

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "Tests/Golden"


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
