"""Runs a benchmark net in PyTorch on the CPU: python3 torch_peer.py NET train|infer ITERATIONS [--batch N] [--nchw] [--frozen]

`--frozen` traces, freezes and optimises for inference, which folds BatchNorm and keeps oneDNN's formats between layers.
Prints one line per timed iteration, in milliseconds. Layers are built from the same table as the prototxts.
"""

import argparse
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

import nets


class Net(nn.Module):
    def __init__(self, writer):
        super().__init__()
        self.ops, self.score = writer.ops, writer.score
        self.parts = nn.ModuleDict()
        channels = {"data": writer.shape[1]}
        for i, (type, _, top, bottoms, s) in enumerate(self.ops):
            c = channels[bottoms[0]]
            if type == "Convolution":
                part = nn.Conv2d(c, s["n"], s["k"], s["stride"], s["pad"], groups=s["group"], bias=s["bias"])
                c = s["n"]
            elif type == "BatchNorm":
                part = nn.BatchNorm2d(c)  # with its scale and shift: Caffe's Scale is skipped below
            elif type == "InnerProduct":
                part = nn.LazyLinear(s["n"])
                c = s["n"]
            elif type == "LRN":
                part = nn.LocalResponseNorm(s["size"], s["alpha"], s["beta"])
            elif type == "Dropout":
                part = nn.Dropout(s["ratio"])
            else:
                part = None
                if type == "Concat":
                    c = sum(channels[b] for b in bottoms)
            if part is not None:
                self.parts[str(i)] = part
            channels[top] = c

    def forward(self, data):
        blobs = {"data": data}
        for i, (type, _, top, bottoms, s) in enumerate(self.ops):
            x = blobs[bottoms[0]]
            if type == "InnerProduct" and x.dim() > 2:
                x = torch.flatten(x, 1)
            if str(i) in self.parts:
                x = self.parts[str(i)](x)
            elif type == "ReLU":
                x = F.relu_(x)
            elif type == "Pooling":
                if s["k"] == 0:
                    x = F.adaptive_avg_pool2d(x, 1)
                elif s["method"] == "MAX":
                    x = F.max_pool2d(x, s["k"], s["stride"], s["pad"], ceil_mode=True)
                else:
                    x = F.avg_pool2d(x, s["k"], s["stride"], s["pad"], ceil_mode=True)
            elif type == "Eltwise":
                x = x + blobs[bottoms[1]]
            elif type == "Concat":
                x = torch.cat([blobs[b] for b in bottoms], 1)
            elif type != "Scale":
                raise ValueError(type)
            blobs[top] = x
        return blobs[self.score]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("net", choices=nets.NETS)
    parser.add_argument("mode", choices=["train", "infer"])
    parser.add_argument("iterations", type=int)
    parser.add_argument("--batch", type=int)
    parser.add_argument("--nchw", action="store_true")
    parser.add_argument("--frozen", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    make = nets.NETS[args.net]
    writer = make(args.batch) if args.batch else make()
    layout = torch.contiguous_format if args.nchw else torch.channels_last
    data = torch.rand(*writer.shape).to(memory_format=layout)
    label = torch.ones(writer.shape[0], dtype=torch.long)
    model = Net(writer)
    model(data)
    model = model.to(memory_format=layout)
    if args.mode == "train":
        model.train()
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-5, momentum=0.9, weight_decay=5e-4)
        for _ in range(args.iterations):
            start = time.perf_counter()
            optimizer.zero_grad()
            F.cross_entropy(model(data), label).backward()
            optimizer.step()
            print(f"{(time.perf_counter() - start) * 1e3:.3f}", flush=True)
    else:
        model.eval()
        with torch.no_grad():
            if args.frozen:
                model = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(model, data)))
                model(data)
            for _ in range(args.iterations):
                start = time.perf_counter()
                model(data)
                print(f"{(time.perf_counter() - start) * 1e3:.3f}", flush=True)


main()
