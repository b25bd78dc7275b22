// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/launch.h"
#include "kernels/quantize.h"

namespace gatun::cuda {

// Pointers are of the device. The same bytes as the CPU's, but for the blocks of Q4_1 and Q5_1 that
// hold a NaN.
Status quantize(const QuantizeArgs& args, Stream stream);

}  // namespace gatun::cuda
