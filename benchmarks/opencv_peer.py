"""Runs a deploy net in OpenCV: python3 opencv_peer.py PROTOTXT CAFFEMODEL N,C,H,W ITERATIONS THREADS

Prints the milliseconds of every forward pass, one a line.
"""

import sys
import time

import cv2
import numpy


def milliseconds(body):
    """The time of a call."""
    start = time.perf_counter()
    body()
    return (time.perf_counter() - start) * 1e3


def main():
    prototxt, caffemodel, shape, iterations, threads = sys.argv[1:]
    cv2.setNumThreads(int(threads))
    net = cv2.dnn.readNetFromCaffe(prototxt, caffemodel)
    net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
    net.enableFusion(True)
    net.enableWinograd(True)
    data = numpy.random.default_rng(1).random([int(x) for x in shape.split(",")], dtype=numpy.float32)
    for _ in range(int(iterations) + 1):
        net.setInput(data)
        print(milliseconds(net.forward), flush=True)


main()
