// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/linear.h"
#include "kernels/layer_norm.h"

namespace gatun::cuda {

// Pointers are of the device. A block takes a row.
Status layer_norm(const LayerNormArgs& args, Stream stream);

// The same with y as products with quantised weights read it, y itself optional: the bits of
// layer_norm followed by quantise_rows. E is a multiple of 32.
struct LayerNormInt8Args {
  LayerNormArgs norm;
  Int8Rows out;
};

Status layer_norm_int8(const LayerNormInt8Args& args, Stream stream);

}  // namespace gatun::cuda
