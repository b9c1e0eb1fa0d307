// Local response normalisation across channels: y = x / (k + alpha / size * sum of x^2 over the window)^beta.
#pragma once

#include "ck_layout.h"

typedef struct ck_lrn_spec {
  ck_shape shape;
  ck_layout layout;
  /// Channels in the window, odd.
  ptrdiff_t size;
  float alpha, beta, k;
  bool training;
} ck_lrn_spec;

typedef struct ck_lrn ck_lrn;

ck_lrn *ck_lrn_create(ck_engine *engine, const ck_lrn_spec *spec, ck_error *error);
void ck_lrn_free(ck_lrn *plan);
int ck_lrn_forward(ck_lrn *plan, const float *source, float *destination, ck_error *error);
/// The source's gradient, overwritten; `source` is that of the last forward pass.
int ck_lrn_backward(
    ck_lrn *plan, const float *source, const float *destination_gradient, float *source_gradient,
    ck_error *error);
/// The name of the implementation: the library's, or "loops".
const char *ck_lrn_implementation(const ck_lrn *plan);
