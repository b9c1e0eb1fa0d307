"""How long weights take to load, and the memory of reading them.

Loading is timed in a net that is built already: from the log's times of `test` for caffe-increg and stock Caffe, around
`readNetFromCaffe` for OpenCV. Converting to HDF5 does little but read and write: its peak of resident memory tells how
much of it reading takes, and converting back must lose no bit.
"""

import filecmp
import os
import re
import sys

from bench import run
from programs import clock

NET = "vgg16"
STAMP = re.compile(r"^I\d+ (\S+) .*\] (Network initialization done|Running for 1 iterations)", re.M)
OPENCV = """
import sys, time, cv2
start = time.perf_counter()
cv2.dnn.readNetFromCaffe(sys.argv[1], sys.argv[2])
print((time.perf_counter() - start) * 1e3)
"""


def prepare(bench):
    """Has the system write the file, read it, and find the memory for all that follows: nobody is to be timed meanwhile."""
    bench.weights(NET)
    of_convert(bench)
    os.sync()
    of_test(bench, bench.program)


def of_test(bench, program):
    """From the net's being built to its first batch."""
    command = [program, "test", "--model=" + bench.deploy_net(NET, 1), "--weights=" + bench.weights(NET), "--iterations=1"]
    done = run(command, bench.folder, bench.environment())
    start, end = (clock(stamp) for stamp, _ in STAMP.findall(done.errors))
    return [(end - start) * 1e3, done.memory]


def of_opencv(bench):
    command = [sys.executable, "-c", OPENCV, bench.deploy_net(NET, 1), bench.weights(NET)]
    done = run(command, bench.folder, bench.environment())
    return [float(done.output), done.memory]


def of_convert(bench):
    """Takes the weights to HDF5 and back, and fails if a bit is lost; the figure's memory is that of the way there."""
    hdf5, back, again = (bench.path(name) for name in ("a.h5", "back.caffemodel", "b.h5"))
    memory = bench.ours("convert", bench.weights(NET), hdf5).memory
    bench.ours("convert", hdf5, back)
    bench.ours("convert", back, again)
    same = filecmp.cmp(hdf5, again, shallow=False)
    for path in (hdf5, back, again):
        os.remove(path)
    if not same:
        raise RuntimeError("weights come back from HDF5 with other bits")
    return [0, memory]


def file_size(bench):
    return [0, os.path.getsize(bench.weights(NET)) / 2**20]
