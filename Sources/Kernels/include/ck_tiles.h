// Filters in tiles, the order in which vectorised convolutions read them: a convolution whose weights
// lie so need not pack them, and one whose gradient is to lie so need not unpack it.
#pragma once

#include <stddef.h>

#include "ck_update.h"

enum { CK_TILE = 16 };

/// Filters (outputs, inputs, window) that lie row-major as (outputs / 16, inputs / 16, window, 16 inputs, 16 outputs).
/// Both numbers are multiples of 16; inputs are those of one convolution group. As a matrix they have a row for each
/// output and inputs * window columns.
typedef struct ck_tiles {
  ptrdiff_t outputs, inputs, window;
} ck_tiles;

/// Copies row-major filters into tiles; the arrays must not overlap.
void ck_tile(ck_tiles tiles, const float *plain, float *tiled);
/// Copies tiles back.
void ck_untile(ck_tiles tiles, const float *tiled, float *plain);

// What follows gives the same bits as its namesake for row-major matrices.

/// ck_sgd_update of arrays that all lie in tiles. Column sums need ck_column_parts() == 16, and masks blocks of whole
/// tiles.
void ck_sgd_update_tiles(
    ck_sgd_step step, const ck_group_terms *terms, ck_tiles tiles, float *weights, float *gradient, float *history);
/// ck_multiply_matrix.
void ck_multiply_tiles(ck_tiles tiles, ck_matrix matrix, ck_factors factors, float *values);
/// ck_column_magnitudes where ck_column_parts() == 16; it needs no room for parts.
void ck_tiled_column_magnitudes(ck_tiles tiles, const float *x, float *sums);
/// ck_row_magnitudes.
void ck_tiled_row_magnitudes(ck_tiles tiles, const float *x, float *sums);
