// Convolution forward, 8 filters at a time, for nets whose numbers of channels leave half of a vector of 16 empty.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "ck_convolution.h"
#include "ck_engine.h"

/// Whether these kernels compute a convolution: one group without dilation, channels last on both sides, with filters of which
/// 1 to 8 are over when 16 are taken at a time.
bool ck_narrow_fits(const ck_convolution_spec *spec);

/// The floats of packed weights.
ptrdiff_t ck_narrow_count(const ck_convolution_spec *spec);

/// Packs weights (O, I, kh, kw) to (O / 8, kh, kw, I, 8), filters past the last one being zero.
void ck_narrow_pack(const ck_convolution_spec *spec, const float *weights, float *packed);

/// The bytes of scratch memory that a pass takes.
size_t ck_narrow_scratch_bytes(const ck_convolution_spec *spec);

/// destination = source * weights + bias, plus what is there where the spec adds; `bias` is (O), or NULL without one.
int ck_narrow_forward(
    ck_engine *engine, const ck_convolution_spec *spec, const float *source, const float *packed, const float *bias,
    float *destination, ck_error *error);
