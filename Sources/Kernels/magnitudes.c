#include "include/ck_magnitudes.h"

#include <math.h>

#include "include/ck_vector.h"
#include "internal.h"

enum {
  CK_PIECE = 32768,      // floats worth waking threads for
  CK_LARGE = 1 << 18,    // floats from which on rows come in parts
  CK_PARTS = 16,
  CK_NARROW = 1024,      // columns up to which a task has many parts, since it would skip too little between rows of one
  CK_WIDE = 2048,        // columns from which on two rows go together
  CK_STRIPE = 64,        // columns of a task at least, cut at whole cache lines
  CK_LINE = 16,
  CK_ROWS = 8,           // running sums side by side: one alone waits for each addition
  CK_RUN = 4096,         // columns of such rows, few enough to be in the cache when they are added
};

typedef struct {
  ptrdiff_t rows, columns;
  ptrdiff_t parts;          // of the rows: every 16th is in the same one
  ptrdiff_t share, stripe;  // parts and columns of a task
  float *sums;
  ck_adder *add;
  void *context;
} column_sums;

static ptrdiff_t shares(const column_sums *s) { return (s->parts + s->share - 1) / s->share; }

static void column_task(void *context, int task) {
  const column_sums *s = context;
  const ptrdiff_t first = task % shares(s) * s->share, column = task / shares(s) * s->stripe;
  const ptrdiff_t count = ck_smaller(s->stripe, s->columns - column), end = ck_smaller(first + s->share, s->parts);
  float *sums = s->sums + column;
  for (ptrdiff_t part = first; part < end; part++) {
    for (ptrdiff_t c = 0; c < count; c++) sums[part * s->columns + c] = 0;
  }
  // Where the sums of a row do not fit into the nearest cache, two rows are added in one go.
  const bool pairs = count >= CK_WIDE;
  for (ptrdiff_t top = 0; top < s->rows; top += pairs ? 2 * s->parts : s->parts) {
    for (ptrdiff_t part = first; part < ck_smaller(end, s->rows - top); part++) {
      const ptrdiff_t row = top + part, second = row + s->parts;
      s->add(s->context, row, pairs && second < s->rows ? second : -1, column, count, sums + part * s->columns);
    }
  }
}

ptrdiff_t ck_column_parts(ptrdiff_t rows, ptrdiff_t columns) {
  return rows * columns < CK_LARGE ? 1 : ck_smaller(rows, CK_PARTS);
}

void ck_sum_columns(ptrdiff_t rows, ptrdiff_t columns, float *sums, ck_adder *add, void *context) {
  if (columns == 0) return;
  column_sums s = {rows, columns, ck_column_parts(rows, columns), 1, columns, sums, add, context};
  if (columns < CK_NARROW) s.share = (s.parts + ck_threads() - 1) / ck_threads();
  if (s.parts == 1 && rows * columns >= CK_PIECE) {
    // What is small is in the cache, where threads can share the columns.
    s.stripe = (columns / ck_threads() + CK_LINE) / CK_LINE * CK_LINE;
    if (s.stripe < CK_STRIPE) s.stripe = CK_STRIPE;
  }
  ck_parallel((int)(shares(&s) * ((columns + s.stripe - 1) / s.stripe)), column_task, &s);
  for (ptrdiff_t part = 1; part < s.parts; part++) ck_axpy(columns, 1, sums + part * columns, sums);
}

typedef struct {
  ptrdiff_t rows, columns;
  const float *x;
  float *sums;
  ck_writer *write;
  void *context;
} matrix;

CK_CLONES static void add_magnitudes(ptrdiff_t count, const float *restrict x, float *restrict sums) {
  for (ptrdiff_t i = 0; i < count; i++) sums[i] += fabsf(x[i]);
}

static void add_columns(
    void *context, ptrdiff_t row, ptrdiff_t second, ptrdiff_t column, ptrdiff_t count, float *sums) {
  const matrix *m = context;
  add_magnitudes(count, m->x + row * m->columns + column, sums);
  if (second >= 0) add_magnitudes(count, m->x + second * m->columns + column, sums);
}

void ck_column_magnitudes(ptrdiff_t rows, ptrdiff_t columns, const float *x, float *sums) {
  matrix m = {.columns = columns, .x = x};
  ck_sum_columns(rows, columns, sums, add_columns, &m);
}

// The number of rows is a constant at each call, so that the sums stay in registers.
CK_INLINE void add_rows(int rows, ptrdiff_t stride, ptrdiff_t count, const float *x, float *sums) {
  float sum[CK_ROWS];
  for (int row = 0; row < rows; row++) sum[row] = sums[row];
  for (ptrdiff_t c = 0; c < count; c++) {
    for (int row = 0; row < rows; row++) sum[row] += fabsf(x[row * stride + c]);
  }
  for (int row = 0; row < rows; row++) sums[row] = sum[row];
}

static void row_block(void *context, int task) {
  const matrix *m = context;
  const ptrdiff_t first = task * CK_ROWS;
  const int rows = (int)ck_smaller(CK_ROWS, m->rows - first);
  for (int row = 0; row < rows; row++) m->sums[first + row] = 0;
  for (ptrdiff_t column = 0; column < m->columns; column += CK_RUN) {
    const ptrdiff_t count = ck_smaller(CK_RUN, m->columns - column);
    const float *x = m->x + first * m->columns + column;
    for (int row = 0; m->write && row < rows; row++) m->write(m->context, first + row, column, count);
    if (rows == CK_ROWS) {
      add_rows(CK_ROWS, m->columns, count, x, m->sums + first);
    } else {
      for (int row = 0; row < rows; row++) add_rows(1, m->columns, count, x + row * m->columns, m->sums + first + row);
    }
  }
}

void ck_row_magnitudes(
    ptrdiff_t rows, ptrdiff_t columns, const float *x, float *sums, ck_writer *write, void *context) {
  matrix m = {rows, columns, x, sums, write, context};
  const int blocks = (int)((rows + CK_ROWS - 1) / CK_ROWS);
  if (rows * columns >= CK_PIECE) {
    ck_parallel(blocks, row_block, &m);
  } else {
    for (int block = 0; block < blocks; block++) row_block(&m, block);
  }
}
