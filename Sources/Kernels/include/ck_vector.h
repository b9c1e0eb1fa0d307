// Elementwise work and sums over arrays, in any layout: zeros map to zeros, so padding stays padding.
//
// Long arrays are cut in pieces that depend on their length only; results do not depend on the number of threads.
#pragma once

#include <stddef.h>

/// y = a * x + b * y; `y` is not read where b is 0.
void ck_axpby(ptrdiff_t count, float a, const float *x, float b, float *y);
/// y += a * x
void ck_axpy(ptrdiff_t count, float a, const float *x, float *y);
/// out = a * x + b * y; `out` may be one of the others.
void ck_weighted_sum(ptrdiff_t count, float a, const float *x, float b, const float *y, float *out);
/// The same, with negative results multiplied by `slope`.
void ck_rectified_sum(ptrdiff_t count, float a, const float *x, float b, const float *y, float slope, float *out);
/// x *= a
void ck_scale(ptrdiff_t count, float a, float *x);
/// out = x * y, elementwise; `out` may be one of the others.
void ck_multiply(ptrdiff_t count, const float *x, const float *y, float *out);

/// out = x where x > 0, otherwise slope * x; `out` may be `x`.
void ck_relu_forward(ptrdiff_t count, float slope, const float *x, float *out);
/// out = gradient where x > 0, otherwise slope * gradient; `out` may be `gradient`. `x` may be the forward
/// pass's output instead of its input if the slope is not negative.
void ck_relu_backward(ptrdiff_t count, float slope, const float *x, const float *gradient, float *out);

/// Sum of |x|.
double ck_asum(ptrdiff_t count, const float *x);
/// Sum of x * x.
double ck_sumsq(ptrdiff_t count, const float *x);
/// Sum of x * y.
double ck_dot(ptrdiff_t count, const float *x, const float *y);
