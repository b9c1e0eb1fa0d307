#include <string.h>

#include "h5_common.h"

int netio_h5_create(const char *path, int64_t *file, netio_h5_fault *fault) {
  h5_enter(fault);
  hid_t access = h5_file_access();
  *file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
  int code = *file < 0 ? h5_fail(fault, NETIO_H5_CORRUPT, NULL) : NETIO_H5_OK;
  H5Pclose(access);
  return code;
}

int netio_h5_close(int64_t file, netio_h5_fault *fault) {
  h5_enter(fault);
  return H5Fclose(file) < 0 ? h5_fail(fault, NETIO_H5_CORRUPT, NULL) : NETIO_H5_OK;
}

int netio_h5_make_group(int64_t file, const char *path, netio_h5_fault *fault) {
  h5_enter(fault);
  char name[4096];
  size_t length = strlen(path);
  if (length >= sizeof name) return h5_fail(fault, NETIO_H5_UNSUPPORTED, "a name of this length is");
  hid_t creation = H5Pcreate(H5P_GROUP_CREATE);
  // The order of layers is worth keeping, and the time of writing is not: equal weights give equal files.
  H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_obj_track_times(creation, 0);
  int code = NETIO_H5_OK;
  for (size_t end = 1; end <= length && !code; end++) {
    if (path[end] != '/' && path[end] != 0) continue;
    memcpy(name, path, end);
    name[end] = 0;
    htri_t there = H5Lexists(file, name, H5P_DEFAULT);
    hid_t group = there > 0 ? 0 : H5Gcreate2(file, name, H5P_DEFAULT, creation, H5P_DEFAULT);
    if (there < 0 || group < 0) code = h5_fail(fault, NETIO_H5_CORRUPT, NULL);
    if (group > 0) H5Gclose(group);
  }
  H5Pclose(creation);
  return code;
}

// Takes over `space` and `type`, either of which may be invalid because making it failed.
static int write_dataset(hid_t file, const char *path, hid_t type, hid_t space, const void *values,
                         netio_h5_fault *fault) {
  hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_obj_track_times(creation, 0);
  hid_t dataset = H5Dcreate2(file, path, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  int code = NETIO_H5_OK;
  if (dataset < 0 || (values && H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0))
    code = h5_fail(fault, NETIO_H5_CORRUPT, NULL);
  if (dataset >= 0 && H5Dclose(dataset) < 0 && !code) code = h5_fail(fault, NETIO_H5_CORRUPT, NULL);
  H5Pclose(creation);
  H5Tclose(type);
  H5Sclose(space);
  return code;
}

int netio_h5_write_f32(int64_t file, const char *path, int32_t rank, const int64_t *dims, const float *values,
                       netio_h5_fault *fault) {
  h5_enter(fault);
  if (rank < 0 || rank > NETIO_H5_MAX_RANK)
    return h5_fail(fault, NETIO_H5_UNSUPPORTED, "more than 32 axes are");
  hsize_t extent[NETIO_H5_MAX_RANK];
  int empty = 0;
  for (int32_t i = 0; i < rank; i++) {
    extent[i] = (hsize_t)dims[i];
    empty |= dims[i] == 0;
  }
  hid_t space = H5Screate_simple(rank, extent, NULL);
  return write_dataset(file, path, H5Tcopy(H5T_NATIVE_FLOAT), space, empty ? NULL : values, fault);
}

int netio_h5_write_i32(int64_t file, const char *path, int32_t value, netio_h5_fault *fault) {
  h5_enter(fault);
  hsize_t one = 1;  // as Caffe: an array of one, not a scalar
  return write_dataset(file, path, H5Tcopy(H5T_NATIVE_INT32), H5Screate_simple(1, &one, NULL), &value, fault);
}

int netio_h5_write_bytes(int64_t file, const char *path, const uint8_t *bytes, int64_t count, netio_h5_fault *fault) {
  h5_enter(fault);
  hsize_t extent = (hsize_t)count;
  hid_t space = H5Screate_simple(1, &extent, NULL);
  return write_dataset(file, path, H5Tcopy(H5T_NATIVE_UINT8), space, count ? bytes : NULL, fault);
}

int netio_h5_write_string(int64_t file, const char *path, const char *text, netio_h5_fault *fault) {
  h5_enter(fault);
  hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, strlen(text) + 1);
  return write_dataset(file, path, type, H5Screate(H5S_SCALAR), text, fault);
}
