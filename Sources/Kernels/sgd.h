// One element's step of stochastic gradient descent, for loops over arrays of any order.
#pragma once

#include "include/ck_update.h"
#include "internal.h"

// What a loop does.
enum {
  CK_PENALIZED = 1,
  CK_MASKED = 2,
  CK_SUMMED = 4,
  CK_SECOND = 8,  // a second row, or tile, goes along
  CK_SIGNED = 16,
  CK_KEEPS_CHANGE = 32,
};

CK_INLINE int ck_flags(const ck_sgd_step *s) {
  return (s->l1 != 0 ? CK_SIGNED : 0) | (s->keeps_change ? CK_KEEPS_CHANGE : 0);
}

/// Calls `loop` with flags that are constants, so that the compiler makes a separate loop for each combination. Rare
/// combinations, and those whose time does not matter, share one loop.
#define CK_CASE(constant, loop, ...) \
  case constant:                     \
    loop(__VA_ARGS__, constant);     \
    break;
#define CK_CASES(constant, loop, ...)                              \
  CK_CASE(constant, loop, __VA_ARGS__)                             \
  CK_CASE((constant) | CK_PENALIZED, loop, __VA_ARGS__)            \
  CK_CASE((constant) | CK_MASKED, loop, __VA_ARGS__)               \
  CK_CASE((constant) | CK_PENALIZED | CK_MASKED, loop, __VA_ARGS__)
#define CK_SPECIALISE(flags, loop, ...)                  \
  switch (flags) {                                       \
    CK_CASES(0, loop, __VA_ARGS__)                       \
    CK_CASES(CK_SUMMED, loop, __VA_ARGS__)               \
    CK_CASES(CK_SUMMED | CK_SECOND, loop, __VA_ARGS__)   \
    default: loop(__VA_ARGS__, flags);                   \
  }

/// What differs from element to element. What the flags do not ask for is not read.
typedef struct ck_element {
  float l2, penalty;                // weight decay, and what is added to it
  float gradient, history, weight;  // what stays of them
} ck_element;

/// Steps an element; returns the new weight.
CK_INLINE float ck_sgd(const ck_sgd_step s, int flags, ck_element e, float *restrict w, float *restrict g,
                       float *restrict h) {
  const bool masked = flags & CK_MASKED;
  float raw = masked ? *g * e.gradient : *g;
  float old = masked ? *h * e.history : *h;
  float weight = masked ? *w * e.weight : *w;
  float gradient = s.gradient_scale * raw + e.l2 * *w;
  if (flags & CK_SIGNED) gradient += s.l1 * ((float)(*w > 0) - (float)(*w < 0));
  if (flags & CK_PENALIZED) gradient += e.penalty * *w;
  float change = s.momentum * old + s.rate * gradient;
  *h = change;
  if (flags & CK_KEEPS_CHANGE) *g = change;
  return *w = weight - change;
}
