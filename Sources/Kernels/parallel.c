// One thread pool for oneDNN and for the loops of this target.
//
// Swift's clang has no omp.h, so `#pragma omp` is out of reach; but what the pragma compiles to is a call of
// GOMP_parallel, which libgomp exports and keeps stable. Calling it directly puts our loops on the very
// threads oneDNN uses: no second pool competes for the cores.
#include "include/ck_engine.h"

#include <stdbool.h>

extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);
extern int omp_get_max_threads(void);
extern int omp_in_parallel(void);
extern void omp_set_num_threads(int count);

typedef struct {
  int tasks;
  void (*body)(void *context, int task);
  void *context;
} region;

static void run_share(void *data) {
  const region *r = data;
  long threads = omp_get_num_threads(), thread = omp_get_thread_num();
  int first = (int)(r->tasks * thread / threads), end = (int)(r->tasks * (thread + 1) / threads);
  for (int task = first; task < end; task++) r->body(r->context, task);
}

void ck_parallel(int tasks, void (*body)(void *context, int task), void *context) {
  int threads = omp_get_max_threads();
  if (threads > tasks) threads = tasks;
  if (threads <= 1 || omp_in_parallel()) {
    for (int task = 0; task < tasks; task++) body(context, task);
    return;
  }
  region r = {tasks, body, context};
  GOMP_parallel(run_share, &r, (unsigned)threads, 0);
}

void ck_set_threads(int count) { omp_set_num_threads(count < 1 ? 1 : count); }

int ck_threads(void) { return omp_get_max_threads(); }
