#include "image_common.h"

#include <string.h>

int image_fail(netio_image *image, const char *text) {
  strncpy(image->text, text, sizeof image->text - 1);
  image->text[sizeof image->text - 1] = 0;
  return -1;
}

void image_split(const uint8_t *pixels, const netio_image *image, uint8_t *planes) {
  size_t channels = (size_t)image->channels, plane = (size_t)image->height * (size_t)image->width;
  for (size_t c = 0; c < channels; c++)
    for (size_t i = 0; i < plane; i++) planes[c * plane + i] = pixels[i * channels + c];
}
