// Solver updates in one pass: they are bound by memory, so every array is read and written once.
#include "include/ck_update.h"

#include <math.h>

#include "include/ck_magnitudes.h"
#include "sgd.h"

enum { CK_PIECE = 16384 };

typedef struct {
  ck_sgd_step step;
  const ck_group_terms *terms;
  ptrdiff_t count;
  float *weights, *gradient, *history;
} update;

// A run of elements in one row, with all that is the same for them. Factors that a loop does not use may be NULL.
typedef struct {
  float *weights, *gradient, *history;
  float l2, gradient_factor, history_factor, weight_factor;
  const float *gradient_factors, *history_factors, *weight_factors;
} run;

// The same elements of one row or two.
typedef struct {
  ptrdiff_t count;
  run rows[2];
  const float *penalty;
  float *sums;
} runs;

CK_INLINE float step_one(ck_sgd_step s, const run *r, int flags, float penalty, ptrdiff_t i, float *restrict w,
                         float *restrict g, float *restrict h) {
  ck_element e = {r->l2, penalty};
  if (flags & CK_MASKED) {
    e.gradient = r->gradient_factor * r->gradient_factors[i];
    e.history = r->history_factor * r->history_factors[i];
    e.weight = r->weight_factor * r->weight_factors[i];
  }
  return ck_sgd(s, flags, e, w + i, g + i, h + i);
}

CK_INLINE void sgd_loop(const ck_sgd_step *step, const runs *r, int flags) {
  const ck_sgd_step s = *step;
  const run one = r->rows[0], two = r->rows[1];
  const float *penalties = r->penalty;
  float *restrict sums = r->sums;
  float *restrict w = one.weights, *restrict g = one.gradient, *restrict h = one.history;
  float *restrict w2 = two.weights, *restrict g2 = two.gradient, *restrict h2 = two.history;
  const ptrdiff_t count = r->count;
  for (ptrdiff_t i = 0; i < count; i++) {
    const float penalty = flags & CK_PENALIZED ? penalties[i] : 0;
    float sum = (flags & CK_SUMMED ? sums[i] : 0) + fabsf(step_one(s, &one, flags, penalty, i, w, g, h));
    if (flags & CK_SECOND) sum += fabsf(step_one(s, &two, flags, penalty, i, w2, g2, h2));
    if (flags & CK_SUMMED) sums[i] = sum;
  }
}

CK_CLONES static void sgd_runs(const ck_sgd_step *s, const runs *r) {
  const int flags = ck_flags(s) | (r->penalty ? CK_PENALIZED : 0) | (r->rows[0].weight_factors ? CK_MASKED : 0) |
                    (r->sums ? CK_SUMMED : 0) | (r->rows[1].weights ? CK_SECOND : 0);
  CK_SPECIALISE(flags, sgd_loop, s, r)
}

static run run_of(const update *u, ptrdiff_t row, ptrdiff_t column) {
  const ck_group_terms *t = u->terms;
  const ptrdiff_t first = row * t->matrix.columns + column;
  run r = {u->weights + first, u->gradient + first, u->history + first,
           u->step.l2 + (t->row_penalty ? t->row_penalty[row] : 0)};
  if (t->masked) {
    const ptrdiff_t line = row / t->matrix.rows_per_block * t->matrix.columns + column;
    r.gradient_factor = t->gradient.rows[row];
    r.history_factor = t->history.rows[row];
    r.weight_factor = t->weight.rows[row];
    r.gradient_factors = t->gradient.columns + line;
    r.history_factors = t->history.columns + line;
    r.weight_factors = t->weight.columns + line;
  }
  return r;
}

// Updates elements of a row, and of a second row unless that is negative. Unless `sums` is NULL, the new magnitudes are
// added to it.
static void sgd_summed(
    void *context, ptrdiff_t row, ptrdiff_t second, ptrdiff_t column, ptrdiff_t count, float *sums) {
  const update *u = context;
  runs r = {count, {run_of(u, row, column)}, NULL, sums};
  if (second >= 0) r.rows[1] = run_of(u, second, column);
  if (u->terms->column_penalty) r.penalty = u->terms->column_penalty + column;
  sgd_runs(&u->step, &r);
}

