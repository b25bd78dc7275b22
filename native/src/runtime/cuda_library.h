// SPDX-License-Identifier: Apache-2.0
// Finds libgatun_cuda.so, and what stands in its way.
#pragma once

#include <cstdint>
#include <string>

#include "gatun/device.h"
#include "kernels/cuda/backend.h"

namespace gatun {

struct CudaLibrary {
  const cuda::Backend* backend = nullptr;  // null where there is none that fits this library
  gatun_status status = GATUN_STATUS_UNAVAILABLE;
  std::string reason;   // one line; empty where GPUs can be used
  std::string path;     // of the library that was opened or looked for
  int32_t devices = 0;  // as the driver counts them
  int32_t driver = 0;   // newest CUDA that it supports, 13020: 13.2
};

// `path` as gatun_device_options.library. The driver's library is asked for first, so that a
// machine without a GPU opens nothing. Libraries stay open.
CudaLibrary find_cuda_library(const char* path);

// A card, and why it cannot be used: status and reason as above. `ordinal` has been checked.
struct CudaCard {
  cuda::BackendDevice device{};
  gatun_status status = GATUN_STATUS_OK;
  std::string reason;
};
CudaCard describe_cuda_card(const cuda::Backend& backend, int32_t ordinal);

// For gatun_backend_query and gatun_gpu_query.
void query_backend(gatun_backend_info& info);
void query_gpu(gatun_gpu_info& info);

}  // namespace gatun
