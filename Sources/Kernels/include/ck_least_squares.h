// What least squares need of BLAS and LAPACK, in double precision. All matrices are row-major and dense; of symmetric
// ones the upper triangle counts.
#pragma once

#include <stdbool.h>
#include <stddef.h>

/// gram (k x k) += x^T x for the m rows of x.
void ck_add_gram(ptrdiff_t m, ptrdiff_t k, const double *x, double *gram);
/// c (n x k) += y^T x for the m rows of y (m x n) and x (m x k).
void ck_add_products(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const double *y, const double *x, double *c);
/// c (n x k) = b (n x k) * a for a symmetric a (k x k).
void ck_multiply_symmetric(ptrdiff_t n, ptrdiff_t k, const double *b, const double *a, double *c);
/// Solves x a = b for the n rows of b (n x k), which become x; `a` (k x k) is symmetric and lost. False where it is not
/// positive definite, or so near to singular that a solution would be nothing but rounding.
bool ck_solve_positive(ptrdiff_t n, ptrdiff_t k, double *a, double *b);
