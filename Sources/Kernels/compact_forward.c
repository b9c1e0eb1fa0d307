// The compact convolution forward: tiles of pixels by blocks of filters, summed over the live columns.
#include "compact.h"

typedef float lanes __attribute__((vector_size(64), aligned(4)));
typedef int32_t marks __attribute__((vector_size(64), aligned(4)));

typedef struct {
  const ck_compact *plan;
  const float *source, *bias;
  float *destination, *rooms;
  ptrdiff_t parts, units;  // of an image's band; of all
  int workers;
} work;

// Some pixels of a band and some blocks of filters.
typedef struct {
  const ck_compact_group *group;
  ptrdiff_t block, blocks, pixels;
  const float *sums, *bias;
  float *top;  // of the first pixel
} part;

CK_INLINE float activate(const ck_convolution_spec *s, float value, float old) {
  if (s->adds) value += old;
  if (!s->fuse_relu || !(value < 0)) return value;
  return s->negative_slope == 0 ? 0 : value * s->negative_slope;
}

CK_INLINE void rectify(lanes *values, float slope) {
  const lanes value = *values;
  const marks negative = value < 0;
  // Infinity times zero is no number.
  const marks scaled = slope == 0 ? (marks){0} : (marks)(value * slope);
  *values = (lanes)((scaled & negative) | ((marks)value & ~negative));
}

// Writes filters that fill a vector.
CK_INLINE void finish_vectors(const part *t, const lanes *bias, const float *sums, float *top, ptrdiff_t step, bool adds,
    bool rectifies, float slope) {
  for (ptrdiff_t i = 0; i < t->pixels; i++, sums += t->blocks * CK_LANES, top += step) {
    lanes value = *(const lanes *)sums + *bias;
    if (adds) value += *(const lanes *)top;
    if (rectifies) rectify(&value, slope);
    *(lanes *)top = value;
  }
}

// Finishes sums and writes them to the top.
CK_INLINE void finish(const ck_compact *plan, const part *t) {
  const ck_convolution_spec *s = &plan->spec;
  const ck_planes *to = &plan->destination;
  for (ptrdiff_t b = 0; b < t->blocks; b++) {
    const int32_t *rows = t->group->rows + (t->block + b) * CK_LANES;
    const float *bias = t->bias + b * CK_LANES, *sums = t->sums + b * CK_LANES;
    if (t->group->straight[t->block + b]) {
      const lanes summand = *(const lanes *)bias;
      float *top = t->top + ck_channel_offset(to, rows[0]);
      if (s->adds) {
        finish_vectors(t, &summand, sums, top, to->lanes, true, s->fuse_relu, s->negative_slope);
      } else if (s->fuse_relu) {
        finish_vectors(t, &summand, sums, top, to->lanes, false, true, s->negative_slope);
      } else {
        finish_vectors(t, &summand, sums, top, to->lanes, false, false, 0);
      }
      continue;
    }
    for (ptrdiff_t i = 0; i < t->pixels; i++) {
      for (int l = 0; l < CK_LANES; l++) {
        if (rows[l] < 0) continue;
        float *y = t->top + i * to->lanes + ck_channel_offset(to, rows[l]);
        *y = activate(s, sums[i * t->blocks * CK_LANES + l] + bias[l], *y);
      }
    }
  }
}

static void finish_portable(const ck_compact *plan, const part *t) { finish(plan, t); }
#if defined(__x86_64__)
CK_V3 static void finish_v3(const ck_compact *plan, const part *t) { finish(plan, t); }
CK_V4 static void finish_v4(const ck_compact *plan, const part *t) { finish(plan, t); }
static void (*const finishes[])(const ck_compact *, const part *) = {finish_portable, finish_v3, finish_v4};
#else
static void (*const finishes[])(const ck_compact *, const part *) = {finish_portable};
#endif

// Channels without living weights have the value of their bias.
static void fill(const work *w, float *top, ptrdiff_t pixels) {
  const ck_compact *plan = w->plan;
  const ck_planes *to = &plan->destination;
  for (ptrdiff_t d = 0; d < plan->dead_count; d++) {
    const ptrdiff_t channel = plan->dead[d];
    const float bias = w->bias && channel < plan->output.c ? w->bias[channel] : 0;
    float *y = top + ck_channel_offset(to, channel);
    for (ptrdiff_t i = 0; i < pixels; i++, y += to->lanes) *y = activate(&plan->spec, bias, *y);
  }
}

