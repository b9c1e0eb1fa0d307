// The gradient of a compact convolution's weights: tiles of live columns by blocks of filters, summed over pixels.
//
// Bands are dealt to a few shares that depend on the shape only; each has sums of its own, which are added in order, so that
// the number of threads changes no bit.
#include <string.h>

#include "compact.h"

enum { MOST_SHARES = 8, SHARE_FLOATS = 1 << 20 };

typedef struct {
  const ck_compact *plan;
  const float *source, *top;  // top is the gradient
  float *gradient;
  bool packed, adds;
  ptrdiff_t sums, shares, parts;  // floats of a share; parts of its tiles
  float *shared, *rooms;
  ptrdiff_t room;  // floats of a task
} work;

static ptrdiff_t packed_top_floats(const ck_compact *plan) {
  return CK_STRIP * plan->band_rows * plan->output.w;
}

static void measure(work *w) {
  const ck_compact *plan = w->plan;
  w->sums = ck_compact_packed_floats(plan);
  const ptrdiff_t bands = plan->output.n * plan->bands, fit = w->sums > 0 ? SHARE_FLOATS / w->sums : MOST_SHARES;
  w->shares = ck_smaller(ck_smaller(MOST_SHARES, bands), fit < 1 ? 1 : fit);
  // Every part of a share copies its bands again.
  w->parts = (4 * ck_threads() + w->shares - 1) / w->shares;
  w->room = ck_compact_band_floats(plan) + packed_top_floats(plan);
}

// Vectors of a chunk of blocks at every pixel of a band, for blocks whose filters are not neighbours.
static void gather_top(
    const ck_compact *plan, const ck_compact_group *group, ptrdiff_t block, ptrdiff_t blocks, const float *top,
    ptrdiff_t pixels, float *room) {
  const ck_planes *from = &plan->destination;
  for (ptrdiff_t b = 0; b < blocks; b++) {
    const int32_t *rows = group->rows + (block + b) * CK_LANES;
    float *to = room + b * pixels * CK_LANES;
    if (group->straight[block + b]) {
      const float *y = top + ck_channel_offset(from, rows[0]);
      for (ptrdiff_t k = 0; k < pixels; k++) memcpy(to + k * CK_LANES, y + k * from->lanes, CK_LANES * sizeof *to);
      continue;
    }
    for (int l = 0; l < CK_LANES; l++) {
      const float *y = rows[l] < 0 ? NULL : top + ck_channel_offset(from, rows[l]);
      for (ptrdiff_t k = 0; k < pixels; k++) to[k * CK_LANES + l] = y ? y[k * from->lanes] : 0;
    }
  }
}

static void add_tile(const float *sums, ptrdiff_t columns, ptrdiff_t blocks, ptrdiff_t live, float *to) {
  for (ptrdiff_t b = 0; b < blocks; b++, to += live * CK_LANES) {
    for (ptrdiff_t j = 0; j < columns; j++) {
      const float *from = sums + (j * blocks + b) * CK_LANES;
      for (int l = 0; l < CK_LANES; l++) to[j * CK_LANES + l] += from[l];
    }
  }
}

// Adds what a band has for tiles first ..< end of a group's columns to all its blocks.
static void run_columns(
    const work *w, const ck_compact_group *group, ptrdiff_t first, ptrdiff_t end, ptrdiff_t tiles, const float *band,
    const float *top, ptrdiff_t pixels, float *room, float *to) {
  const ck_compact *plan = w->plan;
  const ck_planes *from = &plan->destination;
  float sums[CK_MOST_SUMS] __attribute__((aligned(64)));
  for (ptrdiff_t block = 0; block < group->blocks;) {
    const int index = ck_blocks_index(group->blocks - block);
    const ptrdiff_t blocks = 1 << index;
    const float *vectors = room;
    ptrdiff_t step = CK_LANES, gap = pixels * CK_LANES;
    if (group->even) {
      vectors = top + ck_channel_offset(from, group->rows[block * CK_LANES]);
      step = from->lanes;
      gap = from->lanes == CK_LANES ? ck_plane_floats(from) : CK_LANES;
    } else {
      gather_top(plan, group, block, blocks, top, pixels, room);
    }
    for (ptrdiff_t tile = first; tile < end; tile++) {
      const ptrdiff_t j = group->live * tile / tiles, columns = group->live * (tile + 1) / tiles - j;
      const float *inputs[CK_MOST_INPUTS];
      for (ptrdiff_t i = 0; i < columns; i++) inputs[i] = band + group->offsets[j + i];
      (*plan->tiles)[columns - 1][index](inputs, plan->pixels, pixels, vectors, step, gap, sums);
      add_tile(sums, columns, blocks, group->live, to + (block * group->live + j) * CK_LANES);
    }
    block += blocks;
  }
}

