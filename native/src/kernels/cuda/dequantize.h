// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/launch.h"
#include "kernels/dequantize.h"

namespace gatun::cuda {

// Pointers are of the device. The same bits as the CPU's, but for those of NaNs.
Status dequantize(const DequantizeArgs& args, Stream stream);

}  // namespace gatun::cuda
