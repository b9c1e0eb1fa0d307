// Ways through filters that lie in tiles.
#pragma once

#include "include/ck_tiles.h"

/// A tile: its element (i, o), at `first` + 16 i + o, is in row `row` + o and in column `column` + i * window. With it come
/// `count` - 1 more, each of them of the next 16 rows and `next` floats on.
typedef struct ck_tile_place {
  ptrdiff_t first, row, column, next;
  int count;
} ck_tile_place;

/// Does something with tiles. What element (i, o) of each has for its column's sum is added to sums[16 i + o] unless `sums` is
/// NULL; then there is one tile only. Calls come from different threads.
typedef void ck_tile_visitor(void *context, ck_tile_place place, float *sums);

/// Calls for every tile.
void ck_visit_tiles(ck_tiles tiles, ck_tile_visitor *visit, void *context);
/// The same, with sums down each column as ck_sum_columns adds those of a large matrix.
void ck_sum_tiled_columns(ck_tiles tiles, float *sums, ck_tile_visitor *visit, void *context);
/// The same where `visit` is not NULL, with sums of magnitudes of `x` along each row, taken behind it.
void ck_sum_tiled_rows(ck_tiles tiles, const float *x, float *sums, ck_tile_visitor *visit, void *context);
