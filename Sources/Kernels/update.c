// Solver updates in one pass: they are bound by memory, so every array is read and written once.
#include "include/ck_update.h"

#include "internal.h"

enum { CK_PIECE = 16384 };

typedef struct {
  ck_sgd_step step;
  ptrdiff_t count;
  float *weights, *gradient, *history;
  const float *mask;
} update;

CK_INLINE float regularized(const ck_sgd_step *s, float gradient, float weight) {
  float sign = (float)(weight > 0) - (float)(weight < 0);
  return s->gradient_scale * gradient + s->l2 * weight + s->l1 * sign;
}

// The mask is a constant at each call, so that the compiler makes one loop with and one without it.
CK_INLINE void sgd(const update *u, ptrdiff_t first, ptrdiff_t end, bool masked) {
  const ck_sgd_step s = u->step;
  float *restrict w = u->weights, *restrict g = u->gradient, *restrict h = u->history;
  const float *restrict mask = u->mask;
  for (ptrdiff_t i = first; i < end; i++) {
    float old = masked ? h[i] * mask[i] : h[i];
    float step = s.momentum * old + s.rate * regularized(&s, g[i], w[i]);
    h[i] = step;
    g[i] = step;
    w[i] -= step;
  }
}

CK_CLONES static void sgd_range(const update *u, ptrdiff_t first, ptrdiff_t end) {
  if (u->mask) {
    sgd(u, first, end, true);
  } else {
    sgd(u, first, end, false);
  }
}

static ptrdiff_t piece_end(const update *u, int task) {
  ptrdiff_t end = ((ptrdiff_t)task + 1) * CK_PIECE;
  return end < u->count ? end : u->count;
}

static void sgd_piece(void *context, int task) {
  sgd_range(context, (ptrdiff_t)task * CK_PIECE, piece_end(context, task));
}

static int pieces(ptrdiff_t count) { return (int)((count + CK_PIECE - 1) / CK_PIECE); }

void ck_sgd_update(
    ck_sgd_step step, ptrdiff_t count, float *weights, float *gradient, float *history, const float *mask) {
  update u = {step, count, weights, gradient, history, mask};
  ck_parallel(pieces(count), sgd_piece, &u);
}
