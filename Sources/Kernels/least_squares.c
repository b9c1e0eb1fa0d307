// Normal equations: made with CBLAS, solved with LAPACK's Cholesky factorisation, both OpenBLAS's.
#include "include/ck_least_squares.h"

#include <cblas.h>

// OpenBLAS has LAPACK without its header.
extern void dpotrf_(const char *uplo, const blasint *n, double *a, const blasint *lda, blasint *info);
extern void dpotrs_(
    const char *uplo, const blasint *n, const blasint *nrhs, const double *a, const blasint *lda, double *b,
    const blasint *ldb, blasint *info);

// The smallest pivot's share of the largest one that is no rounding.
static const double least_pivot = 1e-12;

void ck_add_gram(ptrdiff_t m, ptrdiff_t k, const double *x, double *gram) {
  cblas_dsyrk(
      CblasRowMajor, CblasUpper, CblasTrans, (blasint)k, (blasint)m, 1, x, (blasint)k, 1, gram, (blasint)k);
}

void ck_add_products(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const double *y, const double *x, double *c) {
  cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (blasint)n, (blasint)k, (blasint)m, 1, y, (blasint)n, x,
      (blasint)k, 1, c, (blasint)k);
}

void ck_multiply_symmetric(ptrdiff_t n, ptrdiff_t k, const double *b, const double *a, double *c) {
  cblas_dsymm(CblasRowMajor, CblasRight, CblasUpper, (blasint)n, (blasint)k, 1, a, (blasint)k, b, (blasint)k, 0, c,
      (blasint)k);
}

bool ck_solve_positive(ptrdiff_t n, ptrdiff_t k, double *a, double *b) {
  // LAPACK counts by columns: the upper triangle is its lower one, and rows are its columns.
  const blasint size = (blasint)k, sides = (blasint)n;
  blasint info = 0;
  dpotrf_("L", &size, a, &size, &info);
  if (info != 0) return false;
  double least = a[0], most = a[0];
  for (ptrdiff_t i = 1; i < k; i++) {
    const double pivot = a[i * k + i];
    if (pivot < least) least = pivot;
    if (pivot > most) most = pivot;
  }
  if (!(least * least > least_pivot * most * most)) return false;
  dpotrs_("L", &size, &sides, a, &size, b, &size, &info);
  return info == 0;
}
