#define _GNU_SOURCE
#include "include/ck_affinity.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "include/ck_engine.h"

extern int omp_get_proc_bind(void);
extern int omp_get_num_places(void);
extern int omp_get_place_num_procs(int place);
extern void omp_get_place_proc_ids(int place, int *ids);

int ck_threads_bound(void) { return omp_get_proc_bind() != 0; }

static void note_processor(void *context, int thread) {
  int *processors = context, only = -1;
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0 && CPU_COUNT(&allowed) == 1) {
    for (only = 0; !CPU_ISSET(only, &allowed);) only++;
  }
  processors[thread] = only;
}

void ck_thread_processors(int *processors) { ck_parallel(ck_threads(), note_processor, processors); }

// The processors of all places; there are none where threads are not bound.
static cpu_set_t all_places(void) {
  cpu_set_t all;
  CPU_ZERO(&all);
  for (int place = 0; place < omp_get_num_places(); place++) {
    int count = omp_get_place_num_procs(place);
    int *ids = calloc((size_t)count + 1, sizeof *ids);
    if (!ids) continue;
    omp_get_place_proc_ids(place, ids);
    for (int i = 0; i < count; i++) {
      if (ids[i] >= 0 && ids[i] < CPU_SETSIZE) CPU_SET(ids[i], &all);
    }
    free(ids);
  }
  return all;
}

int ck_free_thread(void) {
  cpu_set_t all = all_places();
  return CPU_COUNT(&all) && sched_setaffinity(0, sizeof all, &all) ? errno : 0;
}

int ck_free_new_threads(void) {
  cpu_set_t all = all_places();
  if (CPU_COUNT(&all) == 0) return 0;
  // OpenMP starts its threads with attributes of their own, so that the default ones are everybody else's.
  pthread_attr_t attributes;
  int code = pthread_getattr_default_np(&attributes);
  if (code) return code;
  code = pthread_attr_setaffinity_np(&attributes, sizeof all, &all);
  if (!code) code = pthread_setattr_default_np(&attributes);
  pthread_attr_destroy(&attributes);
  return code;
}
