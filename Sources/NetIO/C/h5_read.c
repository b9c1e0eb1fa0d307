// Runs inside the child process of h5_reader.c.
#include <stdio.h>
#include <string.h>

#include "h5_common.h"

static herr_t refuse_external_link(const char *parent_file, const char *parent_group, const char *child_file,
                                   const char *child_object, unsigned *flags, hid_t access, void *context) {
  (void)parent_file, (void)child_object, (void)flags, (void)access;
  netio_h5_fault *fault = context;
  fault->code = NETIO_H5_REFUSED;
  snprintf(fault->text, sizeof fault->text, "external link in '%s' to file '%s'", parent_group, child_file);
  return -1;
}

// Opening a group or dataset reads its header only, never data or another file.
static hid_t open_object(hid_t file, const char *path, netio_h5_fault *fault) {
  hid_t access = H5Pcreate(H5P_LINK_ACCESS);
  H5Pset_nlinks(access, 16);
  H5Pset_elink_cb(access, refuse_external_link, fault);
  hid_t object = H5Oopen(file, path, access);
  if (object < 0 && !fault->code) {
    // "Not there" and "damaged" can only be told apart by the words at the bottom of the error stack.
    h5_fail(fault, NETIO_H5_CORRUPT, NULL);
    if (strstr(fault->text, "doesn't exist") || strstr(fault->text, "not found")) fault->code = NETIO_H5_MISSING;
  }
  H5Pclose(access);
  return object;
}

static int refuse_filters(hid_t creation, netio_h5_fault *fault) {
  for (int i = 0, n = H5Pget_nfilters(creation); i < n; i++) {
    unsigned flags, config;
    size_t parameters = 0;
    char name[64] = "";
    H5Z_filter_t filter = H5Pget_filter2(creation, i, &flags, &parameters, NULL, sizeof name, name, &config);
    if (filter == H5Z_FILTER_DEFLATE || filter == H5Z_FILTER_SHUFFLE || filter == H5Z_FILTER_FLETCHER32) continue;
    char text[128];
    snprintf(text, sizeof text, "filter %d '%.63s'", (int)filter, name);
    return h5_fail(fault, NETIO_H5_REFUSED, text);
  }
  return NETIO_H5_OK;
}

// Must come before anything that looks at the dataspace: for a virtual dataset that already opens other files.
static int refuse_foreign_storage(hid_t dataset, netio_h5_fault *fault) {
  hid_t creation = H5Dget_create_plist(dataset);
  if (creation < 0) return h5_fail(fault, NETIO_H5_CORRUPT, NULL);
  int code;
  if (H5Pget_layout(creation) == H5D_VIRTUAL) {
    code = h5_fail(fault, NETIO_H5_REFUSED, "virtual dataset");
  } else if (H5Pget_external_count(creation) != 0) {
    code = h5_fail(fault, NETIO_H5_REFUSED, "dataset in an external file");
  } else {
    code = refuse_filters(creation, fault);
  }
  H5Pclose(creation);
  return code;
}

static int take_shape(hid_t dataset, netio_h5_object *object, netio_h5_fault *fault) {
  hsize_t dims[NETIO_H5_MAX_RANK];
  hid_t space = H5Dget_space(dataset);
  if (space < 0) return h5_fail(fault, NETIO_H5_CORRUPT, NULL);
  H5S_class_t kind = H5Sget_simple_extent_type(space);
  int rank = H5Sget_simple_extent_dims(space, dims, NULL);
  H5Sclose(space);
  if (kind == H5S_NULL) return h5_fail(fault, NETIO_H5_UNSUPPORTED, "an empty dataspace is");
  if (rank < 0) return h5_fail(fault, NETIO_H5_CORRUPT, NULL);
  uint64_t count = 1;
  for (int i = 0; i < rank; i++) {
    if (__builtin_mul_overflow(count, dims[i], &count) || dims[i] > INT64_MAX || count > INT64_MAX / 8)
      return h5_fail(fault, NETIO_H5_CORRUPT, "the shape has more elements than memory can address");
    object->dims[i] = (int64_t)dims[i];
  }
  object->rank = rank;
  object->count = (int64_t)count;
  object->stored_bytes = (int64_t)H5Dget_storage_size(dataset);
  return NETIO_H5_OK;
}

static int take_kind(hid_t dataset, netio_h5_object *object, netio_h5_fault *fault) {
  hid_t type = H5Dget_type(dataset);
  if (type < 0) return h5_fail(fault, NETIO_H5_CORRUPT, NULL);
  H5T_class_t kind = H5Tget_class(type);
  object->kind = kind == H5T_FLOAT     ? NETIO_H5_FLOAT
                 : kind == H5T_INTEGER ? NETIO_H5_INTEGER
                 : kind == H5T_STRING  ? NETIO_H5_STRING
                                       : NETIO_H5_OTHER;
  // A dataset that lies in the file as in memory need not pass through the library.
  haddr_t offset = H5Dget_offset(dataset);
  if (offset != HADDR_UNDEF && offset <= INT64_MAX && H5Tequal(type, H5T_NATIVE_FLOAT) > 0)
    object->offset = (int64_t)offset;
  H5Tclose(type);
  return NETIO_H5_OK;
}

// Opens and describes; the caller closes *opened, which is negative on failure.
static int open_checked(hid_t file, const char *path, hid_t *opened, netio_h5_object *object, netio_h5_fault *fault) {
  memset(object, 0, sizeof *object);
  object->kind = NETIO_H5_OTHER;
  object->offset = -1;
  *opened = open_object(file, path, fault);
  if (*opened < 0) return fault->code;
  H5I_type_t type = H5Iget_type(*opened);
  if (type == H5I_GROUP) object->kind = NETIO_H5_GROUP;
  if (type != H5I_DATASET) return NETIO_H5_OK;
  int code = refuse_foreign_storage(*opened, fault);
  if (!code) code = take_kind(*opened, object, fault);
  if (!code) code = take_shape(*opened, object, fault);
  if (code) {
    H5Oclose(*opened);
    *opened = -1;
  }
  return code;
}

int h5_inspect(hid_t file, const char *path, netio_h5_object *object, netio_h5_fault *fault) {
  h5_enter(fault);
  hid_t opened;
  int code = open_checked(file, path, &opened, object, fault);
  if (opened >= 0) H5Oclose(opened);
  return code;
}

struct lister {
  void (*each)(void *context, const char *name);
  void *context;
};

static herr_t pass_name(hid_t group, const char *name, const H5L_info_t *info, void *context) {
  (void)group, (void)info;
  struct lister *lister = context;
  lister->each(lister->context, name);
  return 0;
}

int h5_list(hid_t file, const char *path, void (*each)(void *context, const char *name), void *context,
            netio_h5_fault *fault) {
  h5_enter(fault);
  hid_t group = open_object(file, path, fault);
  if (group < 0) return fault->code;
  int code = NETIO_H5_OK;
  if (H5Iget_type(group) != H5I_GROUP) {
    code = h5_fail(fault, NETIO_H5_UNSUPPORTED, "a dataset in the place of a group is");
  } else {
    unsigned order = 0;
    hid_t creation = H5Gget_create_plist(group);
    if (creation >= 0) {
      H5Pget_link_creation_order(creation, &order);
      H5Pclose(creation);
    }
    struct lister lister = {each, context};
    H5_index_t index = order & H5P_CRT_ORDER_TRACKED ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
    if (H5Literate(group, index, H5_ITER_INC, NULL, pass_name, &lister) < 0)
      code = h5_fail(fault, NETIO_H5_CORRUPT, NULL);
  }
  H5Oclose(group);
  return code;
}

int h5_read_numbers(hid_t file, const char *path, hid_t memory_type, void *values, int64_t count,
                    netio_h5_fault *fault) {
  h5_enter(fault);
  hid_t dataset;
  netio_h5_object object;
  int code = open_checked(file, path, &dataset, &object, fault);
  if (code) return code;
  if (object.kind != NETIO_H5_FLOAT && object.kind != NETIO_H5_INTEGER) {
    code = h5_fail(fault, NETIO_H5_UNSUPPORTED, "anything but a dataset of floats or integers is");
  } else if (object.count != count) {
    code = h5_fail(fault, NETIO_H5_CORRUPT, "the shape changed while reading");
  } else if (count > 0 && H5Dread(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) {
    code = h5_fail(fault, NETIO_H5_CORRUPT, NULL);
  }
  H5Oclose(dataset);
  return code;
}

// Fixed-length strings, as Caffe writes them, and variable-length ones, as h5py does.
static int read_text(hid_t dataset, hid_t type, char *text, size_t capacity, netio_h5_fault *fault) {
  memset(text, 0, capacity);
  if (H5Tis_variable_str(type) > 0) {
    char *loaned = NULL;
    if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &loaned) < 0)
      return h5_fail(fault, NETIO_H5_CORRUPT, NULL);
    int fits = !loaned || strlen(loaned) < capacity;
    if (loaned && fits) strcpy(text, loaned);
    H5free_memory(loaned);
    return fits ? NETIO_H5_OK : h5_fail(fault, NETIO_H5_UNSUPPORTED, "a string of this length is");
  }
  if (H5Tget_size(type) >= capacity)
    return h5_fail(fault, NETIO_H5_UNSUPPORTED, "a string of this length is");
  return H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text) < 0
             ? h5_fail(fault, NETIO_H5_CORRUPT, NULL)
             : NETIO_H5_OK;
}

int h5_read_string(hid_t file, const char *path, char *text, size_t capacity, netio_h5_fault *fault) {
  h5_enter(fault);
  hid_t dataset;
  netio_h5_object object;
  int code = open_checked(file, path, &dataset, &object, fault);
  if (code) return code;
  if (object.kind != NETIO_H5_STRING || object.count != 1) {
    code = h5_fail(fault, NETIO_H5_UNSUPPORTED, "anything but one string is");
  } else {
    hid_t type = H5Dget_type(dataset);
    code = type < 0 ? h5_fail(fault, NETIO_H5_CORRUPT, NULL) : read_text(dataset, type, text, capacity, fault);
    if (type >= 0) H5Tclose(type);
  }
  H5Oclose(dataset);
  return code;
}
