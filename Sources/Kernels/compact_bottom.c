// The gradient of a compact convolution's bottom: tiles of live columns by vectors of pixels, summed over filters.
//
// The top's gradient is copied to strips of 64 pixels first, with all filters of a strip beside each other. With stride
// 1 rows have as many pixels there as the padded bottom has, the surplus zero, so that a strip goes to any column's
// place in one piece.
#include <string.h>

#include "compact.h"

typedef float lanes __attribute__((vector_size(64), aligned(4)));

typedef struct {
  const ck_compact *plan;
  const float *top;
  float *bottom;
  ptrdiff_t image;
  ptrdiff_t pitch, pixels, strips;  // of the top's rows in strips
  bool dense;                       // stride 1
  ck_planes padded;                 // the bottom's gradient with its padding, a plane per channel
  ptrdiff_t channels, tasks, workers;  // channels of a task
  float *turned, *columns, *rooms;  // the top in strips; weights by column; gradients of the tasks' channels
  ptrdiff_t room;
} work;

static void measure(work *w) {
  const ck_compact *plan = w->plan;
  const ck_convolution_spec *s = &plan->spec;
  w->dense = s->stride_h == 1 && s->stride_w == 1;
  w->padded = (ck_planes){1, 1, s->source.h + 2 * s->pad_h, s->source.w + 2 * s->pad_w};
  w->pitch = w->dense ? w->padded.width : plan->output.w;
  w->pixels = plan->output.h * w->pitch;
  w->strips = (w->pixels + CK_STRIP - 1) / CK_STRIP;
  // Vectors of channels belong to one task: it writes them.
  w->channels = CK_LANES;
  w->tasks = (s->source.c + w->channels - 1) / w->channels;
  w->workers = ck_threads();
  // The last strip is filled up with zeros, since whole vectors are read to be transposed.
  w->room = w->channels * ck_plane_floats(&w->padded) + CK_STRIP + w->padded.width * (s->kernel_h * s->dilation_h + 1);
}

static ptrdiff_t turned_floats(const work *w) { return w->strips * w->plan->packed_rows * CK_STRIP; }

// Copies the gradient of 16 filters to the strips.
static void turn_block(void *context, int number) {
  static const float zeros[CK_LANES];
  const work *w = context;
  const ck_compact *plan = w->plan;
  const ck_planes *from = &plan->destination;
  const float *top = w->top + w->image * ck_image_floats(from);
  const ck_compact_group *group = plan->groups;
  ptrdiff_t block = number;
  for (; block >= group->blocks; group++) block -= group->blocks;
  const int32_t *rows = group->rows + block * CK_LANES;
  for (ptrdiff_t f = 0; f < w->strips * CK_STRIP; f += CK_LANES) {
    const float *vectors[CK_LANES];
    float *to = w->turned + (f / CK_STRIP * plan->packed_rows + number * CK_LANES) * CK_STRIP + f % CK_STRIP;
    for (ptrdiff_t i = 0; i < CK_LANES; i++) {
      const ptrdiff_t y = (f + i) / w->pitch, x = (f + i) % w->pitch, pixel = (y * plan->output.w + x) * from->lanes;
      const bool inside = y < plan->output.h && x < plan->output.w;
      if (group->straight[block]) {
        vectors[i] = inside ? top + ck_channel_offset(from, rows[0]) + pixel : zeros;
        continue;
      }
      for (int l = 0; l < CK_LANES; l++) {
        to[l * CK_STRIP + i] = inside && rows[l] >= 0 ? top[ck_channel_offset(from, rows[l]) + pixel] : 0;
      }
    }
    if (group->straight[block]) ck_transpose(vectors, to, CK_STRIP);
  }
}

// Weights (live, rows), packed rows of a group beside each other.
static void turn_weights(void *context, int g) {
  const work *w = context;
  const ck_compact_group *group = &w->plan->groups[g];
  const ptrdiff_t rows = group->blocks * CK_LANES;
  float *to = w->columns;
  for (int i = 0; i < g; i++) to += w->plan->groups[i].live * w->plan->groups[i].blocks * CK_LANES;
  for (ptrdiff_t j = 0; j < group->live; j++) {
    for (ptrdiff_t r = 0; r < rows; r++) {
      to[j * rows + r] = group->weights[(r / CK_LANES * group->live + j) * CK_LANES + r % CK_LANES];
    }
  }
}

// Adds a strip's sums for a column to its channel's gradient.
CK_CLONES static void add_strip(const work *w, const float *sums, ptrdiff_t strip, float *to) {
  const ck_convolution_spec *s = &w->plan->spec;
  const ptrdiff_t first = strip * CK_STRIP;
  if (w->dense) {
    for (ptrdiff_t i = 0; i < CK_STRIP; i++) to[first + i] += sums[i];
    return;
  }
  const ptrdiff_t count = ck_smaller(CK_STRIP, w->pixels - first);
  ptrdiff_t y = first / w->pitch, x = first % w->pitch;
  for (ptrdiff_t i = 0; i < count; i++) {
    to[y * s->stride_h * w->padded.width + x * s->stride_w] += sums[i];
    if (++x == w->pitch) x = 0, y++;
  }
}

