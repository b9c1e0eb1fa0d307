// Plans of compact convolutions: what lives, where it lies, and its weights.
#include "compact.h"

#include <stdlib.h>
#include <string.h>

// Floats of a band, so that it stays in a core's second-level cache beside the weights that pass by.
enum { BAND_FLOATS = 1 << 16, BAND_PIXELS = 1 << 10 };

CK_CLONES static void mark(ptrdiff_t count, const float *restrict weights, uint8_t *restrict live) {
  for (ptrdiff_t i = 0; i < count; i++) live[i] |= weights[i] != 0;
}

static bool all(ptrdiff_t count, const uint8_t *live) { return !memchr(live, 0, (size_t)count); }

void ck_live_slices(
    ptrdiff_t groups, ptrdiff_t rows, ptrdiff_t columns, const float *weights, uint8_t *live_columns,
    uint8_t *live_rows) {
  memset(live_columns, 0, (size_t)(groups * columns));
  for (ptrdiff_t row = 0; row < groups * rows; row++) {
    const float *w = weights + row * columns;
    uint8_t *live = live_columns + row / rows * columns;
    // Once all columns are known to live, only the row counts: its first weight that is not zero decides.
    if (!all(columns, live)) mark(columns, w, live);
    ptrdiff_t first = 0;
    while (first < columns && w[first] == 0) first++;
    live_rows[row] = first < columns;
  }
}

static ck_planes planes(ck_layout layout, ck_shape shape) {
  const ptrdiff_t lanes = layout == CK_PLAIN ? 1 : layout == CK_BLOCKED ? CK_LANES : shape.c;
  return (ck_planes){lanes, (shape.c + lanes - 1) / lanes, shape.h, shape.w};
}

void ck_compact_free(ck_compact *plan) {
  if (!plan) return;
  for (ptrdiff_t g = 0; plan->groups && g < plan->spec.group; g++) {
    ck_compact_group *group = &plan->groups[g];
    free(group->columns);
    free(group->offsets);
    free(group->rows);
    free(group->lives);
    free(group->straight);
    free(group->weights);
  }
  free(plan->groups);
  free(plan->pixels);
  free(plan->identity);
  free(plan->bias);
  free(plan->dead);
  free(plan);
}

// What a band is, and from where offsets in it count.
static void choose_bands(ck_compact *p) {
  const ck_convolution_spec *s = &p->spec;
  const ptrdiff_t reach = (s->kernel_h - 1) * s->dilation_h + 1;
  p->copies = s->pad_h > 0 || s->pad_w > 0;
  p->view = p->source;
  p->view.width += 2 * s->pad_w;
  const ptrdiff_t line = p->view.count * p->view.lanes * p->view.width;
  ptrdiff_t rows = (BAND_FLOATS / line - reach) / s->stride_h + 1;
  rows = ck_smaller(rows, BAND_PIXELS / p->output.w);
  rows = rows < 1 ? 1 : ck_smaller(rows, p->output.h);
  p->bands = (p->output.h + rows - 1) / rows;
  p->band_rows = (p->output.h + p->bands - 1) / p->bands;
  p->bands = (p->output.h + p->band_rows - 1) / p->band_rows;
  if (p->copies) p->view.height = (p->band_rows - 1) * s->stride_h + reach;
}

static bool place_pixels(ck_compact *p) {
  const ck_convolution_spec *s = &p->spec;
  p->pixels = malloc((size_t)(p->band_rows * p->output.w) * sizeof *p->pixels);
  if (!p->pixels) return false;
  int32_t *pixel = p->pixels;
  for (ptrdiff_t y = 0; y < p->band_rows; y++) {
    for (ptrdiff_t x = 0; x < p->output.w; x++) {
      *pixel++ = (int32_t)((y * s->stride_h * p->view.width + x * s->stride_w) * p->view.lanes);
    }
  }
  return true;
}

