// Shared by the image files of this target only.
#pragma once
#include "netio_image.h"

int image_fail(netio_image *image, const char *text);
// Sorts interleaved pixels into planes.
void image_split(const uint8_t *pixels, const netio_image *image, uint8_t *planes);

int jpeg_inspect(const uint8_t *bytes, size_t size, enum netio_image_color color, netio_image *image);
int jpeg_decode(const uint8_t *bytes, size_t size, enum netio_image_color color, netio_image *image, uint8_t *planes);
// Without planes only the header is read.
int png_read(const uint8_t *bytes, size_t size, enum netio_image_color color, netio_image *image, uint8_t *planes);
