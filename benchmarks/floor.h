// Times a oneDNN primitive: what floor.c does for every layer. All static, for that one program.
#pragma once

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
