// Convolution over oneDNN.
#include "include/ck_convolution.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "include/ck_tiles.h"
#include "include/ck_vector.h"
#include "primitives.h"

struct ck_convolution {
  ck_engine *engine;
  ck_convolution_spec spec;
  ck_convolution_formats formats;  // weights: "whatever suits"
  dnnl_memory_desc_t weights[2];   // how the caller's lie: row-major, or in tiles where that is possible
  bool fits_tiles;
  ck_window window;
  ck_operation direction[3];       // by ck_direction
  ck_operation pack[2][2];         // weights to the format of forward and backward data, by how they lie
  float *packed[2];                // without training; with it they live in the engine's buffer while they are used
  bool stale[2];
  ck_operation unpack;             // packed weight gradient to plain
  float *bias_gradient;            // staging for accumulation
};

// One channel, or one pixel, lies the same way in both unblocked layouts; saying so in the partner's terms
// lets the library pick a kernel that wants both sides alike.
static ck_layout alias(ck_layout layout, ck_layout partner, ck_shape shape) {
  bool same = shape.c == 1 || (shape.h == 1 && shape.w == 1);
  return same && layout == CK_PLAIN && partner == CK_CHANNELS_LAST ? CK_CHANNELS_LAST : layout;
}

static dnnl_alg_kind_t algorithm(const ck_convolution *plan, ck_direction direction) {
  return plan->spec.algorithm[direction] == CK_WINOGRAD ? dnnl_convolution_winograd : dnnl_convolution_direct;
}

static int prepare(ck_convolution *plan, ck_direction direction, ck_error *error);

ck_convolution *ck_convolution_create(ck_engine *engine, const ck_convolution_spec *spec, ck_error *error) {
  ck_shape output = ck_convolution_output_shape(spec);
  if (output.n < 0) {
    ck_fail(error, dnnl_invalid_arguments,
        "convolution: input %td x %td x %td x %td, output channels %td, group %td, kernel %td x %td do not fit",
        spec->source.n, spec->source.c, spec->source.h, spec->source.w, spec->output_channels, spec->group,
        spec->kernel_h, spec->kernel_w);
    return NULL;
  }
  ck_convolution *plan = calloc(1, sizeof *plan);
  if (!plan) {
    ck_fail(error, dnnl_out_of_memory, "convolution: out of memory");
    return NULL;
  }
  plan->engine = engine;
  plan->spec = *spec;
  plan->stale[0] = plan->stale[1] = true;
  plan->window = (ck_window){
      {spec->kernel_h, spec->kernel_w},     {spec->stride_h, spec->stride_w},
      {spec->dilation_h, spec->dilation_w}, {spec->pad_h, spec->pad_w}, {spec->pad_h, spec->pad_w}};
  ck_layout from = spec->source_layout, to = spec->destination_layout;
  plan->formats.source = ck_format_activation(alias(from, to, spec->source), spec->source);
  plan->formats.destination = ck_format_activation(alias(to, from, output), output);
  ptrdiff_t weights[] = {spec->group, spec->output_channels / spec->group, spec->source.c / spec->group,
                         spec->kernel_h, spec->kernel_w};
  // A single group is described without the group axis: more kernels know that case.
  int skip = spec->group == 1;
  plan->formats.weights = ck_format_any(5 - skip, weights + skip);
  plan->weights[0] = ck_format_plain(5 - skip, weights + skip);
  plan->fits_tiles = weights[1] % CK_TILE == 0 && weights[2] % CK_TILE == 0;
  if (plan->fits_tiles) plan->weights[1] = ck_format_tiles(5 - skip, weights + skip);
  plan->formats.has_bias = spec->has_bias;
  plan->formats.bias = ck_format_plain(1, &spec->output_channels);
  if (prepare(plan, CK_FORWARD, error)) {
    ck_convolution_free(plan);
    return NULL;
  }
  return plan;
}

// Takes a direction back to the state before it was prepared.
static void forget(ck_convolution *plan, ck_direction direction) {
  ck_operation_clear(&plan->direction[direction]);
  if (direction == CK_BACKWARD_WEIGHTS) {
    ck_operation_clear(&plan->unpack);
    free(plan->bias_gradient);
    plan->bias_gradient = NULL;
  } else {
    for (int tiled = 0; tiled < 2; tiled++) ck_operation_clear(&plan->pack[direction][tiled]);
    free(plan->packed[direction]);
    plan->packed[direction] = NULL;
  }
}

void ck_convolution_free(ck_convolution *plan) {
  if (!plan) return;
  for (int i = 0; i < 3; i++) forget(plan, (ck_direction)i);
  free(plan);
}

static const char *const direction_name[] = {
    "convolution forward", "convolution backward data", "convolution backward weights"};

static int allocate(float **out, size_t bytes, ck_error *error) {
  *out = ck_allocate(bytes);
  if (*out) return 0;
  return ck_fail(error, dnnl_out_of_memory, "convolution: no memory for %zu bytes of weights", bytes);
}

