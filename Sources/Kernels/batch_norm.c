// Batch normalisation over oneDNN.
#include "include/ck_batch_norm.h"

#include <stdlib.h>
#include <string.h>

#include "include/ck_channels.h"
#include "include/ck_vector.h"
#include "primitives.h"

enum { FORWARD, BACKWARD, BACKWARD_GIVEN, KINDS };

struct ck_batch_norm {
  ck_engine *engine;
  ck_batch_norm_spec spec;
  ck_operation kinds[KINDS];
  void *workspace;      // what the fused ReLU keeps for backward
  float *numbers;       // rows of C floats: scratch for gradients, and what stands for a missing scale or shift
};

// Rows of `numbers`.
enum { ROW_SCALE_GRADIENT, ROW_SHIFT_GRADIENT, ROW_ZERO, ROW_ONE, ROWS };

static float *row(const ck_batch_norm *plan, int index) { return plan->numbers + index * plan->spec.shape.c; }

ck_batch_norm *ck_batch_norm_create(ck_engine *engine, const ck_batch_norm_spec *s, ck_error *error) {
  if (ck_physical_count(CK_BLOCKED, s->shape) <= 0 || !(s->epsilon >= 0)) {
    ck_fail(error, dnnl_invalid_arguments, "batch normalisation: shape %td x %td x %td x %td, epsilon %g",
        s->shape.n, s->shape.c, s->shape.h, s->shape.w, (double)s->epsilon);
    return NULL;
  }
  ck_batch_norm *plan = calloc(1, sizeof *plan);
  if (plan) {
    plan->engine = engine;
    plan->spec = *s;
    plan->numbers = ck_allocate((size_t)(ROWS * s->shape.c) * sizeof(float));
    if (plan->numbers) {
      memset(plan->numbers, 0, (size_t)(ROWS * s->shape.c) * sizeof(float));
      for (ptrdiff_t c = 0; c < s->shape.c; c++) row(plan, ROW_ONE)[c] = 1;
      return plan;
    }
    free(plan);
  }
  ck_fail(error, dnnl_out_of_memory, "batch normalisation: out of memory");
  return NULL;
}

void ck_batch_norm_free(ck_batch_norm *plan) {
  if (!plan) return;
  for (int i = 0; i < KINDS; i++) ck_operation_clear(&plan->kinds[i]);
  free(plan->workspace);
  free(plan->numbers);
  free(plan);
}

// Makes the primitive of a kind, once; its arguments are those that the kind's caller below lists, in that order.
static int prepare(ck_batch_norm *plan, int kind, ck_error *error) {
  if (ck_operation_ready(&plan->kinds[kind])) return 0;
  const ck_batch_norm_spec *s = &plan->spec;
  dnnl_memory_desc_t data = ck_format_activation(s->layout, s->shape);
  bool affine = s->affine;
  unsigned flags = affine ? dnnl_use_scale | dnnl_use_shift : 0;
  if (s->fuse_relu) flags |= dnnl_fuse_norm_relu;
  if (kind == FORWARD || kind == BACKWARD_GIVEN) flags |= dnnl_use_global_stats;
  // Described for training, where the backward kinds need a hint and the fused ReLU its notes.
  dnnl_primitive_desc_t forward, description = NULL;
  dnnl_status_t status = ck_describe_batch_norm_forward(&forward, plan->engine, true, s->epsilon, flags, &data);
  const dnnl_memory_desc_t *workspace = status ? NULL : ck_workspace_format(forward);
  if (workspace && !plan->workspace) {
    plan->workspace = ck_allocate(ck_format_bytes(workspace));
    if (!plan->workspace) status = dnnl_out_of_memory;
  }
  int arguments[CK_MAX_ARGUMENTS], count = 0;
  if (kind == FORWARD) {
    int list[] = {DNNL_ARG_SRC, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE, DNNL_ARG_DST, DNNL_ARG_SCALE, DNNL_ARG_SHIFT};
    count = affine ? 6 : 4;
    memcpy(arguments, list, (size_t)count * sizeof *list);
    description = forward;
    forward = NULL;
  } else {
    int list[] = {DNNL_ARG_SRC, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC,
                  DNNL_ARG_SCALE, DNNL_ARG_SHIFT, DNNL_ARG_DIFF_SCALE, DNNL_ARG_DIFF_SHIFT};
    count = affine ? 9 : 5;
    memcpy(arguments, list, (size_t)count * sizeof *list);
    if (status == dnnl_success) {
      status = ck_describe_batch_norm_backward(
          &description, plan->engine, s->epsilon, flags, &data, forward);
    }
  }
  if (workspace) arguments[count++] = DNNL_ARG_WORKSPACE;
  int failed = ck_operation_init(
      &plan->kinds[kind], plan->engine, description, status, count, arguments, "batch normalisation", error);
  if (forward) dnnl_primitive_desc_destroy(forward);
  return failed;
}

int ck_batch_norm_forward_training(
    ck_batch_norm *plan, const float *source, const float *scale, const float *shift, float *destination,
    float *mean, float *variance, ck_error *error) {
  const ck_batch_norm_spec *s = &plan->spec;
  void *scratch = ck_buffer_reserve(&plan->engine->scratch, ck_channel_moments_bytes(s->layout, s->shape));
  if (!scratch) return ck_fail(error, dnnl_out_of_memory, "batch normalisation: out of memory");
  ck_channel_moments(s->layout, s->shape, source, scratch, mean, variance);
  return ck_batch_norm_forward_given(plan, source, mean, variance, scale, shift, destination, error);
}

int ck_batch_norm_forward_given(
    ck_batch_norm *plan, const float *source, const float *mean, const float *variance, const float *scale,
    const float *shift, float *destination, ck_error *error) {
  int failed = prepare(plan, FORWARD, error);
  if (failed) return failed;
  const void *addresses[CK_MAX_ARGUMENTS] = {source, mean, variance, destination};
  int count = 4;
  if (plan->spec.affine) {
    addresses[count++] = scale ? scale : row(plan, ROW_ONE);
    addresses[count++] = shift ? shift : row(plan, ROW_ZERO);
  }
  addresses[count] = plan->workspace;
  return ck_operation_run(&plan->kinds[FORWARD], addresses, error);
}

int ck_batch_norm_backward(
    ck_batch_norm *plan, bool given, const float *source, const float *destination_gradient, const float *mean,
    const float *variance, const float *scale, float *source_gradient, float *scale_gradient,
    float *shift_gradient, ck_error *error) {
  int kind = given ? BACKWARD_GIVEN : BACKWARD;
  int failed = prepare(plan, kind, error);
  if (failed) return failed;
  const void *addresses[CK_MAX_ARGUMENTS] = {source, mean, variance, destination_gradient, source_gradient};
  int count = 5;
  if (plan->spec.affine) {
    addresses[count++] = scale ? scale : row(plan, ROW_ONE);
    addresses[count++] = row(plan, ROW_ZERO);  // the shift is demanded, its value plays no part
    addresses[count++] = row(plan, ROW_SCALE_GRADIENT);
    addresses[count++] = row(plan, ROW_SHIFT_GRADIENT);
  }
  addresses[count] = plan->workspace;
  failed = ck_operation_run(&plan->kinds[kind], addresses, error);
  if (failed || !plan->spec.affine) return failed;
  if (scale_gradient) ck_axpy(plan->spec.shape.c, 1, row(plan, ROW_SCALE_GRADIENT), scale_gradient);
  if (shift_gradient) ck_axpy(plan->spec.shape.c, 1, row(plan, ROW_SHIFT_GRADIENT), shift_gradient);
  return 0;
}
