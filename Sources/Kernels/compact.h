// What the files of the compact convolution share.
#pragma once

#include "include/ck_compact.h"
#include "internal.h"

enum {
  CK_LANES = 16,        // floats that are computed together: filters, or pixels
  CK_MOST_INPUTS = 6,   // of a tile; with CK_MOST_BLOCKS they fill the registers of AVX-512
  CK_MOST_BLOCKS = 4,   // vectors of a tile: 1, 2 or 4
  CK_MOST_SUMS = CK_MOST_INPUTS * CK_MOST_BLOCKS * CK_LANES,
  CK_STRIP = CK_MOST_BLOCKS * CK_LANES,
};

/// sums[i][b] = the sum over t of inputs[i][list[t]] * vectors[b * gap + t * step ..< + 16], in the order of the list. Sums lie
/// as (inputs, blocks, 16). All three passes are made of this.
typedef void ck_compact_tile(
    const float *const *inputs, const int32_t *list, ptrdiff_t count, const float *vectors, ptrdiff_t step,
    ptrdiff_t gap, float *sums);

/// Tiles by number of inputs - 1 and by blocks: 1, 2, 4.
typedef ck_compact_tile *ck_compact_tiles[CK_MOST_INPUTS][3];
const ck_compact_tiles *ck_compact_tiles_of(ck_vectors vectors);
/// The widest vectors that the processor has, up to a limit.
ck_vectors ck_compact_vectors(ck_vectors limit);

CK_INLINE int ck_blocks_index(ptrdiff_t blocks) { return blocks >= 4 ? 2 : blocks >= 2 ? 1 : 0; }

/// Planes of an activation, each of them (height, width, lanes): a channel, 16 of them, or all.
typedef struct ck_planes {
  ptrdiff_t lanes, count, height, width;
} ck_planes;

CK_INLINE ptrdiff_t ck_plane_floats(const ck_planes *p) { return p->height * p->width * p->lanes; }
CK_INLINE ptrdiff_t ck_image_floats(const ck_planes *p) { return p->count * ck_plane_floats(p); }
CK_INLINE ptrdiff_t ck_channel_offset(const ck_planes *p, ptrdiff_t channel) {
  return channel / p->lanes * ck_plane_floats(p) + channel % p->lanes;
}

/// Filters that have a list of live columns in common: those of a convolution group, or a tile of them.
typedef struct ck_compact_group {
  ptrdiff_t channel, row, count;  // the first channel that they read, the first of them, how many
  ptrdiff_t live, blocks;
  int32_t *columns;  // the live ones, ascending
  int32_t *offsets;  // of each one's first input
  int32_t *rows;     // filters, in blocks of 16; -1 is none
  bool *lives;       // of each filter
  bool *straight;    // of each block: whether its filters are neighbours in the top and fill a vector
  bool even;         // whether all blocks are straight and follow each other
  ptrdiff_t first;   // of packed weights; they are (blocks, live, 16)
} ck_compact_group;

struct ck_compact {
  ck_engine *engine;
  ck_convolution_spec spec;
  ck_shape output;
  ck_vectors vectors;
  const ck_compact_tiles *tiles;
  ck_planes source, destination;
  ck_planes view;          // the source, or where there is padding the copied band of it, in which offsets count
  bool copies;
  ptrdiff_t band_rows, bands;  // rows of the top that are computed together
  int32_t *pixels;         // where the window of each pixel of a band begins
  int32_t *identity;       // 0, 1, 2, ..., as many as there are packed rows
  ptrdiff_t packed_rows, packed_floats;
  ptrdiff_t group_count;
  ck_compact_group *groups;
  float *bias;             // packed as rows are
  int32_t *dead;           // channels of the top, padding included, that no block computes
  ptrdiff_t dead_count;
};

/// The first output row of a band, and how many it has.
CK_INLINE ptrdiff_t ck_band_first(const ck_compact *p, ptrdiff_t band) { return band * p->band_rows; }
CK_INLINE ptrdiff_t ck_band_height(const ck_compact *p, ptrdiff_t band) {
  return ck_smaller(p->band_rows, p->output.h - ck_band_first(p, band));
}

/// Scratch memory of the backward passes.
size_t ck_compact_weights_bytes(const ck_compact *plan);
size_t ck_compact_bottom_bytes(const ck_compact *plan);

/// What offsets and pixels of a band count from; copies the band to `room` where that is needed.
const float *ck_compact_band(const ck_compact *plan, const float *source, ptrdiff_t image, ptrdiff_t band, float *room);
/// Floats of such a room.
ptrdiff_t ck_compact_band_floats(const ck_compact *plan);

/// Transposes 16 vectors: to[l * pitch + i] = from[i][l].
void ck_transpose(const float *const *from, float *to, ptrdiff_t pitch);
