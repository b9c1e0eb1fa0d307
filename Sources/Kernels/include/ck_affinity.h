// Where OpenMP keeps its threads. It learns that before `main`, from OMP_PROC_BIND and OMP_PLACES, and then binds every
// thread that it starts, and the one that starts them.
#pragma once

/// Whether threads are bound to places.
int ck_threads_bound(void);

/// Writes, for each of the calling thread's ck_threads(), the processor it is bound to, or -1 where it may run on several.
void ck_thread_processors(int *processors);

/// Lets the calling thread run in all places. Returns 0 or an errno.
int ck_free_thread(void);

/// Lets threads that are started from now on, other than OpenMP's, run in all places: they would share the place of the
/// thread that starts them. Returns 0 or an errno.
int ck_free_new_threads(void);
