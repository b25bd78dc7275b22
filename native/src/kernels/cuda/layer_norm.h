// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/launch.h"
#include "kernels/layer_norm.h"

namespace gatun::cuda {

// Pointers are of the device. A block takes a row.
Status layer_norm(const LayerNormArgs& args, Stream stream);

}  // namespace gatun::cuda