// Makes the packing of weights that lie as said, once.
static int prepare_pack(ck_convolution *plan, ck_direction direction, bool tiled, ck_error *error) {
  static const int arguments[] = {DNNL_ARG_FROM, DNNL_ARG_TO};
  ck_operation *pack = &plan->pack[direction][tiled];
  const dnnl_memory_desc_t *wanted = ck_operation_format(&plan->direction[direction], DNNL_ARG_WEIGHTS);
  int failed = 0;
  if (!ck_operation_ready(pack)) {
    dnnl_primitive_desc_t description;
    dnnl_status_t status = ck_describe_reorder(&description, plan->engine, &plan->weights[tiled], wanted);
    failed = ck_operation_init(pack, plan->engine, description, status, 2, arguments, "weight packing", error);
  }
  if (failed || plan->spec.training || plan->packed[direction]) return failed;
  return allocate(&plan->packed[direction], ck_format_bytes(wanted), error);
}

static int prepare_unpack(ck_convolution *plan, ck_error *error) {
  static const int arguments[] = {DNNL_ARG_FROM, DNNL_ARG_TO};
  const dnnl_memory_desc_t *given =
      ck_operation_format(&plan->direction[CK_BACKWARD_WEIGHTS], DNNL_ARG_DIFF_WEIGHTS);
  dnnl_primitive_desc_t description;
  dnnl_status_t status = ck_describe_reorder(&description, plan->engine, given, &plan->weights[0]);
  int failed = ck_operation_init(
      &plan->unpack, plan->engine, description, status, 2, arguments, "gradient unpacking", error);
  if (failed) return failed;
  return allocate(&plan->bias_gradient, (size_t)plan->spec.output_channels * sizeof(float), error);
}

// Makes the primitive of a direction, once.
static int prepare(ck_convolution *plan, ck_direction direction, ck_error *error) {
  static const int arguments[3][4] = {
      {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_BIAS},
      {DNNL_ARG_DIFF_DST, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_SRC},
      {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS}};
  if (ck_operation_ready(&plan->direction[direction])) return 0;
  const ck_convolution_spec *spec = &plan->spec;
  dnnl_primitive_desc_t description;
  dnnl_status_t status;
  switch (direction) {
    case CK_FORWARD:
      status = ck_describe_convolution_forward(&description, plan->engine, spec->training,
          algorithm(plan, direction), &plan->formats, &plan->window,
          &(ck_epilogue){spec->adds, spec->fuse_relu, spec->negative_slope});
      break;
    case CK_BACKWARD_DATA:
      status = ck_describe_convolution_backward_data(
          &description, plan->engine, algorithm(plan, direction), &plan->formats, &plan->window);
      break;
    default:
      status = ck_describe_convolution_backward_weights(
          &description, plan->engine, algorithm(plan, direction), &plan->formats, &plan->window);
  }
  int count = 3 + (direction != CK_BACKWARD_DATA && spec->has_bias);
  int failed = ck_operation_init(&plan->direction[direction], plan->engine, description, status, count,
      arguments[direction], direction_name[direction], error);
  if (!failed) {
    failed = direction == CK_BACKWARD_WEIGHTS ? prepare_unpack(plan, error)
                                              : prepare_pack(plan, direction, false, error);
  }
  // Half-prepared is not prepared: the next call must not find a primitive without its buffers.
  if (failed) forget(plan, direction);
  return failed;
}

void ck_convolution_weights_changed(ck_convolution *plan) { plan->stale[0] = plan->stale[1] = true; }

void ck_convolution_drop_weights(ck_convolution *plan) {
  for (int direction = 0; direction < 2; direction++) {
    free(plan->packed[direction]);
    plan->packed[direction] = NULL;
  }
  ck_convolution_weights_changed(plan);
}

// Room in the engine's buffer for a direction's weights or weight gradient, and `more` bytes behind it.
static int borrow(
    ck_convolution *plan, ck_direction direction, int argument, size_t more, float **room, ck_error *error) {
  size_t bytes = ck_format_bytes(ck_operation_format(&plan->direction[direction], argument)) + more;
  *room = ck_buffer_reserve(&plan->engine->weights, bytes);
  if (*room) return 0;
  return ck_fail(error, dnnl_out_of_memory, "convolution: no memory for %zu bytes of weights", bytes);
}

// Whether the format of a direction's weights, or of their gradient, is that of tiles.
static bool takes_tiles(const ck_convolution *plan, ck_direction direction) {
  const int argument = direction == CK_BACKWARD_WEIGHTS ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS;
  return plan->fits_tiles &&
         ck_format_equal(ck_operation_format(&plan->direction[direction], argument), &plan->weights[1]);
}

// The weights that Winograd keeps transformed, without training, can only be packed from row-major ones.
bool ck_convolution_reads_tiles(ck_convolution *plan, ck_direction direction) {
  return plan->fits_tiles && !prepare(plan, direction, NULL) &&
         (takes_tiles(plan, direction) || !prepare_pack(plan, direction, true, NULL));
}

