#include <string.h>

#include "image_common.h"

static int is_jpeg(const uint8_t *bytes, size_t size) { return size >= 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0; }

static int is_png(const uint8_t *bytes, size_t size) {
  return size >= 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0;
}

int netio_image_inspect(const uint8_t *bytes, size_t size, enum netio_image_color color, netio_image *image) {
  memset(image, 0, sizeof *image);
  if (is_jpeg(bytes, size)) return jpeg_inspect(bytes, size, color, image);
  if (is_png(bytes, size)) return png_read(bytes, size, color, image, NULL);
  return image_fail(image, "neither JPEG nor PNG");
}

int netio_image_decode(const uint8_t *bytes, size_t size, enum netio_image_color color, netio_image *image,
                       uint8_t *planes) {
  return is_jpeg(bytes, size) ? jpeg_decode(bytes, size, color, image, planes)
                              : png_read(bytes, size, color, image, planes);
}
