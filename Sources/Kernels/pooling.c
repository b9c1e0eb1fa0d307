// Pooling: oneDNN where it computes what Caffe does, otherwise plain loops.
#include "include/ck_pooling.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "primitives.h"

struct ck_pooling {
  ck_pooling_spec spec;
  ck_operation forward, backward;  // not ready: the loops below
  void *workspace;                 // oneDNN's note of the maxima
  int32_t *positions;              // the loops' note
};

// Rows or columns of the last window outside the padded image (> 0), and of the image after it (< 0).
static ptrdiff_t overhang(ptrdiff_t in, ptrdiff_t out, ptrdiff_t kernel, ptrdiff_t pad, ptrdiff_t stride) {
  return (out - 1) * stride + kernel - in - 2 * pad;
}

// The oneDNN algorithm that equals Caffe's rule for this geometry, or undef. Caffe divides an average by the part
// of the window inside the padded image; oneDNN by the whole window or by the part inside the image itself.
static dnnl_alg_kind_t exact_algorithm(const ck_pooling_spec *s) {
  bool empty_window = (s->output_h - 1) * s->stride_h - s->pad_h >= s->source.h ||
                      (s->output_w - 1) * s->stride_w - s->pad_w >= s->source.w;
  if (empty_window || s->pad_h >= s->kernel_h || s->pad_w >= s->kernel_w) return dnnl_alg_kind_undef;
  if (!s->average) return dnnl_pooling_max;
  bool hangs = overhang(s->source.h, s->output_h, s->kernel_h, s->pad_h, s->stride_h) > 0 ||
               overhang(s->source.w, s->output_w, s->kernel_w, s->pad_w, s->stride_w) > 0;
  if (!hangs) return dnnl_pooling_avg_include_padding;
  return s->pad_h == 0 && s->pad_w == 0 ? dnnl_pooling_avg_exclude_padding : dnnl_alg_kind_undef;
}

// Prepares oneDNN's primitives; false if there are none worth having.
static bool prepare(ck_pooling *plan, ck_engine *engine) {
  const ck_pooling_spec *s = &plan->spec;
  dnnl_alg_kind_t algorithm = exact_algorithm(s);
  if (algorithm == dnnl_alg_kind_undef) return false;
  ck_shape output = {s->source.n, s->source.c, s->output_h, s->output_w};
  dnnl_memory_desc_t source = ck_format_activation(s->layout, s->source);
  dnnl_memory_desc_t destination = ck_format_activation(s->layout, output);
  ck_window window = {
      {s->kernel_h, s->kernel_w}, {s->stride_h, s->stride_w}, {1, 1}, {s->pad_h, s->pad_w},
      {s->pad_h + overhang(s->source.h, s->output_h, s->kernel_h, s->pad_h, s->stride_h),
       s->pad_w + overhang(s->source.w, s->output_w, s->kernel_w, s->pad_w, s->stride_w)}};
  bool noted = s->training && !s->average;
  static const int forward_arguments[] = {DNNL_ARG_SRC, DNNL_ARG_DST, DNNL_ARG_WORKSPACE};
  static const int backward_arguments[] = {DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC, DNNL_ARG_WORKSPACE};
  dnnl_primitive_desc_t description;
  dnnl_status_t status = ck_describe_pooling_forward(
      &description, engine, s->training, algorithm, &source, &destination, &window);
  if (ck_operation_init(
          &plan->forward, engine, description, status, 2 + noted, forward_arguments, "pooling", NULL) ||
      ck_operation_is_reference(&plan->forward)) {
    return false;
  }
  if (!s->training) return true;
  status = ck_describe_pooling_backward(
      &description, engine, algorithm, &source, &destination, &window, plan->forward.description);
  if (ck_operation_init(
          &plan->backward, engine, description, status, 2 + noted, backward_arguments, "pooling", NULL) ||
      ck_operation_is_reference(&plan->backward)) {
    return false;
  }
  if (noted) {
    plan->workspace = ck_allocate(ck_format_bytes(ck_operation_format(&plan->forward, DNNL_ARG_WORKSPACE)));
  }
  return !noted || plan->workspace;
}

