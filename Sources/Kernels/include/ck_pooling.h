// Max and average pooling with Caffe's rules: a window may hang over the padded image's right and lower edge.
#pragma once

#include <stdint.h>

#include "ck_layout.h"

typedef struct ck_pooling_spec {
  ck_shape source;
  /// The output's height and width, which follow from a ceil or floor rule chosen outside.
  ptrdiff_t output_h, output_w;
  ptrdiff_t kernel_h, kernel_w, pad_h, pad_w, stride_h, stride_w;
  /// false: maximum, the first one in scan order. true: sum over the size of the window clipped to the padded image.
  bool average;
  /// Layout of source and destination.
  ck_layout layout;
  bool training;
} ck_pooling_spec;

/// A pooling of fixed shape, with the workspace that carries maxima from forward to backward.
typedef struct ck_pooling ck_pooling;

ck_pooling *ck_pooling_create(ck_engine *engine, const ck_pooling_spec *spec, ck_error *error);
void ck_pooling_free(ck_pooling *plan);
int ck_pooling_forward(ck_pooling *plan, const float *source, float *destination, ck_error *error);
/// The source's gradient, overwritten; uses the maxima of the last forward pass.
int ck_pooling_backward(
    ck_pooling *plan, const float *destination_gradient, float *source_gradient, ck_error *error);
/// Where the maxima of `source` are: h * W + w for every output element in plain order, -1 for an empty window.
void ck_pooling_positions(const ck_pooling *plan, const float *source, int32_t *positions);
/// The name of the implementation: the library's, or "loops".
const char *ck_pooling_implementation(const ck_pooling *plan);