static void sgd_row(void *context, ptrdiff_t row, ptrdiff_t column, ptrdiff_t count) {
  sgd_summed(context, row, -1, column, count, NULL);
}

static void sgd_rows(update *u, ptrdiff_t first, ptrdiff_t end) {
  const ptrdiff_t columns = u->terms->matrix.columns;
  while (first < end) {
    const ptrdiff_t column = first % columns, count = ck_smaller(columns - column, end - first);
    sgd_row(u, first / columns, column, count);
    first += count;
  }
}

static int pieces(ptrdiff_t count) { return (int)((count + CK_PIECE - 1) / CK_PIECE); }

static void sgd_piece(void *context, int task) {
  update *u = context;
  ptrdiff_t first = (ptrdiff_t)task * CK_PIECE, end = ck_smaller(first + CK_PIECE, u->count);
  if (u->terms) {
    sgd_rows(u, first, end);
  } else {
    runs r = {end - first, {{u->weights + first, u->gradient + first, u->history + first, u->step.l2}}};
    sgd_runs(&u->step, &r);
  }
}

void ck_sgd_update(
    ck_sgd_step step, const ck_group_terms *terms, ptrdiff_t count, float *weights, float *gradient, float *history) {
  update u = {step, terms, count, weights, gradient, history};
  const ptrdiff_t columns = terms ? terms->matrix.columns : 0;
  if (columns > 0 && terms->column_sums) {
    ck_sum_columns(count / columns, columns, terms->column_sums, sgd_summed, &u);
  } else if (columns > 0 && terms->row_sums) {
    ck_row_magnitudes(count / columns, columns, weights, terms->row_sums, sgd_row, &u);
  } else {
    ck_parallel(pieces(count), sgd_piece, &u);
  }
}

typedef struct {
  ck_matrix matrix;
  ck_factors factors;
  ptrdiff_t count;
  float *values;
} scaling;

CK_CLONES static void scale_run(ptrdiff_t count, float factor, const float *restrict factors, float *restrict values) {
  for (ptrdiff_t i = 0; i < count; i++) values[i] *= factor * factors[i];
}

static void scale_piece(void *context, int task) {
  const scaling *s = context;
  const ptrdiff_t columns = s->matrix.columns;
  ptrdiff_t first = (ptrdiff_t)task * CK_PIECE, end = ck_smaller(first + CK_PIECE, s->count);
  while (first < end) {
    ptrdiff_t row = first / columns, column = first % columns, count = ck_smaller(columns - column, end - first);
    const float *line = s->factors.columns + row / s->matrix.rows_per_block * columns + column;
    scale_run(count, s->factors.rows[row], line, s->values + first);
    first += count;
  }
}

void ck_multiply_matrix(ck_matrix matrix, ck_factors factors, ptrdiff_t count, float *values) {
  scaling s = {matrix, factors, count, values};
  ck_parallel(pieces(count), scale_piece, &s);
}

typedef struct {
  ptrdiff_t count;
  const uint64_t *bits;
  float *values;
} selection;

static void keep_piece(void *context, int task) {
  const selection *s = context;
  const ptrdiff_t first = (ptrdiff_t)task * CK_PIECE, end = ck_smaller(first + CK_PIECE, s->count);
  for (ptrdiff_t i = first; i < end; i += 64) {
    const uint64_t word = s->bits[i / 64];
    if (word == UINT64_MAX) continue;
    const ptrdiff_t count = ck_smaller(64, end - i);
    for (ptrdiff_t j = 0; j < count; j++)
      if (!(word >> j & 1)) s->values[i + j] = 0;
  }
}

void ck_keep_bits(ptrdiff_t count, const uint64_t *bits, float *values) {
  selection s = {count, bits, values};
  ck_parallel(pieces(count), keep_piece, &s);
}
