// Tiles of the compact convolution: lists of inputs, each times vectors, summed in registers.
//
// Sizes are constants of the compiler, one function for each, so that sums never leave the registers. AVX-512 has room for 6
// inputs by 4 vectors, AVX2 for 6 by 16 floats, the portable version for 2 by 16; larger tiles are made of those.
#include "compact.h"

typedef float lanes __attribute__((vector_size(64), aligned(4)));

CK_INLINE void tile(
    int count_i, int count_b, const float *const *inputs, const int32_t *list, ptrdiff_t count, const float *vectors,
    ptrdiff_t step, ptrdiff_t gap, float *sums, ptrdiff_t pitch) {
  lanes sum[CK_MOST_INPUTS][CK_MOST_BLOCKS] = {{{0}}};
  const float *x[CK_MOST_INPUTS];
  for (int i = 0; i < count_i; i++) x[i] = inputs[i];
  for (ptrdiff_t t = 0; t < count; t++, vectors += step) {
    const ptrdiff_t at = list[t];
    lanes vector[CK_MOST_BLOCKS];
    for (int b = 0; b < count_b; b++) vector[b] = *(const lanes *)(vectors + b * gap);
    for (int i = 0; i < count_i; i++) {
      const float factor = x[i][at];
      for (int b = 0; b < count_b; b++) sum[i][b] += factor * vector[b];
    }
  }
  for (int i = 0; i < count_i; i++) {
    for (int b = 0; b < count_b; b++) *(lanes *)(sums + i * pitch + b * CK_LANES) = sum[i][b];
  }
}

// A tile made of such that fit the registers.
#define CK_TILE_FUNCTION(name, attribute, I, B, MOST_I, MOST_B)                                                     \
  attribute static void name##_##I##_##B(                                                                           \
      const float *const *inputs, const int32_t *list, ptrdiff_t count, const float *vectors, ptrdiff_t step,       \
      ptrdiff_t gap, float *sums) {                                                                                 \
    enum { AT_ONCE_I = I % MOST_I ? (I < MOST_I ? I : 1) : MOST_I, AT_ONCE_B = B < MOST_B ? B : MOST_B };           \
    for (int i = 0; i < I; i += AT_ONCE_I) {                                                                        \
      for (int b = 0; b < B; b += AT_ONCE_B) {                                                                      \
        tile(AT_ONCE_I, AT_ONCE_B, inputs + i, list, count, vectors + b * gap, step, gap,                           \
            sums + (i * B + b) * CK_LANES, B * CK_LANES);                                                           \
      }                                                                                                             \
    }                                                                                                               \
  }

#define CK_TILE_SIZES(name, attribute, I, MOST_I, MOST_B)    \
  CK_TILE_FUNCTION(name, attribute, I, 1, MOST_I, MOST_B)    \
  CK_TILE_FUNCTION(name, attribute, I, 2, MOST_I, MOST_B)    \
  CK_TILE_FUNCTION(name, attribute, I, 4, MOST_I, MOST_B)

#define CK_TILE_TABLE(name, attribute, MOST_I, MOST_B)                                                           \
  CK_TILE_SIZES(name, attribute, 1, MOST_I, MOST_B)                                                              \
  CK_TILE_SIZES(name, attribute, 2, MOST_I, MOST_B)                                                              \
  CK_TILE_SIZES(name, attribute, 3, MOST_I, MOST_B)                                                              \
  CK_TILE_SIZES(name, attribute, 4, MOST_I, MOST_B)                                                              \
  CK_TILE_SIZES(name, attribute, 5, MOST_I, MOST_B)                                                              \
  CK_TILE_SIZES(name, attribute, 6, MOST_I, MOST_B)                                                              \
  static const ck_compact_tiles name = {                                                                         \
      {name##_1_1, name##_1_2, name##_1_4}, {name##_2_1, name##_2_2, name##_2_4},                                \
      {name##_3_1, name##_3_2, name##_3_4}, {name##_4_1, name##_4_2, name##_4_4},                                \
      {name##_5_1, name##_5_2, name##_5_4}, {name##_6_1, name##_6_2, name##_6_4}};

CK_TILE_TABLE(portable, , 2, 1)

#if defined(__x86_64__)
CK_TILE_TABLE(wide, CK_V3, 6, 1)
CK_TILE_TABLE(widest, CK_V4, 6, 4)
#endif

ck_vectors ck_compact_vectors(ck_vectors limit) {
#if defined(__x86_64__)
  if (limit >= CK_VECTORS_512 && ck_has_wide_vectors()) return CK_VECTORS_512;
  if (limit >= CK_VECTORS_256 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return CK_VECTORS_256;
#endif
  return CK_PORTABLE;
}

const ck_compact_tiles *ck_compact_tiles_of(ck_vectors vectors) {
#if defined(__x86_64__)
  if (vectors == CK_VECTORS_512) return &widest;
  if (vectors == CK_VECTORS_256) return &wide;
#endif
  return &portable;
}
