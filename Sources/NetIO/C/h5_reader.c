// The child process that reads a file, and the talk with it over a socket: one request, one answer, then its payload.
#define _GNU_SOURCE  // close_range
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "h5_common.h"

enum { PATH_LIMIT = 4096, LIST_LIMIT = 1 << 26 };
enum question { INSPECT, LIST, READ_F32, READ_I64, READ_STRING };

struct request {
  int32_t question;
  int64_t count;
  char path[PATH_LIMIT];
};

struct answer {
  netio_h5_fault fault;
  netio_h5_object object;
  int64_t payload;  // bytes that follow
};

// 0 if all went through; on failure the other side is gone.
static int put_all(int socket, const void *bytes, size_t size) {
  for (const char *at = bytes; size > 0;) {
    ssize_t sent = send(socket, at, size, MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) return -1;
    if (sent > 0) at += sent, size -= (size_t)sent;
  }
  return 0;
}

static int get_all(int socket, void *bytes, size_t size) {
  for (char *at = bytes; size > 0;) {
    ssize_t got = recv(socket, at, size, 0);
    if (got == 0 || (got < 0 && errno != EINTR)) return -1;
    if (got > 0) at += got, size -= (size_t)got;
  }
  return 0;
}

// The child's side.

struct names {
  char *text;
  size_t size;
};

static void append_name(void *context, const char *name) {
  struct names *names = context;
  size_t size = strlen(name) + 1;
  char *grown = names->size + size > LIST_LIMIT ? NULL : realloc(names->text, names->size + size);
  if (!grown) _exit(1);
  names->text = grown;
  memcpy(grown + names->size, name, size);
  names->size += size;
}

static void *answer_request(hid_t file, const struct request *request, struct answer *answer) {
  netio_h5_fault *fault = &answer->fault;
  struct names names = {0};
  void *values = NULL;
  size_t width = request->question == READ_I64 ? sizeof(int64_t) : sizeof(float);
  switch ((enum question)request->question) {
    case INSPECT:
      h5_inspect(file, request->path, &answer->object, fault);
      return NULL;
    case LIST:
      if (!h5_list(file, request->path, append_name, &names, fault)) answer->payload = (int64_t)names.size;
      return names.text;
    case READ_F32:
    case READ_I64:
      values = malloc((size_t)request->count * width + 1);
      if (!values) _exit(1);
      if (!h5_read_numbers(file, request->path,
                           request->question == READ_I64 ? H5T_NATIVE_INT64 : H5T_NATIVE_FLOAT, values,
                           request->count, fault))
        answer->payload = request->count * (int64_t)width;
      return values;
    case READ_STRING:
      values = calloc(1, H5_TEXT_LIMIT);
      if (!values) _exit(1);
      if (!h5_read_string(file, request->path, values, H5_TEXT_LIMIT, fault))
        answer->payload = (int64_t)strlen(values) + 1;
      return values;
  }
  return NULL;
}

// The caller's threads, signal handlers and open files are none of the child's business.
static void detach(int socket) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  // Ctrl-C goes to the whole process group: how to end is the parent's decision.
  signal(SIGINT, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  dup2(socket, 3);
  close_range(4, ~0U, 0);
  // The library and malloc print about the damage they meet.
  int quiet = open("/dev/null", O_RDWR);
  for (int i = 0; i < 3 && quiet >= 0; i++) dup2(quiet, i);
}

// The address space of this process in bytes; 0 where the system does not say.
static uint64_t address_space(void) {
  char text[32] = "";
  int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  return size > 0 ? strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

enum { SPARE_MEMORY = 64 << 20, MEMORY_PER_BYTE = 3 };

// Lets the child have so many bytes beside what it was born with: a byte in a header can have the library ask for
// gigabytes.
static void limit_memory(uint64_t base, uint64_t bytes) {
  struct rlimit limit;
  if (base == 0 || getrlimit(RLIMIT_AS, &limit)) return;
  rlim_t wanted = base + bytes + SPARE_MEMORY;
  limit.rlim_cur = limit.rlim_max != RLIM_INFINITY && limit.rlim_max < wanted ? limit.rlim_max : wanted;
  setrlimit(RLIMIT_AS, &limit);
}

// Ends the child when it has computed for so long; 0 takes the limit away. On a busy machine a clock on the wall would
// end children that have hardly begun.
static void limit_work(unsigned seconds) {
  struct itimerval limit = {.it_value = {.tv_sec = (time_t)seconds}};
  setitimer(ITIMER_PROF, &limit, NULL);
}

static void serve(const char *path, int socket) {
  detach(socket);
  struct stat status = {0};
  stat(path, &status);
  unsigned seconds = 10 + (unsigned)(status.st_size / 10000000);
  uint64_t base = address_space(), usual = MEMORY_PER_BYTE * (uint64_t)status.st_size;
  limit_memory(base, usual);
  struct answer answer = {0};
  h5_enter(&answer.fault);
  limit_work(seconds);
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, h5_file_access());
  if (file < 0) h5_fail(&answer.fault, NETIO_H5_CORRUPT, NULL);
  struct request request;
  void *payload = NULL;
  while (put_all(3, &answer, sizeof answer) == 0 && put_all(3, payload, (size_t)answer.payload) == 0) {
    free(payload);
    limit_work(0);
    if (get_all(3, &request, sizeof request)) break;
    limit_work(seconds);
    memset(&answer, 0, sizeof answer);
    // The caller has checked how many values it wants: room for them, and for one chunk packed and unpacked.
    limit_memory(base, usual + (uint64_t)request.count * 3 * sizeof(int64_t));
    payload = answer_request(file, &request, &answer);
  }
  // No exit handlers: they belong to the parent.
  _exit(0);
}