static bool place_columns(ck_compact *p, ptrdiff_t g, const uint8_t *live) {
  const ck_convolution_spec *s = &p->spec;
  const ptrdiff_t channels = s->source.c / s->group, window = s->kernel_h * s->kernel_w, count = channels * window;
  ck_compact_group *group = &p->groups[g];
  for (ptrdiff_t i = 0; i < count; i++) group->live += live[i] != 0;
  const size_t bytes = (size_t)(group->live + 1) * sizeof *group->columns;
  group->columns = malloc(bytes);
  group->offsets = malloc(bytes);
  if (!group->columns || !group->offsets) return false;
  ptrdiff_t at = 0;
  for (ptrdiff_t i = 0; i < count; i++) {
    if (!live[i]) continue;
    const ptrdiff_t y = i % window / s->kernel_w * s->dilation_h, x = i % s->kernel_w * s->dilation_w;
    group->columns[at] = (int32_t)i;
    group->offsets[at++] = (int32_t)(ck_channel_offset(&p->view, g * channels + i / window) +
                                     (y * p->view.width + x) * p->view.lanes);
  }
  return true;
}

// Whether the filters of a block are neighbours in the top, and it has 16 lanes for them.
static bool is_straight(const ck_compact *p, const int32_t *rows) {
  const ptrdiff_t lanes = p->destination.lanes, first = rows[0];
  if (lanes == 1 || (p->spec.destination_layout == CK_BLOCKED && first % CK_LANES != 0)) return false;
  for (int l = 0; l < CK_LANES; l++) {
    // The padding of the last block is zero before and after.
    const bool pads = p->spec.destination_layout == CK_BLOCKED && first + l >= p->output.c;
    if (rows[l] != first + l && !(pads && rows[l] < 0)) return false;
  }
  return true;
}

// Puts filters in blocks: either as they lie, leaving out blocks without living filters, or the living ones one after
// the other where that takes fewer blocks.
static bool place_rows(ck_compact *p, ptrdiff_t g, const uint8_t *live) {
  const ptrdiff_t count = p->output.c / p->spec.group, most = (count + CK_LANES - 1) / CK_LANES;
  ck_compact_group *group = &p->groups[g];
  group->rows = malloc((size_t)(most * CK_LANES + 1) * sizeof *group->rows);
  group->lives = calloc((size_t)most, CK_LANES);
  group->straight = malloc((size_t)most);
  if (!group->rows || !group->lives || !group->straight) return false;
  ptrdiff_t lives = 0, natural = 0;
  for (ptrdiff_t block = 0; block < most; block++) {
    const ptrdiff_t first = block * CK_LANES, size = ck_smaller(CK_LANES, count - first);
    const bool any = !!memchr(live + first, 1, (size_t)size);
    natural += any;
    for (ptrdiff_t l = 0; l < size; l++) lives += live[first + l];
  }
  if (group->live == 0) lives = natural = 0;
  const ptrdiff_t packed = (lives + CK_LANES - 1) / CK_LANES;
  const bool compresses = packed * 4 <= natural * 3;
  group->blocks = compresses ? packed : natural;
  for (ptrdiff_t i = 0; i < group->blocks * CK_LANES; i++) group->rows[i] = -1;
  ptrdiff_t at = 0;
  for (ptrdiff_t block = 0; block < most && group->live > 0; block++) {
    const ptrdiff_t first = block * CK_LANES, size = ck_smaller(CK_LANES, count - first);
    if (!memchr(live + first, 1, (size_t)size)) continue;
    for (ptrdiff_t l = 0; l < size; l++) {
      if (compresses && !live[first + l]) continue;
      group->lives[at] = live[first + l];
      group->rows[at++] = (int32_t)(g * count + first + l);
    }
    if (!compresses) at = (at + CK_LANES - 1) / CK_LANES * CK_LANES;
  }
  group->even = true;
  for (ptrdiff_t block = 0; block < group->blocks; block++) {
    const int32_t *rows = group->rows + block * CK_LANES;
    group->straight[block] = is_straight(p, rows);
    group->even = group->even && group->straight[block] && rows[0] == group->rows[0] + block * CK_LANES;
  }
  p->packed_rows += group->blocks * CK_LANES;
  group->weights = ck_allocate((size_t)(group->live * group->blocks * CK_LANES) * sizeof(float));
  return group->weights != NULL;
}

static bool place_dead(ck_compact *p) {
  const ptrdiff_t channels = p->destination.count * p->destination.lanes;
  p->dead = malloc((size_t)channels * sizeof *p->dead);
  uint8_t *made = calloc((size_t)channels, 1);
  if (p->dead && made) {
    for (ptrdiff_t g = 0; g < p->spec.group; g++) {
      const ck_compact_group *group = &p->groups[g];
      for (ptrdiff_t i = 0; i < group->blocks * CK_LANES; i++) {
        const bool fills = group->straight[i / CK_LANES];
        const ptrdiff_t row = fills ? group->rows[i / CK_LANES * CK_LANES] + i % CK_LANES : group->rows[i];
        if (row >= 0) made[row] = 1;
      }
    }
    for (ptrdiff_t c = 0; c < channels; c++) {
      if (!made[c]) p->dead[p->dead_count++] = (int32_t)c;
    }
  }
  free(made);
  return p->dead && made;
}

