"""Writes images/* and images.h5, which ImageDecoderTests reads: pictures and what OpenCV makes of them.

images.h5 has /<file>/native, /gray and /color: cv2.imdecode with IMREAD_UNCHANGED, IMREAD_GRAYSCALE and
IMREAD_COLOR | IMREAD_IGNORE_ORIENTATION, as channels x height x width. Made with OpenCV 4.14 and Pillow 13.0.
"""
import os

import cv2
import h5py
import numpy as np
from PIL import Image

rng = np.random.default_rng(1)
y, x = np.mgrid[0:13, 0:17]
smooth = np.stack([x * 15, y * 19, (x + y) * 8], axis=2)
rgb = np.clip(smooth + rng.integers(-20, 20, smooth.shape), 0, 255).astype(np.uint8)
rgba = np.concatenate([rgb, rng.integers(0, 256, (13, 17, 1), dtype=np.uint8)], axis=2)
gray = rgb[:, :, 1]

os.makedirs("images", exist_ok=True)
os.chdir("images")
Image.fromarray(rgb).save("color.jpg", quality=75)
Image.fromarray(rgb).save("color444.jpg", quality=90, subsampling=0)
Image.fromarray(rgb).save("progressive.jpg", quality=75, progressive=True)
Image.fromarray(gray).save("gray.jpg", quality=75)
Image.fromarray(rgb).convert("CMYK").save("cmyk.jpg", quality=90)
Image.fromarray(rgb).save("color.png")
Image.fromarray(rgba).save("alpha.png")
Image.fromarray(gray).save("gray.png")
Image.fromarray(rgba[:, :, 2:]).save("gray_alpha.png")
Image.fromarray(gray > 100).save("one_bit.png")
Image.fromarray(rgb).quantize(7).save("palette.png")
Image.fromarray(rgb).quantize(7).save("palette_alpha.png", transparency=bytes([0, 255, 80]))
Image.fromarray((gray.astype(np.uint16) * 257) ^ 0x55).save("gray16.png")
cv2.imwrite("color16.png", (rgb.astype(np.uint16) * 257) ^ 0x55)

flags = {"native": cv2.IMREAD_UNCHANGED, "gray": cv2.IMREAD_GRAYSCALE,
         "color": cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION}
with h5py.File("../images.h5", "w") as f:
    for name in sorted(os.listdir(".")):
        for how, flag in flags.items():
            image = cv2.imdecode(np.fromfile(name, dtype=np.uint8), flag)
            if image.dtype == np.uint8:
                image = image[:, :, None] if image.ndim == 2 else image
                f[f"{name}/{how}"] = np.ascontiguousarray(image.transpose(2, 0, 1))
