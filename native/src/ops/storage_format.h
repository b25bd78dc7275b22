// SPDX-License-Identifier: Apache-2.0
// Sizes of the storage formats.
#pragma once

#include <cstdint>

#include "gatun/tensor.h"

namespace gatun {

// A block of `elements` values takes `bytes` bytes; both 0 for a dtype that is no storage format of
// weights.
struct StorageFormat {
  int64_t elements = 0;
  int64_t bytes = 0;
};
StorageFormat storage_format(gatun_dtype dtype);

}  // namespace gatun
