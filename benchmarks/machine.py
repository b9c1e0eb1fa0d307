"""What a sitting ran on, without names of hosts or users."""

import ctypes
import importlib.metadata
import os
import platform
import sys

from bench import run


def processor():
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def vectors():
    with open("/proc/cpuinfo") as file:
        flags = file.read()
    return "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "no AVX2"


def memory():
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"


def package(name):
    """The version of a Debian package."""
    if not os.path.exists("/usr/bin/dpkg-query"):
        return "-"
    found = run(["dpkg-query", "-W", "-f", "${Version}", name], check=False)
    return "-" if found.status else found.output


def module(name):
    """The version of a Python module."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "-"


def onednn():
    class Version(ctypes.Structure):
        _fields_ = [("major", ctypes.c_int), ("minor", ctypes.c_int), ("patch", ctypes.c_int)]

    library = ctypes.CDLL("libdnnl.so")
    library.dnnl_version.restype = ctypes.POINTER(Version)
    version = library.dnnl_version().contents
    return f"{version.major}.{version.minor}.{version.patch}"


def revision():
    """The commit that is measured and its day, as far as the folder is a repository."""
    here = os.path.dirname(os.path.abspath(__file__))
    found = run(["git", "-C", here, "log", "-1", "--format=%h, %as"], check=False)
    return "-" if found.status else found.output.strip()


def table():
    """A table in Markdown."""
    rows = [
        ("caffe-increg", revision()),
        ("processor", f"{processor()}, {vectors()}, {os.cpu_count()} cores"), ("memory", memory()),
        ("system", f"Linux {platform.release().split('-')[0]}"), ("oneDNN", onednn()),
        ("OpenBLAS", package("libopenblas0-pthread")), ("PyTorch", module("torch")),
        ("OpenCV", module("opencv-python-headless")), ("Python", sys.version.split()[0]),
    ]  # fmt: skip
    return "| machine | |\n| --- | --- |\n" + "".join(f"| {name} | {value} |\n" for name, value in rows)
