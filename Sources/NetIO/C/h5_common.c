#include "h5_common.h"

#include <stdlib.h>
#include <string.h>

void h5_enter(netio_h5_fault *fault) {
  memset(fault, 0, sizeof *fault);
  // After a file could not be written to its end, the library's clean-up at exit crashes; every file is closed by then.
  H5dont_atexit();
  // A name in a file must never load code.
  H5PLset_loading_state(0);
  // Both are kept per thread.
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  H5Eclear2(H5E_DEFAULT);
}

// The stack is walked from its inside; the first entry says most, and one from the file driver carries an errno.
static herr_t take_entry(unsigned depth, const H5E_error2_t *entry, void *context) {
  netio_h5_fault *fault = context;
  const char *description = entry->desc ? entry->desc : "";
  if (depth == 0) strncpy(fault->text, description, sizeof fault->text - 1);
  const char *number = strstr(description, "errno = ");
  if (number && !fault->os_error) fault->os_error = (int32_t)strtol(number + 8, NULL, 10);
  return 0;
}

int h5_fail(netio_h5_fault *fault, enum netio_h5_code code, const char *text) {
  fault->code = code;
  if (text) {
    strncpy(fault->text, text, sizeof fault->text - 1);
  } else {
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_entry, fault);
    if (!fault->text[0]) strcpy(fault->text, "the HDF5 library failed without a reason");
  }
  return code;
}

hid_t h5_file_access(void) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  // Objects left open by a failed call must not keep the file open.
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
#if H5_VERSION_GE(1, 10, 7)
  // Files are replaced by renaming and never changed in place: locks protect nothing and fail on network disks.
  H5Pset_file_locking(access, 0, 1);
#endif
  return access;
}
