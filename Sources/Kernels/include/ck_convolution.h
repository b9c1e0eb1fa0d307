// Two-dimensional convolution as Caffe defines it: cross-correlation, groups, dilation, floor rule.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "ck_layout.h"

typedef enum ck_algorithm {
  /// Exact to rounding.
  CK_DIRECT = 0,
  /// F(4x4,3x3): 3x3 kernels with stride 1 on AVX-512 only; about ten times the direct rounding error.
  CK_WINOGRAD = 1,
  /// That of ck_narrow.h, exact to rounding. A plan of ck_convolution computes it directly.
  CK_NARROW = 2,
} ck_algorithm;

typedef enum ck_direction {
  CK_FORWARD = 0,
  CK_BACKWARD_DATA = 1,
  CK_BACKWARD_WEIGHTS = 2,
} ck_direction;

typedef struct ck_convolution_spec {
  /// The input n, c, h, w.
  ck_shape source;
  ptrdiff_t output_channels;
  ptrdiff_t kernel_h, kernel_w, pad_h, pad_w, stride_h, stride_w;
  /// As in Caffe: 1 is a dense kernel.
  ptrdiff_t dilation_h, dilation_w;
  ptrdiff_t group;
  bool has_bias;
  ck_layout source_layout, destination_layout;
  /// One algorithm per ck_direction.
  ck_algorithm algorithm[3];
  /// Whether backward will be called.
  bool training;
  /// Add the output to what is in its memory.
  bool adds;
  /// Apply ReLU to the output, or the sum; its gradient is the caller's business.
  bool fuse_relu;
  float negative_slope;
} ck_convolution_spec;

/// A convolution of fixed shape with packed copies of its weights.
typedef struct ck_convolution ck_convolution;

/// The output's shape, or extents of -1 if the spec makes no sense.
ck_shape ck_convolution_output_shape(const ck_convolution_spec *spec);

/// Plans a convolution. Only the forward direction is prepared; the others are on their first use.
ck_convolution *ck_convolution_create(ck_engine *engine, const ck_convolution_spec *spec, ck_error *error);
void ck_convolution_free(ck_convolution *plan);

/// Says that the weights have new values: the packed copies are renewed when next needed.
void ck_convolution_weights_changed(ck_convolution *plan);

/// Frees the packed copies until they are next needed.
void ck_convolution_drop_weights(ck_convolution *plan);

/// Whether weights and their gradient are best in tiles (ck_tiles.h), of which each convolution group has whole ones:
/// forward reads them so, the gradient comes so, and backward data can read them so.
bool ck_convolution_wants_tiles(ck_convolution *plan);

/// Whether forward or backward data can read weights in tiles, as they are or packed.
bool ck_convolution_reads_tiles(ck_convolution *plan, ck_direction direction);

/// Weights (O, I / group, kh, kw), row-major or in tiles.
typedef struct ck_weights {
  const float *values;
  bool tiled;
} ck_weights;

/// destination = source * weights + bias, plus what is there where the spec adds. Weights that are packed are read only if
/// they were declared changed since the last call; `bias` is (O), or NULL without one.
int ck_convolution_forward(
    ck_convolution *plan, const float *source, ck_weights weights, const float *bias, float *destination,
    ck_error *error);

/// source_gradient = destination_gradient convolved with the weights, which are read as in forward.
int ck_convolution_backward_data(
    ck_convolution *plan, const float *destination_gradient, ck_weights weights, float *source_gradient,
    ck_error *error);

/// Where gradients of weights are put: row-major, or in tiles where the plan wants them. They are added to what is there
/// only if they are to be.
typedef struct ck_weights_gradient {
  float *values;
  bool tiled, adds;
} ck_weights_gradient;

/// Gradients of weights and bias. The bias' one is added to what is there, as Caffe does; `bias_gradient` is NULL without a
/// bias, or where it is not wanted.
int ck_convolution_backward_weights(
    ck_convolution *plan, const float *source, const float *destination_gradient, ck_weights_gradient weights_gradient,
    float *bias_gradient, ck_error *error);

/// What runs a direction: the library's name for it and whether it is an optimised implementation.
typedef struct ck_implementation {
  char name[64];
  bool optimised;
} ck_implementation;

/// The bytes of scratch memory that a direction takes, preparing it if that has not happened yet; 0 if that fails, which
/// the pass will report.
size_t ck_convolution_scratch_bytes(ck_convolution *plan, ck_direction direction);

/// Names the implementation of a direction, preparing it if that has not happened yet.
int ck_convolution_info(
    ck_convolution *plan, ck_direction direction, ck_implementation *out, ck_error *error);
