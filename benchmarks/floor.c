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
#include <omp.h>
#include <oneapi/dnnl/dnnl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_ARGUMENTS = 12, MAX_RUNS = 10000 };

static dnnl_engine_t engine;
static dnnl_stream_t stream;
static int repeats = 7;
static double budget_ms = 60;
static dnnl_prop_kind_t forward_kind = dnnl_forward_training;

typedef struct {
  double median, minimum;
  char candidate[32], implementation[64];
} timing;

static void stop(const char *why) {
  fprintf(stderr, "floor: %s\n", why);
  exit(1);
}

static void check(dnnl_status_t status, const char *what) {
  if (status != dnnl_success) stop(what);
}

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// A body that is hopeless beside the best so far (0: there is none yet) is given up early.
static void measure(void (*body)(void *), void *context, double best, timing *out) {
  static double runs[MAX_RUNS];
  int count = 0, hopeless = 0;
  body(context);
  for (double start = now_ms(); count < MAX_RUNS && (count < repeats || now_ms() - start < budget_ms); count++) {
    double begin = now_ms();
    body(context);
    runs[count] = now_ms() - begin;
    hopeless += best > 0 && runs[count] > 1.5 * best;
    if (hopeless == count + 1 && hopeless == 3) {
      count++;
      break;
    }
  }
  qsort(runs, (size_t)count, sizeof *runs, by_value);
  out->median = runs[count / 2];
  out->minimum = runs[0];
}

static void *filled(size_t bytes) {
  size_t rounded = (bytes + 63) / 64 * 64;
  float *data = aligned_alloc(64, rounded ? rounded : 64);
  if (!data) stop("out of memory");
#pragma omp parallel for
  for (size_t i = 0; i < rounded / sizeof *data; i++) data[i] = (float)(i % 17) / 17 + 0.1f;
  return data;
}

// A primitive with memory of its own for every argument.
typedef struct {
  dnnl_primitive_t primitive;
  int count;
  dnnl_exec_arg_t arguments[MAX_ARGUMENTS];
} call;

static void execute(void *context) {
  call *c = context;
  check(dnnl_primitive_execute(c->primitive, stream, c->count, c->arguments), "a primitive failed");
  check(dnnl_stream_wait(stream), "a primitive failed");
}

// Measures a description and keeps the time if it is the best so far. Arguments end with -1.
static void consider(timing *best, const char *candidate, dnnl_primitive_desc_t description, const int *arguments) {
  const char *name = "?";
  dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, &name);
  // The library's plain loops serve anything, a hundred times slower.
  if (best->minimum > 0 && strstr(name, "ref")) return;
  call c = {0};
  void *data[MAX_ARGUMENTS];
  check(dnnl_primitive_create(&c.primitive, description), "no primitive of a description");
  for (; arguments[c.count] != -1; c.count++) {
    const dnnl_memory_desc_t *format =
        dnnl_primitive_desc_query_md(description, dnnl_query_exec_arg_md, arguments[c.count]);
    size_t bytes = dnnl_memory_desc_get_size(format);
    data[c.count] = filled(bytes);
    // Positions of maxima: 0 is one in any window.
    if (arguments[c.count] == DNNL_ARG_WORKSPACE) memset(data[c.count], 0, bytes);
    c.arguments[c.count].arg = arguments[c.count];
    check(dnnl_memory_create(&c.arguments[c.count].memory, format, engine, data[c.count]), "no memory object");
  }
  timing t = {0};
  measure(execute, &c, best->median, &t);
  snprintf(t.candidate, sizeof t.candidate, "%s", candidate);
  snprintf(t.implementation, sizeof t.implementation, "%s", name);
  if (best->minimum == 0 || t.median < best->median) *best = t;
  for (int i = 0; i < c.count; i++) {
    dnnl_memory_destroy(c.arguments[i].memory);
    free(data[i]);
  }
  dnnl_primitive_destroy(c.primitive);
}

static void report(const char *key, const char *direction, const timing *t) {
  if (forward_kind == dnnl_forward_inference && strcmp(direction, "forward")) return;
  if (t->minimum == 0) stop("no primitive serves a layer");
  printf("%s %s %.5f %.5f %s %s\n", key, direction, t->median, t->minimum, t->candidate, t->implementation);
  fflush(stdout);
}

static dnnl_memory_desc_t format(int rank, const dnnl_dim_t *dims, dnnl_format_tag_t tag) {
  dnnl_memory_desc_t result;
  dnnl_dims_t copy = {0};
  memcpy(copy, dims, (size_t)rank * sizeof *dims);
  check(dnnl_memory_desc_init_by_tag(&result, rank, copy, dnnl_f32, tag), "no format");
  return result;
}

// A description, or NULL where the library has none. Backward ones hint at their forward one.
static dnnl_primitive_desc_t describe(const void *operation, dnnl_primitive_desc_t forward) {
  dnnl_primitive_desc_t result = NULL;
  if (forward && forward_kind == dnnl_forward_inference) return NULL;
  return dnnl_primitive_desc_create(&result, operation, NULL, engine, forward) == dnnl_success ? result : NULL;
}

static void drop(dnnl_primitive_desc_t description) {
  if (description) dnnl_primitive_desc_destroy(description);
}

typedef struct {
  const char *name;
  dnnl_format_tag_t tag;
} layout;

static const layout layouts[] = {
    {"blocked", dnnl_nChw16c}, {"nhwc", dnnl_nhwc}, {"nchw", dnnl_nchw}, {"blocked8", dnnl_nChw8c}};
static const int layout_count = sizeof layouts / sizeof *layouts;

static int has_workspace(dnnl_primitive_desc_t description) {
  const dnnl_memory_desc_t *workspace = dnnl_primitive_desc_query_md(description, dnnl_query_workspace_md, 0);
  return workspace && dnnl_memory_desc_get_size(workspace) > 0;
}

// Reads the integers of a line.
static void integers(dnnl_dim_t *out, int count) {
  for (int i = 0; i < count; i++) {
    long long value;
    if (scanf("%lld", &value) != 1) stop("a number is missing");
    out[i] = value;
  }
}

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

typedef struct {
  size_t count;
  float *weights, *gradients, *momentum;
} update;

// Reads three arrays and writes two, as an update must: this is the memory's speed, not a solver.
static void update_once(void *context) {
  const update *u = context;
  float *w = u->weights, *m = u->momentum;
  const float *g = u->gradients;
#pragma omp parallel for simd
  for (size_t i = 0; i < u->count; i++) {
    m[i] = 0.9f * m[i] + 1e-5f * (g[i] + 5e-4f * w[i]);
    w[i] -= m[i];
  }
}

static void one_pass(const char *key) {
  dnnl_dim_t count;
  integers(&count, 1);
  size_t bytes = (size_t)count * sizeof(float);
  update u = {(size_t)count, filled(bytes), filled(bytes), filled(bytes)};
  timing t = {.candidate = "update", .implementation = "loop"};
  measure(update_once, &u, 0, &t);
  report(key, "forward", &t);
  free(u.weights);
  free(u.gradients);
  free(u.momentum);
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
