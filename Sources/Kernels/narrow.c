// Convolution forward, 8 filters at a time: tiles of up to 12 pixels, whose sums stay in registers.
//
// A row of a window is one run of floats, since channels are last. Images are copied with their padding, a band of rows at a
// time, so that no tile has to look where the image ends.
#include "include/ck_narrow.h"

#include <stdint.h>
#include <string.h>

#include "internal.h"

enum { LANES = 8, MOST_PIXELS = 12 };

typedef float lanes __attribute__((vector_size(32), aligned(4)));
typedef int32_t marks __attribute__((vector_size(32), aligned(4)));

#if defined(__x86_64__)
#define NARROW CK_V3
#else
#define NARROW
#endif

typedef struct {
  const ck_convolution_spec *spec;
  ck_shape output;
  ptrdiff_t width;         // floats of a row with its padding
  ptrdiff_t height, bands; // rows of the output in a band; bands of an image
  ptrdiff_t room;          // floats of a band's copy; 0 where the source needs none
  const float *source, *weights, *bias;
  float *destination, *rooms;
  int workers;
} work;

bool ck_narrow_fits(const ck_convolution_spec *s) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return false;
#endif
  const ptrdiff_t over = s->output_channels % (2 * LANES);
  return s->group == 1 && s->dilation_h == 1 && s->dilation_w == 1 && s->source_layout == CK_CHANNELS_LAST &&
         s->destination_layout == CK_CHANNELS_LAST && over > 0 && over <= LANES &&
         ck_convolution_output_shape(s).n > 0;
}

static ptrdiff_t blocks_of(const ck_convolution_spec *s) { return (s->output_channels + LANES - 1) / LANES; }

static ptrdiff_t taps_of(const ck_convolution_spec *s) { return s->kernel_h * s->kernel_w * s->source.c; }

ptrdiff_t ck_narrow_count(const ck_convolution_spec *s) { return blocks_of(s) * taps_of(s) * LANES; }

void ck_narrow_pack(const ck_convolution_spec *s, const float *weights, float *packed) {
  const ptrdiff_t window = s->kernel_h * s->kernel_w, taps = taps_of(s);
  memset(packed, 0, (size_t)ck_narrow_count(s) * sizeof *packed);
  for (ptrdiff_t o = 0; o < s->output_channels; o++) {
    float *to = packed + o / LANES * taps * LANES + o % LANES;
    for (ptrdiff_t c = 0; c < s->source.c; c++) {
      for (ptrdiff_t k = 0; k < window; k++) to[(k * s->source.c + c) * LANES] = *weights++;
    }
  }
}

// The bytes of a copy that stay near the processor.
static const ptrdiff_t most_bytes = 1 << 17;

static work plan(const ck_convolution_spec *s) {
  work w = {.spec = s, .output = ck_convolution_output_shape(s), .workers = ck_threads()};
  w.width = (s->source.w + 2 * s->pad_w) * s->source.c;
  const ptrdiff_t most = most_bytes / (ptrdiff_t)sizeof(float) / w.width, wanted = 2 * w.workers;
  w.height = most > s->kernel_h ? (most - s->kernel_h) / s->stride_h + 1 : 1;
  // Where there are few images, threads share them.
  const ptrdiff_t parts = w.workers > 1 ? (wanted + w.output.n - 1) / w.output.n : 1;
  w.height = ck_smaller(w.height, (w.output.h + parts - 1) / parts);
  w.bands = (w.output.h + w.height - 1) / w.height;
  if (s->pad_h > 0 || s->pad_w > 0) w.room = ((w.height - 1) * s->stride_h + s->kernel_h) * w.width;
  return w;
}

static size_t bytes_of(const work *w) { return (size_t)(w->room * w->workers) * sizeof(float); }

size_t ck_narrow_scratch_bytes(const ck_convolution_spec *s) {
  const work w = plan(s);
  return bytes_of(&w);
}

// What becomes of sums.
typedef struct {
  lanes bias;
  bool adds, rectifies;
  float slope;
  int live;        // filters of the block
  ptrdiff_t step;  // floats from pixel to pixel
} ending;

// Finishes the sums of a pixel and writes them.
CK_INLINE void finish(const ending *e, const lanes *sum, float *top) {
  lanes room = {0};
  const bool is_whole = e->live == LANES;
  float *place = is_whole ? top : (float *)&room;
  for (int l = 0; !is_whole && e->adds && l < e->live; l++) room[l] = top[l];
  lanes value = *sum + e->bias;
  if (e->adds) value += *(const lanes *)place;
  if (e->rectifies) {
    // Infinity times zero is no number.
    const marks negative = value < 0, scaled = e->slope == 0 ? (marks){0} : (marks)(value * e->slope);
    value = (lanes)((scaled & negative) | ((marks)value & ~negative));
  }
  *(lanes *)place = value;
  for (int l = 0; !is_whole && l < e->live; l++) top[l] = room[l];
}

