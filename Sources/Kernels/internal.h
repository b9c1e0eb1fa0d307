// What the files of this target share and callers do not see.
#pragma once

#include <dnnl.h>
#include <stdbool.h>
#include <stddef.h>

#include "include/ck_engine.h"
#include "include/ck_layout.h"

// oneDNN 3 replaces operation descriptors and makes memory descriptors opaque. All such calls are in
// primitives.c and primitives.h; port those two files and this test goes.
#if DNNL_VERSION_MAJOR != 2
#error "CKernels speaks oneDNN 2.x: port primitives.c and primitives.h to this version"
#endif

/// Memory that grows when more is asked for and then forgets what was in it.
typedef struct ck_buffer {
  void *data;
  size_t bytes;
} ck_buffer;

struct ck_engine {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  ck_buffer scratch;  // of primitives, where none is lent
  ck_buffer lent;     // the caller's
  ck_buffer weights;  // packed weights and weight gradients of the plan that runs
};

/// Fills `error` and returns the status.
int ck_fail(ck_error *error, dnnl_status_t status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
const char *ck_status_text(dnnl_status_t status);

/// At least that many bytes, valid until the buffer is asked again; NULL if there are none.
void *ck_buffer_reserve(ck_buffer *buffer, size_t bytes);
/// At least that many bytes for the primitive that runs next: of what is lent, else of the engine's own.
void *ck_engine_scratch(ck_engine *engine, size_t bytes);
/// Memory aligned to a cache line, to be released with free; NULL if there is none.
void *ck_allocate(size_t bytes);

/// Builds a function for several instruction sets; the loader picks the best one the CPU has. CK_NO_AVX512 leaves out the
/// widest, so that scripts/test-avx2.sh can run what processors without it would.
#if defined(__x86_64__) && defined(CK_NO_AVX512)
#define CK_CLONES __attribute__((target_clones("arch=x86-64-v3", "default")))
#elif defined(__x86_64__)
#define CK_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CK_CLONES
#endif
/// Builds a function for one of the instruction sets. Without the minimum the compiler takes two halves for every vector of
/// AVX-512, for which there are too few registers.
#define CK_V3 __attribute__((target("arch=x86-64-v3")))
#define CK_V4 __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
/// For helpers of such functions: they must be built for the caller's instruction set.
#define CK_INLINE static inline __attribute__((always_inline))

CK_INLINE ptrdiff_t ck_smaller(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }
