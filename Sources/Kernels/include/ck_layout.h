// How an activation (n, c, h, w) lies in memory.
#pragma once

#include <stdbool.h>

#include "ck_engine.h"

/// The closed set of activation layouts.
typedef enum ck_layout {
  /// Row-major n, c, h, w: Caffe's own order.
  CK_PLAIN = 0,
  /// Row-major n, h, w, c.
  CK_CHANNELS_LAST = 1,
  /// Row-major n, c / 16, h, w, c % 16. Channels are padded to a multiple of 16 and the padding is always zero:
  /// every kernel here relies on that and keeps it. Only AVX-512 machines have fast kernels for it.
  CK_BLOCKED = 2,
} ck_layout;

enum { CK_CHANNEL_BLOCK = 16 };

/// The extents of an activation.
typedef struct ck_shape {
  ptrdiff_t n, c, h, w;
} ck_shape;

/// Whether this CPU has AVX-512, and so fast kernels for CK_BLOCKED and Winograd.
bool ck_has_wide_vectors(void);

/// Floats an activation occupies, padding included; -1 if an extent is negative or the product overflows.
ptrdiff_t ck_physical_count(ck_layout layout, ck_shape shape);

/// A copy from one layout to another.
typedef struct ck_reorder ck_reorder;

/// Plans the copy of one shape between two layouts.
ck_reorder *ck_reorder_create(
    ck_engine *engine, ck_shape shape, ck_layout source, ck_layout destination, ck_error *error);
void ck_reorder_free(ck_reorder *plan);
/// Copies; the arrays must not overlap.
int ck_reorder_run(ck_reorder *plan, const float *source, float *destination, ck_error *error);
