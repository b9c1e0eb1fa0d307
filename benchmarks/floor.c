// The floor: the time of bare oneDNN primitives, on data that already lies as they like it.
//
//   cc -O2 -fopenmp floor.c -ldnnl -o floor; ./floor [REPEATS] [MS] [forward] <lines
//
// Reads one layer a line and writes, for each direction, its best time over the candidate formats and algorithms:
//   KEY DIRECTION MEDIAN_MS MINIMUM_MS CANDIDATE IMPLEMENTATION
// where DIRECTION is forward, data or weights (batch normalisation's whole backward pass counts as data).
//   conv KEY NEEDS_DATA N C H W O KH KW STRIDE PAD DILATION GROUP BIAS
//   ip KEY NEEDS_DATA N K O           pool KEY NEEDS_DATA AVERAGE N C H W OH OW K STRIDE PAD
//   lrn KEY NEEDS_DATA N C H W SIZE ALPHA BETA        bn KEY NEEDS_DATA N C H W RELU
//   relu KEY NEEDS_DATA COUNT         sum KEY COUNT           softmax KEY N C
//   stream KEY COUNT: no primitive, but one pass over weights, gradients and momentum that updates them
// With `forward`, nets are not trained: forward primitives keep nothing for a backward pass, and there is none.
// Every primitive runs at least REPEATS times and for MS milliseconds. A line that cannot be measured ends the program.
#include "floor.h"

static void convolution_candidate(
    const dnnl_dim_t *v, const char *name, dnnl_alg_kind_t algorithm, dnnl_format_tag_t from, dnnl_format_tag_t to,
    timing best[3]) {
  enum { NEEDS, N, C, H, W, O, KH, KW, STRIDE, PAD, DILATION, GROUP, BIAS };
  dnnl_dim_t oh = (v[H] + 2 * v[PAD] - v[DILATION] * (v[KH] - 1) - 1) / v[STRIDE] + 1;
  dnnl_dim_t ow = (v[W] + 2 * v[PAD] - v[DILATION] * (v[KW] - 1) - 1) / v[STRIDE] + 1;
  dnnl_dim_t weights[] = {v[GROUP], v[O] / v[GROUP], v[C] / v[GROUP], v[KH], v[KW]};
  int skip = v[GROUP] == 1;
  dnnl_memory_desc_t x = format(4, (dnnl_dim_t[]){v[N], v[C], v[H], v[W]}, from);
  dnnl_memory_desc_t y = format(4, (dnnl_dim_t[]){v[N], v[O], oh, ow}, to);
  dnnl_memory_desc_t w = format(5 - skip, weights + skip, dnnl_format_tag_any);
  dnnl_memory_desc_t b = format(1, v + O, dnnl_a);
  dnnl_dims_t stride = {v[STRIDE], v[STRIDE]}, pad = {v[PAD], v[PAD]};
  dnnl_dims_t dilation = {v[DILATION] - 1, v[DILATION] - 1};
  dnnl_convolution_desc_t operation;
  if (dnnl_dilated_convolution_forward_desc_init(&operation, forward_kind, algorithm, &x, &w,
          v[BIAS] ? &b : NULL, &y, stride, dilation, pad, pad) != dnnl_success) return;
  dnnl_primitive_desc_t forward = describe(&operation, NULL);
  if (!forward) return;
  consider(&best[0], name, forward,
      (int[]){DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, v[BIAS] ? DNNL_ARG_BIAS : -1, -1});
  if (v[NEEDS] && dnnl_dilated_convolution_backward_data_desc_init(
                      &operation, algorithm, &x, &w, &y, stride, dilation, pad, pad) == dnnl_success) {
    dnnl_primitive_desc_t data = describe(&operation, forward);
    if (data) consider(&best[1], name, data, (int[]){DNNL_ARG_DIFF_DST, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_SRC, -1});
    drop(data);
  }
  if (dnnl_dilated_convolution_backward_weights_desc_init(&operation, algorithm, &x, &w, v[BIAS] ? &b : NULL, &y,
          stride, dilation, pad, pad) == dnnl_success) {
    dnnl_primitive_desc_t gradient = describe(&operation, forward);
    if (gradient) {
      consider(&best[2], name, gradient, (int[]){DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS,
          v[BIAS] ? DNNL_ARG_DIFF_BIAS : -1, -1});
    }
    drop(gradient);
  }
  drop(forward);
}

