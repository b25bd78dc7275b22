// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/launch.h"
#include "kernels/sum.h"

namespace gatun::cuda {

// Pointers are of the device, `partial` included.
Status sum(const SumArgs& args, Stream stream);

}  // namespace gatun::cuda
