// oneDNN 2.x: everything whose spelling changes with the library's major version.
#include "primitives.h"

#include <stdlib.h>
#include <string.h>

int ck_operation_init(
    ck_operation *operation, ck_engine *engine, dnnl_primitive_desc_t description, dnnl_status_t status,
    int count, const int *arguments, const char *what, ck_error *error) {
  memset(operation, 0, sizeof *operation);
  operation->engine = engine;
  operation->description = description;
  if (status == dnnl_success && description) status = dnnl_primitive_create(&operation->primitive, description);
  for (int i = 0; i <= count && status == dnnl_success; i++) {
    int argument = i < count ? arguments[i] : DNNL_ARG_SCRATCHPAD;
    const dnnl_memory_desc_t *format = ck_operation_format(operation, argument);
    operation->arguments[i].arg = argument;
    status = dnnl_memory_create(&operation->arguments[i].memory, format, engine->engine, DNNL_MEMORY_NONE);
    if (i == count) operation->scratch_bytes = dnnl_memory_desc_get_size(format);
    operation->count = i;
  }
  if (status == dnnl_success) return 0;
  ck_operation_clear(operation);
  return ck_fail(error, status, "%s: oneDNN says %s", what, ck_status_text(status));
}

void ck_operation_clear(ck_operation *operation) {
  for (int i = 0; i <= operation->count; i++) {
    if (operation->arguments[i].memory) dnnl_memory_destroy(operation->arguments[i].memory);
  }
  if (operation->primitive) dnnl_primitive_destroy(operation->primitive);
  if (operation->description) dnnl_primitive_desc_destroy(operation->description);
  memset(operation, 0, sizeof *operation);
}

int ck_operation_run(ck_operation *operation, const void *const *addresses, ck_error *error) {
  dnnl_status_t status = dnnl_success;
  for (int i = 0; i < operation->count; i++) {
    // Handing oneDNN an address makes it clear the padding behind it, so only do it when it changed.
    if (operation->addresses[i] == addresses[i] && addresses[i]) continue;
    operation->addresses[i] = NULL;
    status = dnnl_memory_set_data_handle(operation->arguments[i].memory, (void *)addresses[i]);
    if (status != dnnl_success) return ck_fail(error, status, "argument %d: %s", i, ck_status_text(status));
    operation->addresses[i] = (void *)addresses[i];
  }
  if (operation->scratch_bytes > 0) {
    void *scratch = ck_engine_scratch(operation->engine, operation->scratch_bytes);
    if (!scratch) {
      return ck_fail(error, dnnl_out_of_memory, "%zu bytes of scratch memory", operation->scratch_bytes);
    }
    status = dnnl_memory_set_data_handle(operation->arguments[operation->count].memory, scratch);
  }
  if (status == dnnl_success) {
    int count = operation->count + (operation->scratch_bytes > 0);
    status = dnnl_primitive_execute(
        operation->primitive, operation->engine->stream, count, operation->arguments);
  }
  if (status == dnnl_success) status = dnnl_stream_wait(operation->engine->stream);
  if (status == dnnl_success) return 0;
  return ck_fail(error, status, "%s: oneDNN says %s", ck_operation_name(operation), ck_status_text(status));
}

const char *ck_operation_name(const ck_operation *operation) {
  const char *name = NULL;
  dnnl_status_t status =
      dnnl_primitive_desc_query(operation->description, dnnl_query_impl_info_str, 0, &name);
  return status == dnnl_success && name ? name : "unknown";
}

bool ck_operation_is_reference(const ck_operation *operation) {
  const char *name = ck_operation_name(operation);
  return strstr(name, "ref:") || strstr(name, "simple");
}

const dnnl_memory_desc_t *ck_operation_format(const ck_operation *operation, int argument) {
  return dnnl_primitive_desc_query_md(operation->description, dnnl_query_exec_arg_md, argument);
}

const dnnl_memory_desc_t *ck_workspace_format(const_dnnl_primitive_desc_t description) {
  const dnnl_memory_desc_t *format = dnnl_primitive_desc_query_md(description, dnnl_query_workspace_md, 0);
  return format && dnnl_memory_desc_get_size(format) > 0 ? format : NULL;
}

dnnl_memory_desc_t ck_format_activation(ck_layout layout, ck_shape shape) {
  dnnl_dims_t extents = {shape.n, shape.c, shape.h, shape.w};
  dnnl_format_tag_t tag = layout == CK_PLAIN           ? dnnl_nchw
                          : layout == CK_CHANNELS_LAST ? dnnl_nhwc
                                                       : dnnl_nChw16c;
  dnnl_memory_desc_t format = {0};
  dnnl_memory_desc_init_by_tag(&format, 4, extents, dnnl_f32, tag);
  return format;
}

