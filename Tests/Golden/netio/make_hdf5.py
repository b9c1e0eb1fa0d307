"""Writes kinds.h5 and hostile.h5, the files HDF5FileTests reads. Made with h5py 3.16 on HDF5 1.14."""
import h5py
import numpy as np

with h5py.File("kinds.h5", "w") as f:
    f["f32"] = np.arange(6, dtype=np.float32).reshape(1, 2, 3) / 4
    f["f64"] = np.array([0.1, -2.5, 1e300])
    f["f16"] = np.array([0.5, 2], dtype=np.float16)
    f["big_endian"] = np.array([1.5, -3], dtype=">f4")
    f["u8"] = np.array([[0, 255]], dtype=np.uint8)
    f["i64"] = np.array([-7, 1 << 40])
    f["scalar"] = np.float32(3)
    f["empty"] = np.zeros((0, 3), dtype=np.float32)
    f["iter"] = np.array([2000], dtype=np.int32)
    f["fixed"] = np.bytes_("net.caffemodel")
    f["variable"] = "net.caffemodel"
    f.create_dataset("packed", data=np.tile(np.float32([1, 2, 3]), 2000), chunks=(1000,), compression="gzip",
                     shuffle=True, fletcher32=True)
    for name in ("b", "a/x", "10", "2"):
        f.create_group("g/" + name)
    tracked = f.create_group("tracked", track_order=True)
    for name in ("zeta", "alpha", "mid"):
        tracked.create_group(name)
    f["hard"] = f["f32"]
    f["soft"] = h5py.SoftLink("/f32")
    f["soft_group"] = h5py.SoftLink("g/a")

with h5py.File("hostile.h5", "w") as f:
    f["external_link"] = h5py.ExternalLink("kinds.h5", "/f32")
    f["soft_to_external"] = h5py.SoftLink("/external_link")
    f.create_dataset("external_storage", (16,), dtype="f4", external=[("kinds.h5", 0, 64)])
    layout = h5py.VirtualLayout((1, 2, 3), dtype="f4")
    layout[:] = h5py.VirtualSource("kinds.h5", "f32", (1, 2, 3))
    f.create_virtual_dataset("virtual", layout)
    f.create_dataset("lzf", data=np.zeros(1000, np.float32), compression="lzf")
    f.create_dataset("huge", (1 << 40,), dtype="f4")
    f.create_dataset("overflow", (1 << 31, 1 << 31), dtype="u1", chunks=(1024, 1024))
    f.create_dataset("null", dtype="f4", shape=None)
    f["loop"] = h5py.SoftLink("/loop")
    f["dangling"] = h5py.SoftLink("/nothing")
    f["bool"] = np.array([True])
    f["compound"] = np.zeros(1, dtype=[("a", "f4")])
