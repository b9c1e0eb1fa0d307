// Sums of magnitudes over the rows and columns of a matrix: what pruning ranks by.
//
// Each sum is added in single precision and in the order of the matrix, so it is the same on every machine and with
// every number of threads: threads share out sums, never the terms of one.
#pragma once

#include <stddef.h>

/// sums[c] = |x[0, c]| + |x[1, c]| + ... for a row-major matrix (rows, columns).
void ck_column_magnitudes(ptrdiff_t rows, ptrdiff_t columns, const float *x, float *sums);
/// sums[r] = |x[r, 0]| + |x[r, 1]| + ...
void ck_row_magnitudes(ptrdiff_t rows, ptrdiff_t columns, const float *x, float *sums);
