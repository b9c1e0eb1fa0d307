// The handle everything else is made from, errors, and the thread pool.
#pragma once

#include <stddef.h>

/// Why a call failed.
typedef struct ck_error {
  /// A oneDNN status: 1 out of memory, 2 invalid arguments, 3 not implemented for this shape, layout or CPU.
  int status;
  /// What was being done and what went wrong, NUL-terminated.
  char message[256];
} ck_error;

/// A CPU engine, its execution stream, and the scratch memory that all plans made from it share.
typedef struct ck_engine ck_engine;

/// Makes an engine, or returns NULL.
ck_engine *ck_engine_create(ck_error *error);
/// Frees an engine. Plans made from it must be gone.
void ck_engine_free(ck_engine *engine);
/// Bytes of shared scratch memory held now. It grows to the largest demand of any plan that has run without being lent
/// enough.
size_t ck_engine_scratch_bytes(const ck_engine *engine);
/// Lends memory, aligned to a cache line, to the plans that run from now on; 0 bytes take it back.
void ck_engine_lend_scratch(ck_engine *engine, void *data, size_t bytes);
/// Frees the engine's own scratch memory; it comes back on demand.
void ck_engine_free_scratch(ck_engine *engine);
/// A pointer to the version of the oneDNN library in use, such as "2.6.3".
const char *ck_engine_version(void);

/// Sets how many threads kernels use when called from the calling thread (OpenMP keeps the number per
/// thread). Set it before making plans: some oneDNN kernels fix their split of the work when they are made.
void ck_set_threads(int count);
/// How many threads kernels use when called from the calling thread.
int ck_threads(void);

/// Runs `body(context, i)` for every i in 0..<tasks on the OpenMP pool that oneDNN uses too. Thread t of T
/// gets one contiguous range of tasks, so a body that keeps one task's result apart from another's gives the
/// same bits for any number of threads. Runs serially inside another parallel region.
void ck_parallel(int tasks, void (*body)(void *context, int task), void *context);

/// Gives the memory back in which pages of the program's and its libraries' files lie that nobody can write: code and
/// constants. What runs on comes back page by page from the system's file cache, at a microsecond or two for 64 KiB;
/// what does not run any more, such as set-up, no longer counts as this process's memory.
void ck_release_code_pages(void);
