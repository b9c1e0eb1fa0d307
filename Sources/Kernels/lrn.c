// LRN: oneDNN where it has an optimised kernel (beta 0.75, and some sizes and channel counts), otherwise loops.
#include "include/ck_lrn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "primitives.h"

struct ck_lrn {
  ck_lrn_spec spec;
  ck_operation forward, backward;  // not ready: the loops below
  void *workspace;
  float *tiles;                    // the loops' scratch, one per image
};

enum { PIXELS = 16, TILES = 5 };

static bool prepare(ck_lrn *plan, ck_engine *engine) {
  const ck_lrn_spec *s = &plan->spec;
  ck_lrn_numbers numbers = {dnnl_lrn_across_channels, s->size, s->alpha, s->beta, s->k};
  dnnl_memory_desc_t data = ck_format_activation(s->layout, s->shape);
  static const int forward_arguments[] = {DNNL_ARG_SRC, DNNL_ARG_DST, DNNL_ARG_WORKSPACE};
  static const int backward_arguments[] = {
      DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC, DNNL_ARG_WORKSPACE};
  dnnl_primitive_desc_t description;
  dnnl_status_t status = ck_describe_lrn_forward(&description, engine, s->training, &numbers, &data);
  const dnnl_memory_desc_t *workspace = status ? NULL : ck_workspace_format(description);
  bool noted = workspace != NULL;
  if (noted) plan->workspace = ck_allocate(ck_format_bytes(workspace));
  if (ck_operation_init(
          &plan->forward, engine, description, status, 2 + noted, forward_arguments, "LRN", NULL) ||
      ck_operation_is_reference(&plan->forward) || (noted && !plan->workspace)) {
    return false;
  }
  if (!s->training) return true;
  status = ck_describe_lrn_backward(&description, engine, &numbers, &data, plan->forward.description);
  return !ck_operation_init(
             &plan->backward, engine, description, status, 3 + noted, backward_arguments, "LRN", NULL) &&
         !ck_operation_is_reference(&plan->backward);
}

static ptrdiff_t tile_count(const ck_lrn_spec *s) { return (s->shape.c + s->size - 1) * PIXELS; }

ck_lrn *ck_lrn_create(ck_engine *engine, const ck_lrn_spec *s, ck_error *error) {
  if (ck_physical_count(CK_BLOCKED, s->shape) <= 0 || s->size <= 0 || s->size % 2 == 0 ||
      s->size > PTRDIFF_MAX / 4096) {
    ck_fail(error, dnnl_invalid_arguments, "LRN: size %td over %td channels: it must be odd", s->size, s->shape.c);
    return NULL;
  }
  ck_lrn *plan = calloc(1, sizeof *plan);
  if (plan) {
    plan->spec = *s;
    if (prepare(plan, engine)) return plan;
    ck_operation_clear(&plan->forward);
    ck_operation_clear(&plan->backward);
    plan->tiles = ck_allocate((size_t)(s->shape.n * TILES * tile_count(s)) * sizeof *plan->tiles);
    if (plan->tiles) return plan;
    ck_lrn_free(plan);
  }
  ck_fail(error, dnnl_out_of_memory, "LRN: out of memory");
  return NULL;
}

void ck_lrn_free(ck_lrn *plan) {
  if (!plan) return;
  ck_operation_clear(&plan->forward);
  ck_operation_clear(&plan->backward);
  free(plan->workspace);
  free(plan->tiles);
  free(plan);
}

const char *ck_lrn_implementation(const ck_lrn *plan) {
  return ck_operation_ready(&plan->forward) ? ck_operation_name(&plan->forward) : "loops";
}

// The loops work on tiles of all channels of 16 pixels, channel by channel, whatever the layout around them. A tile
// has half a window of zero channels before and after, so that windows need no bounds.

typedef struct {
  const ck_lrn *plan;
  const float *x, *gradient;
  float *out;
} loop;

static ptrdiff_t address(const ck_lrn_spec *s, ptrdiff_t n, ptrdiff_t c, ptrdiff_t pixel) {
  ptrdiff_t plane = s->shape.h * s->shape.w, blocks = (s->shape.c + CK_CHANNEL_BLOCK - 1) / CK_CHANNEL_BLOCK;
  switch (s->layout) {
    case CK_PLAIN: return (n * s->shape.c + c) * plane + pixel;
    case CK_CHANNELS_LAST: return (n * plane + pixel) * s->shape.c + c;
    default:
      return ((n * blocks + c / CK_CHANNEL_BLOCK) * plane + pixel) * CK_CHANNEL_BLOCK + c % CK_CHANNEL_BLOCK;
  }
}

static void load(const ck_lrn_spec *s, const float *from, ptrdiff_t n, ptrdiff_t pixel, int live, float *tile) {
  for (ptrdiff_t c = 0; c < s->shape.c; c++) {
    for (int p = 0; p < live; p++) tile[c * PIXELS + p] = from[address(s, n, c, pixel + p)];
  }
}

