// The updates of update.c for filters that lie in tiles: the same elements, in another order.
#include <math.h>

#include "sgd.h"
#include "tiles.h"

typedef struct {
  ck_sgd_step step;
  const ck_group_terms *terms;
  ck_tiles tiles;
  float *weights, *gradient, *history;
} update;

// The factors of a tile's rows, copied, and a pointer to those of its columns, which are a window apart.
typedef struct {
  float rows[CK_TILE];
  const float *columns;
} factors;

CK_INLINE void find_factors(factors *out, ck_matrix matrix, ck_factors f, ck_tile_place place) {
  for (int o = 0; o < CK_TILE; o++) out->rows[o] = f.rows[place.row + o];
  out->columns = f.columns + place.row / matrix.rows_per_block * matrix.columns + place.column;
}

// What is the same for a tile.
typedef struct {
  float *weights, *gradient, *history;
  ptrdiff_t ahead;  // floats to the tile that comes after this one where sums are taken
  float l2[CK_TILE];
  factors of_gradient, of_history, of_weight;
} tile;

CK_INLINE void find_tile(const update *u, ck_tile_place place, int flags, tile *t) {
  const ck_group_terms *terms = u->terms;
  t->weights = u->weights + place.first;
  t->gradient = u->gradient + place.first;
  t->history = u->history + place.first;
  t->ahead = 2 * place.next;
  for (int o = 0; o < CK_TILE; o++) {
    t->l2[o] = u->step.l2 + (terms->row_penalty ? terms->row_penalty[place.row + o] : 0);
  }
  if (flags & CK_MASKED) {
    find_factors(&t->of_gradient, terms->matrix, terms->gradient, place);
    find_factors(&t->of_history, terms->matrix, terms->history, place);
    find_factors(&t->of_weight, terms->matrix, terms->weight, place);
  }
}

// Steps the elements of a tile's column, and adds their new magnitudes to `sums`.
CK_INLINE void step_column(
    const ck_sgd_step *step, const tile *t, int flags, float penalty, ptrdiff_t i, ptrdiff_t column,
    float *restrict sums) {
  const bool masked = flags & CK_MASKED;
  const float gradient = masked ? t->of_gradient.columns[column] : 1;
  const float history = masked ? t->of_history.columns[column] : 1;
  const float weight = masked ? t->of_weight.columns[column] : 1;
  float *restrict w = t->weights + i * CK_TILE, *restrict g = t->gradient + i * CK_TILE;
  float *restrict h = t->history + i * CK_TILE;
  // If the compiler unrolled this loop first, it would not always vectorise it.
  if (flags & CK_SUMMED) {
    // The next tile is far from this one: without a hint the processor's prefetching begins anew in every stripe.
    __builtin_prefetch(w + t->ahead, 1, 2);
    __builtin_prefetch(g + t->ahead, 0, 2);
    __builtin_prefetch(h + t->ahead, 1, 2);
  }
#pragma clang loop unroll(disable) vectorize(enable)
  for (int o = 0; o < CK_TILE; o++) {
    ck_element e = {t->l2[o], penalty};
    if (masked) {
      e.gradient = t->of_gradient.rows[o] * gradient;
      e.history = t->of_history.rows[o] * history;
      e.weight = t->of_weight.rows[o] * weight;
    }
    const float now = ck_sgd(*step, flags, e, w + o, g + o, h + o);
    if (flags & CK_SUMMED) sums[o] += fabsf(now);
  }
}

CK_INLINE void sgd_loop(const update *u, ck_tile_place place, float *restrict sums, int flags) {
  const ck_sgd_step step = u->step;
  const ptrdiff_t window = u->tiles.window;
  const float *penalties = u->terms->column_penalty + (flags & CK_PENALIZED ? place.column : 0);
  tile one, two;
  find_tile(u, place, flags, &one);
  if (flags & CK_SECOND) {
    place.first += place.next;
    place.row += CK_TILE;
    find_tile(u, place, flags, &two);
  }
  for (ptrdiff_t i = 0; i < CK_TILE; i++, sums += flags & CK_SUMMED ? CK_TILE : 0) {
    const float penalty = flags & CK_PENALIZED ? penalties[i * window] : 0;
    step_column(&step, &one, flags, penalty, i, i * window, sums);
    if (flags & CK_SECOND) step_column(&step, &two, flags, penalty, i, i * window, sums);
  }
}

CK_CLONES static void sgd_tile(const update *u, ck_tile_place place, float *sums) {
  const int flags = ck_flags(&u->step) | (u->terms->column_penalty ? CK_PENALIZED : 0) |
                    (u->terms->masked ? CK_MASKED : 0) | (sums ? CK_SUMMED : 0) | (place.count == 2 ? CK_SECOND : 0);
  CK_SPECIALISE(flags, sgd_loop, u, place, sums)
}

static void sgd_visit(void *context, ck_tile_place place, float *sums) { sgd_tile(context, place, sums); }

void ck_sgd_update_tiles(
    ck_sgd_step step, const ck_group_terms *terms, ck_tiles tiles, float *weights, float *gradient, float *history) {
  update u = {step, terms, tiles, weights, gradient, history};
  if (terms->column_sums) {
    ck_sum_tiled_columns(tiles, terms->column_sums, sgd_visit, &u);
  } else if (terms->row_sums) {
    ck_sum_tiled_rows(tiles, weights, terms->row_sums, sgd_visit, &u);
  } else {
    ck_visit_tiles(tiles, sgd_visit, &u);
  }
}

typedef struct {
  ck_tiles tiles;
  ck_matrix matrix;
  ck_factors factors;
  float *values;
} scaling;

CK_CLONES static void scale_tile(ptrdiff_t window, const factors *f, float *restrict values) {
  for (ptrdiff_t i = 0; i < CK_TILE; i++) {
    const float column = f->columns[i * window];
    for (int o = 0; o < CK_TILE; o++) values[i * CK_TILE + o] *= f->rows[o] * column;
  }
}

static void scale_visit(void *context, ck_tile_place place, float *sums) {
  const scaling *s = context;
  factors f;
  find_factors(&f, s->matrix, s->factors, place);
  scale_tile(s->tiles.window, &f, s->values + place.first);
}

void ck_multiply_tiles(ck_tiles tiles, ck_matrix matrix, ck_factors factors, float *values) {
  scaling s = {tiles, matrix, factors, values};
  ck_visit_tiles(tiles, scale_visit, &s);
}