static void convolution(const char *key) {
  dnnl_dim_t v[13];
  integers(v, 13);
  timing best[3] = {0};
  convolution_candidate(v, "any", dnnl_convolution_direct, dnnl_format_tag_any, dnnl_format_tag_any, best);
  convolution_candidate(v, "winograd", dnnl_convolution_winograd, dnnl_format_tag_any, dnnl_format_tag_any, best);
  convolution_candidate(v, "nhwc", dnnl_convolution_direct, dnnl_nhwc, dnnl_nhwc, best);
  convolution_candidate(v, "blocked", dnnl_convolution_direct, dnnl_nChw16c, dnnl_nChw16c, best);
  // One channel lies alike in both; some kernels want the one name, some the other.
  if (v[2] <= 4) convolution_candidate(v, "nchw-blocked", dnnl_convolution_direct, dnnl_nchw, dnnl_nChw16c, best);
  report(key, "forward", &best[0]);
  if (v[0]) report(key, "data", &best[1]);
  report(key, "weights", &best[2]);
}

static void inner_product_candidate(
    const dnnl_dim_t *v, const char *name, dnnl_format_tag_t from, dnnl_format_tag_t how, timing best[3]) {
  dnnl_memory_desc_t x = format(2, v + 1, from), w = format(2, (dnnl_dim_t[]){v[3], v[2]}, how);
  dnnl_memory_desc_t y = format(2, (dnnl_dim_t[]){v[1], v[3]}, from), b = format(1, v + 3, dnnl_a);
  dnnl_inner_product_desc_t operation;
  check(dnnl_inner_product_forward_desc_init(&operation, forward_kind, &x, &w, &b, &y), "ip");
  dnnl_primitive_desc_t forward = describe(&operation, NULL);
  if (!forward) return;
  consider(&best[0], name, forward, (int[]){DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_BIAS, -1});
  if (v[0]) {
    check(dnnl_inner_product_backward_data_desc_init(&operation, &x, &w, &y), "ip");
    dnnl_primitive_desc_t data = describe(&operation, forward);
    if (data) consider(&best[1], name, data, (int[]){DNNL_ARG_DIFF_DST, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_SRC, -1});
    drop(data);
  }
  check(dnnl_inner_product_backward_weights_desc_init(&operation, &x, &w, &b, &y), "ip");
  dnnl_primitive_desc_t gradient = describe(&operation, forward);
  if (gradient) {
    consider(&best[2], name, gradient,
        (int[]){DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS, -1});
  }
  drop(gradient);
  drop(forward);
}

static void inner_product(const char *key) {
  dnnl_dim_t v[4];
  integers(v, 4);
  timing best[3] = {0};
  inner_product_candidate(v, "any", dnnl_format_tag_any, dnnl_format_tag_any, best);
  inner_product_candidate(v, "plain", dnnl_ab, dnnl_ab, best);
  inner_product_candidate(v, "transposed", dnnl_ab, dnnl_ba, best);
  report(key, "forward", &best[0]);
  if (v[0]) report(key, "data", &best[1]);
  report(key, "weights", &best[2]);
}

static void pooling(const char *key) {
  enum { NEEDS, AVERAGE, N, C, H, W, OH, OW, K, STRIDE, PAD };
  dnnl_dim_t v[11];
  integers(v, 11);
  dnnl_alg_kind_t algorithm = v[AVERAGE] ? dnnl_pooling_avg_exclude_padding : dnnl_pooling_max;
  dnnl_dims_t kernel = {v[K], v[K]}, stride = {v[STRIDE], v[STRIDE]}, pad = {v[PAD], v[PAD]};
  dnnl_dims_t end = {(v[OH] - 1) * v[STRIDE] + v[K] - v[H] - v[PAD], (v[OW] - 1) * v[STRIDE] + v[K] - v[W] - v[PAD]};
  timing best[2] = {0};
  for (int i = 0; i < layout_count; i++) {
    dnnl_memory_desc_t x = format(4, v + N, layouts[i].tag);
    dnnl_memory_desc_t y = format(4, (dnnl_dim_t[]){v[N], v[C], v[OH], v[OW]}, layouts[i].tag);
    dnnl_pooling_desc_t operation;
    check(dnnl_pooling_forward_desc_init(
              &operation, forward_kind, algorithm, &x, &y, stride, kernel, pad, end), "pooling");
    dnnl_primitive_desc_t forward = describe(&operation, NULL), backward = NULL;
    if (!forward) continue;
    int noted = has_workspace(forward) ? DNNL_ARG_WORKSPACE : -1;
    consider(&best[0], layouts[i].name, forward, (int[]){DNNL_ARG_SRC, DNNL_ARG_DST, noted, -1});
    check(dnnl_pooling_backward_desc_init(&operation, algorithm, &x, &y, stride, kernel, pad, end), "pooling");
    if (v[NEEDS]) backward = describe(&operation, forward);
    if (backward) consider(&best[1], layouts[i].name, backward, (int[]){DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC, noted, -1});
    drop(backward);
    drop(forward);
  }
  report(key, "forward", &best[0]);
  if (v[NEEDS]) report(key, "data", &best[1]);
}

