// Products of row-major matrices, for inner products: one side is a batch, so it is small.
#pragma once

#include <stdbool.h>
#include <stddef.h>

/// c (m x n) = a (m x k) * b^T + bias, where b is (n x k); `bias` (n) may be NULL.
void ck_multiply_rows(
    ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, const float *b, const float *bias, float *c);

/// c (m x n) = a (m x k) * b (k x n), or += with `accumulate`. From an element of a it is `down` floats to the one below
/// and `across` to the one beside it, so that a may lie transposed.
void ck_multiply_columns(
    ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t down, ptrdiff_t across, const float *b,
    bool accumulate, float *c);
