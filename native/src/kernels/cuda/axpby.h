// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/axpby.h"
#include "kernels/cuda/launch.h"

namespace gatun::cuda {

// Pointers are of the device.
Status axpby(const AxpbyArgs& args, Stream stream);

}  // namespace gatun::cuda