static void local_response(const char *key) {
  dnnl_dim_t v[6];
  float alpha, beta;
  integers(v, 6);
  if (scanf("%f %f", &alpha, &beta) != 2) stop("lrn: alpha or beta is missing");
  timing best[2] = {0};
  for (int i = 0; i < layout_count; i++) {
    dnnl_memory_desc_t x = format(4, v + 1, layouts[i].tag);
    dnnl_lrn_desc_t operation;
    check(dnnl_lrn_forward_desc_init(
              &operation, forward_kind, dnnl_lrn_across_channels, &x, v[5], alpha, beta, 1), "lrn");
    dnnl_primitive_desc_t forward = describe(&operation, NULL), backward = NULL;
    if (!forward) continue;
    int noted = has_workspace(forward) ? DNNL_ARG_WORKSPACE : -1;
    consider(&best[0], layouts[i].name, forward, (int[]){DNNL_ARG_SRC, DNNL_ARG_DST, noted, -1});
    check(dnnl_lrn_backward_desc_init(&operation, dnnl_lrn_across_channels, &x, &x, v[5], alpha, beta, 1), "lrn");
    if (v[0]) backward = describe(&operation, forward);
    if (backward) {
      consider(&best[1], layouts[i].name, backward,
          (int[]){DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC, noted, -1});
    }
    drop(backward);
    drop(forward);
  }
  report(key, "forward", &best[0]);
  if (v[0]) report(key, "data", &best[1]);
}

static void batch_norm(const char *key) {
  dnnl_dim_t v[6];
  integers(v, 6);
  unsigned flags = dnnl_use_scaleshift | (v[5] ? dnnl_fuse_norm_relu : 0);
  timing best[2] = {0};
  for (int i = 0; i < layout_count; i++) {
    dnnl_memory_desc_t x = format(4, v + 1, layouts[i].tag);
    dnnl_batch_normalization_desc_t operation;
    check(dnnl_batch_normalization_forward_desc_init(&operation, forward_kind, &x, 1e-5f, flags), "bn");
    dnnl_primitive_desc_t forward = describe(&operation, NULL);
    if (!forward) continue;
    int noted = has_workspace(forward) ? DNNL_ARG_WORKSPACE : -1;
    consider(&best[0], layouts[i].name, forward, (int[]){DNNL_ARG_SRC, DNNL_ARG_DST, DNNL_ARG_MEAN,
        DNNL_ARG_VARIANCE, DNNL_ARG_SCALE_SHIFT, noted, -1});
    check(dnnl_batch_normalization_backward_desc_init(&operation, dnnl_backward, &x, &x, 1e-5f, flags), "bn");
    dnnl_primitive_desc_t backward = describe(&operation, forward);
    if (backward) {
      consider(&best[1], layouts[i].name, backward, (int[]){DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC,
          DNNL_ARG_MEAN, DNNL_ARG_VARIANCE, DNNL_ARG_SCALE_SHIFT, DNNL_ARG_DIFF_SCALE_SHIFT, noted, -1});
    }
    drop(backward);
    drop(forward);
  }
  report(key, "forward", &best[0]);
  report(key, "data", &best[1]);
}

