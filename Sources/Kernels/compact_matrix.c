// Matrices of what lives, for inner products.
#include <string.h>

#include "include/ck_compact.h"

typedef struct {
  const float *from;
  const int32_t *rows, *columns;
  ptrdiff_t count, pitch;
  float *to;
} work;

static void gather_row(void *context, int row) {
  const work *w = context;
  const float *from = w->from + (w->rows ? w->rows[row] : row) * w->pitch;
  float *to = w->to + row * w->count;
  for (ptrdiff_t i = 0; i < w->count; i++) to[i] = from[w->columns[i]];
}

void ck_gather_matrix(
    const float *from, ptrdiff_t pitch, const int32_t *rows, ptrdiff_t row_count, const int32_t *columns,
    ptrdiff_t column_count, float *to) {
  work w = {.from = from, .rows = rows, .columns = columns, .count = column_count, .pitch = pitch, .to = to};
  ck_parallel((int)row_count, gather_row, &w);
}

static void scatter_row(void *context, int row) {
  const work *w = context;
  const float *from = w->from + row * w->count;
  float *to = w->to + row * w->pitch;
  memset(to, 0, (size_t)w->pitch * sizeof *to);
  for (ptrdiff_t i = 0; i < w->count; i++) to[w->columns[i]] = from[i];
}

void ck_scatter_columns(
    const float *from, ptrdiff_t rows, const int32_t *columns, ptrdiff_t column_count, float *to, ptrdiff_t pitch) {
  work w = {.from = from, .columns = columns, .count = column_count, .pitch = pitch, .to = to};
  ck_parallel((int)rows, scatter_row, &w);
}
