#pragma once
// The functions of one algorithm need no more of the library than its code; the others bring all of it.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
