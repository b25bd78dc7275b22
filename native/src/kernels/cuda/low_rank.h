// SPDX-License-Identifier: Apache-2.0
// y[n] += scale_i (x[n] A_i^T) B_i^T, the arguments of kernels/low_rank.h with pointers of the
// device. Each output is one sum in an order that depends on K and r alone.
#pragma once

#include "kernels/cuda/launch.h"
#include "kernels/low_rank.h"

namespace gatun::cuda {

Status low_rank(const LowRankArgs& args, Stream stream);

}  // namespace gatun::cuda
