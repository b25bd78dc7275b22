// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/activation.h"
#include "kernels/cuda/launch.h"

namespace gatun::cuda {

// Pointers are of the device.
Status activation(const ActivationArgs& args, Stream stream);
Status activation_backward(const ActivationBackwardArgs& args, Stream stream);

}  // namespace gatun::cuda