static void store(const ck_lrn_spec *s, const float *tile, ptrdiff_t n, ptrdiff_t pixel, int live, float *to) {
  for (ptrdiff_t c = 0; c < s->shape.c; c++) {
    for (int p = 0; p < live; p++) to[address(s, n, c, pixel + p)] = tile[c * PIXELS + p];
  }
}

// out[c] = sum of in[c - half] ... in[c + half], where `in` is padded and starts half a window early.
CK_INLINE void window_sums(const ck_lrn_spec *s, const float *in, ptrdiff_t c, float *out) {
  for (int p = 0; p < PIXELS; p++) out[p] = 0;
  for (ptrdiff_t j = 0; j < s->size; j++) {
    for (int p = 0; p < PIXELS; p++) out[p] += in[(c + j) * PIXELS + p];
  }
}

// scale[c] = k + alpha / size * sum of squares; power[c] = scale^-beta
CK_CLONES static void scales(const ck_lrn_spec *s, const float *x, float *squares, float *scale, float *power) {
  float *inner = squares + s->size / 2 * PIXELS;
  for (ptrdiff_t i = 0; i < s->shape.c * PIXELS; i++) inner[i] = x[i] * x[i];
  for (ptrdiff_t c = 0; c < s->shape.c; c++) {
    float sums[PIXELS];
    window_sums(s, squares, c, sums);
    for (int p = 0; p < PIXELS; p++) scale[c * PIXELS + p] = s->k + s->alpha / (float)s->size * sums[p];
  }
  ptrdiff_t count = s->shape.c * PIXELS;
  if (s->beta == 0.75f) {
    for (ptrdiff_t i = 0; i < count; i++) power[i] = 1 / (sqrtf(scale[i]) * sqrtf(sqrtf(scale[i])));
  } else {
    for (ptrdiff_t i = 0; i < count; i++) power[i] = powf(scale[i], -s->beta);
  }
}

// dx[c] = dy[c] * power[c] - 2 alpha beta / size * x[c] * sum over the window of dy * x * power / scale
CK_CLONES static void gradients(
    const ck_lrn_spec *s, const float *x, const float *dy, float *ratios, const float *scale, float *power) {
  float *inner = ratios + s->size / 2 * PIXELS, factor = 2 * s->alpha * s->beta / (float)s->size;
  for (ptrdiff_t i = 0; i < s->shape.c * PIXELS; i++) inner[i] = dy[i] * x[i] * power[i] / scale[i];
  for (ptrdiff_t c = 0; c < s->shape.c; c++) {
    float sums[PIXELS];
    window_sums(s, ratios, c, sums);
    for (int p = 0; p < PIXELS; p++) {
      ptrdiff_t i = c * PIXELS + p;
      power[i] = dy[i] * power[i] - factor * x[i] * sums[p];
    }
  }
}

static void image_task(void *context, int n) {
  const loop *l = context;
  const ck_lrn_spec *s = &l->plan->spec;
  ptrdiff_t size = tile_count(s), plane = s->shape.h * s->shape.w;
  float *x = l->plan->tiles + n * TILES * size, *windows = x + size, *scale = windows + size, *power = scale + size,
        *dy = power + size;
  memset(x, 0, (size_t)(TILES * size) * sizeof *x);
  for (ptrdiff_t pixel = 0; pixel < plane; pixel += PIXELS) {
    int live = (int)(plane - pixel < PIXELS ? plane - pixel : PIXELS);
    load(s, l->x, n, pixel, live, x);
    scales(s, x, windows, scale, power);
    if (l->gradient) {
      // The squares are used up: their tile takes the ratios.
      load(s, l->gradient, n, pixel, live, dy);
      gradients(s, x, dy, windows, scale, power);
    } else {
      for (ptrdiff_t i = 0; i < s->shape.c * PIXELS; i++) power[i] *= x[i];
    }
    store(s, power, n, pixel, live, l->out);
  }
}

static void run_loops(ck_lrn *plan, const float *x, const float *gradient, float *out) {
  const ck_lrn_spec *s = &plan->spec;
  if (s->layout == CK_BLOCKED) {
    memset(out, 0, (size_t)ck_physical_count(s->layout, s->shape) * sizeof *out);
  }
  ck_parallel((int)s->shape.n, image_task, &(loop){plan, x, gradient, out});
}

int ck_lrn_forward(ck_lrn *plan, const float *source, float *destination, ck_error *error) {
  if (!ck_operation_ready(&plan->forward)) {
    run_loops(plan, source, NULL, destination);
    return 0;
  }
  const void *addresses[] = {source, destination, plan->workspace};
  return ck_operation_run(&plan->forward, addresses, error);
}

int ck_lrn_backward(
    ck_lrn *plan, const float *source, const float *destination_gradient, float *source_gradient,
    ck_error *error) {
  if (!plan->spec.training) return ck_fail(error, dnnl_invalid_arguments, "LRN: the plan is not for training");
  if (!ck_operation_ready(&plan->backward)) {
    run_loops(plan, source, destination_gradient, source_gradient);
    return 0;
  }
  const void *addresses[] = {source, destination_gradient, source_gradient, plan->workspace};
  return ck_operation_run(&plan->backward, addresses, error);
}
