// SPDX-License-Identifier: Apache-2.0
// The check of a paged cache that rotary, attention and the page copy share.
#pragma once

#include "gatun/ops.h"
#include "kernels/kv_cache.h"
#include "ops/check.h"

namespace gatun {

// Geometry, size and alignment of a cache with data. A GPU has pages of its own layout; of the
// result only page_bytes knows.
KvPages check_cache(const ArgumentCheck& check, const gatun_kv_cache& cache, bool on_gpu);

}  // namespace gatun
