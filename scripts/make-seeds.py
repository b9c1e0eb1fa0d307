#!/usr/bin/env python3
"""Makes the files with which fuzzing and mutations begin: `scripts/make-seeds.py FOLDER`, a folder in it for each target.

They are the small files of Tests/Golden, the kept crashers of Tests/Crashers, and, where Python has h5py and lmdb, caffemodels and
solver states in HDF5 and databases that are made here.
"""

import pathlib
import struct
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent / "Tests"
LARGEST = 16384
ENDINGS = {
    "text": [".prototxt"], "describe": [".prototxt"], "solver": [".prototxt"],
    "net": [".caffemodel"], "upgrade": [".caffemodel"], "caffemodel": [".caffemodel"], "state": [".solverstate"],
    "mean": [".binaryproto"], "datum": [".datum"], "list": [".txt"], "hdf5": [".h5"], "lmdb": [".mdb"], "idx": [".idx"],
    "surgery": [".surgery"],
}


def varint(value):
    result = b""
    while value >= 0x80:
        result += bytes([value & 0x7F | 0x80])
        value >>= 7
    return result + bytes([value])


def record(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def write_hdf5(folder):
    import h5py
    import numpy

    values = numpy.arange(24, dtype="f4").reshape(2, 3, 2, 2)
    for latest in (False, True):
        name = "new" if latest else "old"
        with h5py.File(folder / f"{name}-model.h5", "w", libver="latest" if latest else None) as file:
            file["data/conv1/0"] = values
            file["data/conv1/1"] = numpy.ones(2, "f4")
            file.create_dataset("data/ip/0", (4, 8), "f4", numpy.ones((4, 8), "f4"), chunks=(2, 8), compression="gzip")
        with h5py.File(folder / f"{name}-state.h5", "w", libver="latest" if latest else None) as file:
            file["iter"] = numpy.array([7], "i4")
            file["current_step"] = numpy.array([1], "i4")
            file["learned_net"] = b"snap_iter_7.caffemodel.h5"
            file["history/0"] = values
            file["history/1"] = numpy.ones(2, "f4")


def write_lmdb(folder):
    import lmdb

    datum = b"\x08\x03\x10\x02\x18\x02" + record(4, bytes(range(12))) + b"\x28\x05"
    for name, count, size in (("few", 3, 0), ("many", 200, 0), ("large", 2, 6000)):
        path = folder / name
        with lmdb.open(str(path), map_size=1 << 20) as database, database.begin(write=True) as transaction:
            for number in range(count):
                transaction.put(b"%08d" % number, datum + bytes(size))
        (path / "data.mdb").rename(folder / f"{name}.mdb")
        (path / "lock.mdb").unlink()
        path.rmdir()


def write_others(folder):
    (folder / "images.idx").write_bytes(struct.pack(">IIII", 0x803, 2, 3, 2) + bytes(range(12)))
    (folder / "images.txt").write_text("a.png 0\nb c.jpg 1\n/x 2\n")
    (folder / "mean.binaryproto").write_bytes(b"\x08\x01\x10\x03\x18\x01\x20\x02" + record(5, bytes(24)))
    history = record(7, record(1, b"\x02")) + record(5, bytes(8))
    state = b"\x08\x07" + record(2, b"snap_iter_7.caffemodel") + record(3, history) * 2 + b"\x20\x01"
    (folder / "snap.solverstate").write_bytes(state)
    raw = b"\x08\x03\x10\x02\x18\x02" + record(4, bytes(range(12))) + b"\x28\x05"
    (folder / "raw.datum").write_bytes(raw)
    for path in sorted((TESTS / "Golden/netio/images").iterdir()):
        if path.suffix in (".png", ".jpg"):
            (folder / f"{path.stem}.datum").write_bytes(record(4, path.read_bytes()) + b"\x28\x05\x38\x01")
    for seed in range(8):
        (folder / f"{seed}.surgery").write_bytes(struct.pack("<Q", seed))


def main():
    root = pathlib.Path(sys.argv[1])
    made = root / "made"
    made.mkdir(parents=True, exist_ok=True)
    for path in made.iterdir():
        path.unlink()
    write_others(made)
    for write, what in ((write_hdf5, "HDF5 files"), (write_lmdb, "databases")):
        try:
            write(made)
        except ImportError as error:
            print(f"SKIPPED: no {what} are made: {error}", file=sys.stderr)
    files = sorted(made.iterdir())
    for folder in ("Golden", "Crashers"):
        files += sorted(path for path in (TESTS / folder).rglob("*") if path.is_file() and path.stat().st_size <= LARGEST)
    for target, endings in ENDINGS.items():
        place = root / target
        place.mkdir(exist_ok=True)
        for number, path in enumerate(path for path in files if path.suffix in endings):
            is_solver = "solver" in path.name and path.suffix == ".prototxt"
            if path.suffix != ".prototxt" or is_solver == (target == "solver"):
                (place / f"{number}-{path.name}").write_bytes(path.read_bytes())
        print(f"{target}: {len(list(place.iterdir()))} seeds")


if __name__ == "__main__":
    main()