static void run_task(void *context, int task) {
  const work *w = context;
  const ck_compact *plan = w->plan;
  const ptrdiff_t share = task / w->parts, part = task % w->parts, bands = plan->output.n * plan->bands;
  float *room = w->rooms + task * w->room, *packed = room + ck_compact_band_floats(plan);
  const ptrdiff_t last = bands * (share + 1) / w->shares;
  for (ptrdiff_t at = bands * share / w->shares; at < last; at++) {
    const ptrdiff_t image = at / plan->bands, b = at % plan->bands;
    const float *band = ck_compact_band(plan, w->source, image, b, room);
    const float *top = w->top + image * ck_image_floats(&plan->destination) +
                       ck_band_first(plan, b) * plan->output.w * plan->destination.lanes;
    for (ptrdiff_t g = 0; g < plan->group_count; g++) {
      const ck_compact_group *group = &plan->groups[g];
      const ptrdiff_t tiles = (group->live + CK_MOST_INPUTS - 1) / CK_MOST_INPUTS;
      run_columns(w, group, tiles * part / w->parts, tiles * (part + 1) / w->parts, tiles, band, top,
          ck_band_height(plan, b) * plan->output.w, packed, w->shared + share * w->sums + group->first);
    }
  }
}

// Puts the sums of a block where they belong.
static void put_block(const work *w, const ck_compact_group *group, ptrdiff_t block, const float *sums) {
  const ck_convolution_spec *s = &w->plan->spec;
  const ptrdiff_t columns = s->source.c / s->group * s->kernel_h * s->kernel_w;
  for (ptrdiff_t i = 0; i < CK_LANES; i++) {
    const ptrdiff_t row = block * CK_LANES + i;
    float *to = w->gradient;
    if (w->packed) {
      to += group->first + block * group->live * CK_LANES + i;
      // What is computed beside the filters that live is nobody's.
      for (ptrdiff_t j = 0; j < group->live; j++) {
        const float sum = group->lives[row] ? sums[j * CK_LANES + i] : 0;
        to[j * CK_LANES] = w->adds ? to[j * CK_LANES] + sum : sum;
      }
    } else if (group->lives[row]) {
      to += group->rows[row] * columns;
      for (ptrdiff_t j = 0; j < group->live; j++) to[group->columns[j]] += sums[j * CK_LANES + i];
    }
  }
}

// Adds the shares up.
static void merge_group(void *context, int g) {
  const work *w = context;
  const ck_compact *plan = w->plan;
  const ck_convolution_spec *s = &plan->spec;
  const ptrdiff_t columns = s->source.c / s->group * s->kernel_h * s->kernel_w;
  const ck_compact_group *group = &plan->groups[g];
  float *sums = w->shared + group->first;
  const ptrdiff_t count = group->live * group->blocks * CK_LANES;
  for (ptrdiff_t share = 1; share < w->shares; share++) {
    const float *more = sums + share * w->sums;
    for (ptrdiff_t i = 0; i < count; i++) sums[i] += more[i];
  }
  if (!w->packed && !w->adds) {
    memset(w->gradient + group->row * columns, 0, (size_t)(group->count * columns) * sizeof *sums);
  }
  for (ptrdiff_t block = 0; block < group->blocks; block++) {
    put_block(w, group, block, sums + block * group->live * CK_LANES);
  }
}

size_t ck_compact_weights_bytes(const ck_compact *plan) {
  work w = {.plan = plan};
  measure(&w);
  return (size_t)(w.shares * w.sums + w.shares * w.parts * w.room) * sizeof(float);
}

int ck_compact_backward_weights(
    ck_compact *plan, const float *source, const float *destination_gradient, float *gradient, bool packed, bool adds,
    ck_error *error) {
  work w = {.plan = plan, .source = source, .top = destination_gradient, .gradient = gradient};
  w.packed = packed;
  w.adds = adds;
  measure(&w);
  w.shared = ck_engine_scratch(plan->engine, ck_compact_weights_bytes(plan));
  if (!w.shared) return ck_fail(error, dnnl_out_of_memory, "compact convolution: no memory for its gradient");
  w.rooms = w.shared + w.shares * w.sums;
  memset(w.shared, 0, (size_t)(w.shares * w.sums) * sizeof *w.shared);
  ck_parallel((int)(w.shares * w.parts), run_task, &w);
  ck_parallel((int)plan->group_count, merge_group, &w);
  return 0;
}
