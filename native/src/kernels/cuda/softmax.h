// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/launch.h"
#include "kernels/softmax.h"

namespace gatun::cuda {

// Pointers are of the device, `partials` included.
Status softmax(const SoftmaxArgs& args, Stream stream);

}  // namespace gatun::cuda