// The caller's side.

// A child that died met damage in the file, or a fault of ours. In both cases the file cannot be read.
static int blame_death(netio_h5_reader reader, netio_h5_fault *fault) {
  int verdict = 0;
  // It stays a zombie, to be collected by netio_h5_end.
  siginfo_t info = {0};
  if (waitid(P_PID, (id_t)reader.process, &info, WEXITED | WNOWAIT) == 0) verdict = info.si_status;
  memset(fault, 0, sizeof *fault);
  return h5_fail(fault, NETIO_H5_CORRUPT,
                 info.si_code == CLD_EXITED  ? "damaged: the HDF5 library asks for more memory than there is"
                 : verdict == SIGPROF        ? "damaged: the HDF5 library does not come to an end with it"
                                             : "damaged: the HDF5 library crashes on it");
}

static int get_answer(netio_h5_reader reader, struct answer *answer, netio_h5_fault *fault) {
  if (get_all(reader.socket, answer, sizeof *answer)) return blame_death(reader, fault);
  *fault = answer->fault;
  // The child may be confused by what it read: take nothing on trust that this side will use as a length.
  fault->text[sizeof fault->text - 1] = 0;
  int32_t rank = answer->object.rank;
  if (!fault->code && (rank < 0 || rank > NETIO_H5_MAX_RANK || answer->object.count < 0 || answer->payload < 0))
    return h5_fail(fault, NETIO_H5_CORRUPT, "damaged: the HDF5 library is confused by it");
  return fault->code;
}

static int ask(netio_h5_reader reader, enum question question, const char *path, int64_t count,
               struct answer *answer, netio_h5_fault *fault) {
  memset(fault, 0, sizeof *fault);
  struct request request = {question, count, ""};
  if (strlen(path) >= sizeof request.path) return h5_fail(fault, NETIO_H5_UNSUPPORTED, "a name of this length is");
  strcpy(request.path, path);
  if (put_all(reader.socket, &request, sizeof request)) return blame_death(reader, fault);
  return get_answer(reader, answer, fault);
}

int netio_h5_open(const char *path, netio_h5_reader *reader, netio_h5_fault *fault) {
  int sockets[2];
  // The library sets itself up here once, not in every child.
  h5_enter(fault);
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets)) {
    fault->os_error = errno;
    return h5_fail(fault, NETIO_H5_CORRUPT, "no socket to the process that reads it");
  }
  pid_t process = fork();
  if (process == 0) serve(path, sockets[1]);
  fault->os_error = process < 0 ? errno : 0;
  close(sockets[1]);
  *reader = (netio_h5_reader){process, sockets[0]};
  struct answer answer;
  int code = process < 0 ? h5_fail(fault, NETIO_H5_CORRUPT, "no process to read it in") : get_answer(*reader, &answer, fault);
  if (code) netio_h5_end(*reader);
  return code;
}

void netio_h5_end(netio_h5_reader reader) {
  close(reader.socket);
  if (reader.process < 0) return;
  kill(reader.process, SIGKILL);
  while (waitpid(reader.process, NULL, 0) < 0 && errno == EINTR) continue;
}

int netio_h5_inspect(netio_h5_reader reader, const char *path, netio_h5_object *object, netio_h5_fault *fault) {
  struct answer answer;
  int code = ask(reader, INSPECT, path, 0, &answer, fault);
  *object = answer.object;
  return code;
}

static int get_payload(netio_h5_reader reader, void *bytes, int64_t size, const struct answer *answer,
                       netio_h5_fault *fault) {
  if (answer->payload != size) return h5_fail(fault, NETIO_H5_CORRUPT, "damaged: the HDF5 library is confused by it");
  return get_all(reader.socket, bytes, (size_t)size) ? blame_death(reader, fault) : NETIO_H5_OK;
}

int netio_h5_read_f32(netio_h5_reader reader, const char *path, float *values, int64_t count, netio_h5_fault *fault) {
  struct answer answer;
  int code = ask(reader, READ_F32, path, count, &answer, fault);
  return code ? code : get_payload(reader, values, count * (int64_t)sizeof *values, &answer, fault);
}

int netio_h5_read_i64(netio_h5_reader reader, const char *path, int64_t *values, int64_t count,
                      netio_h5_fault *fault) {
  struct answer answer;
  int code = ask(reader, READ_I64, path, count, &answer, fault);
  return code ? code : get_payload(reader, values, count * (int64_t)sizeof *values, &answer, fault);
}

// Passes on the strings of a payload, each with its end mark.
static int get_strings(netio_h5_reader reader, enum question question, const char *path, int64_t limit,
                       void (*each)(void *context, const char *text), void *context, netio_h5_fault *fault) {
  struct answer answer;
  int code = ask(reader, question, path, 0, &answer, fault);
  if (code) return code;
  char *text = answer.payload <= limit ? calloc(1, (size_t)answer.payload + 1) : NULL;
  if (!text) return h5_fail(fault, NETIO_H5_CORRUPT, "damaged: the HDF5 library is confused by it");
  code = get_payload(reader, text, answer.payload, &answer, fault);
  for (const char *at = text; !code && at < text + answer.payload; at += strlen(at) + 1) each(context, at);
  free(text);
  return code;
}

int netio_h5_list(netio_h5_reader reader, const char *path, void (*each)(void *context, const char *name),
                  void *context, netio_h5_fault *fault) {
  return get_strings(reader, LIST, path, LIST_LIMIT, each, context, fault);
}

int netio_h5_read_string(netio_h5_reader reader, const char *path, void (*each)(void *context, const char *text),
                         void *context, netio_h5_fault *fault) {
  return get_strings(reader, READ_STRING, path, H5_TEXT_LIMIT, each, context, fault);
}
