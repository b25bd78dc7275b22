// SPDX-License-Identifier: Apache-2.0
// Copies whole pages of the key/value cache, for beams that part. Appending is rotary's, without a
// rotation too.
#pragma once

#include <cstdint>

#include "kernels/cuda/fault.h"
#include "kernels/cuda/kv_pages.h"
#include "kernels/cuda/launch.h"

namespace gatun::cuda {

struct KvCopyArgs {
  KvPages pages;
  const int32_t* source;       // [C]
  const int32_t* destination;  // [C], no page twice, and none that is a source
  int32_t count;               // C
  DeviceFault* fault;
};

// A pair whose page numbers are out of range is reported and not copied.
Status kv_copy(const KvCopyArgs& args, Stream stream);

}  // namespace gatun::cuda
