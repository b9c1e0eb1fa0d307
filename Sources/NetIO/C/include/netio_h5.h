// HDF5 behind a few functions, so that no HDF5 type, macro or global reaches Swift.
//
// Reading happens in a child process per file: libhdf5 can be crashed by a damaged file (CVE-2025-2915 and its kin; a
// single changed byte is enough), and then the child dies and the caller gets an error. Writing happens in this process.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { NETIO_H5_MAX_RANK = 32 };  // HDF5's own limit

enum netio_h5_code {
  NETIO_H5_OK = 0,
  NETIO_H5_CORRUPT,      // the library met damage, or a failure of its own
  NETIO_H5_MISSING,      // no such link
  NETIO_H5_REFUSED,      // reaches outside the file or needs foreign code
  NETIO_H5_UNSUPPORTED,  // valid, but not what was asked for
};

// Why a call failed.
typedef struct {
  int32_t code;      // enum netio_h5_code
  int32_t os_error;  // the errno at the bottom of it, 0 if there is none
  char text[200];
} netio_h5_fault;

enum netio_h5_kind { NETIO_H5_GROUP, NETIO_H5_FLOAT, NETIO_H5_INTEGER, NETIO_H5_STRING, NETIO_H5_OTHER };

// What a path leads to. For datasets also the shape and what the file really holds of it.
typedef struct {
  int32_t kind;  // enum netio_h5_kind
  int32_t rank;
  int64_t dims[NETIO_H5_MAX_RANK];
  int64_t count;         // product of dims, checked against overflow of the byte count
  int64_t stored_bytes;  // bytes of the dataset in the file; fewer than it expands to where compressed or never written
  int64_t offset;        // where in the file its values lie as they would in memory (float), -1 if they do not
} netio_h5_object;

// A file open for reading. One call at a time on each.
typedef struct {
  int32_t process;
  int32_t socket;
} netio_h5_reader;

// All that follow return an enum netio_h5_code (0 is success) and fill `fault` when it is not 0. Paths are absolute
// within the file; soft links inside the file are followed, external ones refused.

// Starts the child and opens the file there. Must not run while another thread is inside a writing function.
int netio_h5_open(const char *path, netio_h5_reader *reader, netio_h5_fault *fault);
// Ends the child.
void netio_h5_end(netio_h5_reader reader);
// Describes the object at `path`, refusing external storage, virtual datasets and unknown filters.
int netio_h5_inspect(netio_h5_reader reader, const char *path, netio_h5_object *object, netio_h5_fault *fault);
// Calls `each` with the name of every link in the group, in creation order if the file kept it, else by name.
int netio_h5_list(netio_h5_reader reader, const char *path, void (*each)(void *context, const char *name),
                  void *context, netio_h5_fault *fault);
// Read the whole dataset, converted from any float or integer type. `count` must be what inspect said.
int netio_h5_read_f32(netio_h5_reader reader, const char *path, float *values, int64_t count, netio_h5_fault *fault);
int netio_h5_read_i64(netio_h5_reader reader, const char *path, int64_t *values, int64_t count,
                      netio_h5_fault *fault);
// Calls `each` with the one string of the dataset, of at most 64 KiB.
int netio_h5_read_string(netio_h5_reader reader, const char *path, void (*each)(void *context, const char *text),
                         void *context, netio_h5_fault *fault);

// Writing. One thread at a time in all of these.
int netio_h5_create(const char *path, int64_t *file, netio_h5_fault *fault);
int netio_h5_close(int64_t file, netio_h5_fault *fault);
// Makes a group and those above it; one that is there already is fine.
int netio_h5_make_group(int64_t file, const char *path, netio_h5_fault *fault);
int netio_h5_write_f32(int64_t file, const char *path, int32_t rank, const int64_t *dims, const float *values,
                       netio_h5_fault *fault);
int netio_h5_write_i32(int64_t file, const char *path, int32_t value, netio_h5_fault *fault);
int netio_h5_write_bytes(int64_t file, const char *path, const uint8_t *bytes, int64_t count, netio_h5_fault *fault);
int netio_h5_write_string(int64_t file, const char *path, const char *text, netio_h5_fault *fault);
