// Inner products on plain arrays.
#include "include/ck_channels.h"
#include "include/ck_gemm.h"
#include "multiply.h"

void ck_inner_product_forward(
    ptrdiff_t m, ptrdiff_t k, ptrdiff_t n, bool transposed, const float *source, const float *weights,
    const float *bias, float *destination) {
  if (!transposed) {
    ck_multiply_rows(m, n, k, source, weights, bias, destination);
    return;
  }
  ck_multiply_columns(m, n, k, source, k, 1, weights, false, destination);
  if (bias) ck_channel_affine(CK_CHANNELS_LAST, (ck_shape){m, n, 1, 1}, destination, NULL, bias, destination);
}

void ck_inner_product_backward_data(
    ptrdiff_t m, ptrdiff_t k, ptrdiff_t n, bool transposed, const float *destination_gradient,
    const float *weights, float *source_gradient) {
  if (transposed) {
    ck_multiply_rows(m, k, n, destination_gradient, weights, NULL, source_gradient);
  } else {
    ck_multiply_columns(m, k, n, destination_gradient, n, 1, weights, false, source_gradient);
  }
}

void ck_inner_product_backward_weights(
    ptrdiff_t m, ptrdiff_t k, ptrdiff_t n, bool transposed, const float *source,
    const float *destination_gradient, ptrdiff_t first, ptrdiff_t rows, float *gradient, bool accumulate) {
  if (transposed) {
    ck_multiply_columns(rows, n, m, source + first, 1, k, destination_gradient, accumulate, gradient);
  } else {
    ck_multiply_columns(rows, k, m, destination_gradient + first, 1, n, source, accumulate, gradient);
  }
}

void ck_inner_product_backward_bias(
    ptrdiff_t m, ptrdiff_t n, const float *destination_gradient, float *bias_gradient) {
  ck_channel_sums(CK_CHANNELS_LAST, (ck_shape){m, n, 1, 1}, destination_gradient, NULL, bias_gradient);
}