dnnl_memory_desc_t ck_format_plain(int rank, const ptrdiff_t *extents) {
  static const dnnl_format_tag_t tags[] = {dnnl_a, dnnl_ab, dnnl_abc, dnnl_abcd, dnnl_abcde};
  dnnl_dims_t dims = {0};
  for (int i = 0; i < rank; i++) dims[i] = extents[i];
  dnnl_memory_desc_t format = {0};
  dnnl_memory_desc_init_by_tag(&format, rank, dims, dnnl_f32, tags[rank - 1]);
  return format;
}

dnnl_memory_desc_t ck_format_tiles(int rank, const ptrdiff_t *extents) {
  dnnl_dims_t dims = {0};
  for (int i = 0; i < rank; i++) dims[i] = extents[i];
  dnnl_memory_desc_t format = {0};
  dnnl_memory_desc_init_by_tag(&format, rank, dims, dnnl_f32, rank == 5 ? dnnl_gOIhw16i16o : dnnl_OIhw16i16o);
  return format;
}

bool ck_format_equal(const dnnl_memory_desc_t *a, const dnnl_memory_desc_t *b) { return dnnl_memory_desc_equal(a, b); }

dnnl_memory_desc_t ck_format_any(int rank, const ptrdiff_t *extents) {
  dnnl_dims_t dims = {0};
  for (int i = 0; i < rank; i++) dims[i] = extents[i];
  dnnl_memory_desc_t format = {0};
  dnnl_memory_desc_init_by_tag(&format, rank, dims, dnnl_f32, dnnl_format_tag_any);
  return format;
}

size_t ck_format_bytes(const dnnl_memory_desc_t *format) { return dnnl_memory_desc_get_size(format); }

// Turns an operation descriptor into a primitive descriptor whose scratchpad the caller provides.
static dnnl_status_t describe(
    dnnl_primitive_desc_t *out, ck_engine *engine, dnnl_status_t status, const void *descriptor,
    const_dnnl_post_ops_t after, dnnl_primitive_desc_t forward) {
  *out = NULL;
  dnnl_primitive_attr_t attributes = NULL;
  if (status == dnnl_success) status = dnnl_primitive_attr_create(&attributes);
  if (status == dnnl_success) {
    status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  }
  if (status == dnnl_success && after) status = dnnl_primitive_attr_set_post_ops(attributes, after);
  if (status == dnnl_success) {
    status = dnnl_primitive_desc_create(out, descriptor, attributes, engine->engine, forward);
  }
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return status;
}

dnnl_status_t ck_describe_reorder(
    dnnl_primitive_desc_t *out, ck_engine *engine, const dnnl_memory_desc_t *source,
    const dnnl_memory_desc_t *destination) {
  *out = NULL;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_status_t status = dnnl_primitive_attr_create(&attributes);
  if (status == dnnl_success) {
    status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  }
  if (status == dnnl_success) {
    status = dnnl_reorder_primitive_desc_create(
        out, source, engine->engine, destination, engine->engine, attributes);
  }
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return status;
}

// oneDNN counts the holes between kernel elements: Caffe's dilation 1 is its 0.
#define CK_WINDOW_ARRAYS(window)                                             \
  dnnl_dims_t stride = {(window)->stride[0], (window)->stride[1]};           \
  dnnl_dims_t pad = {(window)->pad[0], (window)->pad[1]};                    \
  dnnl_dims_t pad_end = {(window)->pad_end[0], (window)->pad_end[1]}
#define CK_DILATION_ARRAY(window) \
  dnnl_dims_t dilation = {(window)->dilation[0] - 1, (window)->dilation[1] - 1}

dnnl_status_t ck_describe_convolution_forward(
    dnnl_primitive_desc_t *out, ck_engine *engine, bool training, dnnl_alg_kind_t algorithm,
    const ck_convolution_formats *f, const ck_window *window, const ck_epilogue *epilogue) {
  CK_WINDOW_ARRAYS(window);
  CK_DILATION_ARRAY(window);
  *out = NULL;
  dnnl_post_ops_t after = NULL;
  dnnl_status_t status = dnnl_post_ops_create(&after);
  if (status == dnnl_success && epilogue->adds) status = dnnl_post_ops_append_sum(after, 1);
  if (status == dnnl_success && epilogue->relu) {
    status = dnnl_post_ops_append_eltwise(after, 1, dnnl_eltwise_relu, epilogue->negative_slope, 0);
  }
  dnnl_convolution_desc_t descriptor;
  if (status == dnnl_success) {
    status = dnnl_dilated_convolution_forward_desc_init(
        &descriptor, training ? dnnl_forward_training : dnnl_forward_inference, algorithm, &f->source,
        &f->weights, f->has_bias ? &f->bias : NULL, &f->destination, stride, dilation, pad, pad_end);
  }
  status = describe(out, engine, status, &descriptor, after, NULL);
  if (after) dnnl_post_ops_destroy(after);
  return status;
}

