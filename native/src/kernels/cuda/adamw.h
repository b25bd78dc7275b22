// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/adamw.h"
#include "kernels/cuda/launch.h"

namespace gatun::cuda {

// Pointers are of the device.
Status adamw(const AdamwArgs& args, Stream stream);

}  // namespace gatun::cuda
