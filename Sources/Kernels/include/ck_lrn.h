// Local response normalisation across channels: y = x / (k + alpha / size * sum of x^2 over the window)^beta.
#pragma once

#include "ck_engine.h"
#include "ck_layout.h"

typedef struct ck_lrn {
  ck_shape shape;
  ck_layout layout;
  /// Channels in the window, odd.
  ptrdiff_t size;
  float alpha, beta, k;
} ck_lrn;

int ck_lrn_forward(const ck_lrn *lrn, const float *source, float *destination, ck_error *error);
/// The source's gradient, overwritten.
int ck_lrn_backward(
    const ck_lrn *lrn, const float *source, const float *destination_gradient, float *source_gradient,
    ck_error *error);
