#include "include/ck_magnitudes.h"

#include <math.h>

#include "internal.h"

enum {
  CK_PIECE = 16384,      // floats worth waking a thread for
  CK_STRIPE = 64,        // columns of a task at least, cut at whole cache lines
  CK_LINE = 16,
  CK_ROWS = 8,           // running sums side by side: one alone waits for each addition
};

typedef struct {
  ptrdiff_t rows, columns, share;  // columns or blocks of rows of a task
  const float *x;
  float *sums;
} matrix;

CK_CLONES static void add_columns(const matrix *m, ptrdiff_t first, ptrdiff_t end) {
  float *restrict sums = m->sums + first;
  const ptrdiff_t width = end - first;
  for (ptrdiff_t c = 0; c < width; c++) sums[c] = 0;
  for (ptrdiff_t row = 0; row < m->rows; row++) {
    const float *restrict line = m->x + row * m->columns + first;
    for (ptrdiff_t c = 0; c < width; c++) sums[c] += fabsf(line[c]);
  }
}

static void column_stripe(void *context, int task) {
  const matrix *m = context;
  ptrdiff_t first = task * m->share, end = first + m->share;
  add_columns(m, first, end < m->columns ? end : m->columns);
}

void ck_column_magnitudes(ptrdiff_t rows, ptrdiff_t columns, const float *x, float *sums) {
  ptrdiff_t share = columns;
  if (rows * columns >= 2 * CK_PIECE) {
    // One stripe for each thread: the wider, the longer are the runs that memory is read in.
    share = (columns / ck_threads() + CK_LINE) / CK_LINE * CK_LINE;
    if (share < CK_STRIPE) share = CK_STRIPE;
  }
  matrix m = {rows, columns, share, x, sums};
  if (columns > 0) ck_parallel((int)((columns + share - 1) / share), column_stripe, &m);
}

// The count is a constant at each call, so that the sums stay in registers.
CK_INLINE void add_rows(const matrix *m, ptrdiff_t first, int count) {
  const float *x = m->x + first * m->columns;
  float sums[CK_ROWS] = {0};
  for (ptrdiff_t c = 0; c < m->columns; c++) {
    for (int row = 0; row < count; row++) sums[row] += fabsf(x[row * m->columns + c]);
  }
  for (int row = 0; row < count; row++) m->sums[first + row] = sums[row];
}

static void row_block(void *context, int task) {
  const matrix *m = context;
  ptrdiff_t row = task * m->share, end = row + m->share < m->rows ? row + m->share : m->rows;
  for (; row + CK_ROWS <= end; row += CK_ROWS) add_rows(m, row, CK_ROWS);
  for (; row < end; row++) add_rows(m, row, 1);
}

void ck_row_magnitudes(ptrdiff_t rows, ptrdiff_t columns, const float *x, float *sums) {
  ptrdiff_t share = CK_ROWS;
  while (share * columns < CK_PIECE && share < rows) share += CK_ROWS;
  matrix m = {rows, columns, share, x, sums};
  if (rows > 0) ck_parallel((int)((rows + share - 1) / share), row_block, &m);
}
