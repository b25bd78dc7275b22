// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/launch.h"
#include "kernels/dropout.h"

namespace gatun::cuda {

// Pointers are of the device.
Status dropout(const DropoutArgs& args, Stream stream);

}  // namespace gatun::cuda
