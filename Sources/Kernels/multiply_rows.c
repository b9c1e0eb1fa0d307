// Rows times rows, taken where they lie: oneDNN's and OpenBLAS's sgemm copy them first, into blocks that suit their kernels,
// which takes 1.5 to 5 times as long (measured for batches from 1 to 64 on VGG's and CaffeNet's layers).
#include "include/ck_engine.h"
#include "internal.h"
#include "multiply.h"

typedef float lanes __attribute__((vector_size(64), aligned(4)));
enum { LANES = 16, TILE = 4, ROWS = 32, DEPTH = 2048 };

typedef struct {
  ptrdiff_t m, n, k;
  const float *a, *b, *bias;
  float *c;
} product;

// c[i][j] (+)= a[i] . b[j] over `depth` elements, for a small constant number of rows of each.
CK_INLINE void tile(const product *p, int rows_a, int rows_b, ptrdiff_t i0, ptrdiff_t j0, ptrdiff_t k0, ptrdiff_t depth) {
  const float *a = p->a + i0 * p->k + k0, *b = p->b + j0 * p->k + k0;
  lanes sums[TILE][TILE] = {{{0}}};
  ptrdiff_t k = 0;
  for (; k + LANES <= depth; k += LANES) {
    lanes right[TILE];
    for (int j = 0; j < rows_b; j++) right[j] = *(const lanes *)(b + j * p->k + k);
    for (int i = 0; i < rows_a; i++) {
      lanes left = *(const lanes *)(a + i * p->k + k);
      for (int j = 0; j < rows_b; j++) sums[i][j] += left * right[j];
    }
  }
  for (int i = 0; i < rows_a; i++) {
    for (int j = 0; j < rows_b; j++) {
      float total = 0;
      for (int l = 0; l < LANES; l++) total += sums[i][j][l];
      for (ptrdiff_t r = k; r < depth; r++) total += a[i * p->k + r] * b[j * p->k + r];
      float *c = p->c + (i0 + i) * p->n + j0 + j;
      *c = total + (k0 > 0 ? *c : p->bias ? p->bias[j0 + j] : 0);
    }
  }
}

CK_CLONES static void strip(const product *p, ptrdiff_t j0, int rows_b, ptrdiff_t k0, ptrdiff_t depth) {
  ptrdiff_t i = 0;
  if (rows_b == TILE) {
    for (; i + TILE <= p->m; i += TILE) tile(p, TILE, TILE, i, j0, k0, depth);
    for (; i < p->m; i++) tile(p, 1, TILE, i, j0, k0, depth);
  } else {
    for (int j = 0; j < rows_b; j++) {
      for (i = 0; i < p->m; i++) tile(p, 1, 1, i, j0 + j, k0, depth);
    }
  }
}

static void rows_task(void *context, int task) {
  const product *p = context;
  ptrdiff_t first = (ptrdiff_t)task * ROWS, end = first + ROWS < p->n ? first + ROWS : p->n;
  // Depth is cut so that the strip of `b` stays in the first-level cache while `a` passes by.
  for (ptrdiff_t k0 = 0; k0 < p->k; k0 += DEPTH) {
    ptrdiff_t depth = p->k - k0 < DEPTH ? p->k - k0 : DEPTH;
    for (ptrdiff_t j = first; j < end; j += TILE) {
      strip(p, j, (int)(end - j < TILE ? end - j : TILE), k0, depth);
    }
  }
}

void ck_multiply_rows(
    ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, const float *b, const float *bias, float *c) {
  product p = {m, n, k, a, b, bias, c};
  ck_parallel((int)((n + ROWS - 1) / ROWS), rows_task, &p);
}
