// The solver's update rules, one pass over memory each.
#pragma once

#include <stddef.h>

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
} ck_sgd_step;

/// For every i: g = scale * gradient + l2 * w + l1 * sign(w); history = momentum * history * mask + rate * g;
/// w -= history. `mask` may be NULL. The gradient becomes the step taken, as in Caffe.
void ck_sgd_update(
    ck_sgd_step step, ptrdiff_t count, float *weights, float *gradient, float *history, const float *mask);