// Tiles of nearly equal width; the weights of a few blocks stay in the cache while the band's pixels pass by.
static void run_blocks(
    const ck_compact *plan, const ck_compact_group *group, ptrdiff_t first, ptrdiff_t end, const float *bias,
    const float *band, float *top, ptrdiff_t pixels) {
  float sums[CK_MOST_SUMS] __attribute__((aligned(64)));
  const ptrdiff_t tiles = (pixels + CK_MOST_INPUTS - 1) / CK_MOST_INPUTS, gap = group->live * CK_LANES;
  for (ptrdiff_t block = first; block < end;) {
    const int index = ck_blocks_index(end - block);
    part t = {group, block, 1 << index, 0, sums, bias + block * CK_LANES, NULL};
    for (ptrdiff_t tile = 0; tile < tiles; tile++) {
      const ptrdiff_t pixel = pixels * tile / tiles;
      t.pixels = pixels * (tile + 1) / tiles - pixel;
      t.top = top + pixel * plan->destination.lanes;
      const float *inputs[CK_MOST_INPUTS];
      for (ptrdiff_t i = 0; i < t.pixels; i++) inputs[i] = band + plan->pixels[pixel + i];
      (*plan->tiles)[t.pixels - 1][index](
          inputs, group->offsets, group->live, group->weights + block * gap, CK_LANES, gap, sums);
      finishes[plan->vectors](plan, &t);
    }
    block += t.blocks;
  }
}

static void run_unit(const work *w, ptrdiff_t unit, const float *band) {
  const ck_compact *plan = w->plan;
  const ptrdiff_t p = unit % w->parts, b = unit / w->parts % plan->bands, image = unit / w->parts / plan->bands;
  const ptrdiff_t pixels = ck_band_height(plan, b) * plan->output.w;
  float *top = w->destination + image * ck_image_floats(&plan->destination) +
               ck_band_first(plan, b) * plan->output.w * plan->destination.lanes;
  const float *bias = plan->bias;
  for (ptrdiff_t g = 0; g < plan->spec.group; g++) {
    const ck_compact_group *group = &plan->groups[g];
    const ptrdiff_t chunks = (group->blocks + CK_MOST_BLOCKS - 1) / CK_MOST_BLOCKS;
    const ptrdiff_t first = chunks * p / w->parts * CK_MOST_BLOCKS, end = chunks * (p + 1) / w->parts * CK_MOST_BLOCKS;
    run_blocks(plan, group, first, ck_smaller(end, group->blocks), bias, band, top, pixels);
    bias += group->blocks * CK_LANES;
  }
  if (p == 0) fill(w, top, pixels);
}

static void run_share(void *context, int worker) {
  const work *w = context;
  const ck_compact *plan = w->plan;
  float *room = plan->copies ? w->rooms + worker * ck_compact_band_floats(plan) : NULL;
  const float *band = NULL;
  const ptrdiff_t first = w->units * worker / w->workers, end = w->units * (worker + 1) / w->workers;
  for (ptrdiff_t unit = first; unit < end; unit++) {
    const ptrdiff_t at = unit / w->parts;
    if (!band || unit % w->parts == 0) {
      band = ck_compact_band(plan, w->source, at / plan->bands, at % plan->bands, room);
    }
    run_unit(w, unit, band);
  }
}

static void pack_bias(const ck_compact *plan, const float *bias) {
  float *to = plan->bias;
  for (ptrdiff_t g = 0; g < plan->spec.group; g++) {
    const ck_compact_group *group = &plan->groups[g];
    for (ptrdiff_t i = 0; i < group->blocks * CK_LANES; i++) {
      *to++ = bias && group->rows[i] >= 0 ? bias[group->rows[i]] : 0;
    }
  }
}

int ck_compact_forward(
    ck_compact *plan, const float *source, const float *bias, float *destination, ck_error *error) {
  work w = {plan, source, bias, destination, NULL, 1, plan->output.n * plan->bands, ck_threads()};
  // Where there are few bands, threads share their filters.
  const ptrdiff_t wanted = 4 * w.workers, chunks = plan->packed_rows / CK_STRIP / plan->spec.group;
  if (w.workers > 1 && w.units < wanted) w.parts = ck_smaller((wanted + w.units - 1) / w.units, chunks < 1 ? 1 : chunks);
  w.units *= w.parts;
  const size_t bytes = ck_compact_scratch_bytes(plan, CK_FORWARD);
  w.rooms = bytes > 0 ? ck_engine_scratch(plan->engine, bytes) : NULL;
  if (bytes > 0 && !w.rooms) return ck_fail(error, dnnl_out_of_memory, "compact convolution: no memory for its bands");
  pack_bias(plan, bias);
  ck_parallel(w.workers, run_share, &w);
  return 0;
}
