// The solver's update rules, one pass over memory each.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// One step of stochastic gradient descent with momentum, as Caffe's SGDSolver takes it.
typedef struct ck_sgd_step {
  /// The learning rate of this parameter.
  float rate;
  float momentum;
  /// Multiplies the gradient first: 1 / iter_size, and the clipping factor.
  float gradient_scale;
  /// Weight decay of the L2 kind: adds l2 * w.
  float l2;
  /// Weight decay of the L1 kind: adds l1 * sign(w), where the sign of 0 is 0.
  float l1;
  /// Whether the gradient becomes the step taken, as in Caffe, instead of staying what it was.
  bool keeps_change;
} ck_sgd_step;

/// Factors of a matrix' elements: that of the row times that of the column, for which every block of rows has its own
/// line.
typedef struct ck_factors {
  const float *rows, *columns;
} ck_factors;

/// How a matrix' rows are arranged in blocks.
typedef struct ck_matrix {
  ptrdiff_t columns, rows_per_block;
} ck_matrix;

/// What a pruning method adds to a step.
typedef struct ck_group_terms {
  ck_matrix matrix;
  /// Added to l2, per row and per column; NULL for nothing.
  const float *row_penalty, *column_penalty;
  /// Whether there are masks; they multiply the gradient and the history before they are used, and the weight before the
  /// step is subtracted.
  bool masked;
  ck_factors gradient, history, weight;
  /// Where to put the sums of the new weights' magnitudes, as ck_magnitudes.h adds them and with the room it needs, or
  /// NULL; one of them at most.
  float *row_sums, *column_sums;
} ck_group_terms;

/// For every i: g = scale * gradient + l2 * w + l1 * sign(w); history = momentum * history + rate * g; w -= history.
/// `terms` may be NULL.
void ck_sgd_update(
    ck_sgd_step step, const ck_group_terms *terms, ptrdiff_t count, float *weights, float *gradient, float *history);

/// Multiplies a matrix of `count` elements by factors.
void ck_multiply_matrix(ck_matrix matrix, ck_factors factors, ptrdiff_t count, float *values);

/// Sets values[i] to 0 where bit i % 64 of bits[i / 64] is 0.
void ck_keep_bits(ptrdiff_t count, const uint64_t *bits, float *values);
