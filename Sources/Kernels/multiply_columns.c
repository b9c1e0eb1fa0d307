// Rows times columns: rows of b, which is wide, are added up, weighted by the elements of a, which is small.
//
// With a batch of 4 to 100 rows this is as fast as oneDNN's sgemm, which makes 3.4 MiB of code when it is first called
// and keeps some MiB per thread for copies of the factors.
#include "include/ck_engine.h"
#include "internal.h"
#include "multiply.h"

typedef float lanes __attribute__((vector_size(64), aligned(4)));
enum {
  LANES = 16, TALL = 6, WIDE = 4, COLUMNS = WIDE * LANES, BLOCK = 64, PART_ROWS = 48, PART_FLOATS = 1 << 15,
  LEAST_TASKS = 8
};

typedef struct {
  ptrdiff_t m, n, k;
  const float *a;
  ptrdiff_t down, across;
  const float *b;
  float *c;
  bool accumulate;
  ptrdiff_t height, width;  // of a task's part of c
} combination;

// Adds rows k0 ..< k1 of b to a small constant number of rows and vectors of c.
CK_INLINE void combine(
    const combination *p, int rows, int vectors, ptrdiff_t i0, ptrdiff_t j0, ptrdiff_t k0, ptrdiff_t k1) {
  lanes sums[TALL][WIDE];
  float *c = p->c + i0 * p->n + j0;
  bool adds = p->accumulate || k0 > 0;
  for (int i = 0; i < rows; i++) {
    for (int v = 0; v < vectors; v++) sums[i][v] = adds ? *(lanes *)(c + i * p->n + v * LANES) : (lanes){0};
  }
  const float *a = p->a + i0 * p->down + k0 * p->across, *b = p->b + k0 * p->n + j0;
  for (ptrdiff_t k = k0; k < k1; k++, a += p->across, b += p->n) {
    lanes row[WIDE];
    for (int v = 0; v < vectors; v++) row[v] = *(const lanes *)(b + v * LANES);
    // The vectors beside these come next. Processors do not guess that, since rows are far apart.
    if (i0 == 0) {
      for (int v = 0; v < vectors; v++) __builtin_prefetch(b + (vectors + v) * LANES);
    }
    for (int i = 0; i < rows; i++) {
      float factor = a[i * p->down];
      for (int v = 0; v < vectors; v++) sums[i][v] += factor * row[v];
    }
  }
  for (int i = 0; i < rows; i++) {
    for (int v = 0; v < vectors; v++) *(lanes *)(c + i * p->n + v * LANES) = sums[i][v];
  }
}

CK_INLINE void combine_strip(
    const combination *p, int vectors, ptrdiff_t i0, ptrdiff_t i1, ptrdiff_t j, ptrdiff_t k0, ptrdiff_t k1) {
  ptrdiff_t i = i0;
  for (; i + TALL <= i1; i += TALL) combine(p, TALL, vectors, i, j, k0, k1);
  for (; i + 2 <= i1; i += 2) combine(p, 2, vectors, i, j, k0, k1);
  if (i < i1) combine(p, 1, vectors, i, j, k0, k1);
}

// Columns too few for a vector.
CK_INLINE void combine_rest(
    const combination *p, ptrdiff_t i0, ptrdiff_t i1, ptrdiff_t j0, ptrdiff_t j1, ptrdiff_t k0, ptrdiff_t k1) {
  for (ptrdiff_t i = i0; i < i1; i++) {
    for (ptrdiff_t j = j0; j < j1; j++) {
      float *c = p->c + i * p->n + j, sum = p->accumulate || k0 > 0 ? *c : 0;
      for (ptrdiff_t k = k0; k < k1; k++) sum += p->a[i * p->down + k * p->across] * p->b[k * p->n + j];
      *c = sum;
    }
  }
}

CK_CLONES static void combine_part(const combination *p, ptrdiff_t i0, ptrdiff_t i1, ptrdiff_t j0, ptrdiff_t j1) {
  // A block of b stays in the first-level cache while the rows of c pass by.
  for (ptrdiff_t k0 = 0; k0 < p->k; k0 += BLOCK) {
    ptrdiff_t k1 = k0 + BLOCK < p->k ? k0 + BLOCK : p->k, j = j0;
    for (; j + COLUMNS <= j1; j += COLUMNS) combine_strip(p, WIDE, i0, i1, j, k0, k1);
    for (; j + LANES <= j1; j += LANES) combine_strip(p, 1, i0, i1, j, k0, k1);
    combine_rest(p, i0, i1, j, j1, k0, k1);
  }
}

static void combine_task(void *context, int task) {
  const combination *p = context;
  ptrdiff_t stacked = (p->m + p->height - 1) / p->height;
  ptrdiff_t i = task % stacked * p->height, j = task / stacked * p->width;
  ptrdiff_t i1 = i + p->height < p->m ? i + p->height : p->m, j1 = j + p->width < p->n ? j + p->width : p->n;
  combine_part(p, i, i1, j, j1);
}

void ck_multiply_columns(
    ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t down, ptrdiff_t across, const float *b,
    bool accumulate, float *c) {
  combination p = {m, n, k, a, down, across, b, c, accumulate, m < PART_ROWS ? m : PART_ROWS, 0};
  // A task's part of c stays in the second-level cache while b passes by.
  ptrdiff_t width = PART_FLOATS / p.height < n / LEAST_TASKS ? PART_FLOATS / p.height : n / LEAST_TASKS;
  p.width = width < COLUMNS ? COLUMNS : width / COLUMNS * COLUMNS;
  ptrdiff_t tasks = ((n + p.width - 1) / p.width) * ((m + p.height - 1) / p.height);
  ck_parallel((int)tasks, combine_task, &p);
}
