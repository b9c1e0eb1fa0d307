#include <stdlib.h>
#include <turbojpeg.h>

#include "image_common.h"

static int header(tjhandle decoder, const uint8_t *bytes, size_t size, enum netio_image_color color,
                  netio_image *image, int *colorspace) {
  int width = 0, height = 0, subsampling = -1;
  *colorspace = -1;
  if (tjDecompressHeader3(decoder, bytes, size, &width, &height, &subsampling, colorspace) != 0)
    return image_fail(image, tjGetErrorStr2(decoder));
  // A file of nothing but tables is a success without an image.
  if (width < 1 || height < 1) return image_fail(image, "no image in the file");
  image->height = height;
  image->width = width;
  int gray = color == NETIO_IMAGE_GRAY || (color == NETIO_IMAGE_NATIVE && *colorspace == TJCS_GRAY);
  image->channels = gray ? 1 : 3;
  return 0;
}

int jpeg_inspect(const uint8_t *bytes, size_t size, enum netio_image_color color, netio_image *image) {
  tjhandle decoder = tjInitDecompress();
  if (!decoder) return image_fail(image, "out of memory");
  int colorspace, result = header(decoder, bytes, size, color, image, &colorspace);
  tjDestroy(decoder);
  return result;
}

// Four-colour pictures occur in ImageNet. The rounding is OpenCV's.
static void from_cmyk(const uint8_t *pixels, const netio_image *image, uint8_t *planes) {
  size_t plane = (size_t)image->height * (size_t)image->width;
  for (size_t i = 0; i < plane; i++, pixels += 4) {
    int k = pixels[3], color[3];
    for (int c = 0; c < 3; c++) color[c] = k - ((255 - pixels[c]) * k >> 8);
    if (image->channels == 3)
      for (size_t c = 0; c < 3; c++) planes[c * plane + i] = (uint8_t)color[2 - c];
    else
      planes[i] = (uint8_t)((color[2] * 1868 + color[1] * 9617 + color[0] * 4899 + 8192) >> 14);
  }
}

// Inside the last scan neither pair of bytes can occur but as what it means.
static int ends_early(const uint8_t *bytes, size_t size) {
  for (size_t i = size; i-- > 1;) {
    if (bytes[i - 1] == 0xff && bytes[i] == 0xd9) return 0;  // end of image
    if (bytes[i - 1] == 0xff && bytes[i] == 0xda) return 1;  // start of scan
  }
  return 1;
}

int jpeg_decode(const uint8_t *bytes, size_t size, enum netio_image_color color, netio_image *image, uint8_t *planes) {
  tjhandle decoder = tjInitDecompress();
  if (!decoder) return image_fail(image, "out of memory");
  int colorspace, result = header(decoder, bytes, size, color, image, &colorspace);
  int four = colorspace == TJCS_CMYK || colorspace == TJCS_YCCK;
  int depth = four ? 4 : image->channels;
  uint8_t *pixels = result ? NULL : calloc((size_t)image->height * (size_t)image->width, (size_t)depth);
  if (!result && !pixels) result = image_fail(image, "out of memory");
  if (!result) {
    int format = four ? TJPF_CMYK : depth == 1 ? TJPF_GRAY : TJPF_BGR;
    int failed = tjDecompress2(decoder, bytes, size, pixels, image->width, 0, image->height, format, 0);
    // Pictures with stray bytes are common and harmless; one that ends early is not.
    if (failed && tjGetErrorCode(decoder) == TJERR_FATAL)
      result = image_fail(image, tjGetErrorStr2(decoder));
    else if (failed && ends_early(bytes, size))
      result = image_fail(image, "the file ends early");
    else if (four)
      from_cmyk(pixels, image, planes);
    else
      image_split(pixels, image, planes);
  }
  free(pixels);
  tjDestroy(decoder);
  return result;
}