// Adds what live columns first ..< end of a group have for the channels from `channel` on.
static void add_columns(
    const work *w, const ck_compact_group *group, const float *weights, ptrdiff_t row, ptrdiff_t first, ptrdiff_t end,
    ptrdiff_t base, float *room) {
  const ck_compact *plan = w->plan;
  const ck_convolution_spec *s = &plan->spec;
  const ptrdiff_t rows = group->blocks * CK_LANES, window = s->kernel_h * s->kernel_w;
  const ptrdiff_t count = end - first, tiles = (count + CK_MOST_INPUTS - 1) / CK_MOST_INPUTS;
  float sums[CK_MOST_SUMS] __attribute__((aligned(64)));
  for (ptrdiff_t strip = 0; strip < w->strips; strip++) {
    const float *vectors = w->turned + (strip * plan->packed_rows + row) * CK_STRIP;
    for (ptrdiff_t tile = 0; tile < tiles; tile++) {
      const ptrdiff_t j = first + count * tile / tiles, columns = first + count * (tile + 1) / tiles - j;
      const float *inputs[CK_MOST_INPUTS];
      for (ptrdiff_t i = 0; i < columns; i++) inputs[i] = weights + (j + i) * rows;
      (*plan->tiles)[columns - 1][2](inputs, plan->identity, rows, vectors, CK_STRIP, CK_LANES, sums);
      for (ptrdiff_t i = 0; i < columns; i++) {
        const ptrdiff_t column = group->columns[j + i];
        const ptrdiff_t y = column % window / s->kernel_w * s->dilation_h, x = column % s->kernel_w * s->dilation_w;
        add_strip(w, sums + i * CK_STRIP, strip,
            room + (base + column / window) * ck_plane_floats(&w->padded) + y * w->padded.width + x);
      }
    }
  }
}

// Copies gradients of channels, without their padding, to the bottom.
static void put_channels(const work *w, ptrdiff_t first, ptrdiff_t count, const float *room) {
  const ck_convolution_spec *s = &w->plan->spec;
  const ck_planes *to = &w->plan->source;
  float *bottom = w->bottom + w->image * ck_image_floats(to), turned[CK_LANES * CK_LANES];
  const ptrdiff_t plane = ck_plane_floats(&w->padded);
  const bool fills = to->lanes > 1 && (count == CK_LANES || s->source_layout == CK_BLOCKED);
  for (ptrdiff_t y = 0; y < s->source.h; y++) {
    const float *from = room + (y + s->pad_h) * w->padded.width + s->pad_w;
    float *row = bottom + ck_channel_offset(to, first) + y * to->width * to->lanes;
    if (to->lanes == 1) {
      for (ptrdiff_t c = 0; c < count; c++) {
        memcpy(row + c * ck_plane_floats(to), from + c * plane, (size_t)to->width * sizeof *row);
      }
    } else if (fills) {
      for (ptrdiff_t x = 0; x < to->width; x += CK_LANES) {
        const float *vectors[CK_LANES];
        for (int c = 0; c < CK_LANES; c++) vectors[c] = from + c * plane + x;
        ck_transpose(vectors, turned, CK_LANES);
        const ptrdiff_t pixels = ck_smaller(CK_LANES, to->width - x);
        for (ptrdiff_t i = 0; i < pixels; i++) {
          memcpy(row + (x + i) * to->lanes, turned + i * CK_LANES, CK_LANES * sizeof *row);
        }
      }
    } else {
      for (ptrdiff_t x = 0; x < to->width; x++) {
        for (ptrdiff_t c = 0; c < count; c++) row[x * to->lanes + c] = from[c * plane + x];
      }
    }
  }
}

static void run_task(const work *w, ptrdiff_t task, float *room) {
  const ck_compact *plan = w->plan;
  const ck_convolution_spec *s = &plan->spec;
  const ptrdiff_t channels = s->source.c / s->group, window = s->kernel_h * s->kernel_w;
  const ptrdiff_t from = task * w->channels, to = ck_smaller(from + w->channels, s->source.c);
  const float *weights = w->columns;
  ptrdiff_t row = 0;
  memset(room, 0, (size_t)w->room * sizeof *room);
  for (ptrdiff_t g = 0; g < s->group; g++) {
    const ck_compact_group *group = &plan->groups[g];
    ptrdiff_t first = 0;
    while (first < group->live && g * channels + group->columns[first] / window < from) first++;
    ptrdiff_t end = first;
    while (end < group->live && g * channels + group->columns[end] / window < to) end++;
    if (end > first && group->blocks > 0) add_columns(w, group, weights, row, first, end, g * channels - from, room);
    weights += group->live * group->blocks * CK_LANES;
    row += group->blocks * CK_LANES;
  }
  put_channels(w, from, to - from, room);
}

static void run_share(void *context, int worker) {
  const work *w = context;
  const ptrdiff_t end = w->tasks * (worker + 1) / w->workers;
  for (ptrdiff_t task = w->tasks * worker / w->workers; task < end; task++) {
    run_task(w, task, w->rooms + worker * w->room);
  }
}

size_t ck_compact_bottom_bytes(const ck_compact *plan) {
  work w = {.plan = plan};
  measure(&w);
  return (size_t)(turned_floats(&w) + ck_compact_packed_floats(plan) + w.workers * w.room) * sizeof(float);
}

int ck_compact_backward_data(
    ck_compact *plan, const float *destination_gradient, float *source_gradient, ck_error *error) {
  work w = {.plan = plan, .top = destination_gradient, .bottom = source_gradient};
  measure(&w);
  w.turned = ck_engine_scratch(plan->engine, ck_compact_bottom_bytes(plan));
  if (!w.turned) return ck_fail(error, dnnl_out_of_memory, "compact convolution: no memory for its gradient");
  w.columns = w.turned + turned_floats(&w);
  w.rooms = w.columns + ck_compact_packed_floats(plan);
  ck_parallel((int)plan->spec.group, turn_weights, &w);
  for (w.image = 0; w.image < plan->output.n; w.image++) {
    ck_parallel((int)(plan->packed_rows / CK_LANES), turn_block, &w);
    ck_parallel((int)w.workers, run_share, &w);
  }
  return 0;
}
