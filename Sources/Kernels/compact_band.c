// Bands of images with their padding, and transposition, for the passes of the compact convolution.
#include <string.h>

#include "compact.h"

ptrdiff_t ck_compact_band_floats(const ck_compact *plan) { return plan->copies ? ck_image_floats(&plan->view) : 0; }

const float *ck_compact_band(
    const ck_compact *plan, const float *source, ptrdiff_t image, ptrdiff_t band, float *room) {
  const ck_convolution_spec *s = &plan->spec;
  const ck_planes *from = &plan->source, *to = &plan->view;
  const float *x = source + image * ck_image_floats(from);
  const ptrdiff_t top = ck_band_first(plan, band) * s->stride_h - s->pad_h, line = from->width * from->lanes;
  if (!plan->copies) return x + top * line;
  const size_t margin = (size_t)(s->pad_w * from->lanes) * sizeof *x;
  // The last band may be lower: no more is copied than it reads.
  const ptrdiff_t height =
      (ck_band_height(plan, band) - 1) * s->stride_h + (s->kernel_h - 1) * s->dilation_h + 1;
  for (ptrdiff_t plane = 0; plane < to->count; plane++) {
    float *row = room + plane * ck_plane_floats(to);
    for (ptrdiff_t y = top; y < top + height; y++, row += to->width * to->lanes) {
      if (y < 0 || y >= from->height) {
        memset(row, 0, (size_t)(to->width * to->lanes) * sizeof *row);
        continue;
      }
      memset(row, 0, margin);
      memcpy(row + s->pad_w * to->lanes, x + plane * ck_plane_floats(from) + y * line, (size_t)line * sizeof *x);
      memset(row + s->pad_w * to->lanes + line, 0, margin);
    }
  }
  return room;
}

typedef float vector __attribute__((vector_size(64), aligned(4)));

// Four stages, each of which exchanges halves of pairs of rows that are `distance` apart.
#define CK_EXCHANGE(distance, low, high)                                  \
  for (int i = 0; i < CK_LANES; i++) {                                    \
    if (i & distance) continue;                                           \
    const vector a = row[i], b = row[i + distance];                       \
    row[i] = __builtin_shufflevector(a, b, low);                          \
    row[i + distance] = __builtin_shufflevector(a, b, high);              \
  }
#define CK_LIST(...) __VA_ARGS__

CK_CLONES void ck_transpose(const float *const *from, float *to, ptrdiff_t pitch) {
  vector row[CK_LANES];
  for (int i = 0; i < CK_LANES; i++) row[i] = *(const vector *)from[i];
  CK_EXCHANGE(8, CK_LIST(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
      CK_LIST(8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
  CK_EXCHANGE(4, CK_LIST(0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),
      CK_LIST(4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))
  CK_EXCHANGE(2, CK_LIST(0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
      CK_LIST(2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
  CK_EXCHANGE(1, CK_LIST(0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),
      CK_LIST(1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))
  for (int i = 0; i < CK_LANES; i++) *(vector *)(to + i * pitch) = row[i];
}
