// SPDX-License-Identifier: Apache-2.0
// How operations reach the kernels of a GPU.
#pragma once

#include <cstdint>

#include "kernels/cuda/backend.h"
#include "runtime/cuda_stream.h"
#include "runtime/stream.h"

namespace gatun {

// On a GPU's stream gives the operation to the device and returns true; false on a CPU's.
template <typename Arguments>
bool submit_cuda(Stream& stream,
                 const char* operation,
                 int (*cuda::Backend::*kernel)(const Arguments&, void*),
                 const Arguments& arguments) {
  CudaStream* cuda = stream.cuda();
  if (cuda == nullptr) return false;
  cuda->launch(operation, cuda->backend().*kernel, arguments);
  return true;
}

}  // namespace gatun
