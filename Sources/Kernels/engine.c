// Engine handle and error text.
#include "internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int ck_fail(ck_error *error, dnnl_status_t status, const char *format, ...) {
  if (error) {
    va_list arguments;
    va_start(arguments, format);
    error->status = (int)status;
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
  }
  return (int)status;
}

const char *ck_status_text(dnnl_status_t status) {
  switch (status) {
    case dnnl_success: return "success";
    case dnnl_out_of_memory: return "out of memory";
    case dnnl_invalid_arguments: return "invalid arguments";
    case dnnl_unimplemented: return "not implemented";
    case dnnl_runtime_error: return "runtime error";
    default: return "unexpected status";
  }
}

ck_engine *ck_engine_create(ck_error *error) {
  ck_engine *engine = calloc(1, sizeof *engine);
  if (!engine) {
    ck_fail(error, dnnl_out_of_memory, "engine: out of memory");
    return NULL;
  }
  dnnl_status_t status = dnnl_engine_create(&engine->engine, dnnl_cpu, 0);
  if (status == dnnl_success) {
    status = dnnl_stream_create(&engine->stream, engine->engine, dnnl_stream_default_flags);
  }
  if (status != dnnl_success) {
    ck_fail(error, status, "engine: oneDNN says %s", ck_status_text(status));
    ck_engine_free(engine);
    return NULL;
  }
  return engine;
}

void ck_engine_free(ck_engine *engine) {
  if (!engine) return;
  if (engine->stream) dnnl_stream_destroy(engine->stream);
  if (engine->engine) dnnl_engine_destroy(engine->engine);
  ck_engine_free_scratch(engine);
  free(engine);
}

size_t ck_engine_scratch_bytes(const ck_engine *engine) { return engine->scratch.bytes; }

void ck_engine_lend_scratch(ck_engine *engine, void *data, size_t bytes) {
  engine->lent = (ck_buffer){data, bytes};
}

void ck_engine_free_scratch(ck_engine *engine) {
  free(engine->scratch.data);
  free(engine->weights.data);
  engine->scratch = engine->weights = (ck_buffer){NULL, 0};
}

void *ck_engine_scratch(ck_engine *engine, size_t bytes) {
  return bytes <= engine->lent.bytes ? engine->lent.data : ck_buffer_reserve(&engine->scratch, bytes);
}

void *ck_buffer_reserve(ck_buffer *buffer, size_t bytes) {
  if (bytes <= buffer->bytes) return buffer->data;
  // Nothing in it outlives the call that asked for it, so the old content is dropped.
  free(buffer->data);
  buffer->data = ck_allocate(bytes);
  buffer->bytes = buffer->data ? bytes : 0;
  return buffer->data;
}

void *ck_allocate(size_t bytes) {
  // A cache line, which is also the widest vector.
  size_t rounded = (bytes + 63) / 64 * 64;
  return rounded < bytes ? NULL : aligned_alloc(64, rounded ? rounded : 64);
}

#define CK_TEXT(x) #x
#define CK_VERSION_TEXT(a, b, c) CK_TEXT(a) "." CK_TEXT(b) "." CK_TEXT(c)

const char *ck_engine_version(void) {
  return CK_VERSION_TEXT(DNNL_VERSION_MAJOR, DNNL_VERSION_MINOR, DNNL_VERSION_PATCH);
}
