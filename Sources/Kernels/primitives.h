// The part of oneDNN this target uses, behind functions that do not change with its major version.
#pragma once

#include "internal.h"

enum { CK_MAX_ARGUMENTS = 10 };

/// A primitive with its arguments: made once, run often on changing addresses.
typedef struct ck_operation {
  ck_engine *engine;
  dnnl_primitive_desc_t description;
  dnnl_primitive_t primitive;
  int count;
  dnnl_exec_arg_t arguments[CK_MAX_ARGUMENTS + 1];  // the last is the scratchpad
  void *addresses[CK_MAX_ARGUMENTS];
  size_t scratch_bytes;
} ck_operation;

/// Completes an operation from a description (which it takes over; NULL passes `status` on as the failure).
/// `arguments` are DNNL_ARG_ numbers in the order in which ck_operation_run gets their addresses.
int ck_operation_init(
    ck_operation *operation, ck_engine *engine, dnnl_primitive_desc_t description, dnnl_status_t status,
    int count, const int *arguments, const char *what, ck_error *error);
/// Frees what init made; does nothing to a zeroed operation.
void ck_operation_clear(ck_operation *operation);
static inline bool ck_operation_ready(const ck_operation *operation) { return operation->primitive != NULL; }
/// Runs on the given addresses, one per argument.
int ck_operation_run(ck_operation *operation, const void *const *addresses, ck_error *error);
/// The library's name of the chosen implementation, such as "jit:avx512_core".
const char *ck_operation_name(const ck_operation *operation);
/// Whether the implementation is one of the library's unoptimised ones, which serve any case slowly.
bool ck_operation_is_reference(const ck_operation *operation);
/// The memory format the primitive chose for an argument.
const dnnl_memory_desc_t *ck_operation_format(const ck_operation *operation, int argument);
/// The format of the workspace that a forward primitive leaves for backward; NULL if it has none.
const dnnl_memory_desc_t *ck_workspace_format(const_dnnl_primitive_desc_t description);

// Memory formats.
/// An activation in a layout.
dnnl_memory_desc_t ck_format_activation(ck_layout layout, ck_shape shape);
/// A row-major array.
dnnl_memory_desc_t ck_format_plain(int rank, const ptrdiff_t *extents);
/// "Whatever suits the primitive".
dnnl_memory_desc_t ck_format_any(int rank, const ptrdiff_t *extents);
/// Filters in tiles, as ck_tiles.h has them; of convolution groups if there are five extents.
dnnl_memory_desc_t ck_format_tiles(int rank, const ptrdiff_t *extents);
bool ck_format_equal(const dnnl_memory_desc_t *a, const dnnl_memory_desc_t *b);
size_t ck_format_bytes(const dnnl_memory_desc_t *format);

// Descriptions. Each leaves NULL behind on failure and returns the status.
typedef struct ck_window {
  ptrdiff_t kernel[2], stride[2], dilation[2], pad[2], pad_end[2];
} ck_window;

typedef struct ck_convolution_formats {
  dnnl_memory_desc_t source, weights, bias, destination;
  bool has_bias;
} ck_convolution_formats;

// What is done to a result before it is written.
typedef struct ck_epilogue {
  bool adds;  // what was in the destination
  bool relu;  // comes last
  float negative_slope;
} ck_epilogue;

dnnl_status_t ck_describe_reorder(
    dnnl_primitive_desc_t *out, ck_engine *engine, const dnnl_memory_desc_t *source,
    const dnnl_memory_desc_t *destination);
dnnl_status_t ck_describe_convolution_forward(
    dnnl_primitive_desc_t *out, ck_engine *engine, bool training, dnnl_alg_kind_t algorithm,
    const ck_convolution_formats *formats, const ck_window *window, const ck_epilogue *epilogue);
dnnl_status_t ck_describe_convolution_backward_data(
    dnnl_primitive_desc_t *out, ck_engine *engine, dnnl_alg_kind_t algorithm,
    const ck_convolution_formats *formats, const ck_window *window);
dnnl_status_t ck_describe_convolution_backward_weights(
    dnnl_primitive_desc_t *out, ck_engine *engine, dnnl_alg_kind_t algorithm,
    const ck_convolution_formats *formats, const ck_window *window);
dnnl_status_t ck_describe_pooling_forward(
    dnnl_primitive_desc_t *out, ck_engine *engine, bool training, dnnl_alg_kind_t algorithm,
    const dnnl_memory_desc_t *source, const dnnl_memory_desc_t *destination, const ck_window *window);
dnnl_status_t ck_describe_pooling_backward(
    dnnl_primitive_desc_t *out, ck_engine *engine, dnnl_alg_kind_t algorithm,
    const dnnl_memory_desc_t *source, const dnnl_memory_desc_t *destination, const ck_window *window,
    dnnl_primitive_desc_t forward);

dnnl_status_t ck_describe_batch_norm_forward(
    dnnl_primitive_desc_t *out, ck_engine *engine, bool training, float epsilon, unsigned flags,
    const dnnl_memory_desc_t *data);
dnnl_status_t ck_describe_batch_norm_backward(
    dnnl_primitive_desc_t *out, ck_engine *engine, float epsilon, unsigned flags,
    const dnnl_memory_desc_t *data, dnnl_primitive_desc_t forward);
