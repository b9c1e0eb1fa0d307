// The shape that a convolution gives its top.
#include "include/ck_convolution.h"

#include <stdint.h>

static ptrdiff_t output_extent(ptrdiff_t in, ptrdiff_t kernel, ptrdiff_t pad, ptrdiff_t stride, ptrdiff_t dilation) {
  ptrdiff_t span;
  if (in <= 0 || kernel <= 0 || pad < 0 || stride <= 0 || dilation <= 0 || pad > PTRDIFF_MAX / 4) return -1;
  if (in > PTRDIFF_MAX / 4 || __builtin_mul_overflow(dilation, kernel - 1, &span)) return -1;
  ptrdiff_t room = in + 2 * pad - 1;
  return span > room ? -1 : (room - span) / stride + 1;
}

ck_shape ck_convolution_output_shape(const ck_convolution_spec *s) {
  ck_shape out = {
      s->source.n, s->output_channels,
      output_extent(s->source.h, s->kernel_h, s->pad_h, s->stride_h, s->dilation_h),
      output_extent(s->source.w, s->kernel_w, s->pad_w, s->stride_w, s->dilation_w)};
  bool sound = s->source.n > 0 && s->source.c > 0 && s->output_channels > 0 && s->group > 0 && out.h > 0 &&
               out.w > 0 && s->source.c % s->group == 0 && s->output_channels % s->group == 0 &&
               ck_physical_count(CK_BLOCKED, s->source) > 0 && ck_physical_count(CK_BLOCKED, out) > 0;
  return sound ? out : (ck_shape){-1, -1, -1, -1};
}
