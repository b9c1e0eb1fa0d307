// Sizes of the activation layouts and copies between them.
#include "include/ck_layout.h"

#include <stdlib.h>

#include "primitives.h"

bool ck_has_wide_vectors(void) {
  // The effective set honours DNNL_MAX_CPU_ISA, as the library's own choice of kernels does.
  unsigned isa = (unsigned)dnnl_get_effective_cpu_isa();
  return (isa & dnnl_cpu_isa_avx512_core) == dnnl_cpu_isa_avx512_core;
}

ptrdiff_t ck_physical_count(ck_layout layout, ck_shape shape) {
  if (shape.n < 0 || shape.c < 0 || shape.h < 0 || shape.w < 0) return -1;
  ptrdiff_t channels = shape.c, count;
  if (layout == CK_BLOCKED) {
    if (__builtin_add_overflow(channels, CK_CHANNEL_BLOCK - 1, &channels)) return -1;
    channels = channels / CK_CHANNEL_BLOCK * CK_CHANNEL_BLOCK;
  }
  if (__builtin_mul_overflow(shape.n, channels, &count)) return -1;
  if (__builtin_mul_overflow(count, shape.h, &count)) return -1;
  if (__builtin_mul_overflow(count, shape.w, &count)) return -1;
  return count;
}

struct ck_reorder {
  ck_operation operation;
};

ck_reorder *ck_reorder_create(
    ck_engine *engine, ck_shape shape, ck_layout source, ck_layout destination, ck_error *error) {
  if (ck_physical_count(source, shape) <= 0 || ck_physical_count(destination, shape) <= 0) {
    ck_fail(error, dnnl_invalid_arguments, "reorder: empty or oversized shape %td x %td x %td x %td",
        shape.n, shape.c, shape.h, shape.w);
    return NULL;
  }
  ck_reorder *plan = calloc(1, sizeof *plan);
  if (!plan) {
    ck_fail(error, dnnl_out_of_memory, "reorder: out of memory");
    return NULL;
  }
  dnnl_memory_desc_t from = ck_format_activation(source, shape);
  dnnl_memory_desc_t to = ck_format_activation(destination, shape);
  static const int arguments[] = {DNNL_ARG_FROM, DNNL_ARG_TO};
  dnnl_primitive_desc_t description;
  dnnl_status_t status = ck_describe_reorder(&description, engine, &from, &to);
  if (ck_operation_init(&plan->operation, engine, description, status, 2, arguments, "reorder", error)) {
    free(plan);
    return NULL;
  }
  return plan;
}

void ck_reorder_free(ck_reorder *plan) {
  if (!plan) return;
  ck_operation_clear(&plan->operation);
  free(plan);
}

int ck_reorder_run(ck_reorder *plan, const float *source, float *destination, ck_error *error) {
  const void *addresses[] = {source, destination};
  return ck_operation_run(&plan->operation, addresses, error);
}
