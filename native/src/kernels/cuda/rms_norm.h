// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/linear.h"
#include "kernels/rms_norm.h"

namespace gatun::cuda {

// Pointers are of the device. A block takes a row.
Status rms_norm(const RmsNormArgs& args, Stream stream);

// The same with y as products with quantised weights read it, y itself optional: the bits of
// rms_norm followed by quantise_rows. E is a multiple of 32.
struct RmsNormInt8Args {
  RmsNormArgs norm;
  Int8Rows out;
};

Status rms_norm_int8(const RmsNormInt8Args& args, Stream stream);

}  // namespace gatun::cuda
