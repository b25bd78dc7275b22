// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/launch.h"
#include "kernels/weight_layout.h"

namespace gatun::cuda {

// Pointers are of the device. From rows, elements of missing rows become zero.
Status weight_layout(const WeightLayoutArgs& args, Stream stream);

}  // namespace gatun::cuda
