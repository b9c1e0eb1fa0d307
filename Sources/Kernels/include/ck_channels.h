// Work per channel on activations of any layout.
#pragma once

#include "ck_layout.h"

/// out = scale[c] * x + shift[c]; `scale` or `shift` may be NULL (1 and 0), `out` may be `x`. Padding stays zero.
void ck_channel_affine(
    ck_layout layout, ck_shape shape, const float *x, const float *scale, const float *shift, float *out);

/// sums[c] += the sum over n, h, w of x, or of x * y where `y` is not NULL.
void ck_channel_sums(ck_layout layout, ck_shape shape, const float *x, const float *y, float *sums);

/// The bytes of scratch memory that ck_channel_moments needs.
size_t ck_channel_moments_bytes(ck_layout layout, ck_shape shape);

/// mean[c] and variance[c] over n, h, w; the variance is that of the values themselves, not an estimate for others.
void ck_channel_moments(
    ck_layout layout, ck_shape shape, const float *x, void *scratch, float *mean, float *variance);