// A tile: sums some pixels over a window's rows, and writes all but the first `skipped`.
CK_INLINE void run_tile(
    int pixels, const float *x, ptrdiff_t step, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t run, const float *weights,
    const ending *e, ptrdiff_t skipped, float *top) {
  lanes sum[MOST_PIXELS] = {{0}};
  for (ptrdiff_t r = 0; r < rows; r++, x += row) {
    // Three pixels for each address keep all of them in registers.
    const float *near[] = {x, x + 3 * step, x + 6 * step, x + 9 * step};
    for (ptrdiff_t t = 0; t < run; t++, weights += LANES) {
      const lanes weight = *(const lanes *)weights;
      for (int i = 0; i < pixels; i++) sum[i] += near[i / 3][i % 3 * step + t] * weight;
    }
  }
  // Unrolled, since sums that are counted through lie in memory.
#pragma clang loop unroll(full)
  for (int i = 0; i < pixels; i++) {
    if (i >= skipped) finish(e, &sum[i], top + i * e->step);
  }
}

typedef void tile_run(
    const float *x, ptrdiff_t step, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t run, const float *weights, const ending *e,
    ptrdiff_t skipped, float *top);

#define TILE(pixels)                                                                                      \
  NARROW static void run_##pixels(                                                                        \
      const float *x, ptrdiff_t step, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t run, const float *weights, \
      const ending *e, ptrdiff_t skipped, float *top) {                                                   \
    run_tile(pixels, x, step, row, rows, run, weights, e, skipped, top);                                  \
  }
TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6) TILE(7) TILE(8) TILE(9) TILE(10) TILE(11) TILE(12)

static tile_run *const tile_runs[MOST_PIXELS] = {
    run_1, run_2, run_3, run_4, run_5, run_6, run_7, run_8, run_9, run_10, run_11, run_12};

// A band of an image with its padding, copied if it has any, and the floats from one row to the next.
static const float *band_of(const work *w, ptrdiff_t image, ptrdiff_t first, ptrdiff_t rows, float *room) {
  const ck_convolution_spec *s = w->spec;
  const ptrdiff_t c = s->source.c, row = s->source.w * c, pad = s->pad_w * c;
  const float *from = w->source + image * s->source.h * row;
  if (w->room == 0) return from + first * s->stride_h * row;
  float *to = room;
  for (ptrdiff_t i = 0; i < (rows - 1) * s->stride_h + s->kernel_h; i++, to += w->width) {
    const ptrdiff_t y = first * s->stride_h - s->pad_h + i;
    if (y < 0 || y >= s->source.h) {
      memset(to, 0, (size_t)w->width * sizeof *to);
      continue;
    }
    memset(to, 0, (size_t)pad * sizeof *to);
    memcpy(to + pad, from + y * row, (size_t)row * sizeof *to);
    memset(to + pad + row, 0, (size_t)pad * sizeof *to);
  }
  return room;
}

static void run_row(const work *w, const float *x, float *top) {
  const ck_convolution_spec *s = w->spec;
  const ptrdiff_t tiles = (w->output.w + MOST_PIXELS - 1) / MOST_PIXELS, step = s->stride_w * s->source.c;
  const ptrdiff_t pixels = (w->output.w + tiles - 1) / tiles;
  ending e = {{0}, s->adds, s->fuse_relu, s->negative_slope, 0, s->output_channels};
  for (ptrdiff_t block = 0; block < blocks_of(s); block++) {
    const ptrdiff_t first = block * LANES;
    e.live = (int)ck_smaller(LANES, s->output_channels - first);
    for (int l = 0; w->bias && l < e.live; l++) e.bias[l] = w->bias[first + l];
    for (ptrdiff_t tile = 0; tile < tiles; tile++) {
      // The last one is moved back until it is whole.
      const ptrdiff_t at = ck_smaller(tile * pixels, w->output.w - pixels);
      tile_runs[pixels - 1](x + at * step, step, w->width, s->kernel_h, s->kernel_w * s->source.c,
          w->weights + block * taps_of(s) * LANES, &e, tile * pixels - at, top + at * s->output_channels + first);
    }
  }
}

static void run_share(void *context, int worker) {
  const work *w = context;
  const ck_convolution_spec *s = w->spec;
  const ptrdiff_t units = w->output.n * w->bands, row = w->output.w * s->output_channels;
  for (ptrdiff_t unit = units * worker / w->workers; unit < units * (worker + 1) / w->workers; unit++) {
    const ptrdiff_t image = unit / w->bands, first = unit % w->bands * w->height;
    const ptrdiff_t rows = ck_smaller(w->height, w->output.h - first);
    const float *x = band_of(w, image, first, rows, w->rooms + worker * w->room);
    float *top = w->destination + (image * w->output.h + first) * row;
    for (ptrdiff_t y = 0; y < rows; y++) run_row(w, x + y * s->stride_h * w->width, top + y * row);
  }
}

int ck_narrow_forward(
    ck_engine *engine, const ck_convolution_spec *spec, const float *source, const float *packed, const float *bias,
    float *destination, ck_error *error) {
  work w = plan(spec);
  const size_t bytes = bytes_of(&w);
  w.rooms = bytes > 0 ? ck_engine_scratch(engine, bytes) : NULL;
  if (bytes > 0 && !w.rooms) return ck_fail(error, dnnl_out_of_memory, "narrow convolution: no memory for its bands");
  w.source = source, w.weights = packed, w.bias = bias, w.destination = destination;
  ck_parallel(w.workers, run_share, &w);
  return 0;
}
