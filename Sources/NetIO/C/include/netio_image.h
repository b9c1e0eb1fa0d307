// JPEG and PNG from memory to planes of bytes, as Caffe gets them from OpenCV's imdecode: blue, green, red.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum netio_image_color {
  NETIO_IMAGE_NATIVE,  // as the file has it: 1 channel, 3, or 4 with alpha (IMREAD_UNCHANGED)
  NETIO_IMAGE_GRAY,    // 1 channel (IMREAD_GRAYSCALE)
  NETIO_IMAGE_COLOR,   // 3 channels (IMREAD_COLOR)
};

typedef struct {
  int32_t channels, height, width;
  char text[160];  // why it failed
} netio_image;

// Reads the header only. 0, or -1 with `text` filled.
int netio_image_inspect(const uint8_t *bytes, size_t size, enum netio_image_color color, netio_image *image);
// Fills channels x height x width bytes, as inspect said. 0, or -1 with `text` filled.
int netio_image_decode(const uint8_t *bytes, size_t size, enum netio_image_color color, netio_image *image,
                       uint8_t *planes);
// Encode channels x height x width bytes, one channel or three, as `image` says. `bytes` gets memory from malloc, also
// where it fails, or stays NULL. 0, or -1 with `text` filled.
int netio_image_encode_jpeg(const uint8_t *planes, netio_image *image, uint8_t **bytes, size_t *size);
int netio_image_encode_png(const uint8_t *planes, netio_image *image, uint8_t **bytes, size_t *size);
