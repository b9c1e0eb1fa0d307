// libpng's simplified interface would convert colours by gamma and blend alpha; OpenCV, and so Caffe, does neither.
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "image_common.h"

struct source {
  const uint8_t *bytes;
  size_t left;
};

static void take_bytes(png_structp png, png_bytep target, size_t size) {
  struct source *source = png_get_io_ptr(png);
  if (size > source->left) png_error(png, "the file ends early");
  memcpy(target, source->bytes, size);
  source->bytes += size;
  source->left -= size;
}

static void fail(png_structp png, png_const_charp text) {
  image_fail(png_get_error_ptr(png), text);
  png_longjmp(png, 1);
}

static void ignore_warning(png_structp png, png_const_charp text) { (void)png, (void)text; }

static int channels_of(png_structp png, png_infop info, enum netio_image_color color) {
  if (color != NETIO_IMAGE_NATIVE) return color == NETIO_IMAGE_GRAY ? 1 : 3;
  switch (png_get_color_type(png, info)) {
    case PNG_COLOR_TYPE_RGB:
    case PNG_COLOR_TYPE_PALETTE:
      return png_get_valid(png, info, PNG_INFO_tRNS) ? 4 : 3;
    case PNG_COLOR_TYPE_GRAY_ALPHA:
    case PNG_COLOR_TYPE_RGB_ALPHA:
      return 4;
    default:
      return 1;
  }
}

// The conversions that OpenCV asks for, in its order.
static void convert(png_structp png, png_infop info, int channels) {
  int type = png_get_color_type(png, info), depth = png_get_bit_depth(png, info), has_color = type & PNG_COLOR_MASK_COLOR;
  if (depth == 16) png_set_strip_16(png);
  if (channels < 4)
    png_set_strip_alpha(png);
  else
    png_set_tRNS_to_alpha(png);
  if (type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (!has_color && depth < 8) png_set_expand_gray_1_2_4_to_8(png);
  if (has_color && channels > 1)
    png_set_bgr(png);
  else if (channels > 1)
    png_set_gray_to_rgb(png);
  else
    png_set_rgb_to_gray(png, 1, 0.299, 0.587);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
}

// What a longjmp must not lose lives here: volatile, since where a function is inlined its variables may be in registers, which
// longjmp puts back to what they were.
struct buffers {
  uint8_t *volatile pixels;
  png_bytep *volatile rows;
};

static void read_image(png_structp png, png_infop info, enum netio_image_color color, netio_image *image,
                       uint8_t *planes, struct buffers *buffers) {
  png_read_info(png, info);
  image->height = (int32_t)png_get_image_height(png, info);
  image->width = (int32_t)png_get_image_width(png, info);
  image->channels = channels_of(png, info, color);
  if (color == NETIO_IMAGE_NATIVE && png_get_bit_depth(png, info) == 16)
    png_error(png, "16 bits a channel; only with force_color or force_gray");
  if (!planes) return;
  convert(png, info, image->channels);
  size_t height = (size_t)image->height, stride = (size_t)image->width * (size_t)image->channels;
  if (png_get_rowbytes(png, info) != stride) png_error(png, "unexpected number of channels");
  buffers->pixels = malloc(height * stride);
  buffers->rows = malloc(height * sizeof *buffers->rows);
  if (!buffers->pixels || !buffers->rows) png_error(png, "out of memory");
  for (size_t y = 0; y < height; y++) buffers->rows[y] = buffers->pixels + y * stride;
  png_read_image(png, buffers->rows);
  png_read_end(png, NULL);
  image_split(buffers->pixels, image, planes);
}

int png_read(const uint8_t *bytes, size_t size, enum netio_image_color color, netio_image *image, uint8_t *planes) {
  struct source source = {bytes, size};
  struct buffers buffers = {NULL, NULL};
  image->text[0] = 0;
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, image, fail, ignore_warning);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    image_fail(image, "out of memory");
  } else if (setjmp(png_jmpbuf(png)) == 0) {
    png_set_read_fn(png, &source, take_bytes);
    read_image(png, info, color, image, planes, &buffers);
  }
  png_destroy_read_struct(&png, &info, NULL);
  free(buffers.pixels);
  free(buffers.rows);
  return image->text[0] ? -1 : 0;
}
