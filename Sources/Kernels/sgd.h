// One element's step of stochastic gradient descent, for loops over arrays of any order.
#pragma once

#include "include/ck_update.h"
#include "internal.h"

// What a loop does; constants at each call, so that the compiler makes a loop of its own for each.
enum { CK_PENALIZED = 1, CK_MASKED = 2, CK_KEEPS_CHANGE = 4, CK_SUMMED = 8 };

/// What differs from element to element; what the flags do not ask for means nothing.
typedef struct ck_element {
  float l2, penalty;                // weight decay, and what is added to it
  float gradient, history, weight;  // what stays of them
} ck_element;

/// Steps an element; returns the new weight.
CK_INLINE float ck_sgd(const ck_sgd_step s, int flags, ck_element e, float *restrict w, float *restrict g,
                       float *restrict h) {
  const bool masked = flags & CK_MASKED;
  float sign = (float)(*w > 0) - (float)(*w < 0);
  float raw = masked ? *g * e.gradient : *g;
  float old = masked ? *h * e.history : *h;
  float weight = masked ? *w * e.weight : *w;
  float gradient = s.gradient_scale * raw + e.l2 * *w + s.l1 * sign;
  if (flags & CK_PENALIZED) gradient += e.penalty * *w;
  float change = s.momentum * old + s.rate * gradient;
  *h = change;
  if (flags & CK_KEEPS_CHANGE) *g = change;
  return *w = weight - change;
}
