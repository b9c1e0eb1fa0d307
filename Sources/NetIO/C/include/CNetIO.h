#pragma once
#include "netio_h5.h"
#include "netio_image.h"
