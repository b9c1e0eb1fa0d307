// LRN in loops over the channels of one pixel after another: they are together in the cache while windows pass over
// them. oneDNN's LRN keeps one or two arrays of the activations' size for the gradient; computing them again is as
// fast.
#include "include/ck_lrn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

typedef float lanes __attribute__((vector_size(64), aligned(4)));
enum { LANES = 16, LINES = 5, BANDS = 4 };

typedef struct {
  const ck_lrn *lrn;
  const float *x, *gradient;
  float *out, *lines;
  ptrdiff_t line;
} work;

// A line is all channels of a pixel, rounded up to whole vectors, with room for windows that reach over both ends.
static ptrdiff_t line_length(const ck_lrn *s) { return (s->shape.c + LANES - 1) / LANES * LANES + s->size; }

// Where channel c of a pixel is, and how many channels follow it at once.
static ptrdiff_t place(const ck_lrn *s, ptrdiff_t n, ptrdiff_t c, ptrdiff_t pixel, ptrdiff_t *count) {
  ptrdiff_t plane = s->shape.h * s->shape.w, channels = s->shape.c, rest = channels - c;
  switch (s->layout) {
    case CK_PLAIN:
      *count = 1;
      return (n * channels + c) * plane + pixel;
    case CK_CHANNELS_LAST:
      *count = rest;
      return (n * plane + pixel) * channels + c;
    default: {
      ptrdiff_t blocks = (channels + CK_CHANNEL_BLOCK - 1) / CK_CHANNEL_BLOCK;
      *count = rest < CK_CHANNEL_BLOCK ? rest : CK_CHANNEL_BLOCK;
      return ((n * blocks + c / CK_CHANNEL_BLOCK) * plane + pixel) * CK_CHANNEL_BLOCK;
    }
  }
}

CK_INLINE void load(const ck_lrn *s, const float *from, ptrdiff_t n, ptrdiff_t pixel, float *line) {
  for (ptrdiff_t c = 0, count; c < s->shape.c; c += count) {
    const float *part = from + place(s, n, c, pixel, &count);
    for (ptrdiff_t i = 0; i < count; i++) line[c + i] = part[i];
  }
}

CK_INLINE void store(const ck_lrn *s, const float *line, ptrdiff_t n, ptrdiff_t pixel, float *to) {
  for (ptrdiff_t c = 0, count; c < s->shape.c; c += count) {
    float *part = to + place(s, n, c, pixel, &count);
    for (ptrdiff_t i = 0; i < count; i++) part[i] = line[c + i];
  }
}

// 16 channels of a line from i on.
#define AT(line, i) (*(lanes *)((line) + (i)))

// The sum over the window around each of 16 channels; `padded` begins half a window early. Whole vectors are no
// arguments: how they are passed depends on the instruction set.
CK_INLINE void window(const ck_lrn *s, float *padded, ptrdiff_t i, lanes *sum) {
  *sum = AT(padded, i);
  for (ptrdiff_t j = 1; j < s->size; j++) *sum += AT(padded, i + j);
}

// power = scale^-beta, inverse = 1 / scale, where scale = k + alpha / size * window of squares
CK_INLINE void powers(const ck_lrn *s, const float *x, float *padded, float *power, float *inverse) {
  float *squares = padded + s->size / 2, factor = s->alpha / (float)s->size;
  for (ptrdiff_t i = 0; i < s->shape.c; i++) squares[i] = x[i] * x[i];
  for (ptrdiff_t i = 0; i < s->shape.c; i += LANES) {
    lanes scale;
    window(s, padded, i, &scale);
    scale = s->k + factor * scale;
    AT(inverse, i) = 1 / scale;
    AT(power, i) = s->beta == 0.75f ? AT(inverse, i) * __builtin_elementwise_sqrt(__builtin_elementwise_sqrt(scale)) : scale;
  }
  if (s->beta != 0.75f) {
    for (ptrdiff_t i = 0; i < s->shape.c; i++) power[i] = powf(power[i], -s->beta);
  }
}