ck_pooling *ck_pooling_create(ck_engine *engine, const ck_pooling_spec *s, ck_error *error) {
  ck_shape output = {s->source.n, s->source.c, s->output_h, s->output_w};
  ptrdiff_t outputs = ck_physical_count(CK_BLOCKED, output);
  if (ck_physical_count(CK_BLOCKED, s->source) <= 0 || outputs <= 0 || s->kernel_h <= 0 || s->kernel_w <= 0 ||
      s->stride_h <= 0 || s->stride_w <= 0 || s->pad_h < 0 || s->pad_w < 0) {
    ck_fail(error, dnnl_invalid_arguments, "pooling: input %td x %td, window %td x %td, output %td x %td do not fit",
        s->source.h, s->source.w, s->kernel_h, s->kernel_w, s->output_h, s->output_w);
    return NULL;
  }
  ck_pooling *plan = calloc(1, sizeof *plan);
  if (plan) {
    plan->spec = *s;
    if (prepare(plan, engine)) return plan;
    ck_operation_clear(&plan->forward);
    ck_operation_clear(&plan->backward);
    if (s->average || !s->training) return plan;
    ptrdiff_t count = ck_physical_count(CK_PLAIN, output);
    plan->positions = ck_allocate((size_t)count * sizeof *plan->positions);
    if (plan->positions) return plan;
  }
  free(plan);
  ck_fail(error, dnnl_out_of_memory, "pooling: out of memory");
  return NULL;
}

void ck_pooling_free(ck_pooling *plan) {
  if (!plan) return;
  ck_operation_clear(&plan->forward);
  ck_operation_clear(&plan->backward);
  free(plan->workspace);
  free(plan->positions);
  free(plan);
}

const char *ck_pooling_implementation(const ck_pooling *plan) {
  return ck_operation_ready(&plan->forward) ? ck_operation_name(&plan->forward) : "loops";
}

// One channel of one image: element (h, w) lies at first + (h * W + w) * step.
typedef struct {
  ptrdiff_t first, step;
} plane;

static plane plane_of(ck_layout layout, ck_shape s, ptrdiff_t n, ptrdiff_t c) {
  ptrdiff_t size = s.h * s.w, blocks = (s.c + CK_CHANNEL_BLOCK - 1) / CK_CHANNEL_BLOCK;
  switch (layout) {
    case CK_PLAIN: return (plane){(n * s.c + c) * size, 1};
    case CK_CHANNELS_LAST: return (plane){n * size * s.c + c, s.c};
    default:
      return (plane){
          (n * blocks + c / CK_CHANNEL_BLOCK) * size * CK_CHANNEL_BLOCK + c % CK_CHANNEL_BLOCK, CK_CHANNEL_BLOCK};
  }
}

typedef struct {
  const ck_pooling_spec *spec;
  const float *in;
  float *out;
  int32_t *positions;  // in plain order
} loop;

typedef struct {
  ptrdiff_t h0, h1, w0, w1;
  float size;
} window;

static window window_at(const ck_pooling_spec *s, ptrdiff_t oh, ptrdiff_t ow) {
  window v = {oh * s->stride_h - s->pad_h, 0, ow * s->stride_w - s->pad_w, 0, 0};
  v.h1 = v.h0 + s->kernel_h < s->source.h + s->pad_h ? v.h0 + s->kernel_h : s->source.h + s->pad_h;
  v.w1 = v.w0 + s->kernel_w < s->source.w + s->pad_w ? v.w0 + s->kernel_w : s->source.w + s->pad_w;
  v.size = (float)((v.h1 - v.h0) * (v.w1 - v.w0));
  if (v.h0 < 0) v.h0 = 0;
  if (v.w0 < 0) v.w0 = 0;
  if (v.h1 > s->source.h) v.h1 = s->source.h;
  if (v.w1 > s->source.w) v.w1 = s->source.w;
  return v;
}

static float maximum(const loop *l, plane p, window v, int32_t *position) {
  float best = -FLT_MAX;
  *position = -1;
  for (ptrdiff_t h = v.h0; h < v.h1; h++) {
    for (ptrdiff_t w = v.w0; w < v.w1; w++) {
      ptrdiff_t at = h * l->spec->source.w + w;
      float value = l->in[p.first + at * p.step];
      if (value > best) best = value, *position = (int32_t)at;
    }
  }
  return best;
}

