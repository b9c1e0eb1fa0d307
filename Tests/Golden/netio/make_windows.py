"""Writes windows.h5, which WindowDataTests reads: windows of images/color.png as Caffe's window_data_layer.cpp cuts them.

windows.h5 has /<crop mode>_<context pad>: two windows (background, then foreground) as 3 x 9 x 9, with the mean values
10, 20, 30 and the scale 0.5. The arithmetic follows the layer's, the pixels are OpenCV 4.14's (cv2.imread, cv2.resize).
"""
import cv2
import h5py
import numpy as np

CROP, WINDOWS = 9, [(4, 2, 12, 9), (1, 5, 7, 12)]
image = cv2.imread("images/color.png", cv2.IMREAD_COLOR)
f32 = np.float32


def away(value):
    return int(np.floor(abs(value) + f32(0.5)) * np.sign(value))


def cut(x1, y1, x2, y2, context, square):
    height = width = CROP
    top = left = 0
    if context > 0 or square:
        scale = f32(CROP) / f32(CROP - 2 * context)
        half_h, half_w = f32(y2 - y1 + 1) / f32(2), f32(x2 - x1 + 1) / f32(2)
        centre_x, centre_y = f32(x1) + half_w, f32(y1) + half_h
        if square:
            half_h = half_w = max(half_h, half_w)
        x1, x2 = away(centre_x - half_w * scale), away(centre_x + half_w * scale)
        y1, y2 = away(centre_y - half_h * scale), away(centre_y + half_h * scale)
        whole_h, whole_w = y2 - y1 + 1, x2 - x1 + 1
        pad_x1, pad_y1 = max(0, -x1), max(0, -y1)
        pad_x2, pad_y2 = max(0, x2 - image.shape[1] + 1), max(0, y2 - image.shape[0] + 1)
        x1, x2, y1, y2 = x1 + pad_x1, x2 - pad_x2, y1 + pad_y1, y2 - pad_y2
        scale_x, scale_y = f32(CROP) / f32(whole_w), f32(CROP) / f32(whole_h)
        width, height = away(f32(x2 - x1 + 1) * scale_x), away(f32(y2 - y1 + 1) * scale_y)
        left, top = away(f32(pad_x1) * scale_x), away(f32(pad_y1) * scale_y)
        height, width = min(height, CROP - top), min(width, CROP - left)
    part = cv2.resize(image[y1:y2 + 1, x1:x2 + 1], (width, height)).astype(np.float32)
    result = np.zeros((3, CROP, CROP), np.float32)
    result[:, top:top + height, left:left + width] = (
        (part - np.array([10, 20, 30], np.float32)) * f32(0.5)).transpose(2, 0, 1)
    return result


with h5py.File("windows.h5", "w") as f:
    for mode in ["warp", "square"]:
        for context in [0, 1, 3]:
            f[f"{mode}_{context}"] = np.stack([cut(*window, context, mode == "square") for window in WINDOWS])
