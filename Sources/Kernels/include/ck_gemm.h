// Matrix products and what the plain convolution of the reference backend is made of. All matrices are row-major.
#pragma once

#include <stdbool.h>
#include <stddef.h>

/// C = alpha * op(A) * op(B) + beta * C through CBLAS; op(A) is m x k, op(B) k x n, C m x n, all dense.
void ck_sgemm(
    bool transpose_a, bool transpose_b, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, float alpha, const float *a,
    const float *b, float beta, float *c);

/// One image's sliding windows.
typedef struct ck_columns {
  ptrdiff_t channels, height, width;
  ptrdiff_t kernel_h, kernel_w, pad_h, pad_w, stride_h, stride_w, dilation_h, dilation_w;
  ptrdiff_t output_h, output_w;
} ck_columns;

/// columns[(c, kh, kw), (oh, ow)] = image[c, position of the kernel element], 0 in the padding.
void ck_im2col(const ck_columns *geometry, const float *image, float *columns);
/// The transposed map: image = sums of the columns' elements where they came from.
void ck_col2im(const ck_columns *geometry, const float *columns, float *image);

/// destination (m x n) = source (m x k) * weights^T + bias, where weights are (n x k), or (k x n) if transposed;
/// `bias` may be NULL.
void ck_inner_product_forward(
    ptrdiff_t m, ptrdiff_t k, ptrdiff_t n, bool transposed, const float *source, const float *weights,
    const float *bias, float *destination);
/// source_gradient (m x k) = destination_gradient (m x n) * weights.
void ck_inner_product_backward_data(
    ptrdiff_t m, ptrdiff_t k, ptrdiff_t n, bool transposed, const float *destination_gradient,
    const float *weights, float *source_gradient);
/// gradient = `rows` rows, beginning with `first`, of destination_gradient^T * source in the order of the weights; or +=
/// with `accumulate`.
void ck_inner_product_backward_weights(
    ptrdiff_t m, ptrdiff_t k, ptrdiff_t n, bool transposed, const float *source,
    const float *destination_gradient, ptrdiff_t first, ptrdiff_t rows, float *gradient, bool accumulate);
/// bias_gradient (n) += the sum over the m rows of destination_gradient.
void ck_inner_product_backward_bias(
    ptrdiff_t m, ptrdiff_t n, const float *destination_gradient, float *bias_gradient);
