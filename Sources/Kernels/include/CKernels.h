// Numeric kernels of caffe-increg: thin plans over oneDNN, and the loops oneDNN has no primitive for.
//
// Rules that hold for every header here:
// - Every `ck_..._create` returns NULL on failure; every other function that can fail returns 0 on success
//   and a oneDNN status otherwise. Both fill `error` (which may be NULL). Nothing aborts or prints.
// - Arrays are 32-bit floats. Activations come in one of the layouts of ck_layout.h, parameters and their
//   gradients are plain row-major arrays in Caffe's axis order; filters may be in tiles (ck_tiles.h) where that is said.
// - An engine and the plans made from it belong to one thread at a time: they share one scratch buffer.
#pragma once

#include "ck_affinity.h"
#include "ck_arguments.h"
#include "ck_batch_norm.h"
#include "ck_channels.h"
#include "ck_compact.h"
#include "ck_convolution.h"
#include "ck_engine.h"
#include "ck_gemm.h"
#include "ck_layout.h"
#include "ck_least_squares.h"
#include "ck_lrn.h"
#include "ck_magnitudes.h"
#include "ck_narrow.h"
#include "ck_pooling.h"
#include "ck_tiles.h"
#include "ck_update.h"
#include "ck_vector.h"
