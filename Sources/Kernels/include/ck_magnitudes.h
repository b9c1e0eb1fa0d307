// Sums of magnitudes over the rows and columns of a matrix: what pruning ranks by.
//
// The sums are the same on every machine and with every number of threads: a row's is added from left to right, a
// column's from top to bottom. The rows of a large matrix come in 16 parts: every 16th row belongs to the same part. So
// threads have parts of their own, and rows in tiles of 16 (ck_tiles.h) give the same bits. A column's sum is the sum
// of its parts, in their order.
#pragma once

#include <stddef.h>

/// How many parts the rows of a matrix come in, by its size alone.
ptrdiff_t ck_column_parts(ptrdiff_t rows, ptrdiff_t columns);

/// Adds the magnitudes of a run of elements of a row to `sums`, which has a sum for each of them; and those of the same
/// run of a second row, unless `second` is negative. Runs may be of different threads.
typedef void ck_adder(
    void *context, ptrdiff_t row, ptrdiff_t second, ptrdiff_t column, ptrdiff_t count, float *sums);
/// Sums down each column of a matrix whose elements `add` knows; `sums` has room for as many floats for each part of
/// the rows, and the first ones are the result.
void ck_sum_columns(ptrdiff_t rows, ptrdiff_t columns, float *sums, ck_adder *add, void *context);
/// sums[c] = |x[0, c]| + |x[1, c]| + ... for a row-major matrix (rows, columns), with room in `sums` for the parts,
/// too.
void ck_column_magnitudes(ptrdiff_t rows, ptrdiff_t columns, const float *x, float *sums);

/// Writes a run of elements of one row. Runs may be of different threads.
typedef void ck_writer(void *context, ptrdiff_t row, ptrdiff_t column, ptrdiff_t count);
/// sums[r] = |x[r, 0]| + |x[r, 1]| + ... where `write`, if it is not NULL, writes elements right before they are added.
void ck_row_magnitudes(
    ptrdiff_t rows, ptrdiff_t columns, const float *x, float *sums, ck_writer *write, void *context);