static bool place(ck_compact *p, const uint8_t *live_columns, const uint8_t *live_rows) {
  const ck_convolution_spec *s = &p->spec;
  const ptrdiff_t columns = s->source.c / s->group * s->kernel_h * s->kernel_w, rows = p->output.c / s->group;
  p->groups = calloc((size_t)s->group, sizeof *p->groups);
  if (!p->groups || !place_pixels(p)) return false;
  for (ptrdiff_t g = 0; g < s->group; g++) {
    if (!place_columns(p, g, live_columns + g * columns) || !place_rows(p, g, live_rows + g * rows)) return false;
  }
  p->bias = ck_allocate((size_t)(p->packed_rows + 1) * sizeof(float));
  p->identity = malloc((size_t)(p->packed_rows + 1) * sizeof *p->identity);
  if (!p->bias || !p->identity) return false;
  for (ptrdiff_t i = 0; i < p->packed_rows; i++) p->identity[i] = (int32_t)i;
  return place_dead(p);
}

ck_compact *ck_compact_create(
    ck_engine *engine, const ck_convolution_spec *spec, const uint8_t *live_columns, const uint8_t *live_rows,
    ck_vectors widest, ck_error *error) {
  const ck_shape output = ck_convolution_output_shape(spec);
  if (output.n < 0) {
    ck_fail(error, dnnl_invalid_arguments, "compact convolution: the shape makes no sense");
    return NULL;
  }
  ck_compact *plan = calloc(1, sizeof *plan);
  if (!plan) {
    ck_fail(error, dnnl_out_of_memory, "compact convolution: out of memory");
    return NULL;
  }
  plan->engine = engine;
  plan->spec = *spec;
  plan->output = output;
  plan->vectors = ck_compact_vectors(widest);
  plan->tiles = ck_compact_tiles_of(plan->vectors);
  plan->source = planes(spec->source_layout, spec->source);
  plan->destination = planes(spec->destination_layout, output);
  choose_bands(plan);
  if (ck_image_floats(&plan->view) > INT32_MAX) {
    ck_fail(error, dnnl_unimplemented, "compact convolution: an image of %td floats", ck_image_floats(&plan->view));
  } else if (!place(plan, live_columns, live_rows)) {
    ck_fail(error, dnnl_out_of_memory, "compact convolution: out of memory");
  } else {
    return plan;
  }
  ck_compact_free(plan);
  return NULL;
}

typedef struct {
  const ck_compact *plan;
  const float *weights;
} packing;

static void pack_group(void *context, int g) {
  const packing *w = context;
  const ck_compact_group *group = &w->plan->groups[g];
  const ck_convolution_spec *s = &w->plan->spec;
  const ptrdiff_t columns = s->source.c / s->group * s->kernel_h * s->kernel_w;
  for (ptrdiff_t i = 0; i < group->blocks * CK_LANES; i++) {
    float *to = group->weights + i / CK_LANES * group->live * CK_LANES + i % CK_LANES;
    const float *from = group->lives[i] ? w->weights + group->rows[i] * columns : NULL;
    for (ptrdiff_t j = 0; j < group->live; j++) to[j * CK_LANES] = from ? from[group->columns[j]] : 0;
  }
}

void ck_compact_pack(ck_compact *plan, const float *weights) {
  ck_parallel((int)plan->spec.group, pack_group, &(packing){plan, weights});
}

ptrdiff_t ck_compact_packed_floats(const ck_compact *plan) {
  ptrdiff_t floats = 0;
  for (ptrdiff_t g = 0; g < plan->spec.group; g++) floats += plan->groups[g].live * plan->groups[g].blocks * CK_LANES;
  return floats;
}

size_t ck_compact_scratch_bytes(const ck_compact *plan, ck_direction direction) {
  switch (direction) {
    case CK_FORWARD: return (size_t)(ck_threads() * ck_compact_band_floats(plan)) * sizeof(float);
    case CK_BACKWARD_DATA: return ck_compact_bottom_bytes(plan);
    default: return ck_compact_weights_bytes(plan);
  }
}
