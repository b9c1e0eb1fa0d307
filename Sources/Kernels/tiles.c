#include "tiles.h"

#include <math.h>

#include "include/ck_engine.h"
#include "internal.h"

enum {
  CK_AREA = CK_TILE * CK_TILE,
  CK_TOGETHER = 2,  // tiles below each other whose elements are added to a sum in one go
  CK_STRIPE = 16,   // tiles beside each other that a task takes down all outputs: their sums stay in the cache
};

typedef struct {
  ck_tiles tiles;
  const float *x;
  float *y, *sums;
  ck_tile_visitor *visit;
  void *context;
} walk;

// Tiles beside each other, one block of outputs long.
static ptrdiff_t tiles_in_line(const walk *w) { return w->tiles.inputs / CK_TILE * w->tiles.window; }

static ck_tile_place place_of(const walk *w, ptrdiff_t line, ptrdiff_t tile, int count) {
  const ptrdiff_t length = tiles_in_line(w), window = w->tiles.window;
  return (ck_tile_place){(line * length + tile) * CK_AREA, line * CK_TILE,
                         tile / window * window * CK_TILE + tile % window, length * CK_AREA, count};
}

static void visit_line(void *context, int line) {
  const walk *w = context;
  for (ptrdiff_t tile = 0; tile < tiles_in_line(w); tile++) w->visit(w->context, place_of(w, line, tile, 1), NULL);
}

void ck_visit_tiles(ck_tiles tiles, ck_tile_visitor *visit, void *context) {
  walk w = {.tiles = tiles, .visit = visit, .context = context};
  ck_parallel((int)(tiles.outputs / CK_TILE), visit_line, &w);
}

static void sum_stripe(void *context, int task) {
  const walk *w = context;
  const ptrdiff_t first = (ptrdiff_t)task * CK_STRIPE, lines = w->tiles.outputs / CK_TILE;
  const ptrdiff_t count = ck_smaller(CK_STRIPE, tiles_in_line(w) - first);
  float sums[CK_STRIPE * CK_AREA] = {0};
  for (ptrdiff_t line = 0; line < lines; line += CK_TOGETHER) {
    const int together = (int)ck_smaller(CK_TOGETHER, lines - line);
    for (ptrdiff_t tile = 0; tile < count; tile++) {
      w->visit(w->context, place_of(w, line, first + tile, together), sums + tile * CK_AREA);
    }
  }
  // Sum o of a column is of the rows o, o + 16, ..., which are a part of a large matrix' rows; parts are added in order.
  for (ptrdiff_t tile = 0; tile < count; tile++) {
    float *columns = w->sums + place_of(w, 0, first + tile, 1).column;
    for (ptrdiff_t i = 0; i < CK_TILE; i++) {
      const float *parts = sums + tile * CK_AREA + i * CK_TILE;
      float sum = parts[0];
      for (int part = 1; part < CK_TILE; part++) sum += parts[part];
      columns[i * w->tiles.window] = sum;
    }
  }
}

void ck_sum_tiled_columns(ck_tiles tiles, float *sums, ck_tile_visitor *visit, void *context) {
  walk w = {.tiles = tiles, .sums = sums, .visit = visit, .context = context};
  ck_parallel((int)((tiles_in_line(&w) + CK_STRIPE - 1) / CK_STRIPE), sum_stripe, &w);
}

// Adds magnitudes of the tiles of a block of inputs to their rows' sums, from left to right.
CK_CLONES static void add_rows(ptrdiff_t window, const float *restrict x, float *restrict sums) {
  float sum[CK_TILE];
  for (int o = 0; o < CK_TILE; o++) sum[o] = sums[o];
  for (ptrdiff_t i = 0; i < CK_TILE; i++) {
    for (ptrdiff_t k = 0; k < window; k++) {
      const float *line = x + (k * CK_TILE + i) * CK_TILE;
      for (int o = 0; o < CK_TILE; o++) sum[o] += fabsf(line[o]);
    }
  }
  for (int o = 0; o < CK_TILE; o++) sums[o] = sum[o];
}

static void sum_line(void *context, int line) {
  const walk *w = context;
  const ptrdiff_t window = w->tiles.window;
  float *sums = w->sums + (ptrdiff_t)line * CK_TILE;
  for (int o = 0; o < CK_TILE; o++) sums[o] = 0;
  for (ptrdiff_t tile = 0; tile < tiles_in_line(w); tile += window) {
    for (ptrdiff_t k = 0; w->visit && k < window; k++) w->visit(w->context, place_of(w, line, tile + k, 1), NULL);
    add_rows(window, w->x + place_of(w, line, tile, 1).first, sums);
  }
}

void ck_sum_tiled_rows(ck_tiles tiles, const float *x, float *sums, ck_tile_visitor *visit, void *context) {
  walk w = {.tiles = tiles, .x = x, .sums = sums, .visit = visit, .context = context};
  ck_parallel((int)(tiles.outputs / CK_TILE), sum_line, &w);
}

static void tile_one(void *context, ck_tile_place place, float *sums) {
  const walk *w = context;
  const ptrdiff_t window = w->tiles.window, columns = w->tiles.inputs * window;
  const float *plain = w->x + place.row * columns + place.column;
  for (ptrdiff_t i = 0; i < CK_TILE; i++) {
    for (ptrdiff_t o = 0; o < CK_TILE; o++) w->y[place.first + i * CK_TILE + o] = plain[o * columns + i * window];
  }
}

void ck_tile(ck_tiles tiles, const float *plain, float *tiled) {
  walk w = {.tiles = tiles, .x = plain, .y = tiled};
  ck_visit_tiles(tiles, tile_one, &w);
}

static void untile_one(void *context, ck_tile_place place, float *sums) {
  const walk *w = context;
  const ptrdiff_t window = w->tiles.window, columns = w->tiles.inputs * window;
  float *plain = w->y + place.row * columns + place.column;
  for (ptrdiff_t o = 0; o < CK_TILE; o++) {
    for (ptrdiff_t i = 0; i < CK_TILE; i++) plain[o * columns + i * window] = w->x[place.first + i * CK_TILE + o];
  }
}

void ck_untile(ck_tiles tiles, const float *tiled, float *plain) {
  walk w = {.tiles = tiles, .x = tiled, .y = plain};
  ck_visit_tiles(tiles, untile_one, &w);
}

CK_CLONES static void add_tile(const float *restrict x, float *restrict sums) {
  for (int i = 0; i < CK_AREA; i++) sums[i] += fabsf(x[i]);
}

static void sum_one(void *context, ck_tile_place place, float *sums) {
  const walk *w = context;
  for (int t = 0; t < place.count; t++) add_tile(w->x + place.first + t * place.next, sums);
}

void ck_tiled_column_magnitudes(ck_tiles tiles, const float *x, float *sums) {
  walk w = {.tiles = tiles, .x = x};
  ck_sum_tiled_columns(tiles, sums, sum_one, &w);
}

void ck_tiled_row_magnitudes(ck_tiles tiles, const float *x, float *sums) {
  ck_sum_tiled_rows(tiles, x, sums, NULL, NULL);
}
