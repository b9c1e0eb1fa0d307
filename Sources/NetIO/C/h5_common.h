// Shared by the HDF5 files of this target only.
#pragma once
#include <hdf5/serial/hdf5.h>

#include "netio_h5.h"

enum { H5_TEXT_LIMIT = 1 << 16 };

// Silences the library on this thread and forgets older errors. Call first in every entry point.
void h5_enter(netio_h5_fault *fault);
// Fills `fault` with `code` and either `text` or, if that is NULL, the innermost message of the library's error stack.
int h5_fail(netio_h5_fault *fault, enum netio_h5_code code, const char *text);
// The properties files are opened and created with; the caller closes them.
hid_t h5_file_access(void);

// The reading functions of netio_h5.h, as they run inside the child.
int h5_inspect(hid_t file, const char *path, netio_h5_object *object, netio_h5_fault *fault);
int h5_list(hid_t file, const char *path, void (*each)(void *context, const char *name), void *context,
            netio_h5_fault *fault);
int h5_read_numbers(hid_t file, const char *path, hid_t memory_type, void *values, int64_t count,
                    netio_h5_fault *fault);
int h5_read_string(hid_t file, const char *path, char *text, size_t capacity, netio_h5_fault *fault);
