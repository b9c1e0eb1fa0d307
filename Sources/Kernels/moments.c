// Mean and variance per channel, in one pass over memory and in double: sums of a batch in single precision lose a
// digit, which normalisation then magnifies, and cost two passes.
#include <string.h>

#include "include/ck_channels.h"
#include "internal.h"

// At most so many partial sums, which depend on the shape only: so do results.
enum { CK_SHARES = 64, CK_SHARE_ROWS = 256, CK_STRIP_ROWS = 32 };

typedef struct {
  ck_layout layout;
  ck_shape shape;
  ptrdiff_t plane, blocks, shares;
  const float *x;
  double *partials;  // (shares, 2, blocks * CK_CHANNEL_BLOCK): sums, sums of squares
} moments;

CK_INLINE void add_loop(ptrdiff_t rows, ptrdiff_t stride, int lanes, const float *x, double *sums, double *squares) {
  double sum[CK_CHANNEL_BLOCK] = {0}, square[CK_CHANNEL_BLOCK] = {0};
  for (ptrdiff_t r = 0; r < rows; r++) {
    for (int l = 0; l < lanes; l++) {
      double value = (double)x[r * stride + l];
      sum[l] += value;
      square[l] += value * value;
    }
  }
  for (int l = 0; l < lanes; l++) sums[l] += sum[l], squares[l] += square[l];
}

CK_CLONES static void add_rows(
    ptrdiff_t rows, ptrdiff_t stride, int lanes, const float *x, double *sums, double *squares) {
  if (lanes == CK_CHANNEL_BLOCK) {
    add_loop(rows, stride, CK_CHANNEL_BLOCK, x, sums, squares);
  } else {
    add_loop(rows, stride, lanes, x, sums, squares);
  }
}

static int lanes(const moments *m, ptrdiff_t block) {
  ptrdiff_t rest = m->shape.c - block * CK_CHANNEL_BLOCK;
  return (int)(rest < CK_CHANNEL_BLOCK ? rest : CK_CHANNEL_BLOCK);
}

// A channel is a run of floats: sixteen neighbours are added side by side.
static void add_plain(const moments *m, ptrdiff_t image, double *sums, double *squares) {
  ptrdiff_t whole = m->plane / CK_CHANNEL_BLOCK;
  for (ptrdiff_t c = 0; c < m->shape.c; c++) {
    const float *x = m->x + (image * m->shape.c + c) * m->plane;
    double sum[CK_CHANNEL_BLOCK] = {0}, square[CK_CHANNEL_BLOCK] = {0};
    add_rows(whole, CK_CHANNEL_BLOCK, CK_CHANNEL_BLOCK, x, sum, square);
    add_rows(1, 0, (int)(m->plane % CK_CHANNEL_BLOCK), x + whole * CK_CHANNEL_BLOCK, sum, square);
    for (int l = 0; l < CK_CHANNEL_BLOCK; l++) sums[c] += sum[l], squares[c] += square[l];
  }
}

// Rows of all channels, a few at a time so that they stay in the cache while their strips are added.
static void add_last(const moments *m, ptrdiff_t first, ptrdiff_t end, double *sums, double *squares) {
  for (ptrdiff_t row = first; row < end; row += CK_STRIP_ROWS) {
    ptrdiff_t rows = end - row < CK_STRIP_ROWS ? end - row : CK_STRIP_ROWS;
    for (ptrdiff_t block = 0; block < m->blocks; block++) {
      ptrdiff_t c = block * CK_CHANNEL_BLOCK;
      add_rows(rows, m->shape.c, lanes(m, block), m->x + row * m->shape.c + c, sums + c, squares + c);
    }
  }
}

static void add_blocked(const moments *m, ptrdiff_t image, double *sums, double *squares) {
  for (ptrdiff_t block = 0; block < m->blocks; block++) {
    ptrdiff_t c = block * CK_CHANNEL_BLOCK;
    const float *x = m->x + (image * m->blocks + block) * m->plane * CK_CHANNEL_BLOCK;
    add_rows(m->plane, CK_CHANNEL_BLOCK, CK_CHANNEL_BLOCK, x, sums + c, squares + c);
  }
}

static ptrdiff_t units(const moments *m) {
  return m->layout == CK_CHANNELS_LAST ? m->shape.n * m->plane : m->shape.n;
}

static void add_share(void *context, int task) {
  const moments *m = context;
  ptrdiff_t width = m->blocks * CK_CHANNEL_BLOCK, all = units(m);
  ptrdiff_t first = all * task / m->shares, end = all * (task + 1) / m->shares;
  double *sums = m->partials + task * 2 * width, *squares = sums + width;
  memset(sums, 0, (size_t)(2 * width) * sizeof *sums);
  if (m->layout == CK_CHANNELS_LAST) {
    add_last(m, first, end, sums, squares);
  } else {
    for (ptrdiff_t image = first; image < end; image++) {
      (m->layout == CK_PLAIN ? add_plain : add_blocked)(m, image, sums, squares);
    }
  }
}

static moments make(ck_layout layout, ck_shape shape) {
  moments m = {.layout = layout, .shape = shape, .plane = shape.h * shape.w};
  m.blocks = (shape.c + CK_CHANNEL_BLOCK - 1) / CK_CHANNEL_BLOCK;
  ptrdiff_t all = units(&m);
  m.shares = layout == CK_CHANNELS_LAST ? (all + CK_SHARE_ROWS - 1) / CK_SHARE_ROWS : all;
  if (m.shares > CK_SHARES) m.shares = CK_SHARES;
  return m;
}

size_t ck_channel_moments_bytes(ck_layout layout, ck_shape shape) {
  moments m = make(layout, shape);
  return (size_t)(m.shares * 2 * m.blocks * CK_CHANNEL_BLOCK) * sizeof(double);
}

void ck_channel_moments(
    ck_layout layout, ck_shape shape, const float *x, void *scratch, float *mean, float *variance) {
  moments m = make(layout, shape);
  m.x = x, m.partials = scratch;
  ck_parallel((int)m.shares, add_share, &m);
  double count = (double)(shape.n * m.plane);
  for (ptrdiff_t c = 0; c < shape.c; c++) {
    double sum = 0, squares = 0;
    for (ptrdiff_t share = 0; share < m.shares; share++) {
      const double *partial = m.partials + share * 2 * m.blocks * CK_CHANNEL_BLOCK;
      sum += partial[c], squares += partial[m.blocks * CK_CHANNEL_BLOCK + c];
    }
    double centre = sum / count, spread = squares / count - centre * centre;
    mean[c] = (float)centre;
    variance[c] = spread > 0 || spread != spread ? (float)spread : 0;
  }
}
