// Batch normalisation over n, h, w: y = scale * (x - mean) / sqrt(variance + epsilon) + shift.
#pragma once

#include <stdbool.h>

#include "ck_layout.h"

typedef struct ck_batch_norm_spec {
  ck_shape shape;
  ck_layout layout;
  float epsilon;
  /// Whether scale and shift (C floats each) are part of it; without them they are 1 and 0.
  bool affine;
  /// max(y, 0) at the end, undone by backward.
  bool fuse_relu;
} ck_batch_norm_spec;

/// A batch normalisation of fixed shape. Each direction is prepared on its first use.
typedef struct ck_batch_norm ck_batch_norm;

ck_batch_norm *ck_batch_norm_create(ck_engine *engine, const ck_batch_norm_spec *spec, ck_error *error);
void ck_batch_norm_free(ck_batch_norm *plan);

/// Normalises by the batch's own statistics and writes them: mean and biased variance, C floats each. The
/// destination may be the source. `scale` and `shift` are ignored unless affine; NULL stands for ones and zeros.
int ck_batch_norm_forward_training(
    ck_batch_norm *plan, const float *source, const float *scale, const float *shift, float *destination,
    float *mean, float *variance, ck_error *error);
/// Normalises by given statistics. The destination may be the source.
int ck_batch_norm_forward_given(
    ck_batch_norm *plan, const float *source, const float *mean, const float *variance, const float *scale,
    const float *shift, float *destination, ck_error *error);

/// Gradients after forward_training. The source's is overwritten and may take the place of the destination's; those of scale and shift are added
/// to, where they are not NULL.
int ck_batch_norm_backward(
    ck_batch_norm *plan, const float *source, const float *destination_gradient, const float *mean,
    const float *variance, const float *scale, float *source_gradient, float *scale_gradient,
    float *shift_gradient, ck_error *error);