static float average(const loop *l, plane p, window v) {
  float total = 0;
  for (ptrdiff_t h = v.h0; h < v.h1; h++) {
    for (ptrdiff_t w = v.w0; w < v.w1; w++) total += l->in[p.first + (h * l->spec->source.w + w) * p.step];
  }
  return total / v.size;
}

static void forward_plane(void *context, int task) {
  const loop *l = context;
  const ck_pooling_spec *s = l->spec;
  ptrdiff_t n = task / s->source.c, c = task % s->source.c, i = 0;
  plane from = plane_of(s->layout, s->source, n, c);
  plane to = plane_of(s->layout, (ck_shape){s->source.n, s->source.c, s->output_h, s->output_w}, n, c);
  for (ptrdiff_t oh = 0; oh < s->output_h; oh++) {
    for (ptrdiff_t ow = 0; ow < s->output_w; ow++, i++) {
      int32_t position = -1;
      window v = window_at(s, oh, ow);
      float value = s->average ? average(l, from, v) : maximum(l, from, v, &position);
      if (l->out) l->out[to.first + i * to.step] = value;
      if (l->positions) l->positions[task * s->output_h * s->output_w + i] = position;
    }
  }
}

static void backward_plane(void *context, int task) {
  const loop *l = context;
  const ck_pooling_spec *s = l->spec;
  ptrdiff_t n = task / s->source.c, c = task % s->source.c, i = 0;
  plane from = plane_of(s->layout, (ck_shape){s->source.n, s->source.c, s->output_h, s->output_w}, n, c);
  plane to = plane_of(s->layout, s->source, n, c);
  for (ptrdiff_t oh = 0; oh < s->output_h; oh++) {
    for (ptrdiff_t ow = 0; ow < s->output_w; ow++, i++) {
      float gradient = l->in[from.first + i * from.step];
      if (!s->average) {
        int32_t position = l->positions[task * s->output_h * s->output_w + i];
        if (position >= 0) l->out[to.first + position * to.step] += gradient;
        continue;
      }
      window v = window_at(s, oh, ow);
      for (ptrdiff_t h = v.h0; h < v.h1; h++) {
        for (ptrdiff_t w = v.w0; w < v.w1; w++) l->out[to.first + (h * s->source.w + w) * to.step] += gradient / v.size;
      }
    }
  }
}

int ck_pooling_forward(ck_pooling *plan, const float *source, float *destination, ck_error *error) {
  if (ck_operation_ready(&plan->forward)) {
    const void *addresses[] = {source, destination, plan->workspace};
    return ck_operation_run(&plan->forward, addresses, error);
  }
  const ck_pooling_spec *s = &plan->spec;
  if (s->layout == CK_BLOCKED) {
    ck_shape output = {s->source.n, s->source.c, s->output_h, s->output_w};
    memset(destination, 0, (size_t)ck_physical_count(s->layout, output) * sizeof *destination);
  }
  loop l = {s, source, destination, plan->positions};
  ck_parallel((int)(s->source.n * s->source.c), forward_plane, &l);
  return 0;
}

int ck_pooling_backward(
    ck_pooling *plan, const float *destination_gradient, float *source_gradient, ck_error *error) {
  const ck_pooling_spec *s = &plan->spec;
  if (!s->training) return ck_fail(error, dnnl_invalid_arguments, "pooling: the plan is not for training");
  if (ck_operation_ready(&plan->backward)) {
    const void *addresses[] = {destination_gradient, source_gradient, plan->workspace};
    return ck_operation_run(&plan->backward, addresses, error);
  }
  memset(source_gradient, 0, (size_t)ck_physical_count(s->layout, s->source) * sizeof *source_gradient);
  loop l = {s, destination_gradient, source_gradient, plan->positions};
  ck_parallel((int)(s->source.n * s->source.c), backward_plane, &l);
  return 0;
}

void ck_pooling_positions(const ck_pooling *plan, const float *source, int32_t *positions) {
  loop l = {&plan->spec, source, NULL, positions};
  ck_parallel((int)(plan->spec.source.n * plan->spec.source.c), forward_plane, &l);
}
