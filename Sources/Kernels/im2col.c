// Convolution as Caffe lowers it: windows as columns of a matrix, then CBLAS.
#include <cblas.h>
#include <string.h>

#include "include/ck_engine.h"
#include "include/ck_gemm.h"

void ck_sgemm(
    bool transpose_a, bool transpose_b, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, float alpha, const float *a,
    const float *b, float beta, float *c) {
  cblas_sgemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans, transpose_b ? CblasTrans : CblasNoTrans,
      (blasint)m, (blasint)n, (blasint)k, alpha, a, (blasint)(transpose_a ? m : k), b,
      (blasint)(transpose_b ? k : n), beta, c, (blasint)n);
}

typedef struct {
  const ck_columns *g;
  const float *from;
  float *to;
} work;

// Channels are independent in both directions.
static void gather_channel(void *context, int channel) {
  const work *w = context;
  const ck_columns *g = w->g;
  const float *plane = w->from + channel * g->height * g->width;
  float *out = w->to + channel * g->kernel_h * g->kernel_w * g->output_h * g->output_w;
  for (ptrdiff_t kh = 0; kh < g->kernel_h; kh++) {
    for (ptrdiff_t kw = 0; kw < g->kernel_w; kw++) {
      for (ptrdiff_t oh = 0; oh < g->output_h; oh++) {
        ptrdiff_t y = oh * g->stride_h - g->pad_h + kh * g->dilation_h;
        for (ptrdiff_t ow = 0; ow < g->output_w; ow++) {
          ptrdiff_t x = ow * g->stride_w - g->pad_w + kw * g->dilation_w;
          bool inside = y >= 0 && y < g->height && x >= 0 && x < g->width;
          *out++ = inside ? plane[y * g->width + x] : 0;
        }
      }
    }
  }
}

static void scatter_channel(void *context, int channel) {
  const work *w = context;
  const ck_columns *g = w->g;
  float *plane = w->to + channel * g->height * g->width;
  const float *in = w->from + channel * g->kernel_h * g->kernel_w * g->output_h * g->output_w;
  memset(plane, 0, (size_t)(g->height * g->width) * sizeof *plane);
  for (ptrdiff_t kh = 0; kh < g->kernel_h; kh++) {
    for (ptrdiff_t kw = 0; kw < g->kernel_w; kw++) {
      for (ptrdiff_t oh = 0; oh < g->output_h; oh++) {
        ptrdiff_t y = oh * g->stride_h - g->pad_h + kh * g->dilation_h;
        for (ptrdiff_t ow = 0; ow < g->output_w; ow++, in++) {
          ptrdiff_t x = ow * g->stride_w - g->pad_w + kw * g->dilation_w;
          if (y >= 0 && y < g->height && x >= 0 && x < g->width) plane[y * g->width + x] += *in;
        }
      }
    }
  }
}

void ck_im2col(const ck_columns *geometry, const float *image, float *columns) {
  ck_parallel((int)geometry->channels, gather_channel, &(work){geometry, image, columns});
}

void ck_col2im(const ck_columns *geometry, const float *columns, float *image) {
  ck_parallel((int)geometry->channels, scatter_channel, &(work){geometry, columns, image});
}
