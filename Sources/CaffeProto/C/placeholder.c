#include "include/placeholder.h"
