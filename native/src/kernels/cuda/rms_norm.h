// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/launch.h"
#include "kernels/rms_norm.h"

namespace gatun::cuda {

// Pointers are of the device. A block takes a row.
Status rms_norm(const RmsNormArgs& args, Stream stream);

}  // namespace gatun::cuda
