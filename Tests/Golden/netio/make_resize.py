"""Writes resize.h5, which ImageFileTests reads: an image and what OpenCV's bilinear interpolation makes of it.

resize.h5 has /source (3 x 11 x 14) and /<height>x<width>: cv2.resize with INTER_LINEAR, as channels x height x width.
Made with OpenCV 4.14.
"""
import cv2
import h5py
import numpy as np

image = np.random.default_rng(3).integers(0, 256, (11, 14, 3), dtype=np.uint8)
with h5py.File("resize.h5", "w") as f:
    f["source"] = image.transpose(2, 0, 1)
    for height, width in [(11, 14), (22, 28), (5, 7), (4, 9), (17, 33), (29, 8), (1, 1)]:
        f[f"{height}x{width}"] = cv2.resize(image, (width, height)).transpose(2, 0, 1)
