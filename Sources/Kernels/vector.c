// Elementwise loops and sums.
#include "include/ck_vector.h"

#include <math.h>

#include "internal.h"

enum { CK_PIECE = 16384, CK_PARTIALS = 256 };

typedef struct work {
  float a, b, slope;
  const float *x, *y;
  float *out;
  ptrdiff_t count, piece;
  void (*loop)(const struct work *w, ptrdiff_t first, ptrdiff_t end);
  double (*sum)(const struct work *w, ptrdiff_t first, ptrdiff_t end);
  double partials[CK_PARTIALS];
} work;

static ptrdiff_t piece_end(const work *w, int task) {
  ptrdiff_t end = (task + 1) * w->piece;
  return end < w->count ? end : w->count;
}

static void loop_piece(void *context, int task) {
  const work *w = context;
  w->loop(w, task * w->piece, piece_end(w, task));
}

static void sum_piece(void *context, int task) {
  work *w = context;
  w->partials[task] = w->sum(w, task * w->piece, piece_end(w, task));
}

// Cuts the work in at most CK_PARTIALS pieces of at least CK_PIECE floats, which is worth waking a thread for.
static int cut(work *w) {
  w->piece = (w->count + CK_PARTIALS - 1) / CK_PARTIALS;
  if (w->piece < CK_PIECE) w->piece = CK_PIECE;
  return (int)((w->count + w->piece - 1) / w->piece);
}

static void run(work *w) {
  int tasks = cut(w);
  ck_parallel(tasks, loop_piece, w);
}

static double run_sum(work *w) {
  int tasks = cut(w);
  ck_parallel(tasks, sum_piece, w);
  double total = 0;
  for (int i = 0; i < tasks; i++) total += w->partials[i];
  return total;
}

// `out` may be `x` or `y` itself, never a shifted overlap, so iterations are independent.
#define CK_LOOP(name, expression)                                                       \
  CK_CLONES static void name(const work *w, ptrdiff_t first, ptrdiff_t end) {            \
    const float a = w->a, b = w->b, slope = w->slope, *x = w->x, *y = w->y;              \
    float *out = w->out;                                                                 \
    (void)a, (void)b, (void)slope, (void)x, (void)y;                                                  \
    _Pragma("clang loop vectorize(assume_safety)") for (ptrdiff_t i = first; i < end; i++) \
        out[i] = (expression);                                                           \
  }

CK_LOOP(axpby, a * x[i] + b * y[i])
CK_LOOP(rectified, a * x[i] + b * y[i] > 0 ? a * x[i] + b * y[i] : slope * (a * x[i] + b * y[i]))
CK_LOOP(scaled, a * x[i])
CK_LOOP(product, x[i] * y[i])
CK_LOOP(relu, x[i] > 0 ? x[i] : a * x[i])
CK_LOOP(relu_gradient, x[i] > 0 ? y[i] : a * y[i])

// Sixteen running sums in double: vectorisable, and the order of additions is the same everywhere.
#define CK_SUM(name, expression)                                                \
  CK_CLONES static double name(const work *w, ptrdiff_t first, ptrdiff_t end) {  \
    const float *x = w->x, *y = w->y;                                            \
    (void)y;                                                                     \
    double lane[16] = {0}, total = 0;                                            \
    ptrdiff_t i = first;                                                         \
    for (; i + 16 <= end; i += 16) {                                             \
      for (int l = 0; l < 16; l++) {                                             \
        ptrdiff_t k = i + l;                                                     \
        lane[l] += (expression);                                                 \
      }                                                                          \
    }                                                                            \
    for (ptrdiff_t k = i; k < end; k++) lane[k - i] += (expression);             \
    for (int l = 0; l < 16; l++) total += lane[l];                               \
    return total;                                                                \
  }

CK_SUM(asum, (double)fabsf(x[k]))
CK_SUM(dot, (double)x[k] * (double)y[k])

void ck_weighted_sum(ptrdiff_t count, float a, const float *x, float b, const float *y, float *out) {
  run(&(work){.a = a, .b = b, .x = x, .y = y, .out = out, .count = count, .loop = axpby});
}

void ck_rectified_sum(ptrdiff_t count, float a, const float *x, float b, const float *y, float slope, float *out) {
  run(&(work){.a = a, .b = b, .slope = slope, .x = x, .y = y, .out = out, .count = count, .loop = rectified});
}

void ck_axpby(ptrdiff_t count, float a, const float *x, float b, float *y) {
  // Zero times what is in `y` would keep a NaN alive.
  if (b == 0) {
    run(&(work){.a = a, .x = x, .out = y, .count = count, .loop = scaled});
  } else {
    ck_weighted_sum(count, a, x, b, y, y);
  }
}

void ck_axpy(ptrdiff_t count, float a, const float *x, float *y) { ck_weighted_sum(count, a, x, 1, y, y); }

void ck_scale(ptrdiff_t count, float a, float *x) {
  run(&(work){.a = a, .x = x, .out = x, .count = count, .loop = scaled});
}

void ck_multiply(ptrdiff_t count, const float *x, const float *y, float *out) {
  run(&(work){.x = x, .y = y, .out = out, .count = count, .loop = product});
}

void ck_relu_forward(ptrdiff_t count, float slope, const float *x, float *out) {
  run(&(work){.a = slope, .x = x, .out = out, .count = count, .loop = relu});
}

void ck_relu_backward(ptrdiff_t count, float slope, const float *x, const float *gradient, float *out) {
  run(&(work){.a = slope, .x = x, .y = gradient, .out = out, .count = count, .loop = relu_gradient});
}

double ck_asum(ptrdiff_t count, const float *x) {
  return run_sum(&(work){.x = x, .count = count, .sum = asum});
}

double ck_sumsq(ptrdiff_t count, const float *x) { return ck_dot(count, x, x); }

double ck_dot(ptrdiff_t count, const float *x, const float *y) {
  return run_sum(&(work){.x = x, .y = y, .count = count, .sum = dot});
}