bool ck_convolution_wants_tiles(ck_convolution *plan) {
  return plan->spec.training && !prepare(plan, CK_BACKWARD_WEIGHTS, NULL) && takes_tiles(plan, CK_FORWARD) &&
         takes_tiles(plan, CK_BACKWARD_WEIGHTS) && ck_convolution_reads_tiles(plan, CK_BACKWARD_DATA);
}

// The weights as a direction wants them. In training they change every time, so no copy is kept.
static int pack_weights(
    ck_convolution *plan, ck_direction direction, ck_weights weights, const float **packed, ck_error *error) {
  *packed = weights.values;
  if (weights.tiled && takes_tiles(plan, direction)) return 0;
  *packed = plan->packed[direction];
  if (*packed && !plan->stale[direction]) return 0;
  int failed = prepare_pack(plan, direction, weights.tiled, error);
  float *room = plan->packed[direction];
  if (!failed && !room) failed = borrow(plan, direction, DNNL_ARG_WEIGHTS, 0, &room, error);
  if (failed) return failed;
  const void *addresses[] = {weights.values, room};
  failed = ck_operation_run(&plan->pack[direction][weights.tiled], addresses, error);
  plan->stale[direction] = failed != 0;
  *packed = room;
  return failed;
}

int ck_convolution_forward(
    ck_convolution *plan, const float *source, ck_weights weights, const float *bias, float *destination,
    ck_error *error) {
  const float *packed;
  int failed = pack_weights(plan, CK_FORWARD, weights, &packed, error);
  if (failed) return failed;
  const void *addresses[] = {source, packed, destination, bias};
  return ck_operation_run(&plan->direction[CK_FORWARD], addresses, error);
}

int ck_convolution_backward_data(
    ck_convolution *plan, const float *destination_gradient, ck_weights weights, float *source_gradient,
    ck_error *error) {
  int failed = prepare(plan, CK_BACKWARD_DATA, error);
  const float *packed;
  if (!failed) failed = pack_weights(plan, CK_BACKWARD_DATA, weights, &packed, error);
  if (failed) return failed;
  const void *addresses[] = {destination_gradient, packed, source_gradient};
  return ck_operation_run(&plan->direction[CK_BACKWARD_DATA], addresses, error);
}

int ck_convolution_backward_weights(
    ck_convolution *plan, const float *source, const float *destination_gradient, ck_weights_gradient weights_gradient,
    float *bias_gradient, ck_error *error) {
  const ck_direction direction = CK_BACKWARD_WEIGHTS;
  int failed = prepare(plan, direction, error);
  if (failed) return failed;
  if (weights_gradient.tiled && !takes_tiles(plan, direction)) {
    return ck_fail(error, dnnl_invalid_arguments, "%s: gives no tiles", direction_name[direction]);
  }
  const bool adds = weights_gradient.adds, unpacks = !weights_gradient.tiled;
  const size_t plain = ck_format_bytes(&plan->weights[0]);
  float *given = weights_gradient.values;
  if (unpacks || adds) {
    // A reorder that adds is one of oneDNN's slow ones: a sum takes a plain copy first.
    failed = borrow(plan, direction, DNNL_ARG_DIFF_WEIGHTS, unpacks && adds ? plain : 0, &given, error);
    if (failed) return failed;
  }
  const void *addresses[] = {source, destination_gradient, given, plan->bias_gradient};
  failed = ck_operation_run(&plan->direction[direction], addresses, error);
  if (failed) return failed;
  if (bias_gradient) ck_axpy(plan->spec.output_channels, 1, plan->bias_gradient, bias_gradient);
  if (unpacks) {
    const size_t bytes = ck_format_bytes(ck_operation_format(&plan->direction[direction], DNNL_ARG_DIFF_WEIGHTS));
    float *copy = given + bytes / sizeof *given;
    const void *unpacked[] = {given, adds ? copy : weights_gradient.values};
    failed = ck_operation_run(&plan->unpack, unpacked, error);
    given = copy;
  }
  if (!failed && adds) ck_axpy((ptrdiff_t)(plain / sizeof *given), 1, given, weights_gradient.values);
  return failed;
}

size_t ck_convolution_scratch_bytes(ck_convolution *plan, ck_direction direction) {
  if (prepare(plan, direction, NULL)) return 0;
  size_t bytes = plan->direction[direction].scratch_bytes;
  // Weights are packed and unpacked one at a time, before or after.
  const ck_operation *reorder = direction == CK_BACKWARD_WEIGHTS ? &plan->unpack : &plan->pack[direction][false];
  return reorder->scratch_bytes > bytes ? reorder->scratch_bytes : bytes;
}

int ck_convolution_info(
    ck_convolution *plan, ck_direction direction, ck_implementation *out, ck_error *error) {
  int failed = prepare(plan, direction, error);
  if (failed) return failed;
  snprintf(out->name, sizeof out->name, "%s", ck_operation_name(&plan->direction[direction]));
  out->optimised = !ck_operation_is_reference(&plan->direction[direction]);
  return 0;
}
