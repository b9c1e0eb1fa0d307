// Convolution of what is left of pruned filters: only columns (channel, ky, kx) and rows (filters) that live are stored
// and computed.
#pragma once

#include <stdint.h>

#include "ck_convolution.h"

/// The widest vectors that may be used.
typedef enum ck_vectors {
  CK_PORTABLE = 0,
  /// AVX2.
  CK_VECTORS_256 = 1,
  /// AVX-512.
  CK_VECTORS_512 = 2,
} ck_vectors;

/// Marks what is not zero in weights (groups * rows, columns): live_columns (groups * columns) and live_rows
/// (groups * rows) become 1 where there is something, else 0.
void ck_live_slices(
    ptrdiff_t groups, ptrdiff_t rows, ptrdiff_t columns, const float *weights, uint8_t *live_columns,
    uint8_t *live_rows);

/// A convolution of fixed shape and with fixed columns and rows, of any layouts. `training` and `algorithm` of its spec
/// are not used.
typedef struct ck_compact ck_compact;

/// Plans a convolution of the columns (group, C / group, kh, kw) and rows (O) that are marked. It has no weights yet.
ck_compact *ck_compact_create(
    ck_engine *engine, const ck_convolution_spec *spec, const uint8_t *live_columns, const uint8_t *live_rows,
    ck_vectors widest, ck_error *error);
void ck_compact_free(ck_compact *plan);

/// Takes new weights (O, C / group, kh, kw), row-major; those of columns and rows that are not marked count as zero.
void ck_compact_pack(ck_compact *plan, const float *weights);

/// destination = source * weights + bias, plus what is there where the spec adds, then rectified where it says so. Sums
/// are in the order of columns, whatever the number of threads; `bias` is (O), or NULL.
int ck_compact_forward(
    ck_compact *plan, const float *source, const float *bias, float *destination, ck_error *error);

/// source_gradient = destination_gradient convolved with the weights.
int ck_compact_backward_data(
    ck_compact *plan, const float *destination_gradient, float *source_gradient, ck_error *error);

/// The gradient of the weights, row-major: of marked columns and rows it is put in place, or added; of others it is
/// zero, or nothing is added.
int ck_compact_backward_weights(
    ck_compact *plan, const float *source, const float *destination_gradient, float *gradient, bool adds,
    ck_error *error);

/// The bytes of the engine's scratch memory that a direction takes.
size_t ck_compact_scratch_bytes(const ck_compact *plan, ck_direction direction);

/// to (row_count, column_count) = the elements of `from`, which has `pitch` floats a row, in these rows and columns;
/// `rows` may be NULL for the first row_count ones.
void ck_gather_matrix(
    const float *from, ptrdiff_t pitch, const int32_t *rows, ptrdiff_t row_count, const int32_t *columns,
    ptrdiff_t column_count, float *to);

/// Puts columns of `from` (rows, column_count) where they belong in `to`, which has `pitch` floats a row; the others
/// become 0.
void ck_scatter_columns(
    const float *from, ptrdiff_t rows, const int32_t *columns, ptrdiff_t column_count, float *to, ptrdiff_t pitch);