static void rectifier(const char *key) {
  dnnl_dim_t v[2];
  integers(v, 2);
  dnnl_memory_desc_t x = format(1, v + 1, dnnl_a);
  dnnl_eltwise_desc_t operation;
  timing best[2] = {0};
  check(dnnl_eltwise_forward_desc_init(&operation, forward_kind, dnnl_eltwise_relu, &x, 0, 0), "relu");
  dnnl_primitive_desc_t forward = describe(&operation, NULL);
  if (!forward) stop("no rectifier");
  consider(&best[0], "flat", forward, (int[]){DNNL_ARG_SRC, DNNL_ARG_DST, -1});
  report(key, "forward", &best[0]);
  if (v[0]) {
    check(dnnl_eltwise_backward_desc_init(&operation, dnnl_eltwise_relu, &x, &x, 0, 0), "relu");
    dnnl_primitive_desc_t backward = describe(&operation, forward);
    if (backward) consider(&best[1], "flat", backward, (int[]){DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC, -1});
    drop(backward);
    report(key, "data", &best[1]);
  }
  drop(forward);
}

static void sum(const char *key) {
  dnnl_dim_t count;
  integers(&count, 1);
  dnnl_memory_desc_t x = format(1, &count, dnnl_a);
  dnnl_binary_desc_t operation;
  timing best = {0};
  check(dnnl_binary_desc_init(&operation, dnnl_binary_add, &x, &x, &x), "sum");
  dnnl_primitive_desc_t binary = describe(&operation, NULL), many = NULL;
  if (binary) consider(&best, "binary", binary, (int[]){DNNL_ARG_SRC_0, DNNL_ARG_SRC_1, DNNL_ARG_DST, -1});
  dnnl_memory_desc_t both[] = {x, x};
  if (dnnl_sum_primitive_desc_create(&many, &x, 2, (float[]){1, 1}, both, NULL, engine) == dnnl_success) {
    consider(&best, "sum", many, (int[]){DNNL_ARG_MULTIPLE_SRC, DNNL_ARG_MULTIPLE_SRC + 1, DNNL_ARG_DST, -1});
  }
  drop(binary);
  drop(many);
  report(key, "forward", &best);
}

static void softmax(const char *key) {
  dnnl_dim_t v[2];
  integers(v, 2);
  dnnl_memory_desc_t x = format(2, v, dnnl_ab);
  dnnl_softmax_desc_t operation;
  timing best[2] = {0};
  check(dnnl_softmax_forward_desc_init(&operation, forward_kind, &x, 1), "softmax");
  dnnl_primitive_desc_t forward = describe(&operation, NULL), backward = NULL;
  if (!forward) stop("no softmax");
  consider(&best[0], "plain", forward, (int[]){DNNL_ARG_SRC, DNNL_ARG_DST, -1});
  check(dnnl_softmax_backward_desc_init(&operation, &x, &x, 1), "softmax");
  backward = describe(&operation, forward);
  if (backward) consider(&best[1], "plain", backward, (int[]){DNNL_ARG_DST, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC, -1});
  drop(backward);
  drop(forward);
  report(key, "forward", &best[0]);
  report(key, "data", &best[1]);
}

int main(int count, char **arguments) {
  static const struct {
    const char *name;
    void (*measure)(const char *key);
  } kinds[] = {{"conv", convolution}, {"ip", inner_product}, {"pool", pooling}, {"lrn", local_response},
               {"bn", batch_norm}, {"relu", rectifier}, {"sum", sum}, {"softmax", softmax}, {"stream", one_pass}};
  if (count > 1) repeats = atoi(arguments[1]);
  if (count > 2) budget_ms = atof(arguments[2]);
  if (count > 3) {
    if (strcmp(arguments[3], "forward")) stop("the third argument can only be `forward`");
    forward_kind = dnnl_forward_inference;
  }
  if (repeats < 1 || repeats > MAX_RUNS || budget_ms < 0) stop("REPEATS or MS is out of range");
  check(dnnl_engine_create(&engine, dnnl_cpu, 0), "no engine");
  check(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags), "no stream");
  char kind[16], key[128];
  while (scanf("%15s %127s", kind, key) == 2) {
    size_t i = 0;
    while (i < sizeof kinds / sizeof *kinds && strcmp(kinds[i].name, kind)) i++;
    if (i == sizeof kinds / sizeof *kinds) stop("an unknown kind of layer");
    kinds[i].measure(key);
  }
  dnnl_stream_destroy(stream);
  dnnl_engine_destroy(engine);
}