// The lines' padding is zero: they come cleared, and only channels are written to what windows read.
CK_CLONES static void forward_pixels(const work *w, ptrdiff_t n, ptrdiff_t first, ptrdiff_t end, float *lines) {
  const ck_lrn *s = w->lrn;
  float *x = lines, *padded = x + w->line, *power = padded + w->line, *inverse = power + w->line;
  for (ptrdiff_t pixel = first; pixel < end; pixel++) {
    load(s, w->x, n, pixel, x);
    powers(s, x, padded, power, inverse);
    for (ptrdiff_t i = 0; i < s->shape.c; i += LANES) AT(power, i) *= AT(x, i);
    store(s, power, n, pixel, w->out);
  }
}

// dx = dy * power - 2 alpha beta / size * x * window of dy * x * power / scale
CK_CLONES static void backward_pixels(const work *w, ptrdiff_t n, ptrdiff_t first, ptrdiff_t end, float *lines) {
  const ck_lrn *s = w->lrn;
  float *x = lines, *padded = x + w->line, *power = padded + w->line, *inverse = power + w->line,
        *dy = inverse + w->line, factor = 2 * s->alpha * s->beta / (float)s->size;
  for (ptrdiff_t pixel = first; pixel < end; pixel++) {
    load(s, w->x, n, pixel, x);
    load(s, w->gradient, n, pixel, dy);
    powers(s, x, padded, power, inverse);
    float *ratios = padded + s->size / 2;
    for (ptrdiff_t i = 0; i < s->shape.c; i++) {
      power[i] *= dy[i];
      ratios[i] = power[i] * x[i] * inverse[i];
    }
    for (ptrdiff_t i = 0; i < s->shape.c; i += LANES) {
      lanes sum;
      window(s, padded, i, &sum);
      AT(power, i) -= factor * AT(x, i) * sum;
    }
    store(s, power, n, pixel, w->out);
  }
}

static void band(void *context, int task) {
  const work *w = context;
  ptrdiff_t plane = w->lrn->shape.h * w->lrn->shape.w, part = task % BANDS;
  ptrdiff_t first = plane * part / BANDS, end = plane * (part + 1) / BANDS;
  float *lines = w->lines + task * LINES * w->line;
  (w->gradient ? backward_pixels : forward_pixels)(w, task / BANDS, first, end, lines);
}

static int run(const ck_lrn *s, const float *x, const float *gradient, float *out, ck_error *error) {
  ptrdiff_t count = ck_physical_count(s->layout, s->shape);
  if (count <= 0 || s->size <= 0 || s->size % 2 == 0 || s->size > PTRDIFF_MAX / 4096) {
    return ck_fail(error, dnnl_invalid_arguments, "LRN: size %td over %td channels: it must be odd", s->size, s->shape.c);
  }
  ptrdiff_t tasks = s->shape.n * BANDS;
  work w = {s, x, gradient, out, NULL, line_length(s)};
  w.lines = calloc((size_t)(tasks * w.line), LINES * sizeof *w.lines);
  if (!w.lines) return ck_fail(error, dnnl_out_of_memory, "LRN: out of memory");
  // Padding is zero, and stays so.
  if (s->layout == CK_BLOCKED && s->shape.c % CK_CHANNEL_BLOCK) memset(out, 0, (size_t)count * sizeof *out);
  ck_parallel((int)tasks, band, &w);
  free(w.lines);
  return 0;
}

int ck_lrn_forward(const ck_lrn *lrn, const float *source, float *destination, ck_error *error) {
  return run(lrn, source, NULL, destination, error);
}

int ck_lrn_backward(
    const ck_lrn *lrn, const float *source, const float *destination_gradient, float *source_gradient,
    ck_error *error) {
  return run(lrn, source, destination_gradient, source_gradient, error);
}
