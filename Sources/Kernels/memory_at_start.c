// Under a limit on the address space, says that memory is short before libraries wait for it in vain.
#define _GNU_SOURCE  // sched_getaffinity
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

// OpenBLAS takes so much for each of its threads while it is loaded, and tries for ever where it does not get it.
enum { BYTES_PER_THREAD = 130 << 20 };

// How many threads OpenBLAS takes: as many as processors, or fewer where a variable says so.
static size_t blas_threads(char **environment) {
  static const char *const names[] = {"OPENBLAS_NUM_THREADS=", "GOTO_NUM_THREADS=", "OMP_NUM_THREADS="};
  cpu_set_t processors;
  size_t most = sched_getaffinity(0, sizeof processors, &processors) == 0 ? (size_t)CPU_COUNT(&processors) : 1;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    for (char **entry = environment; *entry; entry++) {
      if (strncmp(*entry, names[i], strlen(names[i])) != 0) continue;
      long given = strtol(*entry + strlen(names[i]), NULL, 10);
      if (given > 0) return (size_t)given < most ? (size_t)given : most;
    }
  }
  return most;
}

static void require_memory(int count, char **arguments, char **environment) {
  (void)count, (void)arguments;
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return;
  size_t bytes = blas_threads(environment) * BYTES_PER_THREAD;
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory != MAP_FAILED) {
    munmap(memory, bytes);
    return;
  }
  static const char words[] =
      "caffe-increg: out of memory: the limit on the address space (ulimit -v) is too low for OpenBLAS to be loaded: "
      "raise it, or set OMP_NUM_THREADS=1\n";
  if (write(STDERR_FILENO, words, sizeof words - 1) < 0) _exit(EXIT_FAILURE);
  _exit(EXIT_FAILURE);
}

// What stands here is called before libraries are set up.
__attribute__((section(".preinit_array"), used)) static void (*const before_libraries)(int, char **, char **) =
    require_memory;
