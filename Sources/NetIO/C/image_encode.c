#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

#include "image_common.h"

// Planes to pixels, blue first.
static uint8_t *interleaved(const uint8_t *planes, const netio_image *image) {
  size_t channels = (size_t)image->channels, plane = (size_t)image->height * (size_t)image->width;
  uint8_t *pixels = malloc(channels * plane);
  if (!pixels) return NULL;
  for (size_t c = 0; c < channels; c++)
    for (size_t i = 0; i < plane; i++) pixels[i * channels + c] = planes[c * plane + i];
  return pixels;
}

int netio_image_encode_jpeg(const uint8_t *planes, netio_image *image, uint8_t **bytes, size_t *size) {
  image->text[0] = 0;
  tjhandle encoder = tjInitCompress();
  uint8_t *pixels = interleaved(planes, image), *jpeg = NULL;
  unsigned long length = 0;
  int result = -1, gray = image->channels == 1;
  if (!encoder || !pixels)
    image_fail(image, "out of memory");
  else if (tjCompress2(encoder, pixels, image->width, 0, image->height, gray ? TJPF_GRAY : TJPF_BGR, &jpeg, &length,
                       gray ? TJSAMP_GRAY : TJSAMP_420, 95, TJFLAG_ACCURATEDCT) != 0)
    image_fail(image, tjGetErrorStr2(encoder));
  else if (!(*bytes = malloc(length)))
    image_fail(image, "out of memory");
  else {
    memcpy(*bytes, jpeg, length);
    *size = length;
    result = 0;
  }
  tjFree(jpeg);
  free(pixels);
  if (encoder) tjDestroy(encoder);
  return result;
}

struct target {
  uint8_t *bytes;
  size_t size, capacity;
};

static void put_bytes(png_structp png, png_bytep bytes, size_t size) {
  struct target *target = png_get_io_ptr(png);
  if (size > target->capacity - target->size) {
    size_t capacity = 2 * (target->capacity + size);
    uint8_t *grown = realloc(target->bytes, capacity);
    if (!grown) png_error(png, "out of memory");
    target->bytes = grown;
    target->capacity = capacity;
  }
  memcpy(target->bytes + target->size, bytes, size);
  target->size += size;
}

static void flush_nothing(png_structp png) { (void)png; }

static void fail(png_structp png, png_const_charp text) {
  image_fail(png_get_error_ptr(png), text);
  png_longjmp(png, 1);
}

static void ignore_warning(png_structp png, png_const_charp text) { (void)png, (void)text; }

static void write_png(png_structp png, png_infop info, const netio_image *image, const uint8_t *pixels) {
  int type = image->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB;
  size_t stride = (size_t)image->width * (size_t)image->channels;
  png_set_IHDR(png, info, (png_uint_32)image->width, (png_uint_32)image->height, 8, type, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  png_set_bgr(png);
  for (size_t y = 0; y < (size_t)image->height; y++) png_write_row(png, pixels + y * stride);
  png_write_end(png, info);
}

int netio_image_encode_png(const uint8_t *planes, netio_image *image, uint8_t **bytes, size_t *size) {
  struct target target = {NULL, 0, 0};
  image->text[0] = 0;
  uint8_t *pixels = interleaved(planes, image);
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, image, fail, ignore_warning);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info || !pixels) {
    image_fail(image, "out of memory");
  } else if (setjmp(png_jmpbuf(png)) == 0) {
    png_set_write_fn(png, &target, put_bytes, flush_nothing);
    write_png(png, info, image, pixels);
  }
  png_destroy_write_struct(&png, &info);
  free(pixels);
  *bytes = target.bytes;
  *size = target.size;
  return image->text[0] ? -1 : 0;
}
