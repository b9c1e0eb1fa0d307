// Per-channel loops.
//
// A channel's elements are a run of floats in the plain layout. In the other two, a row of neighbouring floats is
// one pixel's channels (all of them, or a block), so the inner loop runs over channels and vectorises.
#include "include/ck_channels.h"

#include "internal.h"

typedef struct {
  ck_layout layout;
  ck_shape shape;
  ptrdiff_t plane, blocks;
  const float *x, *y, *scale, *shift;
  float *out;
} work;

static work make(ck_layout layout, ck_shape shape) {
  ptrdiff_t blocks = (shape.c + CK_CHANNEL_BLOCK - 1) / CK_CHANNEL_BLOCK;
  return (work){.layout = layout, .shape = shape, .plane = shape.h * shape.w, .blocks = blocks};
}

static int live_lanes(const work *w, ptrdiff_t block) {
  ptrdiff_t rest = w->shape.c - block * CK_CHANNEL_BLOCK;
  return (int)(rest < CK_CHANNEL_BLOCK ? rest : CK_CHANNEL_BLOCK);
}

CK_CLONES static void affine_run(ptrdiff_t count, const float *x, float scale, float shift, float *out) {
  for (ptrdiff_t i = 0; i < count; i++) out[i] = scale * x[i] + shift;
}

CK_INLINE void affine_loop(
    ptrdiff_t rows, ptrdiff_t width, const float *x, const float *scale, const float *shift, float *out) {
  for (ptrdiff_t r = 0; r < rows; r++, x += width, out += width) {
    for (ptrdiff_t c = 0; c < width; c++) out[c] = (scale ? scale[c] : 1) * x[c] + (shift ? shift[c] : 0);
  }
}

CK_CLONES static void affine_rows(
    ptrdiff_t rows, ptrdiff_t width, const float *x, const float *scale, const float *shift, float *out) {
  if (width == CK_CHANNEL_BLOCK && scale && shift) {
    affine_loop(rows, CK_CHANNEL_BLOCK, x, scale, shift, out);
  } else if (scale && shift) {
    affine_loop(rows, width, x, scale, shift, out);
  } else if (shift) {
    affine_loop(rows, width, x, NULL, shift, out);
  } else {
    affine_loop(rows, width, x, scale, NULL, out);
  }
}

static void affine_plain(void *context, int task) {
  const work *w = context;
  ptrdiff_t c = task % w->shape.c, offset = task * w->plane;
  affine_run(w->plane, w->x + offset, w->scale ? w->scale[c] : 1, w->shift ? w->shift[c] : 0, w->out + offset);
}

static void affine_image(void *context, int task) {
  const work *w = context;
  ptrdiff_t offset = task * w->plane * w->shape.c;
  affine_rows(w->plane, w->shape.c, w->x + offset, w->scale, w->shift, w->out + offset);
}

static void affine_block(void *context, int task) {
  const work *w = context;
  ptrdiff_t first = task % w->blocks * CK_CHANNEL_BLOCK, offset = task * w->plane * CK_CHANNEL_BLOCK;
  // Scale and shift 0 keep the lanes past the last channel zero.
  float scale[CK_CHANNEL_BLOCK] = {0}, shift[CK_CHANNEL_BLOCK] = {0};
  for (int l = 0; l < live_lanes(w, task % w->blocks); l++) {
    scale[l] = w->scale ? w->scale[first + l] : 1;
    shift[l] = w->shift ? w->shift[first + l] : 0;
  }
  affine_rows(w->plane, CK_CHANNEL_BLOCK, w->x + offset, scale, shift, w->out + offset);
}

void ck_channel_affine(
    ck_layout layout, ck_shape shape, const float *x, const float *scale, const float *shift, float *out) {
  work w = make(layout, shape);
  w.x = x, w.scale = scale, w.shift = shift, w.out = out;
  switch (layout) {
    case CK_PLAIN: ck_parallel((int)(shape.n * shape.c), affine_plain, &w); break;
    case CK_CHANNELS_LAST: ck_parallel((int)shape.n, affine_image, &w); break;
    case CK_BLOCKED: ck_parallel((int)(shape.n * w.blocks), affine_block, &w); break;
  }
}

// Sums run in double, so that their order does not matter to the digits that are kept.
CK_INLINE void sum_loop(
    ptrdiff_t rows, ptrdiff_t stride, int lanes, const float *x, const float *y, double *sums) {
  double lane[CK_CHANNEL_BLOCK] = {0};
  for (ptrdiff_t r = 0; r < rows; r++) {
    for (int l = 0; l < lanes; l++) {
      double value = (double)x[r * stride + l];
      lane[l] += y ? value * (double)y[r * stride + l] : value;
    }
  }
  for (int l = 0; l < lanes; l++) sums[l] += lane[l];
}

CK_CLONES static void sum_rows(
    ptrdiff_t rows, ptrdiff_t stride, int lanes, const float *x, const float *y, double *sums) {
  if (lanes == CK_CHANNEL_BLOCK && y) {
    sum_loop(rows, stride, CK_CHANNEL_BLOCK, x, y, sums);
  } else if (lanes == CK_CHANNEL_BLOCK) {
    sum_loop(rows, stride, CK_CHANNEL_BLOCK, x, NULL, sums);
  } else {
    sum_loop(rows, stride, lanes, x, y, sums);
  }
}

static void sum_plain(void *context, int c) {
  const work *w = context;
  double sums[CK_CHANNEL_BLOCK] = {0}, total = 0;
  for (ptrdiff_t n = 0; n < w->shape.n; n++) {
    ptrdiff_t offset = (n * w->shape.c + c) * w->plane, whole = w->plane / CK_CHANNEL_BLOCK;
    ptrdiff_t rest = offset + whole * CK_CHANNEL_BLOCK;
    sum_rows(whole, CK_CHANNEL_BLOCK, CK_CHANNEL_BLOCK, w->x + offset, w->y ? w->y + offset : NULL, sums);
    sum_rows(1, 0, (int)(w->plane % CK_CHANNEL_BLOCK), w->x + rest, w->y ? w->y + rest : NULL, sums);
  }
  for (int l = 0; l < CK_CHANNEL_BLOCK; l++) total += sums[l];
  w->out[c] += (float)total;
}

static void sum_block(void *context, int block) {
  const work *w = context;
  bool last = w->layout == CK_CHANNELS_LAST;
  // In the channels-last layout all images are one long run of rows.
  ptrdiff_t images = last ? 1 : w->shape.n, rows = last ? w->shape.n * w->plane : w->plane;
  ptrdiff_t stride = last ? w->shape.c : CK_CHANNEL_BLOCK, first = (ptrdiff_t)block * CK_CHANNEL_BLOCK;
  double sums[CK_CHANNEL_BLOCK] = {0};
  for (ptrdiff_t n = 0; n < images; n++) {
    ptrdiff_t offset = last ? first : (n * w->blocks + block) * w->plane * CK_CHANNEL_BLOCK;
    sum_rows(rows, stride, live_lanes(w, block), w->x + offset, w->y ? w->y + offset : NULL, sums);
  }
  for (int l = 0; l < live_lanes(w, block); l++) w->out[first + l] += (float)sums[l];
}

void ck_channel_sums(ck_layout layout, ck_shape shape, const float *x, const float *y, float *sums) {
  work w = make(layout, shape);
  w.x = x, w.y = y, w.out = sums;
  bool plain = layout == CK_PLAIN;
  ck_parallel((int)(plain ? shape.c : w.blocks), plain ? sum_plain : sum_block, &w);
}
