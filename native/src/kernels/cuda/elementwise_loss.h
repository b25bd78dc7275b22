// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/launch.h"
#include "kernels/elementwise_loss.h"

namespace gatun::cuda {

// Pointers are of the device.
Status elementwise_loss(const ElementwiseLossArgs& args, Stream stream);

}  // namespace gatun::cuda
