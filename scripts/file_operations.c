// Counts what a process and its children do to files, and ends them, or makes the call fail, at the N-th time. Preloaded by
// kill-at-file-operations.py, which builds it.
//
// FILE_OPERATIONS         a file of 16 bytes, shared by all processes and by what they start: the counter, and whether what
//                         failed was to remove something
// FILE_OPERATIONS_AT      N; 0 only counts
// FILE_OPERATIONS_FAULT   "kill": SIGKILL to the process group, right before the N-th; "once 5": the N-th fails with error 5;
//                         "signal 15": the process group gets signal 15 once, and the call is made
//                         "from 28": what takes room on the disk fails from the N-th on
//
// An operation is a call that changes a file or a folder, or may lose a change: opening for writing, writing, truncating,
// reserving, syncing, closing what was open for writing, renaming, linking, removing, making folders. Pipes, terminals and
// /proc do not count.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

static _Atomic int64_t *counter;
static int64_t place;
static int code;
static enum { COUNT, KILL, SIGNAL, ONCE, FROM } fault;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("FILE_OPERATIONS"), *at = getenv("FILE_OPERATIONS_AT");
  const char *what = getenv("FILE_OPERATIONS_FAULT");
  if (!path) return;
  int file = REAL(open)(path, O_RDWR | O_CLOEXEC);
  if (file < 0) abort();
  void *memory = mmap(NULL, 16, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  REAL(close)(file);
  if (memory == MAP_FAILED) abort();
  place = at ? atoll(at) : 0;
  if (what && place > 0) {
    if (strcmp(what, "kill") == 0) fault = KILL;
    if (sscanf(what, "signal %d", &code) == 1) fault = SIGNAL;
    if (sscanf(what, "once %d", &code) == 1) fault = ONCE;
    if (sscanf(what, "from %d", &code) == 1) fault = FROM;
  }
  counter = memory;
}

// Whether the call is to fail; errno is set then.
static int operation(int takes_room) {
  if (!counter) return 0;
  int64_t number = atomic_fetch_add(counter, 1) + 1;
  if (fault == KILL && number >= place) {
    kill(0, SIGKILL);
    for (;;) pause();
  }
  if (fault == SIGNAL && number == place) kill(0, code);
  if ((fault == ONCE && number == place) || (fault == FROM && number >= place && takes_room)) {
    errno = code;
    return 1;
  }
  return 0;
}

// Notes that the next operation is to remove something, where it is the one that fails once.
static int removal(void) {
  if (counter && fault == ONCE && atomic_load(counter) + 1 == place) atomic_store(counter + 1, 1);
  return 1;
}

static int is_file(int descriptor) {
  struct stat status;
  struct statfs system;
  if (fstat(descriptor, &status) != 0 || !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) return 0;
  return fstatfs(descriptor, &system) != 0 || system.f_type != PROC_SUPER_MAGIC;
}

static int is_written(int descriptor) {
  int flags = fcntl(descriptor, F_GETFL);
  return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && is_file(descriptor);
}

static int changes(const char *path, int flags) {
  struct stat status;
  if ((flags & O_ACCMODE) == O_RDONLY && !(flags & (O_CREAT | O_TRUNC))) return 0;
  if (strncmp(path, "/proc/", 6) == 0) return 0;
  // Devices do not count.
  return stat(path, &status) != 0 || S_ISREG(status.st_mode);
}

#define MODE(flags)                          \
  mode_t mode = 0;                           \
  if (flags & (O_CREAT | O_TMPFILE)) {       \
    va_list rest;                            \
    va_start(rest, flags);                   \
    mode = (mode_t)va_arg(rest, int);        \
    va_end(rest);                            \
  }
#define OPEN(name)                                                               \
  int name(const char *path, int flags, ...) {                                   \
    MODE(flags)                                                                  \
    if (changes(path, flags) && operation(flags & O_CREAT)) return -1;           \
    return REAL(name)(path, flags, mode);                                        \
  }
OPEN(open)
OPEN(open64)
#define OPENAT(name)                                                             \
  int name(int folder, const char *path, int flags, ...) {                       \
    MODE(flags)                                                                  \
    if (((flags & O_ACCMODE) != O_RDONLY || flags & O_CREAT) && operation(flags & O_CREAT)) return -1; \
    return REAL(name)(folder, path, flags, mode);                                \
  }
OPENAT(openat)
OPENAT(openat64)

#define FOPEN(name)                                                              \
  FILE *name(const char *path, const char *how) {                                \
    if (strpbrk(how, "wa+") && changes(path, O_RDWR) && operation(1)) return NULL; \
    return REAL(name)(path, how);                                                \
  }
FOPEN(fopen)
FOPEN(fopen64)

#define CALL(type, name, parameters, arguments, counts, takes_room)              \
  type name parameters {                                                         \
    if ((counts) && operation(takes_room)) return -1;                            \
    return REAL(name) arguments;                                                 \
  }
CALL(ssize_t, write, (int file, const void *bytes, size_t count), (file, bytes, count), is_file(file), 1)
CALL(ssize_t, writev, (int file, const struct iovec *parts, int count), (file, parts, count), is_file(file), 1)
CALL(ssize_t, pwrite, (int file, const void *bytes, size_t count, off_t at), (file, bytes, count, at), is_file(file), 1)
CALL(ssize_t, pwrite64, (int file, const void *bytes, size_t count, off64_t at), (file, bytes, count, at), is_file(file), 1)
CALL(ssize_t, pwritev, (int file, const struct iovec *parts, int count, off_t at), (file, parts, count, at), is_file(file), 1)
CALL(int, ftruncate, (int file, off_t size), (file, size), 1, 1)
CALL(int, ftruncate64, (int file, off64_t size), (file, size), 1, 1)
CALL(int, truncate, (const char *path, off_t size), (path, size), 1, 1)
CALL(int, fallocate, (int file, int mode, off_t at, off_t size), (file, mode, at, size), 1, 1)
CALL(int, fsync, (int file), (file), is_file(file), 0)
CALL(int, fdatasync, (int file), (file), is_file(file), 0)
CALL(int, rename, (const char *old, const char *new), (old, new), 1, 0)
CALL(int, renameat, (int a, const char *old, int b, const char *new), (a, old, b, new), 1, 0)
CALL(int, link, (const char *old, const char *new), (old, new), 1, 1)
CALL(int, symlink, (const char *old, const char *new), (old, new), 1, 1)
CALL(int, unlink, (const char *path), (path), removal(), 0)
CALL(int, unlinkat, (int folder, const char *path, int flags), (folder, path, flags), removal(), 0)
CALL(int, remove, (const char *path), (path), removal(), 0)
CALL(int, rmdir, (const char *path), (path), removal(), 0)
CALL(int, mkdir, (const char *path, mode_t mode), (path, mode), 1, 1)

// A close that fails has closed.
int close(int file) {
  if (!counter || !is_written(file)) return REAL(close)(file);
  int failed = operation(0), why = errno, result = REAL(close)(file);
  if (!failed) return result;
  errno = why;
  return -1;
}

int fclose(FILE *stream) {
  if (!counter || !is_written(fileno(stream))) return REAL(fclose)(stream);
  int failed = operation(0), why = errno, result = REAL(fclose)(stream);
  if (!failed) return result;
  errno = why;
  return EOF;
}