dnnl_status_t ck_describe_convolution_backward_data(
    dnnl_primitive_desc_t *out, ck_engine *engine, dnnl_alg_kind_t algorithm,
    const ck_convolution_formats *f, const ck_window *window) {
  CK_WINDOW_ARRAYS(window);
  CK_DILATION_ARRAY(window);
  dnnl_convolution_desc_t descriptor;
  dnnl_status_t status = dnnl_dilated_convolution_backward_data_desc_init(
      &descriptor, algorithm, &f->source, &f->weights, &f->destination, stride, dilation, pad, pad_end);
  return describe(out, engine, status, &descriptor, NULL, NULL);
}

dnnl_status_t ck_describe_convolution_backward_weights(
    dnnl_primitive_desc_t *out, ck_engine *engine, dnnl_alg_kind_t algorithm,
    const ck_convolution_formats *f, const ck_window *window) {
  CK_WINDOW_ARRAYS(window);
  CK_DILATION_ARRAY(window);
  dnnl_convolution_desc_t descriptor;
  dnnl_status_t status = dnnl_dilated_convolution_backward_weights_desc_init(
      &descriptor, algorithm, &f->source, &f->weights, f->has_bias ? &f->bias : NULL, &f->destination,
      stride, dilation, pad, pad_end);
  return describe(out, engine, status, &descriptor, NULL, NULL);
}

dnnl_status_t ck_describe_pooling_forward(
    dnnl_primitive_desc_t *out, ck_engine *engine, bool training, dnnl_alg_kind_t algorithm,
    const dnnl_memory_desc_t *source, const dnnl_memory_desc_t *destination, const ck_window *window) {
  CK_WINDOW_ARRAYS(window);
  dnnl_dims_t kernel = {window->kernel[0], window->kernel[1]};
  dnnl_pooling_desc_t descriptor;
  dnnl_status_t status = dnnl_pooling_forward_desc_init(
      &descriptor, training ? dnnl_forward_training : dnnl_forward_inference, algorithm, source, destination,
      stride, kernel, pad, pad_end);
  return describe(out, engine, status, &descriptor, NULL, NULL);
}

dnnl_status_t ck_describe_pooling_backward(
    dnnl_primitive_desc_t *out, ck_engine *engine, dnnl_alg_kind_t algorithm,
    const dnnl_memory_desc_t *source, const dnnl_memory_desc_t *destination, const ck_window *window,
    dnnl_primitive_desc_t forward) {
  CK_WINDOW_ARRAYS(window);
  dnnl_dims_t kernel = {window->kernel[0], window->kernel[1]};
  dnnl_pooling_desc_t descriptor;
  dnnl_status_t status = dnnl_pooling_backward_desc_init(
      &descriptor, algorithm, source, destination, stride, kernel, pad, pad_end);
  return describe(out, engine, status, &descriptor, NULL, forward);
}

dnnl_status_t ck_describe_batch_norm_forward(
    dnnl_primitive_desc_t *out, ck_engine *engine, bool training, float epsilon, unsigned flags,
    const dnnl_memory_desc_t *data) {
  dnnl_batch_normalization_desc_t descriptor;
  dnnl_status_t status = dnnl_batch_normalization_forward_desc_init(
      &descriptor, training ? dnnl_forward_training : dnnl_forward_inference, data, epsilon, flags);
  return describe(out, engine, status, &descriptor, NULL, NULL);
}

dnnl_status_t ck_describe_batch_norm_backward(
    dnnl_primitive_desc_t *out, ck_engine *engine, float epsilon, unsigned flags,
    const dnnl_memory_desc_t *data, dnnl_primitive_desc_t forward) {
  dnnl_batch_normalization_desc_t descriptor;
  dnnl_status_t status = dnnl_batch_normalization_backward_desc_init(
      &descriptor, dnnl_backward, data, data, epsilon, flags);
  return describe(out, engine, status, &descriptor, NULL, forward);
}
