"""Runs a net in ONNX Runtime or OpenVINO: python3 onnx_peer.py onnxruntime|openvino MODEL N,C,H,W ITERATIONS THREADS

Prints the milliseconds of every forward pass in single precision, one a line.
"""

import sys
import time

import numpy


def onnxruntime_pass(model, data, threads):
    """A function that runs the net once in ONNX Runtime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    inputs = {session.get_inputs()[0].name: data}
    return lambda: session.run(None, inputs)


def openvino_pass(model, data, threads):
    """A function that runs the net once in OpenVINO."""
    import openvino

    settings = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    request = openvino.Core().compile_model(model, "CPU", settings).create_infer_request()
    return lambda: request.infer([data])


PASSES = {"onnxruntime": onnxruntime_pass, "openvino": openvino_pass}


def main():
    peer, model, shape, iterations, threads = sys.argv[1:]
    data = numpy.random.default_rng(1).random([int(x) for x in shape.split(",")], dtype=numpy.float32)
    run = PASSES[peer](model, data, int(threads))
    for _ in range(int(iterations) + 1):
        start = time.perf_counter()
        run()
        print((time.perf_counter() - start) * 1e3, flush=True)


main()
